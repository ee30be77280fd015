"""What README, CONTRIBUTING and the page on reading, rerunning and citing promise that a machine can check."""

import argparse
import re
import shlex

import pytest

from beltroad.cli import exporters, searching
from bookpress.cli import audit, command, notebooks, publishing
from shared import ROOT
from small import read_notebook
from tradefiles import fetch

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGE = "\n".join(
    "".join(cell["source"]) for cell in read_notebook(ROOT / "chapters/read-rerun-cite.ipynb")["cells"]
)
TEXTS = "\n".join([README, (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), PAGE])
FAMILIES = {
    "beltroad": (exporters, searching, fetch, audit),
    "bookpress": (notebooks, publishing, audit),
}


def test_the_readme_is_short():
    assert len(README.splitlines()) <= 70


def test_every_make_target_named_exists():
    makefile = "".join(
        (ROOT / name).read_text(encoding="utf-8")
        for name in ("Makefile", "bookpress/src/bookpress/vendor/book.mk")
    )
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.M))
    assert set(re.findall(r"(?:`|^)make ([a-z-]+)", TEXTS, flags=re.M)) <= targets


def test_every_file_named_exists():
    named = re.findall(r"`((?:[a-z_.-]+/)*[A-Za-z_.-]+\.(?:md|txt|in|yml|ipynb|csv|json|py|cff))`", TEXTS)
    assert named
    assert not [name for name in named if not (ROOT / name).exists()]


def test_every_link_of_the_readme_leads_to_a_file_and_a_cell():
    linked = [place for place in re.findall(r"\]\(([^)\s]+)\)", README) if "://" not in place]
    assert linked
    for place in linked:
        path, _, name = place.partition("#")
        assert (ROOT / path).is_file(), place
        heads = {f"## {name.capitalize()}\n"} if name else set()
        assert heads <= set(PAGE.splitlines(keepends=True)), place


def commands() -> list[tuple[str, str]]:
    """Return the commands that the texts show in blocks, each with the program that carries it out."""
    blocks = "\n".join(re.findall(r"^```console\n(.*?)^```", TEXTS, flags=re.M | re.S))
    shown = re.findall(r"^(?:\S*/)?(beltroad|bookpress) ([^#\n>]+)", blocks, flags=re.M)
    return [(program, line.strip()) for program, line in shown if not line.startswith("completion")]


@pytest.mark.parametrize(("program", "line"), commands())
def test_every_command_shown_is_understood(program, line):
    parser, added = command.parser(program, "about", "0")
    for family in FAMILIES[program]:
        family.add(added)
    words = shlex.split(re.sub(r"[\[\]]|\.\.\.|\|\S+", "", line))
    assert isinstance(parser.parse_args([word.replace("…", "34") for word in words]), argparse.Namespace)
