"""Columns that many tables have, and how the sources are said to have come here."""

from bookpress.tables import Field, column

LAST_YEAR = 2019  # the last year that every source covers
ECONOMY = {"iso3": "economies.iso3"}  # a code that no economy has stops the recording
AS_SUPPLIED = "as an extract; the date of download was not recorded."


def iso3(name: str, whose: str) -> Field:
    return column(name, "string", f"{whose}, ISO 3166-1 alpha-3", required=True, pattern="[A-Z]{3}")


def year(first: int = 1992, last: int = LAST_YEAR) -> Field:
    return column("year", "integer", "calendar year", required=True, minimum=first, maximum=last)


FLOW = column("flow", "string", "direction seen from the reporter", required=True, enum=["export", "import"])
