"""Is a crate as it was written? Every file is compared with the sha256 in its metadata; this needs Python alone."""

import json
from pathlib import Path
from urllib.parse import unquote

from bookpress.edition import book, files


def check(crate: Path) -> str:
    """Compare the files of a crate with its metadata; return a line that says that all are as recorded.

    Parameters
    ----------
    crate : Path
        Its folder. What tools make again in it, ``_build`` for example, is not looked at.

    Raises
    ------
    BookError
        If there is no metadata that can be read, or a file is missing, was changed or is not listed: every such
        file is named.
    """
    expected = listed(crate)
    found = {path.relative_to(crate).as_posix(): path for path in files.below(crate, as_git=True)}
    found.pop(files.METADATA)
    wrong = []
    for place in sorted({*expected, *found}):
        if place not in found:
            wrong.append(f"{place}: found no such file, expected sha256 {expected[place]}")
        elif place not in expected:
            wrong.append(f"{place}: found a file, expected none, as the metadata does not list it")
        elif (digest := book.sha256(found[place].read_bytes())) != expected[place]:
            wrong.append(f"{place}: found sha256 {digest}, expected {expected[place]}")
    if wrong:
        raise book.BookError(f"{crate}: {len(wrong)} not as recorded\n  " + "\n  ".join(wrong))
    seal = book.sha256((crate / files.METADATA).read_bytes())
    return f"{crate}: all {len(expected)} files are as {files.METADATA} records them (its own sha256: {seal})"


def listed(crate: Path) -> dict[str, str]:
    """Return the sha256 of every file that the metadata of a crate lists, by place.

    Raises
    ------
    BookError
        If the metadata cannot be read, or lists a file without a checksum or outside the crate.
    """
    path = crate / files.METADATA
    try:
        entities = json.loads(path.read_text(encoding="utf-8"))["@graph"]
        listed_files = [one for one in entities if "File" in one["@type"] and "://" not in one["@id"]]
        places = {unquote(one["@id"]): one.get("sha256") for one in listed_files}
    except FileNotFoundError:
        raise book.BookError(f"{path}: not found, expected a crate; run `make crate` first") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise book.BookError(f"{path}: found {error!r}, expected the metadata of an RO-Crate") from None
    for place, digest in places.items():
        if not isinstance(digest, str) or ".." in Path(place).parts or Path(place).is_absolute():
            raise book.BookError(
                f"{path}: found {place!r} with sha256 {digest!r}, expected a file in the crate with one"
            )
    return places
