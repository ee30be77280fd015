"""The claims, exhibits and tables of a book as programs read them: each fits its schema, and leads to what is there."""

import json

import jsonschema
import pytest

from bookpress import tables
from bookpress.claims import box, ledger
from bookpress.edition import book, identifiers
from bookpress.search import registers
from shared import ROOT

EDITION = {"title": "T", "version": "1", "identifier": f"swh:1:dir:{'0' * 40}"}


def read(folder, name):
    content, schema = (
        json.loads((folder / path).read_text(encoding="utf-8"))
        for path in (f"{name}.json", f"schema/{name}.json")
    )
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(content, schema)
    return content


@pytest.mark.parametrize("name", registers.NAMES)
def test_a_built_book_has_each_register_with_its_schema_and_every_page_links_it(second_book, name):
    html = second_book / "_build/html"
    content = read(html, name)
    assert content["edition"]["identifier"] == identifiers.edition(second_book)[""]
    for page, root in (
        ("index.html", ""),
        ("chapters/1-periods.html", "../"),
        ("claims/1-harmony.html", "../"),
    ):
        link = f'<link rel="alternate" type="application/json" href="{root}{name}.json"'
        assert link in (html / page).read_text(encoding="utf-8"), page


def test_what_a_register_names_is_there_with_the_bytes_that_it_says(second_book):
    html = second_book / "_build/html"
    shown = read(html, "exhibits")["exhibits"]
    named = [file for one in shown for file in one["files"]] + read(html, "tables")["tables"]
    assert {one["id"] for one in shown} == {"figure-1", "table-1"}
    for file in named:
        content = (html / file["path"]).read_bytes()
        assert (file["sha256"], file["swhid"]) == (book.sha256(content), identifiers.content(content))
    (claim,) = read(html, "claims")["claims"]
    page, _, anchor = claim["decided_in"].partition("#")
    assert f'id="{anchor}"' in (html / page).read_text(encoding="utf-8") and (html / claim["page"]).is_file()


def test_every_claim_of_this_edition_has_its_verdict_and_tests(tmp_path):
    said = registers.written(registers.claims(ROOT, EDITION["identifier"]), "claims", EDITION)
    (tmp_path / "schema").mkdir()
    (tmp_path / "claims.json").write_text(said, encoding="utf-8")
    (tmp_path / "schema/claims.json").write_bytes((registers.SCHEMAS / "claims.json").read_bytes())
    listed = read(tmp_path, "claims")["claims"]
    rows = ledger.rows()
    verdicts = {one["id"]: (one["verdict"], one["verdict_in_words"]) for one in listed}
    assert verdicts == {claim: (row["verdict"], box.word(row)) for claim, row in rows.items()}
    assert sum(len(one["tests"]) for one in listed) == len(tables.read("tests"))


def test_a_verdict_that_the_schema_does_not_know_is_refused():
    content = json.loads(registers.written(registers.claims(ROOT, EDITION["identifier"]), "claims", EDITION))
    content["claims"][0]["verdict"] = "proved"
    schema = json.loads((registers.SCHEMAS / "claims.json").read_text(encoding="utf-8"))
    with pytest.raises(jsonschema.ValidationError, match="'proved' is not one of"):
        jsonschema.validate(content, schema)
