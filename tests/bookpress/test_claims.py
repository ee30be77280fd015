"""The ledger: verdicts follow from criteria, chapters and ledger agree, disagreement names the row."""

import json
import shutil

import pytest

from bookpress import claims, tables
from shared import ROOT


def row(claim_id):
    """Return the line of the ledger's file that holds a claim."""
    ledger = (ROOT / "data") / "paper/claims.csv"
    lines = ledger.read_text(encoding="utf-8").splitlines()
    return next(n for n, x in enumerate(lines, 1) if x.startswith(f"{claim_id},"))


def test_judge():
    assert claims.judge({"a": True, "b": True}) == "supported"
    assert claims.judge({"a": True, "b": False}) == "mixed"
    assert claims.judge({"a": False}) == "contradicted"
    with pytest.raises(claims.ClaimError, match="no criterion"):
        claims.judge({})


def test_decide_shows_the_claim_as_text_and_html(capsys):
    claims.decide("2.1-crisis", {"exports fell": True}, evidence="By 16%.", sources=["wits-economies"])
    shown = capsys.readouterr().out
    assert "SUPPORTED 2.1-crisis" in shown
    assert "Criteria: exports fell: met" in shown
    assert "Evidence: By 16%." in shown


def test_a_verdict_that_stops_holding_raises_and_names_the_row():
    with pytest.raises(claims.ClaimError) as caught:
        claims.decide("2.1-crisis", {"exports fell": False}, evidence="They rose.", sources=[])
    place = f"data/paper/claims.csv, row {row('2.1-crisis')}, claim 2.1-crisis"
    assert place in str(caught.value)
    assert "recorded verdict 'supported', computed 'contradicted'" in str(caught.value)
    assert "exports fell: not met" in str(caught.value)


def test_unknown_claim_lists_those_of_the_section():
    with pytest.raises(claims.ClaimError, match=r"no claim '4-nothing'; expected one of: 4-new-impetus"):
        claims.decide("4-nothing", {"x": True}, evidence="", sources=[])


def test_a_testable_claim_cannot_be_explained_away_nor_an_untestable_one_decided():
    with pytest.raises(claims.ClaimError, match="explains it as not testable"):
        claims.explain("2.1-crisis")
    with pytest.raises(claims.ClaimError, match="recorded verdict 'not testable', computed 'supported'"):
        claims.decide("2.1-risk", {"x": True}, evidence="", sources=[])


def test_unknown_section():
    with pytest.raises(claims.ClaimError, match="no claim of section '9'"):
        claims.announce("9")


def test_ledger_and_chapters_agree():
    ledger = claims.audit(ROOT)
    assert len(ledger) >= 40
    assert set(ledger["section"]) == {"abstract", "1", "2.1", "2.2", "2.3", "3.1", "3.2", "3.3", "4"}
    assert claims.counts().to_numpy().sum() == len(ledger)


@pytest.fixture
def book(tmp_path):
    """A copy of the notebooks that a test may damage."""
    shutil.copytree(ROOT / "chapters", tmp_path / "chapters")
    for name in ("index.ipynb", "_toc.yml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def add_code(path, code):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"].append({"cell_type": "code", "id": "added", "metadata": {}, "source": [code],
                              "outputs": [], "execution_count": 1})  # fmt: skip
    path.write_text(json.dumps(notebook), encoding="utf-8")


def test_a_claim_shown_twice(book):
    add_code(book / "chapters/3-1-barriers.ipynb", 'claims.explain("3.1-understanding")')
    with pytest.raises(
        claims.ClaimError, match=f"row {row('3.1-understanding')}, claim 3.1-understanding: shown twice"
    ):
        claims.audit(book)


def test_a_claim_in_a_foreign_chapter(book):
    add_code(book / "chapters/1-introduction.ipynb", 'claims.explain("4-win-win")')
    with pytest.raises(claims.ClaimError, match="expected the chapter of section 4"):
        claims.audit(book)


def test_an_unknown_claim_in_a_chapter(book):
    add_code(book / "index.ipynb", 'claims.explain("abstract-nothing")')
    with pytest.raises(claims.ClaimError, match=r"index.ipynb: claim 'abstract-nothing' is not in"):
        claims.audit(book)


def test_a_claim_shown_nowhere(book):
    path = book / "chapters/4-conclusion.ipynb"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(', \\"4-win-win\\")', ")"), encoding="utf-8")
    with pytest.raises(
        claims.ClaimError, match=f"row {row('4-win-win')}, claim 4-win-win: shown in no chapter"
    ):
        claims.audit(book)


def test_a_claim_id_that_the_audit_cannot_read(book):
    add_code(book / "index.ipynb", "claims.explain(name)")
    with pytest.raises(claims.ClaimError, match="expected the claim id itself"):
        claims.audit(book)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            ",supported,",
            ",proven,",
            "column verdict: found 'proven', expected one of supported, mixed",
        ),
        ("1-four-lines,1,", "1-four-lines,,", "column section: found '', expected a string"),
        ("1-four-lines,1,", "1-four-lines,7,", "column section: found '7', expected one of abstract"),
        ("1-four-lines,1,", "Four lines,1,", "column id: found 'Four lines', expected text like"),
    ],
)
def test_a_faulty_ledger_row_is_refused(copied_data, old, new, message):
    path = copied_data / "paper/claims.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(tables.DataError, match=r"data/paper/claims.csv, row \d+, ") as caught:
        tables.read("claims", copied_data)
    assert message in str(caught.value)


def test_a_section_is_not_taken_for_its_parent():
    from pathlib import Path

    assert claims.is_home(Path("2-1-pattern.ipynb"), "2.1") and claims.is_home(Path("2-pattern.ipynb"), "2")
    assert not claims.is_home(Path("2-1-pattern.ipynb"), "2")


def test_magics_of_ipython_do_not_stop_the_audit(book):
    add_code(book / "index.ipynb", "%matplotlib inline\nclaims.explain(name)")
    with pytest.raises(claims.ClaimError, match="expected the claim id itself"):
        claims.audit(book)
