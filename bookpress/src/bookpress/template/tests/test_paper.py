"""What nbval cannot see: whole notebooks, exhibits in order, data as declared, claims decided where they belong."""

import shutil
from pathlib import Path

import pytest

from bookpress import claims, tables
from bookpress.edition import book
from bookpress.run import stored
from bookpress.tables import records
from recording import PACKAGE

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = book.chapters(ROOT)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_stored_outputs_are_whole_and_compared(path):
    assert list(stored.faults(path)) == []


@pytest.mark.parametrize("kind", ["Table", "Figure"])
def test_exhibits_are_numbered_in_reading_order(kind):
    numbers = [number for number in stored.numbering(CHAPTERS, kind) if number.isdigit()]
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]


@pytest.mark.parametrize("name", [table.name for table in PACKAGE.tables])
def test_every_table_is_as_it_was_recorded(name):
    assert len(tables.read(name))


def test_the_description_is_the_declared_one(tmp_path):
    data = Path(shutil.copytree(ROOT / "data", tmp_path / "data"))
    records.record(PACKAGE, data)
    recorded = (ROOT / "data" / tables.PACKAGE).read_bytes()
    assert (data / tables.PACKAGE).read_bytes() == recorded, "run `make data`"


def test_every_claim_is_decided_in_its_chapter():
    assert len(claims.audit(ROOT)) == len(tables.read("claims"))
