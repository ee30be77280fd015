"""Which economies count as Belt and Road economies: the two lists that every result is run on."""

from bookpress import tables


def country_lists(signed_by: str = "2018-12-31") -> dict[str, set[str]]:
    """Return the two lists of Belt and Road economies that every result is run on, as ISO3 codes.

    China, which the source of the memoranda lists too, is not its own partner and is left out.

    Parameters
    ----------
    signed_by : str
        Day by which a memorandum must have been signed. The four signers whose date the source does
        not know count as signers; chapter 2.3 shows what changes without them.

    Returns
    -------
    dict
        ``"first list"``: the economies of the 2015-era list. ``"signers"``: signers by the day.
    """
    economies, signers = tables.read("economies"), tables.read("signers")
    signed = signers["mou_date"].isna() | (signers["mou_date"] <= signed_by)
    return {
        "first list": set(economies.loc[economies["first_list"], "iso3"]),
        "signers": set(signers.loc[signed, "iso3"]) - {"CHN"},
    }
