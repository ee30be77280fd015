"""Source files in the formats of other programs. Their readers have a lock of their own: only recording needs them."""

from pathlib import Path

import pandas as pd

from bookpress.tables import DataError

# Which package reads what; `make data SOURCES=folder` installs them.
WORKBOOK, R_DATA = "python-calamine", "pyreadr"


def workbook(path: Path, sheet: str | int = 0, header: int | None = 0) -> pd.DataFrame:
    """Read a sheet of a spreadsheet as text, with '' for an empty cell."""
    try:
        frame = pd.read_excel(path, sheet_name=sheet, header=header, dtype=str, engine="calamine")
    except ImportError:
        raise _missing(path, WORKBOOK) from None
    return frame.fillna("")


def r_data(path: Path) -> pd.DataFrame:
    """Read the one table of an R data file as text, with '' for a missing value."""
    try:
        import pyreadr
    except ImportError:
        raise _missing(path, R_DATA) from None
    (frame,) = pyreadr.read_r(str(path)).values()
    return frame.fillna("").astype(str)


def _missing(path: Path, package: str) -> DataError:
    return DataError(
        f"{path.name}: found no {package} to read it; `make data SOURCES=folder` sets up what recording needs"
    )
