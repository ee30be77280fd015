"""A finished page in another language: its blocks are cut into sentences, and a catalogue says each of them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape, unescape
from itertools import groupby
from typing import TypeAlias

from lxml.html import HtmlElement, fragments_fromstring, tostring

from bookpress.edition.catalogue import Catalogue

# Markup within a sentence; all other elements part sentences.
INLINE = {
    "a",
    "abbr",
    "b",
    "br",
    "cite",
    "code",
    "em",
    "i",
    "q",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
}
# What stays as it is: code, drawings, sources as their publishers name them, what scripts draw.
UNSAID = "script, style, pre, svg, [translate=no], .exhibit-note > p, .headerlink, .exhibit-files"
# Within a line, but said for itself.
ALONE = ".verdict-word, .unseen, .figure-title, summary > span, .turn a, .turn span, .foot a, .sources a"
ATTRIBUTES = ("alt", "title", "aria-label", "placeholder")
PLAIN = ("option", "title", "button")  # elements that hold text alone
END = re.compile(
    r"(?<=[.?!:])(?<!Rev\.)((?:</[a-z]+-\d+>|<[a-z]+-\d+/>)*) (?=(?:<[a-z]+-\d+/?>|[“(‘])*[A-Z0-9])"
)
NUMBERED = re.compile(r"(</?[a-z]+)-(\d+)(/?>)")
TOKEN = re.compile(r"<[^>]*>")
WRAPPED = re.compile(r"(<([a-z]+-\d+)>)(.*)(</\2>)")
FIRST = re.compile(r"(<(?!code)[a-z]+-\d+/> ?)(.*)")
LAST = re.compile(r"(.*?)( ?<[a-z]+-\d+/>)")
WIDE = re.compile(r"[‘’“”\u2e80-\u9fff\uff00-\uffef]")  # letters and signs that no blank stands beside

Part: TypeAlias = "str | HtmlElement"


def sentences(text: str) -> list[str]:
    """Return the sentences of a text; tags that one opens it closes.

    Examples
    --------
    >>> sentences("<a-1>So it is. No doubt.</a-1> SITC Rev. 4 says: Yes.")
    ['<a-1>So it is. No doubt.</a-1>', 'SITC Rev. 4 says:', 'Yes.']
    """
    pieces = END.sub(r"\1\n", text).split("\n")
    found = [pieces[0]]
    for piece in pieces[1:]:
        last = found[-1]
        if len(re.findall(r"<[a-z]+-\d+>", last)) == last.count("</"):
            found.append(piece)
        else:
            found[-1] = f"{last} {piece}"
    return found


def joined(said: Sequence[str]) -> str:
    """Join sentences; between those of a language without blanks there is none."""
    text = said[0] if said else ""
    for one in said[1:]:
        before, after = TOKEN.sub("", text)[-1:], TOKEN.sub("", one)[:1]
        text += one if WIDE.match(before) or WIDE.match(after) else f" {one}"
    return text


@dataclass
class Page:
    """A part of a page on its way into another language."""

    whole: HtmlElement
    catalogue: Catalogue
    unsaid: set[HtmlElement] = field(default_factory=set)
    alone: set[HtmlElement] = field(default_factory=set)

    def translate(self) -> None:
        """Put it into the other language, in place; a sentence that is not translated stays, marked as English."""
        self.unsaid = {*self.whole.cssselect(UNSAID)}
        # Custom elements are drawn by scripts of the book, in its own language.
        self.unsaid |= {node for node in self.whole.iter() if "-" in str(node.tag)}
        for reference in self.whole.cssselect("span.std"):  # what Sphinx puts into a link
            reference.drop_tag()
        self.alone = {*self.whole.cssselect(ALONE)}
        for node in () if self.catalogue.of_authors else self.unsaid:
            if node.tag not in ("script", "style") and "headerlink" not in node.classes:
                node.set("lang", "en")
        self._block(self.whole)

    def text(self, text: str) -> str:
        """Return plain text in the other language; sentences that are not translated stay."""
        every = sentences(escape(" ".join(text.split()), quote=False))
        return unescape(joined([self.catalogue.said(one) or one for one in every]))

    def _attributes(self, node: HtmlElement) -> None:
        for name in ATTRIBUTES:
            if node.get(name):
                node.set(name, self.text(node.get(name)))
        if node.tag == "option" and node.get("value") is None:
            node.set("value", node.text_content())  # scripts compare it with English data

    def _block(self, block: HtmlElement) -> None:
        """Translate an element that parts sentences, and all that it holds."""
        self._attributes(block)
        parts: list[Part] = []
        for inline, run in groupby(_content(block), self._inline):
            if inline:
                parts += self._run([*run], block.tag in PLAIN)
                continue
            for node in run:
                assert not isinstance(node, str), "texts belong to sentences"
                if node not in self.unsaid and isinstance(node.tag, str):
                    self._block(node)
                parts.append(node)
        _refill(block, parts)

    def _inline(self, part: Part) -> bool:
        """Return whether a part belongs to a sentence, and not between sentences."""
        return isinstance(part, str) or all(
            node.tag in INLINE and (node not in self.unsaid or node.tag == "code") for node in part.iter()
        )

    def _run(self, run: list[Part], plain: bool) -> list[Part]:
        """Return sentences with their markup in the other language."""
        kept: list[HtmlElement] = []
        first, flat, last = _peeled(" ".join("".join(self._flat(part, kept) for part in run).split()))
        said, known = [], False
        for one in sentences(flat):
            before, inner, after = _peeled(one)
            names = _names(inner)
            text = self.catalogue.said(_renamed(inner, names))
            known = known or text is not None
            if text is not None:
                text = _renamed(text, {short: long for long, short in names.items()})
            elif plain or self.catalogue.of_authors:
                text = inner
            else:
                text = f'<span lang="en">{inner}</span>'
            said.append(f"{before}{text}{after}")
        if self.catalogue.of_authors and not known:
            return run
        html = NUMBERED.sub(lambda tag: _restored(tag, kept), f"{first}{joined(said)}{last}")
        return [part for piece in fragments_fromstring(html) for part in _loose(piece)]

    def _flat(self, part: Part, kept: list[HtmlElement]) -> str:
        """Return a part as text, with tags that number the elements in `kept`."""
        if isinstance(part, str):
            return escape(part, quote=False)
        name = f"{part.tag}-{len(kept)}"
        kept.append(part)
        if part in self.alone:
            self._block(part)
            return f"<{name}/>"
        self._attributes(part)
        if part.tag in ("code", "br") or not re.search(r"[^\W\d_]", part.text_content()):
            return f"<{name}/>"
        return f"<{name}>{''.join(self._flat(inner, kept) for inner in _content(part))}</{name}>"


def _content(node: HtmlElement) -> Iterator[Part]:
    """Yield the texts and elements that an element holds, in order."""
    if node.text:
        yield node.text
    for inner in node:
        tail = inner.tail
        yield inner
        if tail:
            yield tail


def _loose(piece: Part) -> Iterator[Part]:
    """Yield a text, or an element and the text behind it."""
    yield piece
    if not isinstance(piece, str) and piece.tail:
        yield piece.tail


def _refill(node: HtmlElement, parts: Sequence[Part]) -> None:
    """Let an element hold these texts and elements."""
    node.text = None
    for inner in [*node]:
        node.remove(inner)
    last = None
    for part in parts:
        if not isinstance(part, str):
            part.tail, last = None, part
            node.append(part)
        elif last is None:
            node.text = (node.text or "") + part
        else:
            last.tail = (last.tail or "") + part


def _peeled(sentence: str) -> tuple[str, str, str]:
    """Return what stands about a sentence that is no part of it: a tag around all of it, signs before and after."""
    before = after = ""
    while True:
        if found := WRAPPED.fullmatch(sentence):
            before, sentence, after = before + found[1], found[3], found[4] + after
        elif found := FIRST.fullmatch(sentence):
            before, sentence = before + found[1], found[2]
        elif found := LAST.fullmatch(sentence):
            sentence, after = found[1], found[2] + after
        else:
            return before, sentence, after


def _names(sentence: str) -> dict[str, str]:
    """Return for each numbered tag of a sentence the one that a catalogue has: ``<a>``, for the second link ``<a2>``."""
    short: dict[str, str] = {}
    seen: dict[str, int] = {}
    for tag, number in re.findall(r"<([a-z]+)-(\d+)/?>", sentence):
        seen[tag] = seen.get(tag, 0) + 1
        name = tag if seen[tag] == 1 else f"{tag}{seen[tag]}"
        for before, after in (("<", ">"), ("</", ">"), ("<", "/>")):
            short[f"{before}{tag}-{number}{after}"] = f"{before}{name}{after}"
    return short


def _renamed(text: str, names: dict[str, str]) -> str:
    return TOKEN.sub(lambda tag: names[tag[0]], text)


def _restored(tag: re.Match[str], kept: Sequence[HtmlElement]) -> str:
    """Return a tag as it was in the page; an element without words whole."""
    node = kept[int(tag[2])]
    if tag[1].startswith("</"):
        return f"</{node.tag}>"
    if tag[3] == "/>":
        return str(tostring(node, encoding="unicode", with_tail=False))
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in node.attrib.items())
    return f"<{node.tag}{attributes}>"
