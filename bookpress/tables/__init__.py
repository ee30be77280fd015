"""The tables in data/: how they are described, read and recorded."""

from bookpress.tables.reading import PACKAGE, DataError, Description, describe, faults, opened, read, rows
from bookpress.tables.schema import Field, column

__all__ = [
    "PACKAGE",
    "DataError",
    "Description",
    "Field",
    "column",
    "describe",
    "faults",
    "opened",
    "read",
    "rows",
]
