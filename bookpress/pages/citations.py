"""The Sphinx glue of citations: the edition is identified once a build, and the book holds a finished CITATION.cff."""

from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path

from sphinx.application import Sphinx

from bookpress.edition import citation, identifiers

FILE = "CITATION.cff"


@cache
def edition(app: Sphinx) -> dict[str, str]:
    """Return the identifiers of the edition that is being built and of its folders, as they were when first asked for."""
    return identifiers.edition(Path(app.srcdir))


def formats(cited: Mapping[str, str]) -> str:
    """Return a citation in all its formats as HTML."""
    return "".join(
        f'<h3>{name}</h3><div class="highlight"><pre>{escape(text)}</pre></div>\n'
        for name, text in cited.items()
    )


def section(app: Sphinx) -> str:
    """Return how the edition itself is cited and identified, as HTML for a page one folder down."""
    named = edition(app)
    cited = citation.cite("edition", "", named[""], app.config.html_baseurl)
    folders = "".join(
        f"<li>The folder <code>{name}</code>: <code>{value}</code>; <code>git rev-parse HEAD:{name}</code></li>\n"
        for name, value in named.items()
        if name
    )
    return f"""<h2 id="cite">Cite the edition</h2>
{formats(cited)}
<p>The identifiers are SWHIDs (ISO/IEC 18670). They follow from the files and nothing else, and git prints in a clone what follows
the last colon:</p>
<ul><li>The edition: <code>{named[""]}</code>; <code>git rev-parse "HEAD^{{tree}}"</code></li>
{folders}</ul>
<p>The identifier of the edition cannot stand in a file of the edition; <a href="../{FILE}" download>{FILE}</a> of the book has
it.</p>"""


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the finished CITATION.cff into the book."""
    if exception is None and app.builder.name == "html":
        text = citation.finished(edition(app), app.config.html_baseurl)
        (Path(app.outdir) / FILE).write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
