"""The ledger: verdicts follow from criteria, chapters and ledger agree, disagreement names the row."""

import json
import shutil

import pytest

from bookpress import claims, tables
from bookpress.claims import box, grid
from bookpress.edition import book as engine
from shared import ROOT, write_notebook


def row(claim_id):
    """Return the line of the ledger's file that holds a claim."""
    ledger = (ROOT / "data") / "paper/claims.csv"
    lines = ledger.read_text(encoding="utf-8").splitlines()
    return next(n for n, x in enumerate(lines, 1) if x.startswith(f"{claim_id},"))


FACT = {"the same day in the record": True}


def test_decide_shows_the_claim_as_text_and_html(capsys):
    claims.decide("1-land-belt-date", FACT, evidence="Both say so.", sources=["paper-events"])
    shown = capsys.readouterr().out
    assert "SUPPORTED 1-land-belt-date" in shown
    assert "Kind: trivial fact" in shown
    assert "Tests: the same day in the record: speaks for the claim" in shown
    assert "Choices: no choice enters: 1 of 1" in shown
    assert "Evidence: Both say so." in shown


def test_a_verdict_that_stops_holding_raises_and_names_row_and_column():
    with pytest.raises(claims.ClaimError) as caught:
        claims.decide("1-land-belt-date", {"the same day": False}, sources=[])
    place = f"data/paper/claims.csv, row {row('1-land-belt-date')}, claim 1-land-belt-date, column verdict"
    assert place in str(caught.value)
    assert "recorded 'supported', computed 'contradicted'" in str(caught.value)
    assert "the same day: speaks against it" in str(caught.value)


def test_choices_that_the_ledger_does_not_name():
    with pytest.raises(
        claims.ClaimError, match=r"column varies: found 'nothing', but the tests depend on 'listed'"
    ):
        claims.decide("1-land-belt-date", {"on every list": lambda listed: True}, sources=[])


def test_an_axis_that_does_not_exist(monkeypatch):
    row = claims.deciding._row("1-land-belt-date") | {"varies": "weather"}
    monkeypatch.setattr(claims.deciding, "_row", lambda claim: row)
    with pytest.raises(grid.GridError, match="no axis 'weather'; expected one of: listed, others, baseline"):
        claims.decide("1-land-belt-date", {"in any weather": lambda weather: True}, sources=[])


def test_a_number_of_choices_that_agree_which_is_not_the_recorded_one():
    """4-obstacles holds on every list; with one list against it the verdict stands, the count does not."""
    tests = {"obstacles": lambda listed: listed != "signers"}
    with pytest.raises(claims.ClaimError, match=r"claim 4-obstacles, column agree: recorded 4, computed 3"):
        claims.decide("4-obstacles", tests, sources=[])


def test_a_cell_that_is_not_the_recorded_one():
    tests = {"obstacles": lambda listed: True}  # the same verdicts as recorded, from another number of tests
    with pytest.raises(
        grid.GridError,
        match=r"data/paper/grid.csv, row \d+, claim 4-obstacles, column outcomes: found 'for; for'",
    ):
        claims.decide("4-obstacles", tests, sources=[])


def test_no_test_is_no_verdict():
    with pytest.raises(claims.ClaimError, match="found no test, expected at least one"):
        claims.decide("1-land-belt-date", {}, sources=[])


def test_unknown_claim_lists_those_of_the_section():
    with pytest.raises(claims.ClaimError, match=r"no claim '4-nothing'; expected one of: 4-new-impetus"):
        claims.decide("4-nothing", {"x": True}, sources=[])


def test_a_tested_claim_cannot_be_explained_away_nor_an_untested_one_decided():
    with pytest.raises(claims.ClaimError, match="explains it as not tested here"):
        claims.explain("1-land-belt-date")
    with pytest.raises(
        claims.ClaimError, match="column verdict: recorded 'not tested here', computed 'supported'"
    ):
        claims.decide("1-allocation", {"x": True}, sources=[])


def test_unknown_section():
    with pytest.raises(claims.ClaimError, match="no claim of section '9'"):
        claims.announce("9")


def test_ledger_and_chapters_agree():
    ledger = claims.audit(ROOT)
    assert len(ledger) >= 40
    assert set(ledger["section"]) == {"abstract", "1", "2.1", "2.2", "2.3", "3.1", "3.2", "3.3", "4"}
    assert claims.counts().to_numpy().sum() == claims.counts("kind").to_numpy().sum() == len(ledger)
    assert claims.counts()["not tested here"].sum() <= 12


def test_verdicts_that_fewer_than_two_thirds_of_the_choices_share_are_inconclusive():
    ledger = tables.read("claims").dropna(subset="cells")
    firm = ledger[ledger["verdict"].isin(["supported", "contradicted"])]
    assert (3 * firm["agree"] >= 2 * firm["cells"]).all()
    assert set(tables.read("grid")["claim"]) == set(ledger["id"])


def test_an_axis_that_the_choices_do_not_have(book, monkeypatch):
    ledger = tables.read("claims")
    ledger.loc[ledger["id"].eq("4-obstacles"), "varies"] = "listed; weather"
    monkeypatch.setattr(
        tables, "read", lambda name, read=tables.read: ledger if name == "claims" else read(name)
    )
    with pytest.raises(
        claims.ClaimError, match=r"claim 4-obstacles, column varies: found 'weather', expected one of"
    ):
        claims.audit(book)


def test_an_exhibit_that_the_chapter_does_not_have(book):
    path = book / "chapters/3-1-barriers.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace('"figure-joined"', '"figure-left"'), "utf-8")
    with pytest.raises(
        claims.ClaimError,
        match=r"claim 3.1-wto-lowers, column exhibits: found 'figure-joined', expected a cell of chapters/3-1-barriers",
    ):
        claims.audit(book)


@pytest.fixture
def shown(monkeypatch):
    """What is displayed: a list of bundles."""
    seen = []
    for module in (claims.deciding, box):
        monkeypatch.setattr(module, "display", lambda bundle, raw, metadata=None: seen.append(bundle))
    return seen


def test_a_box_is_short_and_leads_to_the_page(shown, monkeypatch):
    monkeypatch.chdir(ROOT / "chapters")
    claims.decide("1-land-belt-date", FACT, evidence="Both say so.", sources=["paper-events"])
    html = shown[0]["text/html"]
    assert 'id="claim-1-land-belt-date"' in html and "<strong>Supported</strong>" in html
    assert "The public record gives the same day." in html and "Both say so." not in html
    assert 'href="../claims/1-land-belt-date.html" title="The tests' in html
    assert "1 test, 1 choice" in html


def test_the_claims_of_a_section_are_a_few_links(shown):
    claims.announce("3.2")
    html, plain = shown[0]["text/html"], shown[0]["text/plain"]
    assert html.count("<a ") == 5 and html.count("<dt>") == 2
    assert "title='Inconclusive: High-quality logistics is the key" in html and ">logistics key</a>" in html
    assert "3.2-logistics-key: inconclusive" in plain


@pytest.mark.parametrize(("folder", "start"), [("chapters", "../"), ("", ""), ("..", "../")])
def test_the_address_of_a_claim_from_where_one_is(monkeypatch, folder, start):
    monkeypatch.setenv("BOOKPRESS_BOOK", str(ROOT))
    monkeypatch.chdir(ROOT / folder)
    assert claims.address("2.1-pattern") == f"{start}claims/2-1-pattern.html"


def test_a_link_to_a_claim_says_what_it_leads_to():
    link = claims.link("2.1-pattern", "trade & concentration")
    assert "title='Mixed: The initiative has optimised the pattern of China&#x27;s" in link
    assert link.endswith("trade &amp; concentration<span class='unseen'> (claim, mixed)</span></a>")
    with pytest.raises(
        claims.ClaimError, match=r"no claim '2.1-concentration'; expected one of: 2.1-developing"
    ):
        claims.link("2.1-concentration")


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
    path.write_text(text.replace('claims.explain(\\"4-rare-opportunities\\")', "pass"), encoding="utf-8")
    with pytest.raises(
        claims.ClaimError,
        match=f"row {row('4-rare-opportunities')}, claim 4-rare-opportunities: shown in no chapter",
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
            "column verdict: found 'proven', expected one of supported, contradicted",
        ),
        ("1-four-lines,1,", "1-four-lines,,", "column section: found '', expected text"),
        ("1-four-lines,1,", "1-four-lines,7,", "column section: found '7', expected one of abstract"),
        ("1-four-lines,1,", "Four lines,1,", "column id: found 'Four lines', expected text like"),
    ],
)
def test_a_faulty_ledger_row_is_refused(copied_data, old, new, message):
    path = copied_data / "paper/claims.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(tables.DataError, match=r"data/paper/claims.csv, row \d+, ") as caught:
        tables.read("claims")
    assert message in str(caught.value)


def test_a_section_is_not_taken_for_its_parent(tmp_path):
    for name in ("index", "2-pattern", "2-1-pattern"):
        write_notebook(tmp_path / f"{name}.ipynb", [])
    (tmp_path / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters: [{file: 2-1-pattern}, {file: 2-pattern}]\n", encoding="utf-8"
    )
    homes = {section: engine.home(section, tmp_path).stem for section in ("2", "2.1", "abstract")}
    assert homes == {"2": "2-pattern", "2.1": "2-1-pattern", "abstract": "index"}


def test_magics_of_ipython_do_not_stop_the_audit(book):
    add_code(book / "index.ipynb", "%matplotlib inline\nclaims.explain(name)")
    with pytest.raises(claims.ClaimError, match="expected the claim id itself"):
        claims.audit(book)
