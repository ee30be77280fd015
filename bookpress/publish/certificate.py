"""A page that says what was recomputed and how it came out, for who wants to check it: written by ``verify --all``.

It is modelled on what CODECHECK asks of a certificate and is none: no person stands behind it, and it says so. It lies
beside the book, never in it, for it tells how long the check took.
"""

import os
import platform
import re
import time
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

from bookpress import provenance
from bookpress.edition import book, citation, files
from bookpress.run import results
from bookpress.verify import recomputing

NAME = files.CERTIFICATE
# What gives the seal without this program.
BY_HAND = "find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum"

STYLE = """
:root { color-scheme: light dark; --ink: light-dark(#1d1f22, #dfe1e4); --paper: light-dark(#fff, #16181b);
  --quiet: light-dark(#565b62, #a7adb5); --rule: light-dark(#d5d8dc, #3a3f45); --bad: light-dark(#b3364a, #f08a9b) }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.5 system-ui, sans-serif }
h1 { font-size: 1.6rem; line-height: 1.2 } h2 { font-size: 1.2rem; margin-top: 2rem }
table { border-collapse: collapse; width: 100% } caption { text-align: left; color: var(--quiet); padding-bottom: .4rem }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--rule) }
code { font-family: ui-monospace, monospace; font-size: .9em; overflow-wrap: anywhere }
dt { font-weight: 600; margin-top: .5rem } dd { margin: 0 }
.not { color: var(--bad); font-weight: 600 }
.packages { columns: 14rem; padding: 0; list-style: none; font-size: .85rem }
@media print { :root { color-scheme: light } body { margin: 0; max-width: none; font-size: 10pt } tr { break-inside: avoid } }
"""


class Beginning(NamedTuple):
    """What is known when a check begins."""

    sealed: str
    """The seal of the book; see `seal`."""
    time: float


def seal(html: Path) -> str:
    """Return one sha256 over all files of a built book: that of the list which ``sha256sum`` prints of them."""
    names = sorted(os.fsencode(p.relative_to(html).as_posix()) for p in html.rglob("*") if p.is_file())
    lines = [
        b"%s  ./%s\n" % (book.sha256((html / os.fsdecode(name)).read_bytes()).encode(), name)
        for name in names
    ]
    return book.sha256(b"".join(lines))


def seal_in(path: Path) -> str:
    """Return the seal of the book that a certificate is of; empty if it names none."""
    found = re.search(r'<meta name="book-sha256" content="(\w+)">', path.read_text("utf-8", errors="replace"))
    return found[1] if found else ""


def begin(root: Path) -> Beginning:
    """Note the built book and the time, before its exhibits are checked.

    Raises
    ------
    BookError
        If no book has been built.
    """
    return Beginning(seal(book.built(root)), time.monotonic())


def write(root: Path, began: Beginning, verdicts: Iterable[tuple[Path, str, str]]) -> Path:
    """Write the certificate of a check that has ended into ``_build``; return where it is from the book's folder.

    Parameters
    ----------
    root : Path
        The book's folder.
    began : Beginning
        What `begin` noted.
    verdicts : iterable of tuple
        What `bookpress.verify.recomputing.verify` yielded.
    """
    of = [(provenance.read(path)["exhibit"], path, verdict, reason) for path, verdict, reason in verdicts]
    seconds = time.monotonic() - began.time
    path = root / "_build" / NAME
    book.write(path, page(root, began.sealed, recomputing.homes(root), of, seconds))
    return path.relative_to(root)


def page(
    root: Path,
    sealed: str,
    homes: dict[str, Path],
    verdicts: Sequence[tuple[str, Path, str, str]],
    seconds: float,
) -> str:
    """Return the certificate as a page that needs nothing else.

    Parameters
    ----------
    root : Path
        The book's folder.
    sealed : str
        The seal of the book that was checked; see `seal`.
    homes : dict
        The notebook of every exhibit, by its id, in reading order; see `bookpress.verify.recomputing.homes`.
    verdicts : sequence of tuple
        Exhibit, file, verdict and reason of every file that was checked.
    seconds : float
        How long that took.
    """
    about, setting = citation.edition(), dict(results.setting())
    python = setting.pop("python")
    setting.pop("runner")
    same = sum(verdict == "identical" for _, _, verdict, _ in verdicts)
    wrong = len(verdicts) - same
    rows = [_row(exhibit, chapter.relative_to(root), verdicts) for exhibit, chapter in homes.items()]
    missing = sum(row.endswith("not checked</td></tr>") for row in rows)
    outcome = f"{same} of {len(verdicts)} files came out byte for byte as they stand in the book."
    if wrong or missing:
        outcome += f" {wrong} did not; {missing} exhibits had no file to check."
    facts = {
        "Edition": f"{about['title']}, version {about['version']}, released {about['date-released']}",
        "Checked": f"{len(rows)} exhibits, {len(verdicts)} files",
        "Took": f"{seconds:.0f} seconds",
        "Python": f"{python} on {platform.system()}, {platform.machine()}",
        f"sha256 of {book.LOCK}": f"<code>{book.sha256((root / book.LOCK).read_bytes())}</code>",
        "sha256 of the book": f"<code>{sealed}</code>, which <code>{escape(BY_HAND)}</code> prints in the book's folder",
    }
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="book-sha256" content="{sealed}">
<title>What was recomputed: {escape(about["title"])}</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>What was recomputed: {escape(about["title"])}</h1>
<p><strong{' class="not"' if wrong or missing else ""}>{outcome}</strong></p>
<p>A program wrote this page (<code>make verify</code>). It ran every chapter anew and compared each exported file of each table and
figure with the one in the book. It is modelled on a CODECHECK certificate and is not one: nobody signed it, and it says nothing
of whether the data or the methods are right. It tells how long the check took, so it differs from run to run; it is no part of the
reproducible book and lies beside it.</p>
<dl>
{"".join(f"<dt>{escape(name)}</dt><dd>{_fact(text)}</dd>" for name, text in facts.items())}
</dl>
<h2>Exhibits</h2>
<table>
<caption>“identical”: the same bytes again. “moved”: a table, code, a package or a cell is not what the file was made from. “edited”:
nothing moved, but the file is not what the chapter gives.</caption>
<thead><tr><th scope="col">Exhibit</th><th scope="col">Notebook</th><th scope="col">Files</th><th scope="col">State</th></tr></thead>
<tbody>
{chr(10).join(rows)}
</tbody>
</table>
<h2>Check it yourself</h2>
<p>Anybody can, with the sources of the edition, Python 3.11 or newer and <code>make</code>; only the first command needs a package registry.</p>
<dl>
<dt><code>make book</code></dt><dd>sets up the locked packages and builds the book; the same sources give the same bytes</dd>
<dt><code>make verify</code></dt><dd>recomputes every exhibit of that book and writes this page anew</dd>
<dt><code>.venv/bin/python -m bookpress verify FILE</code></dt><dd>checks one exported table or figure, wherever it came from</dd>
<dt><code>make test</code></dt><dd>runs every chapter against its stored outputs, and the other tests</dd>
<dt><code>python3 -m bookpress crate --check .</code></dt><dd>in an archived crate: compares every file with the sha256 in its metadata</dd>
</dl>
<h2>Packages</h2>
<ul class="packages">
{chr(10).join(f"<li>{escape(name)} {escape(version)}</li>" for name, version in setting.items())}
</ul>
</main>
</body>
</html>
"""


def _fact(text: str) -> str:
    """Return a fact as HTML; one that has code in it is HTML already."""
    return text if "<code>" in text else escape(text)


def _row(exhibit: str, chapter: Path, verdicts: Iterable[tuple[str, Path, str, str]]) -> str:
    """Return the row of an exhibit: what all its files have in common, or each file that is not as it was."""
    own = [(path, verdict, reason) for of, path, verdict, reason in verdicts if of == exhibit]
    other = [(path, verdict, reason) for path, verdict, reason in own if verdict != "identical"]
    said = "<br>".join(
        f'<span class="not">{verdict}</span>: <code>{escape(path.name)}</code>: {escape(reason.replace(f"{book.root()}/", ""))}'
        for path, verdict, reason in other
    )
    state = said or ("identical" if own else "not checked")
    name = exhibit.replace("-", " ").title()
    return (
        f'<tr><th scope="row">{escape(name)}</th><td><code>{escape(chapter.as_posix())}</code></td>'
        f"<td>{len(own)}</td><td>{state}</td></tr>"
    )
