"""What a stranger gives, a file or a word in it: read within limits, its types checked once."""

import json
import stat
from pathlib import Path
from typing import Any

from bookpress.edition import book

LARGEST = 32 * 2**20  # bytes of a file; those of an edition have less than one million
DEEPEST = 100  # lists and objects of JSON inside each other


class ProvenanceError(book.BookError):
    """A file is no exhibit of the edition, or cannot be read as one."""


def content(path: Path, largest: int = LARGEST) -> bytes:
    """Return the bytes of a file; a ProvenanceError says that it is missing, no file, or too large."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise ProvenanceError(f"{path}: found a folder or a device, expected a file")
        with path.open("rb") as file:
            found = file.read(largest + 1)
    except OSError as error:
        raise ProvenanceError(f"{path}: {error.strerror}") from None
    if len(found) > largest:
        raise ProvenanceError(f"{path}: found more than {largest:,} bytes, expected a file of an edition")
    return found


def from_json(text: bytes) -> dict[str, Any]:
    """Return the object that JSON holds; a ValueError says that it holds none, or is too deep."""
    try:
        found = json.loads(text.decode("utf-8"))
    except RecursionError:
        found = None
    if not isinstance(found, dict) or _is_deeper(found, DEEPEST):
        raise ValueError(f"found no JSON object of at most {DEEPEST} levels")
    return found


def _is_deeper(value: Any, levels: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return not levels or any(_is_deeper(one, levels - 1) for one in inner)
