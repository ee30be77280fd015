"""The ledger: verdicts follow from criteria, chapters and ledger agree, disagreement names the row."""

import hashlib
import json
import re
import shutil
from collections import Counter

import pytest

from bookpress import claims, tables
from bookpress.claims import box, verdicts
from bookpress.claims.verdicts import Finding
from bookpress.edition import book as engine
from shared import ROOT
from small import edit, write_notebook

ORDINALS = "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth"
ORDINALS = [*ORDINALS.split(), "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth"]
DATE, FACT = "1-land-belt-date", {"the same day in the record": True}


def row(claim_id):
    """Return the line of the ledger's file that holds a claim."""
    lines = (ROOT / "data/paper/claims.csv").read_text(encoding="utf-8").splitlines()
    return next(n for n, x in enumerate(lines, 1) if x.startswith(f"{claim_id},"))


@pytest.fixture
def shown(monkeypatch):
    """What is displayed: a list of bundles."""
    seen = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw, metadata=None: seen.append(bundle))
    return seen


def test_a_box_is_short_says_all_as_text_and_leads_to_the_page(shown, monkeypatch):
    monkeypatch.chdir(ROOT / "chapters")
    claims.decide(DATE, FACT, evidence="Both say so.", sources=["paper-events"])
    html, plain = shown[0]["text/html"], shown[0]["text/plain"]
    word = verdicts.WORDS["supported"]
    assert f'id="claim-{DATE}"' in html and f"<strong>{word.capitalize()}</strong>" in html
    assert "The public record gives the same day." in html and "Both say so." not in html
    assert f'href="../claims/{DATE}.html" title="The tests' in html and "1 test, 1 choice" in html
    for line in (
        f"{word.upper()} {DATE}",
        "Kind: trivial fact",
        f"Tests: the same day in the record (necessary): it {verdicts.OUTCOMES['for']}.",
        "Choices: The verdict depends on no choice.",
        "Evidence: Both say so.",
    ):
        assert line in plain


@pytest.mark.parametrize(
    ("claim", "tests", "message"),
    [
        (DATE, {"x": False}, rf"paper/claims.csv, row {row(DATE)}, claim {DATE}, column verdict: found 'supported', "
         r"computed 'contradicted' \(x \(necessary\): .*\); run `make verdicts` when"),
        (DATE, {"on every list": lambda listed: True}, "column varies: found '', computed 'listed'"),
        (DATE, {"in any weather": lambda weather: True}, "no axis 'weather'; expected one of: listed, others, baseline"),
        # 2.3-expand-exports holds in every window; with one against it the verdict stands, the count does not.
        ("2.3-expand-exports", {"x": lambda window: window != "2013–19"}, "claim 2.3-expand-exports, column agree: found '3', computed '2'"),
        # The same verdicts as recorded, from another number of tests.
        ("4-obstacles", {"x": lambda listed: True}, r"grid.csv, row \d+, claim 4-obstacles, column outcomes: found 'for; for'"),
        (DATE, {}, f"claim {DATE}: found no necessary test, expected at least one"),
        ("4-nothing", {"x": True}, "no claim '4-nothing'; expected one of: 4-new-impetus"),
        ("1-allocation", {"x": True}, f"column verdict: found '{verdicts.UNTESTED}', computed 'supported'"),
    ],
)  # fmt: skip
def test_what_is_not_as_recorded_stops_the_chapter_and_is_named(claim, tests, message):
    with pytest.raises(claims.ClaimError, match=message):
        claims.decide(claim, tests, sources=[])


def test_a_tested_claim_cannot_be_explained_away():
    message = f"column verdict: found 'supported', computed '{verdicts.UNTESTED}'"
    with pytest.raises(claims.ClaimError, match=message):
        claims.explain(DATE)


def test_the_claims_of_a_section_are_a_few_links(shown):
    claims.announce("3.2")
    html, plain = shown[0]["text/html"], shown[0]["text/plain"]
    assert html.count("<a ") == 5 and html.count("<dt>") == 2
    word = verdicts.WORDS["weak"]
    assert f"title='{word.capitalize()}: High-quality logistics is the key" in html
    assert ">logistics key</a>" in html and f"3.2-logistics-key: {word}" in plain
    with pytest.raises(claims.ClaimError, match="no claim of section '9'"):
        claims.announce("9")


def test_every_claim_is_a_square_that_leads_to_its_page(shown):
    claims.squares({"3.2": "Trade system", "abstract": "Abstract"})
    html, plain = shown[0]["text/html"], shown[0]["text/plain"]
    rows = [row for row in claims.ledger.rows().values() if row["section"] in ("3.2", "abstract")]
    for row in rows:
        assert f"/{row['id'].replace('.', '-')}.html'" in html
        assert f"{box.word(row).capitalize()}: {row['claim']}" in plain
    assert html.count("<li><a class='square ") == len(rows)
    for verdict, count in Counter(row["verdict"] for row in rows).items():
        assert f"{box.signed(verdict)} {count}</li>" in html
        assert html.count(f"square {box.style(verdict)}'") == count
    assert html.index("<dt>Trade system") < html.index("<dt>Abstract")


@pytest.mark.parametrize(
    ("folder", "page", "start"),
    [
        ("chapters", "", "../"),
        ("", "", ""),
        ("..", "", "../"),
        ("..", "index", ""),
        ("chapters", "index", ""),
    ],
)
def test_the_address_of_a_claim_from_where_one_is(monkeypatch, folder, page, start):
    monkeypatch.setenv("BOOKPRESS_BOOK", str(ROOT))
    monkeypatch.chdir(ROOT / folder)
    assert claims.address("2.1-pattern", page) == f"{start}claims/2-1-pattern.html"


@pytest.mark.parametrize(("claim", "start"), [("abstract-challenge", ""), ("1-allocation", "../")])
def test_a_box_outside_the_book_leads_from_the_page_of_its_section(monkeypatch, shown, claim, start):
    monkeypatch.setenv("BOOKPRESS_BOOK", str(ROOT))
    monkeypatch.chdir(ROOT / "..")
    claims.explain(claim)
    assert f'href="{start}claims/{claim}.html"' in shown[0]["text/html"]


def test_ledger_and_chapters_agree():
    ledger = claims.audit(ROOT)
    assert len(ledger) >= 40
    assert set(ledger["section"]) == {"abstract", "1", "2.1", "2.2", "2.3", "3.1", "3.2", "3.3", "4"}
    assert claims.counts().to_numpy().sum() == claims.counts("kind").to_numpy().sum() == len(ledger)
    assert set(tables.read("grid")["claim"]) == set(ledger.dropna(subset="cells")["id"])


def test_a_word_of_the_dictionary_that_no_test_of_the_claim_applies(monkeypatch):
    read = tables.rows
    bare = [row | {"word": ""} if row["claim"] == "4-obstacles" else row for row in read("tests")]
    monkeypatch.setattr(tables, "rows", lambda name: iter(bare) if name == "tests" else read(name))
    place = rf"row {row('4-obstacles')}, claim 4-obstacles, column claim: found 'some', expected a test with claims.word"
    with pytest.raises(claims.ClaimError, match=place):
        claims.audit(ROOT)


# Counted in the paper, whose text is not part of the edition.
SENTENCES = {"abstract": 9, "1": 16, "2.1": 13, "2.2": 14, "2.3": 20, "3.1": 5, "3.2": 12, "3.3": 9, "4": 8}


def test_no_sentence_of_the_paper_is_missing():
    mapped = tables.read("sentences").query("sentence > 0")
    assert mapped.groupby("section", sort=False).size().to_dict() == SENTENCES


def test_a_claim_is_placed_where_a_sentence_makes_it():
    made = [(row["section"], int(row["sentence"]), row["claims"]) for row in tables.rows("sentences")]
    for row in tables.rows("claims"):
        here = [number for section, number, named in made if section == row["section"] and row["id"] in named]
        told = [ORDINALS.index(word) for word in re.findall(r"\w+", row["place"]) if word in ORDINALS]
        assert set(told) <= set(here), row["id"]


@pytest.mark.parametrize(
    ("at", "change", "message"),
    [
        (4, {"sentence": "7"}, "row 6, column sentence: found '7', expected 5"),
        (9, {"sentence": "3"}, "row 11, column sentence: found '3', expected 1"),
        (1, {"claims": "9-nothing"}, "row 3, column claims: found '9-nothing', expected a claim of"),
        (1, {"no_claim": "vague"}, "row 3, column no_claim: found claims as well, expected one of the two"),
        (1, {"claims": ""}, "row 3, column no_claim: found neither claims nor a reason, expected one"),
        (5, {"claims": "", "no_claim": "vague"}, "claim abstract-challenge: found no sentence that makes it, expected one in"),
    ],
)  # fmt: skip
def test_a_sentence_that_is_missing_or_leads_nowhere(monkeypatch, at, change, message):
    read = tables.rows
    rows = [row | (change if n == at else {}) for n, row in enumerate(read("sentences"))]
    monkeypatch.setattr(tables, "rows", lambda name: iter(rows) if name == "sentences" else read(name))
    with pytest.raises(claims.ClaimError, match=message):
        claims.audit(ROOT)


def test_the_dictionary_gives_a_bar_and_names_what_is_applied():
    assert claims.word("most", "sound") == {"bar": 50, "word": "most; sound"} and claims.bar("sound") == 3
    for ask in (lambda: claims.bar("few"), lambda: claims.word("most", "few")):
        with pytest.raises(
            claims.ClaimError, match=r"words.csv: found no word 'few', expected one of: all, some"
        ):
            ask()


# The tests that earlier editions registered are not edited once their figures are known.
REGISTERED = "a6147382d4c07a9abcbde3d5061f16050fcec0306376fd9a5016b674d6a7fae3"


def test_registered_tests_are_those_that_were_registered():
    rows = [",".join(row.values()) for row in tables.rows("registered")]
    assert hashlib.sha256("\n".join(rows).encode()).hexdigest() == REGISTERED


def test_a_test_with_another_bar_is_not_the_registered_one():
    found = Finding(1, 0.5, 2)
    assert claims.as_registered("2.0", "4-new-impetus", found) is found
    for changed, column in (
        (Finding(1, 0.5, 2, bar=0.1), "bar"),
        (Finding(1, 0.5, 2, claimed="below"), "claimed"),
    ):
        place = (
            rf"registered.csv, row \d+, claim 4-new-impetus, column {column}: found '\w+', but the test has"
        )
        with pytest.raises(claims.ClaimError, match=place):
            claims.as_registered("2.0", "4-new-impetus", changed)
    with pytest.raises(
        claims.ClaimError, match=r"found no test of claim 2.1-risk that edition 2.0 registered"
    ):
        claims.as_registered("2.0", "2.1-risk", found)


@pytest.mark.parametrize("verdict", ["weak", "supported", "not tested here"])
def test_an_open_question_is_no_finding(verdict):
    assert claims.finding("2.3-solved", "contradicted")["agree"]
    place = rf"row {row('2.3-peace')}, claim 2.3-peace, column verdict: found 'weak', expected '{verdict}' and a verdict"
    with pytest.raises(claims.ClaimError, match=place):
        claims.finding("2.3-peace", verdict)


@pytest.fixture
def book(tmp_path):
    """A copy of the notebooks that a test may damage."""
    shutil.copytree(ROOT / "chapters", tmp_path / "chapters")
    for name in ("index.ipynb", "_toc.yml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("path", "code", "message"),
    [
        ("chapters/3-1-barriers.ipynb", 'claims.explain("3.1-understanding")',
         f"row {row('3.1-understanding')}, claim 3.1-understanding: shown twice"),
        ("chapters/1-introduction.ipynb", 'claims.explain("4-win-win")', "expected a chapter of section 4"),
        ("index.ipynb", 'claims.explain("abstract-nothing")', "index.ipynb: claim 'abstract-nothing' is not in"),
        ("index.ipynb", "claims.explain(name)", "expected the claim id itself"),
        ("index.ipynb", "%matplotlib inline\nclaims.explain(name)", "expected the claim id itself"),  # a magic of IPython
    ],
)  # fmt: skip
def test_a_claim_out_of_its_place(book, path, code, message):
    notebook = json.loads((book / path).read_text(encoding="utf-8"))
    added = {"cell_type": "code", "id": "added", "metadata": {}, "outputs": [], "execution_count": 1}
    notebook["cells"].append(added | {"source": [code]})
    (book / path).write_text(json.dumps(notebook), encoding="utf-8")
    with pytest.raises(claims.ClaimError, match=message):
        claims.audit(book)


@pytest.mark.parametrize(
    ("path", "old", "new", "message"),
    [
        ("4-conclusion", 'claims.explain(\\"4-rare-opportunities\\")', "pass",
         f"row {row('4-rare-opportunities')}, claim 4-rare-opportunities: shown in no chapter"),
        ("3-1-barriers", '"id": "figure-joined"', '"id": "figure-left"', "claim 3.1-wto-lowers, column exhibits: "
         "found 'figure-joined', expected one cell of the chapters of section 3.1"),
    ],
)  # fmt: skip
def test_a_claim_or_its_exhibit_that_is_missing(book, path, old, new, message):
    edit(book / f"chapters/{path}.ipynb", old, new)
    with pytest.raises(claims.ClaimError, match=message):
        claims.audit(book)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            ",supported,",
            ",proven,",
            "column verdict: found 'proven', expected one of supported, holds",
        ),
        ("1-four-lines,1,", "1-four-lines,,", "column section: found '', expected text"),
        ("1-four-lines,1,", "1-four-lines,7,", "column section: found '7', expected one of abstract"),
        ("1-four-lines,1,", "Four lines,1,", "column id: found 'Four lines', expected text like"),
    ],
)
def test_a_faulty_ledger_row_is_refused(copied_data, old, new, message):
    edit(copied_data / "paper/claims.csv", old, new)
    with pytest.raises(tables.DataError, match=rf"data/paper/claims.csv, row \d+, {message}"):
        tables.read("claims")


def test_a_section_is_not_taken_for_its_parent(tmp_path):
    for name in ("index", "2-pattern", "2-1-pattern", "2-1-claims"):
        write_notebook(tmp_path / f"{name}.ipynb", [])
    contents = "format: jb-book\nroot: index\nchapters: [{file: 2-1-pattern}, {file: 2-1-claims}, {file: 2-pattern}]\n"
    (tmp_path / "_toc.yml").write_text(contents, encoding="utf-8")
    pages = {one: [page.stem for page in engine.pages(one, tmp_path)] for one in ("2", "2.1", "abstract")}
    assert pages == {"2": ["2-pattern"], "2.1": ["2-1-pattern", "2-1-claims"], "abstract": ["index"]}
