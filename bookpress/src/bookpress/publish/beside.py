"""What a reader takes along from a page: its notebook as it ran, and the same as a script."""

import re
from pathlib import Path

import nbformat

from bookpress.edition import citation
from bookpress.run import ipynb, results
from bookpress.run.stored import METADATA, SEAL, seal

CONSTRAINTS = "constraints.txt"  # name of a file with the versions of a lock


def notebook(path: Path, root: Path, result: results.Result, wheel: str) -> str:
    """Return the text of a chapter's notebook with the outputs of a result, as a reader downloads it.

    `wheel` is the name of the file that it needs; '' if there is none.
    """
    about = {"edition": citation.edition()["version"], "chapter": path.relative_to(root).as_posix()}
    about |= {"wheel": wheel} if wheel else {}
    whole = results.merge(ipynb.read(path), result) | {"metadata": {**METADATA, ipynb.MARK: about}}
    about[SEAL] = seal(whole)
    return f"{nbformat.writes(nbformat.from_dict(whole))}\n"


def script(path: Path) -> str:
    """Return a chapter as a Python script in the percent format, which editors open as cells."""
    import jupytext

    read = nbformat.read(path, as_version=4)
    for cell in read.cells:
        cell.metadata.clear()
    read.metadata = {"jupytext": {"notebook_metadata_filter": "-all", "cell_metadata_filter": "-all"}}
    return str(jupytext.writes(read, fmt="py:percent"))


def for_colab(text: str, *addresses: str) -> str:
    """Return the text of a notebook with a first cell that installs what it needs, for a service that has nothing."""
    whole = nbformat.reads(text, as_version=4)
    cell = nbformat.v4.new_code_cell(f"%pip install --quiet {' '.join(addresses)}", id="install")
    return f"{nbformat.writes(nbformat.from_dict({**whole, 'cells': [cell, *whole.cells]}))}\n"


def constraints(lock: str) -> str:
    """Return the versions in a lock without their hashes, which pip takes beside files that have none.

    Examples
    --------
    >>> constraints("# of\\npandas==3.0 ; python_version > '3' \\\\\\n    --hash=sha256:0\\n    # via x\\n")
    "pandas==3.0 ; python_version > '3'\\n"
    """
    return "".join(f"{line}\n" for line in re.findall(r"^([A-Za-z0-9].*?)(?: \\)?$", lock, flags=re.M))
