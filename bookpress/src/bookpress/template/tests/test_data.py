"""What nbval cannot see of data and claims: tables as declared, claims decided where they belong."""

import shutil
from pathlib import Path

import pytest

from bookpress import claims, tables
from bookpress.tables import records
from recording import PACKAGE

ROOT = Path(__file__).resolve().parents[1]


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
