"""The sentences of another language, from gettext catalogues in which numbers and names are gaps.

``{0} of {1} countries grew`` stands for a sentence whatever its numbers are: they are taken from the English sentence,
so that no translation holds a number that a chapter computes. A list of names is one gap.

The engine's own words are in catalogues beside it; what a book has in its folder ``locale/`` is added, and goes before.
"""

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

from bookpress.edition import book, inputs

if TYPE_CHECKING:
    from babel import Locale  # chapters in English run without it

NAME, SCRIPT = "name", "script"  # contexts: what fills a gap, and what a script writes into the page
TAG = r"</?[a-z]+\d*/?>"  # of a link or other markup in a sentence
GAP = re.compile(r"\{\d+\}")
LINE = re.compile(
    r'(?:(?:msgctxt |msgid |msgstr )?"(?:[^"\\]|\\.)*"|#.*)?'
)  # of a catalogue, as Babel expects it
MARK = re.compile(rf"{TAG}|{GAP.pattern}")
WHERE = "locale/{}/LC_MESSAGES"


@dataclass
class Catalogue:
    """What is said in a language, and which sentences it was asked for."""

    locale: "Locale"
    texts: dict[str, str]  # by English sentence with gaps
    names: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)  # of scripts
    asked: dict[str, str] = field(default_factory=dict)  # an English sentence for each message
    engines: set[str] = field(
        default_factory=set
    )  # messages that the engine brings, and any book may leave unused
    of_authors: bool = (
        False  # whether the book is in this language: what is not here is its authors', and not English
    )

    @property
    def tag(self) -> str:
        """The language as pages name it, for example ``zh-Hans``."""
        return "-".join(filter(None, (self.locale.language, self.locale.script)))

    @property
    def folder(self) -> str:
        """The folder of the book with the pages in this language."""
        return str(self.locale.language)

    @property
    def missing(self) -> dict[str, str]:
        """The messages that were asked for and are not there, each with its English sentence."""
        return {message: text for message, text in self.asked.items() if message not in self.texts}

    @property
    def stale(self) -> list[str]:
        """The messages that nothing asked for."""
        return [message for message in self.texts if message not in {*self.asked, *self.engines}]

    def said(self, sentence: str) -> str | None:
        """Return a sentence in this language; None if it is not translated. Both have tags as ``<a>`` and no other markup."""
        message, values = self.masked(sentence)
        if (
            message not in self.texts
            and not self.of_authors
            and not re.search(r"[A-Za-z]", MARK.sub("", unescape(message)))
        ):
            return filled(message, values)  # nothing but numbers and names
        self.asked[message] = sentence
        text = self.texts.get(message)
        return text and filled(text, values)

    def masked(self, sentence: str) -> tuple[str, list[str]]:
        """Return a sentence with a gap for each number and each list of names, and what fills the gaps in this language."""
        values: list[str] = []

        def gap(found: re.Match[str]) -> str:
            if found[0].startswith("<"):
                return found[0]
            values.append(self._valued(found[0]))
            return f"{{{len(values) - 1}}}"

        return self._maskable.sub(gap, sentence.replace("’", "'")), values

    @cached_property
    def _maskable(self) -> re.Pattern[str]:
        number = r"(?<=\bclaim )[\w.]+-[\w-]+|\d+(?:,\d{3})*(?:\.\d+)*"  # or the id of a claim
        if not self.names:
            return re.compile(rf"{TAG}|{number}")
        names = [name for name in self.names if name.strip() and name[0].isalnum()]  # not what joins a list
        every = {*names, *(f"{name[0].upper()}{name[1:]}" for name in names)}
        name = rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(every, key=len, reverse=True)))})(?!\w)"
        return re.compile(rf"{TAG}|{number}|{name}(?:(?:, and |, | and ){name})*")

    def _valued(self, found: str) -> str:
        """Return names, or a list of them, in this language; numbers as they are."""
        if found[0].isdigit():
            return found
        listed = [found] if found in self.names else re.split(r", and |, | and ", found)
        *first, last = [
            self.names.get(one) or self.names.get(f"{one[0].lower()}{one[1:]}", one) for one in listed
        ]
        between, before_last = (self.names.get(one, one) for one in (", ", " and "))
        return f"{between.join(first)}{before_last}{last}" if first else last


def filled(text: str, values: list[str]) -> str:
    """Return a text with its gaps filled."""
    return GAP.sub(lambda gap: values[int(gap[0][1:-1])], text) if values else text


def read(root: Path, language: str) -> Catalogue:
    """Read every catalogue of a language that a book has, named for example ``zh_CN``, and the engine's.

    A BookError names the file and the line of a fault.
    """
    found = _gathered(root, language, "translations")
    if not (root / WHERE.format(language)).is_dir():
        raise book.BookError(f"{WHERE.format(language)}: found no folder, expected catalogues of {language}")
    return found


def language(root: Path) -> str:
    """Return the language of a book as Sphinx names it: ``language`` below ``sphinx: config:`` in _config.yml, else ``en``."""
    with inputs.quiet():  # what the language is belongs to the setting that chapters run in
        settings = book.configuration(root) if (root / "_config.yml").is_file() else {}
    return str(((settings.get("sphinx") or {}).get("config") or {}).get("language") or "en")


def tag(root: Path) -> str:
    """Return the language of a book as pages name it: ``en``, ``zh-Hans``."""
    said = of_book(root)
    return said.tag if said else language(root).replace("_", "-")


@lru_cache
def of_book(root: Path) -> Catalogue | None:
    """Return the engine's words in the language of a book; None if that is English, or nobody has translated them."""
    name = language(root)
    found = None if name.startswith("en") else _gathered(root, name, "language")
    return replace(found, of_authors=True) if found and found.texts else None


def complaint(root: Path) -> str:
    """Return a line that says that nobody has translated the engine's words into the language of a book; '' if somebody has."""
    name = language(root)
    if name.startswith("en") or of_book(root):
        return ""
    known = ", ".join(sorted(folder.name for folder in (book.ENGINE / "locale").iterdir()))
    return f"_config.yml, language: found {name!r}; the engine's own words are in en and {known}, and stay English here"


def say(words: str, *values: object) -> str:
    """Return words of the engine in the language of the book, with their gaps filled; in English if that has none.

    Examples
    --------
    >>> say("Source: {0}; own computation.", "UN Comtrade")
    'Source: UN Comtrade; own computation.'
    """
    said = of_book(book.root())
    return filled(said.texts.get(words, words) if said else words, [*map(str, values)])


def _gathered(root: Path, language: str, setting: str) -> Catalogue:
    """Return the catalogues of a language, the engine's and then the book's; a BookError names the setting that asks for it."""
    from babel import Locale, UnknownLocaleError

    try:
        found = Catalogue(Locale.parse(language), {})
    except (ValueError, UnknownLocaleError):
        expected = "expected a language such as en or zh_CN"
        raise book.BookError(f"_config.yml, {setting}: found {language!r}, {expected}") from None
    _gather(found, book.ENGINE, language)
    engines, found.texts = found.texts, {}
    _gather(found, root, language)
    found.engines, found.texts = {*engines} - {*found.texts}, engines | found.texts
    return found


def _gather(found: Catalogue, home: Path, language: str) -> None:
    """Add the catalogues that a folder has of a language; a message that is there twice is a fault."""
    kept = {None: found.texts, NAME: dict[str, str](), SCRIPT: dict[str, str]()}
    for path in sorted((home / WHERE.format(language)).glob("*.po")):
        place = path.relative_to(home).as_posix()
        for line, context, message, text in _entries(path, place):
            if context not in kept:
                raise book.BookError(
                    f"{place}, line {line}: found msgctxt {context!r}, expected none, {NAME!r} or {SCRIPT!r}"
                )
            if message in kept[context]:
                raise book.BookError(f"{place}, line {line}: found {message!r} again, expected each once")
            if context is None and text:
                _expect_sound(f"{place}, line {line}", message, text)
            if text:
                kept[context][message] = text
    found.names |= kept[NAME]
    found.words |= kept[SCRIPT]


def _entries(path: Path, place: str) -> Iterator[tuple[int, str | None, str, str]]:
    """Yield line, context, message and text of a catalogue; what is marked as fuzzy has no text."""
    from babel.messages.pofile import PoFileError, read_po

    text = path.read_text(encoding="utf-8", errors="replace")
    for number, line in enumerate(
        text.splitlines(), 1
    ):  # Babel leaves out what it cannot read, and more with it
        if not LINE.fullmatch(line):
            raise book.BookError(
                f"{place}, line {number}: found {line!r}, expected a line of a gettext catalogue"
            )
    try:
        entries = [*read_po(io.StringIO(text), abort_invalid=True)]
    except PoFileError as error:
        raise book.BookError(f"{place}: found {error}, expected a gettext catalogue") from None
    entries = [entry for entry in entries if entry.id]  # without the head
    if len(entries) != len(re.findall(r'^msgid (?!""\nmsgstr)', text, re.MULTILINE)):
        raise book.BookError(f"{place}: found a message again, expected each once")
    for entry in entries:
        yield entry.lineno or 0, entry.context, str(entry.id), "" if entry.fuzzy else str(entry.string)


def _expect_sound(where: str, message: str, text: str) -> None:
    """Refuse a translation that drops or adds a gap or a tag, or that types a number."""
    ours, theirs = (Counter(MARK.findall(one)) for one in (text, message))
    if ours != theirs:
        odd = sorted([*((ours - theirs) + (theirs - ours))])
        raise book.BookError(
            f"{where}: found {', '.join(odd)} in one of msgid and msgstr, expected the same in both"
        )
    typed, known = (re.search(r"\d", MARK.sub("", one)) for one in (text, message))
    if typed and not known:
        raise book.BookError(f"{where}: found the digit {typed[0]} in msgstr, expected a gap such as {{0}}")


def po(messages: Iterable[tuple[str, str]]) -> str:
    """Return entries to fill in, each with an English sentence as a comment."""

    def quoted(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    return "\n".join(f'#. {text}\nmsgid {quoted(message)}\nmsgstr ""\n' for message, text in messages)
