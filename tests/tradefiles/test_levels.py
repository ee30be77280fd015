"""Levels of one file that do not say the same: each value counts once, at the finest level that says it."""

import pytest

import trade_files as made
from tradefiles import answers, asking
from tradefiles.flows import Wanted

YEARS = (2016, 2017, 2018)
BILLION = 10**9


def level(digits, values):
    """Rows of HS 2012, in billion US dollars, for each year."""
    trade = [(year, code, value * BILLION) for year in YEARS for code, value in values.items()]
    return made.legacy(trade, **{"Aggregate Level": str(digits), "Classification": "H4"})


def flow(tmp_path, *rows, **wanted):
    path = made.write(tmp_path / "a.csv", [row for part in rows for row in part])
    with asking.opened([path]) as files:
        return files.flow("AUS", "CHN", Wanted(years=(2016, 2018), partial=True, **wanted))


def test_a_chapter_that_hides_in_999999_is_counted_where_it_is_stated(tmp_path):
    chapters = level(2, {"10": 20, "27": 10, "84": 15, "88": 16, "99": 1})
    codes = level(6, {"100199": 20, "270112": 10, "847130": 15, "999999": 17})
    found = flow(tmp_path, chapters, codes)
    assert found.years[2017].codes == pytest.approx(
        {"100199": 20e9, "270112": 10e9, "847130": 15e9, "88": 16e9, "999999": 1e9}
    )
    assert answers.shares(found, "wto")[2017]["manufactures"] == pytest.approx(100 * 31 / 62)
    said = "\n".join(answers.notes(found, "wto"))
    assert "25.81% of the value is stated with fewer than 6 digits only (88), counted there" in said
    assert "2017: 1.61% of the value is in goods not specified (999999)" in said


def test_a_finer_level_of_a_part_does_not_override_the_rest(tmp_path):
    found = flow(tmp_path, level(2, {"10": 20, "27": 10, "84": 25}), level(6, {"100199": 8}))
    assert found.years[2018].codes == pytest.approx({"100199": 8e9, "10": 12e9, "27": 10e9, "84": 25e9})


def test_sections_are_kept_where_divisions_lack(tmp_path):
    trade = [(year, code, value * BILLION) for year in YEARS for code, value in {"0": 5, "7": 20}.items()]
    finer = [(year, code, value * BILLION) for year in YEARS for code, value in {"04": 5, "71": 12}.items()]
    rows = [*made.legacy(trade, **{"Aggregate Level": "1"}), *made.legacy(finer)]
    found = flow(tmp_path, rows)
    assert found.years[2016].codes == pytest.approx({"04": 5e9, "71": 12e9, "7": 8e9})


@pytest.mark.parametrize(
    ("finer", "said"),
    [
        ({"100199": 26, "270112": 10}, "26,000,000,000 US$ in the parts of code 10, which has 20,000,000,000"),
        ({"100199": 20, "999999": 20}, "20,000,000,000 US$ more of goods not specified"),
        ({"100199": 20, "980000": 5}, "5,000,000,000 US$ in codes that the coarser level does not have, such as 980000"),
    ],
)  # fmt: skip
def test_levels_that_contradict_each_other_are_refused(tmp_path, finer, said):
    with pytest.raises(asking.FileError, match="expected levels that agree") as refused:
        flow(tmp_path, level(2, {"10": 20, "27": 10, "99": 0}), level(6, finer))
    assert said in str(refused.value)


def test_one_heading_is_no_table_of_all_goods(tmp_path, ask):
    path = made.write(tmp_path / "a.csv", level(6, {"240110": 1}))
    refused = ask("table1", "--exporter", "AUS", "--from", path)
    assert (
        refused.returncode == 2 and "1.4% of the 70,895,012,700 that the book has on record" in refused.stderr
    )
    assert "goods of 1 of 97 chapters only (24)" in refused.stderr and "--partial answers" in refused.stderr
    ranked = ask("rank", "--from", path)
    assert ranked.returncode == 2 and "AUS to CHN, 2016: found 1,000,000,000 US$" in ranked.stderr
    assert ask("rank", "--from", path, "--partial").stdout.count("  yes") == 1


def test_rank_names_what_it_leaves_out(tmp_path, ask):
    rows = made.legacy(made.imports("AUS"))
    for name in ("Areas, nes", "Atlantis"):
        rows += made.legacy(made.imports("DEU"), **{"Partner": name, "Partner ISO": "", "Partner Code": ""})
    said = ask("rank", "--from", made.write(tmp_path / "a.csv", rows)).stdout
    sold = sum(value for *_, value in made.imports("DEU")) / 1e6
    assert f"being no single economy: Areas, nes ({sold:,.2f} million US$)." in said
    assert f"by a name that is not known: Atlantis ({sold:,.2f} million US$)." in said
