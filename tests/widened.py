"""The whole book of somebody who has the files of BACI: `make test SUITE=widened`, about a quarter of an hour."""

import json
import re
import sys

import pytest

import baci
from beltroad import table1
from lab import copies


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The pages of a copy with 200 exporters, built by the three commands that chapter 2.1 names, and the exporters' codes."""
    paths, exporters = baci.write(tmp_path_factory.mktemp("baci"))
    root = copies.copy(tmp_path_factory.mktemp("widened") / "book")
    for command in (
        ["recording", "--baci", *paths],
        ["beltroad", "prove", "--record"],
        ["recording"],
        ["bookpress", "build"],
    ):
        copies.run([sys.executable, "-m", *command], root)
    return root / "_build/html", {*exporters, *table1.exporters()}


def test_cover_and_chapters_count_every_exporter(book):
    html, exporters = book
    for page in ("index.html", "chapters/2-1-export-pattern.html"):
        text = (html / page).read_text(encoding="utf-8")
        assert re.search(rf"computed (them|it) for {len(exporters)}\s+exporters", text), page
    new = len(exporters) - len(table1.exporters())
    for page in ("index.html", "chapters/2-1-groupings.html"):
        assert f"Of the {new} exporters that only BACI has" in (html / page).read_text(encoding="utf-8")


def test_explorer_and_table_have_every_exporter(book):
    html, exporters = book
    page = (html / "chapters/2-1-export-pattern.html").read_text(encoding="utf-8")
    data = json.loads(re.search(r'id="explore-values">(.*?)</script>', page, flags=re.S)[1])
    assert {*data["exporters"]} == exporters
    lines = (html / "tables/table-s37.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) - 1 == len(exporters - {*table1.exporters()})
    assert not [line for line in lines if line.endswith(",")], "every exporter has its proof"
