"""What is left before a book is published, step by step, each with the line to write and where; and what was done.

A step is ticked by what the files and git say, never by memory. What no file says (a switch on a web page) is told without a tick.
"""

import re
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from bookpress.edition import book, citation, files, identifiers
from bookpress.publish import html
from bookpress.publish.release import documents, services

TEMPLATE = book.ENGINE / "template" / "CITATION.cff"
WRAPPED: Any = {
    "width": 110,
    "initial_indent": "  ",
    "subsequent_indent": "      ",
    "break_on_hyphens": False,
}
MARKS = {True: "[x]", False: "[ ]", None: "[-]"}
VERSION = re.compile(r"""^__version__ = ["'](.+?)["']""", re.M)


class Step(NamedTuple):
    """One step: what it is about, whether it is done (None: no file says it), what was found, what to write."""

    name: str
    done: bool | None
    found: str
    write: str = ""


def write(root: Path) -> str:
    """Write what services and editors read of a book, where it is missing; return the list of all steps.

    A BookError says which of the files that are read cannot be understood.
    """
    services.disagreements(root, "")  # what cannot be read is said before anything is written
    written = [documents.write(root), *services.write(root)]
    about, steps = (
        citation.edition(),
        {heading: [make(root) for make in makes] for heading, makes in STEPS.items()},
    )
    lines = [f"{about['title']}, version {about['version']}", "", "What others read of it:"]
    lines += [textwrap.fill(f"-   {line}", **WRAPPED) for line in written]
    for heading, some in steps.items():
        lines += ["", heading]
        for step in some:
            lines.append(textwrap.fill(f"{MARKS[step.done]} {step.name}: {step.found}", **WRAPPED))
            lines += [f"        {line}" for line in step.write.splitlines() if not step.done]
    left = sum(step.done is False for some in steps.values() for step in some)
    ends = (
        f"Left: {left} steps, marked [ ]. What is marked [-] no file can say."
        if left
        else "Nothing is left that a file can say."
    )
    return "\n".join([*lines, "", ends])


def authors(root: Path) -> Step:
    """Whether CITATION.cff names who wrote the book, and does not say what the template says."""
    about, people = citation.edition(), citation.authors()
    placeholders = TEMPLATE.read_text(encoding="utf-8")
    example = "authors:\n  - family-names: FAMILY\n    given-names: GIVEN\n    orcid: https://orcid.org/0000-0000-0000-0000"
    if f"name: {people[0].name}" in placeholders or f"abstract: {about['abstract']}" in placeholders:
        found = "CITATION.cff still has the authors or the abstract of the template. Write there:"
        return Step("Authors", False, found, f"{example}\nabstract: WHAT THE BOOK SHOWS")
    names = "; ".join(author.filed for author in people)
    persons = any(author.family for author in people)
    return Step("Authors", True, names if persons else f"{names} (CITATION.cff names no person)")


def article(root: Path) -> Step:
    """Whether CITATION.cff says for which article the book stands; a book may stand for none."""
    if found := documents.article():
        return Step("Article", True, str(found.get("title", "named without a title in CITATION.cff")))
    said = "CITATION.cff names no article that the book stands for. If there is one, write there:"
    example = "preferred-citation:\n  type: article\n  title: TITLE\n  authors:\n    - family-names: FAMILY\n      given-names: GIVEN\n  doi: DOI"
    return Step("Article", None, said, example)


def licence(root: Path) -> Step:
    """Whether LICENSE holds the text of the licence that CITATION.cff names."""
    named = services.licence_ids()
    if any(root.glob("LICENSE*")):
        return Step("Licence", True, f"{', '.join(named)}, with a text in LICENSE")
    found = "there is no file LICENSE. Write the text into it that you find at:"
    return Step("Licence", False, found, f"https://spdx.org/licenses/{named[0]}.html")


def repository(root: Path) -> Step:
    """Whether `_config.yml` says where the repository is."""
    if url := book.repository(book.configuration(root)):
        return Step("Repository", True, url)
    found = "no address is known. Create the repository at your host, and write its address into _config.yml:"
    return Step("Repository", False, found, "repository:\n  url: https://github.com/OWNER/NAME")


def base(root: Path) -> Step:
    """Whether `_config.yml` says where the published book is."""
    settings = book.configuration(root)
    if address := book.base(settings):
        return Step("Address of the book", True, address)
    url = book.repository(settings)
    owner, _, name = url.partition("github.com/")[2].partition("/")
    known = f"https://{owner.lower()}.github.io" + (
        "" if name.lower() == f"{owner.lower()}.github.io" else f"/{name}"
    )
    found = "no address is known. Write into _config.yml, under html:"
    return Step(
        "Address of the book", False, found, f"baseurl: {known if owner else 'https://OWNER.github.io/NAME'}"
    )


def version(root: Path) -> Step:
    """Whether the version is one of a release, and the packages, the changelog and `.zenodo.json` say the same."""
    about = citation.edition()
    now, day, release = about["version"], about["date-released"], _release()
    lines = [f"CITATION.cff:  version: {release}"] if release != now else []
    lines += [f"{place}:  {line}" for place, found, line in _package(root, release) if found != release]
    if (entry := _entry(root, release)) != day:
        lines.append(f"CHANGELOG.md:  ## [{release}] - {day}")
    lines += [f"{services.ZENODO}:  {line}" for line in services.disagreements(root, release)]
    found = f"{now} of {day}"
    if not lines:
        return Step("Version", True, f"{found}, as in the changelog and in {services.ZENODO}")
    said = {None: "the changelog has no entry for it", "": "its entry in the changelog has no date"}.get(
        entry, ""
    )
    reason = "; ".join(filter(None, ["a version in development" if release != now else "", said]))
    return Step(
        "Version",
        False,
        f"{found}{f': {reason}' if reason else ''}. Write, with the day of the release:",
        "\n".join(lines),
    )


def _release() -> str:
    """Return the version of the edition without what says that it is in development."""
    return re.sub(r"[.-]?dev\d*$", "", citation.edition()["version"])


def _package(root: Path, release: str) -> Iterator[tuple[str, str, str]]:
    """Yield where the book's own package says its version, what it says there, and the line to write."""
    said = book.project(root)
    if "version" in said.get("project", {}):
        yield book.PROJECT, said["project"]["version"], f'version = "{release}"'
    dynamic = said.get("tool", {}).get("setuptools", {}).get("dynamic", {}).get("version", {})
    if "attr" in dynamic:
        home = "/".join(dynamic["attr"].split(".")[:-1])
        place = next((one for one in (f"{home}/__init__.py", f"{home}.py") if (root / one).is_file()), "")
        found = VERSION.search((root / place).read_text(encoding="utf-8")) if place else None
        yield place or home, found[1] if found else "", f'__version__ = "{release}"'


def _entry(root: Path, release: str) -> str | None:
    """Return the date of a version's entry in the changelog, '' if it has none; None without an entry."""
    path = root / "CHANGELOG.md"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    found = re.search(rf"^## \[?{re.escape(release)}\]?(?: - (\S+))?[ \t]*$", text, flags=re.M)
    return (found[1] or "") if found else None


def clean(root: Path) -> Step:
    """Whether all that was changed is committed."""
    changed = files.git(root, "status", "--porcelain")
    if changed is None:
        return Step(
            "Commits", False, "the folder is no git repository. Run:", "git init\ngit add --all\ngit commit"
        )
    if not changed:
        return Step("Commits", True, "all changes are committed")
    names = [line[3:] for line in changed.decode(errors="replace").splitlines()]
    few = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return Step(
        "Commits", False, f"found changes that are not committed ({few}). Run:", "git add --all\ngit commit"
    )


def built(root: Path) -> Step:
    """Whether the book that is built is of these sources."""
    fresh = html.is_current(root)
    said = (
        "the book in _build/html is of these sources"
        if fresh
        else "the book in _build/html is missing, or of other sources. Run:"
    )
    return Step("Book", fresh, said, "make book")


def tested(root: Path) -> Step:
    """Whether all tests passed, of these very files."""
    path = root / "_build" / book.TESTED
    passed = path.is_file() and path.read_text(encoding="utf-8").strip() == identifiers.directory(root)
    said = (
        "all passed, of these very files"
        if passed
        else "not all are known to have passed since a file changed. Run:"
    )
    return Step("Tests", passed, said, "make test")


def tag(root: Path) -> Step:
    """Whether the commit bears the tag of the version."""
    name = f"v{_release()}"
    if name in (files.git(root, "tag", "--points-at", "HEAD") or b"").decode().split():
        return Step("Tag", True, name)
    return Step(
        "Tag",
        False,
        "the commit has none of this version. Once all above is done, run:",
        f"git tag --annotate {name} --message '{name}'",
    )


def pushed(root: Path) -> Step:
    """Whether a remote repository is known to have the commit."""
    if files.git(root, "branch", "--remotes", "--contains", "HEAD"):
        return Step("Push", True, "a remote repository has the commit")
    url = book.repository(book.configuration(root)) or "ADDRESS-OF-THE-REPOSITORY"
    remote = "" if files.git(root, "remote") else f"git remote add origin {url}\n"
    return Step(
        "Push",
        False,
        "no remote repository is known to have the commit. Run:",
        f"{remote}git push --follow-tags origin HEAD",
    )


def pages(root: Path) -> Step:
    """What to switch on for GitHub Pages."""
    url = book.repository(book.configuration(root)) or "https://github.com/OWNER/NAME"
    if not book.on_github(url):
        return Step(
            "Pages", None, "let your host serve the folder _build/html, which needs no server program."
        )
    return Step(
        "Pages",
        None,
        "choose once “GitHub Actions” as the source at the address below; each push then publishes the book.",
        f"{url}/settings/pages",
    )


def zenodo(root: Path) -> Step:
    """What to do for a DOI, and whether there is one."""
    if doi := citation.edition().get("doi"):
        return Step("DOI", True, str(doi))
    url = book.repository(book.configuration(root)) or "https://github.com/OWNER/NAME"
    found = "there is none yet. Switch the repository on at the first address, make a release of the tag at the second, and write the DOI that Zenodo gives into CITATION.cff:"
    lines = f"https://zenodo.org/account/settings/github/\n{url}/releases/new\ndoi: DOI"
    return Step("DOI", False, found, lines)


def archive(root: Path) -> Step:
    """What journals and codecheckers want."""
    folder = documents.FOLDER.as_posix()
    found = f"`make crate CHECK=1` gathers all for an archive. A journal wants {folder}/README.md, a codechecker {folder}/codecheck.yml."
    return Step("Journal", None, found)


STEPS: dict[str, tuple[Callable[[Path], Step], ...]] = {
    "Before the release:": (authors, article, licence, repository, base, version, clean, built, tested),
    "The release:": (tag, pushed, pages, zenodo, archive),
}
