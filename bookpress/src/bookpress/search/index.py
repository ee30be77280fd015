"""The index of the search, in a script: a page that is opened as a file can fetch nothing.

`search.js` reads it. Sphinx's own index knows chapters alone, and shows excerpts only where a page can fetch others.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.search import IndexBuilder

from bookpress.search import texts

INDEX = "searchindex.js"
WORD = re.compile(r"[^\W_]+")


def folded(text: str) -> str:
    """Return the words of a text without accents and capitals, as the script of the search compares them.

    Examples
    --------
    >>> folded("Côte d'Ivoire")
    'cote d ivoire'
    """
    plain = "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
    return " ".join(WORD.findall(plain.lower()))


def used(same: Iterable[Iterable[str]], found: Iterable[Iterable[str]]) -> list[list[str]]:
    """Return the groups of names that mean the same, of which the pages have one; names as they are compared."""
    text = f" {folded(' '.join(' '.join(part) for part in found))} "
    words = set(text.split())
    groups = (sorted({folded(name) for name in group} - {""}) for group in same)
    return [
        group
        for group in groups
        if len(group) > 1 and any(words.issuperset(name.split()) and f" {name} " in text for name in group)
    ]


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the index of the finished pages, with what finds the stem of a word in the language of the book."""
    if exception or app.builder.name != "html":
        return
    language = app.config.html_search_language or app.config.language
    about = IndexBuilder(app.env, language, app.config.html_search_options, "").context_for_searchtool()
    text = script(texts.pages(Path(app.outdir)), app.config.search_same, about)
    (Path(app.outdir) / INDEX).write_text(text, encoding="utf-8")


def script(found: list[list[str]], same: Iterable[Iterable[str]], about: Mapping[str, Any]) -> str:
    """Return the script of what was found on the pages, with what Sphinx knows about the language."""
    held = {"pages": found, "same": used(same, found)}
    stops = f"const STOPWORDS = new Set({about['search_language_stop_words']});"
    text = f"const SEARCHED = {json.dumps(held, ensure_ascii=False, separators=(',', ':'))};\n{stops}\n"
    return text + f"// From Sphinx, under its licence (BSD).\n{about['search_language_stemming_code']}"


def page(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the page of the search."""
    if app.builder.name == "html":
        yield "search", {"title": "Search"}, "search.html"


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_config_value("search_same", [], "")  # groups of names: who searches one finds the others
    app.connect("builder-inited", lambda app: setattr(app.builder, "search", False))
    app.connect("html-collect-pages", page)
    app.connect("build-finished", write, priority=960)  # after the repairs
    return {"parallel_read_safe": True, "parallel_write_safe": True}
