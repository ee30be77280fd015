"""How source files are read: CSV, workbooks, R data; all of them as text, with '' for a missing value.

The readers of workbooks and R data have a lock of their own (`make data SOURCES=folder` installs it).
"""

import io
from pathlib import Path
from typing import Any

import pandas as pd

from bookpress.tables import DataError


def csv(path: Path | io.StringIO, **options: Any) -> pd.DataFrame:
    """Read a CSV file. `NA` is a value: Namibia's code in other codings."""
    return pd.read_csv(path, dtype=str, keep_default_na=False, **options)


def workbook(path: Path, header: int | None = 0) -> pd.DataFrame:
    """Read the first sheet of a spreadsheet."""
    try:
        frame = pd.read_excel(path, header=header, dtype=str, engine="calamine")
    except ImportError:
        raise _missing(path, "python-calamine") from None
    return frame.fillna("")


def r_data(path: Path) -> pd.DataFrame:
    """Read the one table of an R data file."""
    try:
        import pyreadr
    except ImportError:
        raise _missing(path, "pyreadr") from None
    (frame,) = pyreadr.read_r(str(path)).values()
    return frame.fillna("").astype(str)


def _missing(path: Path, package: str) -> DataError:
    return DataError(
        f"{path.name}: found no {package} to read it; `make data SOURCES=folder` sets up what recording needs"
    )
