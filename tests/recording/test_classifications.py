"""HS to SITC: how a choice is made among the tables, and known answers from what was recorded."""

import sys
from collections import Counter

import pytest

from bookpress import tables
from recording import readers
from recording.merchandise import classifications
from recording.merchandise.classifications import Facts, decide, moved

EDITIONS = ["H0", "H1", "H2", "H3", "H4", "H5", "H6"]


def of(edition):
    rows = tables.read("hs-sitc")
    return rows[rows["first_edition"].le(edition) & rows["last_edition"].ge(edition)].set_index("hs_code")


def test_most_renderings_decide_then_the_preferred_division_then_the_weight():
    both = frozenset({"51", "52"})
    assert decide({"a": both, "b": frozenset({"52"})}, "51", {}) == Facts("52", ("51",), ())
    assert decide({"a": frozenset({"51"}), "b": frozenset({"52"})}, "52", {}) == Facts("52", ("51",), ("a",))
    assert decide({"a": both}, "", {"51": 1, "52": 3}) == Facts("52", ("51",), ())
    assert decide({"a": both}, "", {}) == Facts("51", ("52",), ())


def test_a_group_that_is_no_heading_leads_where_all_its_headings_do():
    revised = {"33411": Counter({"33": 1}), "33430": Counter({"33": 2}), "76411": Counter({"76": 1})}
    assert moved("33400", revised) == {"33": 3}
    assert moved("76411", revised) == {"76": 1}
    assert not moved("", revised)


def test_every_edition_has_its_codes_once():
    # The World Customs Organization counts so many subheadings; two have no division, and 9999.99 is none of them.
    counted = {"H1": 5113, "H2": 5224, "H3": 5052, "H4": 5205, "H5": 5387}
    for edition in EDITIONS:
        codes = of(edition)
        assert codes.index.is_unique
        assert len(codes) - 1 + 2 == counted.get(edition, len(codes) + 1)
        assert codes["also_divisions"].ne("").equals(codes["ambiguous"])
        assert not codes.index.isin(["710820", "711890"]).any()


def test_the_description_counts_the_disagreements():
    (said,) = [t.description for t in classifications.TABLES if t.name == "hs-sitc"]
    counts = {edition: of(edition)["disagree"].ne("").sum() for edition in EDITIONS}
    assert counts == {"H0": 0, "H1": 0, "H2": 0, "H3": 3, "H4": 0, "H5": 5, "H6": 18}
    assert all(words in said for words in ("3 of 5,050", "5 of 5,386", "18 of the 5,241"))


def test_every_division_of_the_trade_tables_is_reached():
    traded = set(tables.read("china-by-division")["sitc_division"])
    for edition in EDITIONS:
        assert traded - set(of(edition)["sitc_division"]) <= {"91"}


def test_product_groups_are_those_of_the_archive_and_count_all_codes():
    groups, products = tables.read("division-groups"), tables.read("wits-china-products")
    names = set(products.query("grouping == 'hs_group'")["product_group"])
    assert names == set(classifications.GROUPS) == set(groups["product_group"])
    assert groups["hs_codes"].sum() == len(of("H4"))
    assert groups.groupby("sitc_division")["main"].sum().eq(1).all()
    assert classifications.product_group("270900") == "Fuels"
    exports = tables.read("exports-by-group")
    assert set(exports["product_group"]) == names
    assert len(exports) == 10 * 3 * 16


def test_exports_by_group_sum_to_all_exports():
    exports = tables.read("exports-by-group").groupby(["iso3", "year"])["exports_musd"].sum()
    total = tables.read("wits-economies").set_index(["iso3", "year"])["exports_musd"].reindex(exports.index)
    assert (exports / total).between(0.99, 1.001).all()


def test_a_missing_reader_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyreadr", None)
    with pytest.raises(tables.DataError, match=r"x.rda: found no pyreadr to read it; `make data SOURCES"):
        readers.r_data(tmp_path / "x.rda")
