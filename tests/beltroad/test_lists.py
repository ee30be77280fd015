"""The two lists of Belt and Road economies."""

from beltroad.lists import country_lists


def test_country_lists():
    lists = country_lists()
    assert len(lists["first list"]) == 58
    # 118 dated by the end of 2018 and 4 without a date; China, which the source lists, is not a partner.
    assert len(lists["signers"]) == 122
    assert "CHN" not in lists["signers"]
    assert len(country_lists("2015-12-31")["signers"]) == 30
