"""The tables in data/: how they are read and how they are recorded."""

from bookpress.tables.reading import (
    PACKAGE,
    DataError,
    Description,
    Field,
    describe,
    faults,
    opened,
    read,
    rows,
)

__all__ = ["PACKAGE", "DataError", "Description", "Field", "describe", "faults", "opened", "read", "rows"]
