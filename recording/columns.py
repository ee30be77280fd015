"""Columns of the tables in data/, declared in a line each, and how sources are named."""

import re

from bookpress import tables
from bookpress.tables import Field

LAST_YEAR = 2019  # the last year that every source covers
AS_SUPPLIED = "as an extract; the date of download was not recorded."
FORM = "name [= heading] | type[?] [least..most] [unique] [/pattern/] [(choice, choice)] | meaning"
LINE = re.compile(r"(\w+)(?: = (.+?))? \| (iso3|string|integer|number|boolean|date)(\??)((?: .+?)?) \| (.+)")
LIMIT = re.compile(r" (?:(-?\d*)\.\.(-?\d*)|(unique)|/(.+)/|\((.+)\))")


def columns(text: str) -> list[Field]:
    """Return the descriptions of columns that are written one a line.

    Parameters
    ----------
    text : str
        Lines of the form ``name [= heading] | type[?] [limits] | meaning``. The heading is what the source file calls the
        column, where that is another name. The type is one of a Table Schema, or ``iso3``, a code of an economy; ``?``
        says that a cell may be empty. Limits are ``least..most`` (either may be absent), ``unique``, a ``/pattern/`` and
        ``(choices)``. The meaning names the unit.

    Raises
    ------
    ValueError
        If a line has another form.

    Examples
    --------
    >>> columns("share_pct = Share | number? 0..100 | share of exports, %")  # doctest: +NORMALIZE_WHITESPACE
    [{'name': 'share_pct', 'type': 'number', 'description': 'share of exports, %',
      'constraints': {'minimum': 0, 'maximum': 100}, 'heading': 'Share'}]
    """
    fields = []
    for line in filter(None, map(str.strip, text.splitlines())):
        found = LINE.fullmatch(line)
        if not found or LIMIT.sub("", found[5]):
            raise ValueError(f"column {line!r}: expected {FORM}")
        name, heading, kind, empty, limits, meaning = found.groups()
        more: dict[str, object] = {} if empty else {"required": True}
        if kind == "iso3":
            kind, meaning, limits = "string", f"{meaning}, ISO 3166-1 alpha-3", limits or " /[A-Z]{3}/"
        for least, most, unique, pattern, choices in LIMIT.findall(limits):
            more |= {"minimum": int(least)} if least else {}
            more |= {"maximum": int(most)} if most else {}
            more |= {"enum": choices.split(", ")} if choices else {}
            more |= {"unique": True} if unique else {}
            more |= {"pattern": pattern} if pattern else {}
        fields.append(tables.column(name, kind, meaning, **more) | ({"heading": heading} if heading else {}))
    return fields


def source(title: str, address: str) -> dict[str, str]:
    return {"title": title, "path": address}


def repository(name: str) -> dict[str, str]:
    """Return a public repository, `owner/name`, as a source."""
    return source(name, f"https://github.com/{name}")
