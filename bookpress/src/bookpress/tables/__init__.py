"""The tables in data/: how they are described, read and recorded."""

from bookpress.tables.reading import PACKAGE, DataError, describe, opened, read, rows
from bookpress.tables.schema import Field, column, faults

__all__ = ["PACKAGE", "DataError", "Field", "column", "describe", "faults", "opened", "read", "rows"]
