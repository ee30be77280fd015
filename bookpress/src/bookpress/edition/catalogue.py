"""The sentences of another language, from gettext catalogues in which numbers and names are gaps.

``{0} of {1} countries grew`` stands for a sentence whatever its numbers are: they are taken from the English sentence,
so that no translation holds a number that a chapter computes. A list of names is one gap.
"""

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.pofile import PoFileError, read_po

from bookpress.edition import book

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

    locale: Locale
    texts: dict[str, str]  # by English sentence with gaps
    names: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)  # of scripts
    asked: dict[str, str] = field(default_factory=dict)  # an English sentence for each message

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
        return [message for message in self.texts if message not in self.asked]

    def said(self, sentence: str) -> str | None:
        """Return a sentence in this language; None if it is not translated. Both have tags as ``<a>`` and no other markup."""
        message, values = self.masked(sentence)
        if message not in self.texts and not re.search(r"[A-Za-z]", MARK.sub("", unescape(message))):
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
    return GAP.sub(lambda gap: values[int(gap[0][1:-1])], text)


def read(root: Path, language: str) -> Catalogue:
    """Read every catalogue of a language, named for example ``zh_CN``; a BookError names the file and the line of a fault."""
    folder = root / WHERE.format(language)
    try:
        found = Catalogue(Locale.parse(language), {})
    except (ValueError, UnknownLocaleError):
        expected = "expected a language such as zh_CN"
        raise book.BookError(f"_config.yml, translations: found {language!r}, {expected}") from None
    if not folder.is_dir():
        raise book.BookError(f"{WHERE.format(language)}: found no folder, expected catalogues of {language}")
    kept = {None: found.texts, NAME: found.names, SCRIPT: found.words}
    for path in sorted(folder.glob("*.po")):
        place = path.relative_to(root).as_posix()
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
    return found


def _entries(path: Path, place: str) -> Iterator[tuple[int, str | None, str, str]]:
    """Yield line, context, message and text of a catalogue; what is marked as fuzzy has no text."""
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
    if typed := re.search(r"\d", MARK.sub("", text)):
        raise book.BookError(f"{where}: found the digit {typed[0]} in msgstr, expected a gap such as {{0}}")


def po(messages: Iterable[tuple[str, str]]) -> str:
    """Return entries to fill in, each with an English sentence as a comment."""

    def quoted(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    return "\n".join(f'#. {text}\nmsgid {quoted(message)}\nmsgstr ""\n' for message, text in messages)
