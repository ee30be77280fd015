"""Figure 1 of an exporter beside the printed one, as SVG, PNG or PDF; the same figures give the same bytes."""

import io
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from beltroad import figure1, table1
from bookpress.edition import book
from tradefiles import FileError

STYLE = book.ENGINE / "edition.mplstyle"
KINDS = ["svg", "png", "pdf"]
Rows = Mapping[str, Mapping[int, float]]


def kind(path: Path) -> str:
    """Return the kind of file that a name asks for.

    Raises
    ------
    FileError
        If it is none of `KINDS`.
    """
    found = path.suffix.lower().lstrip(".")
    if found not in KINDS:
        raise FileError(f"{path}: found the ending {path.suffix!r}, expected one of: .{', .'.join(KINDS)}")
    return found


def free(path: Path, force: bool) -> None:
    """Refuse a place where a figure must not be written.

    Raises
    ------
    FileError
        If its ending is none of `KINDS`, or a file is there that is not to be replaced.
    """
    kind(path)
    if path.exists() and not force:
        raise FileError(f"{path}: found a file there, expected a new name; --force replaces it")


def title(exporter: str, importer: str, side: str, definition: str) -> str:
    """Return what a figure shows, in two lines, with the names that the book has for the two economies.

    Parameters
    ----------
    exporter, importer : str
        ISO3 codes; one that the book has no name for stays as it is.
    side : str
        Whose figures they are, as the answers say it.
    definition : str
        The grouping of goods.

    Examples
    --------
    >>> print(title("RUS", "CHN", "as CHN reports its imports (CIF)", "wto"))
    Russia to China,
    as China reports its imports (CIF), 'wto'
    """
    from beltroad import economies  # which brings pandas, for what draws only

    for code in (exporter, importer):
        side = side.replace(code, economies.names().get(code, code))
    named = (economies.names().get(code, code) for code in (exporter, importer))
    return f"{' to '.join(named)},\n{side}, {definition!r}"


def draw(rows: Rows, title: str, form: str) -> bytes:
    """Return the figure of shares as a file.

    Parameters
    ----------
    rows : mapping
        Sector, then year: share in % of all exports.
    title : str
        What the bars are.
    form : str
        One of `KINDS`.
    """
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    shares, target = pd.DataFrame({name: dict(row) for name, row in rows.items()}).T, io.BytesIO()
    # Neither date nor program: the same figures give the same bytes.
    blank = {
        "svg": {"Date": None, "Creator": None},
        "png": {"Software": None},
        "pdf": {"CreationDate": None, "Producer": None, "Creator": None},
    }
    with plt.style.context(str(STYLE)):
        drawn = figure1.draw(shares, against=table1.printed(), title=title)
        drawn.savefig(target, format=form, metadata=blank[form], dpi=192)
    plt.close(drawn)
    return target.getvalue()
