"""What may be done with each source, as far as it says so."""

import re

# A line for each kind of rights: key, identifier, title and address, if it has one; below it what may be done.
TERMS = """
quoted | quoted-facts | Quoted facts
    Figures and statements of the paper, quoted or paraphrased for criticism and review; the ledger's wording
    and verdicts are this edition's own, under CC BY 4.0.
own | CC-BY-4.0 | CC BY 4.0 (this edition) | https://creativecommons.org/licenses/by/4.0/
    Choices, tests and verdicts of this edition: Creative Commons Attribution 4.0.
record | public-record | Public record
    Dates, counts and place names as public documents state them; facts, no licence applies.
comtrade | un-comtrade-terms | UN Comtrade terms | https://comtradeplus.un.org
    Copyright United Nations. Free to use with attribution; re-dissemination of bulk data is conditional on the
    permission of the United Nations Statistics Division. The extracts here are small and serve to check
    published results; get bulk data from the source.
correspondence | facts-of-correspondence | Facts of correspondence | https://unstats.un.org/unsd/classifications
    Which codes of two public classifications correspond, as the United Nations Statistics Division publishes
    it; nothing else is taken. Of the packages that render its tables, concordance is under the MIT licence and
    uncomtrademisc under a licence of Apache's type; the United Nations state no licence for the tables.
wits | wits-terms | WITS terms | https://wits.worldbank.org/WITS/wits/registration/TermsAndCondtions.aspx
    World Bank WITS summary figures, derived from UN Comtrade, UNCTAD TRAINS and the WTO, whose terms apply to
    them; no open licence is stated, and re-dissemination of the underlying data needs the permission of those
    bodies.
cc-by | CC-BY-4.0 | CC BY 4.0 | https://creativecommons.org/licenses/by/4.0/
    World Development Indicators, The World Bank: Creative Commons Attribution 4.0.
gfdc | not-stated-gfdc | Licence not stated (GFDC) | https://greenfdc.org/countries-of-the-belt-and-road-initiative-bri/
    Green Finance & Development Center: no licence stated; facts of signature cited to the source.
not-stated | not-stated | Licence not stated
    A public compilation of World Bank country groups and Belt and Road lists whose author and licence are not
    stated in the file; used for facts of membership only. Check before you redistribute.
wto | wto-terms | WTO public list | https://www.wto.org/english/thewto_e/whatis_e/tif_e/org6_e.htm
    World Trade Organization: names and dates of membership, published by the organisation; facts, no open
    licence stated.
cited | cited-figures | Cited figures
    Single figures, each cited to the page that it was found on; several are second-hand, then the primary
    source is named beside it. The wording is this edition's own.
membership | facts-of-membership | Facts of membership
    Which economies published lists name; nothing else is taken. The repository that holds the texts A, C, D and
    E puts them under CC BY 4.0; B is a transcription in a package under the MIT licence.
wto-disputes | not-stated-wto-disputes | Facts of dispute | https://www.wto.org/english/tratop_e/dispu_e/dispu_e.htm
    Number, year and parties of each dispute, as the documents of the World Trade Organization have them, from a
    public collection without a licence; none of its summaries is taken.
wiod | not-stated-wiod | Licence not stated (WIOD)
    Figures computed from the World Input-Output Database; the public repository that holds them states no
    licence. Check before you redistribute.
cgit | all-rights-reserved-cgit | All rights reserved (CGIT)
    China Global Investment Tracker, American Enterprise Institute and Heritage Foundation: all rights reserved.
    Only counts and sums by year and economy are here; ask the source for anything finer.
aiddata | not-stated-aiddata | Terms not stated (AidData)
    AidData: sums by recipient and year from a public repository under the MIT licence (by its README), which
    does not state AidData's own terms. Check before you redistribute.
un-votes | CC0-1.0 | CC0 (UN votes) | https://doi.org/10.7910/DVN/LEJUQZ
    United Nations General Assembly Voting Data: dedicated to the public domain, CC0.
ucdp | CC-BY-4.0 | CC BY 4.0 (UCDP) | https://creativecommons.org/licenses/by/4.0/
    Uppsala Conflict Data Program: Creative Commons Attribution 4.0.
gpi | not-stated-gpi | Terms not stated (GPI)
    Institute for Economics & Peace: scores of economies by year; the public repository that holds them does not
    state the institute's terms. Check before you redistribute.
eci | not-stated-eci | Licence not stated (ECI)
    Economic complexity scores of the MIT Observatory and the Harvard Atlas, as Our World in Data retrieved
    them; the licence of the two is not stated there. Check before you redistribute.
kof | not-stated-kof | Terms not stated (KOF)
    KOF Swiss Economic Institute, ETH Zürich: the public repository that holds the index does not state its
    terms. Check before you redistribute.
etalab | etalab-2.0 | Etalab Open Licence 2.0 | https://github.com/etalab/licence-ouverte/blob/master/open-licence.md
    CEPII, BACI: Open Licence 2.0 of Etalab; free to use and to pass on, with the source and its date named.
world-atlas | ISC | ISC (world-atlas) | https://github.com/topojson/world-atlas/blob/master/LICENSE.md
    world-atlas, copyright 2013-2019 Michael Bostock, under the ISC licence; the outlines in it are Natural
    Earth's, in the public domain.
"""

FORM = re.compile(r"(\S+) \| (\S+) \| ([^|\n]+?)(?: \| (\S+))?\n((?:    .+\n)+)")


def licenses(terms: str) -> dict[str, dict[str, str]]:
    """Return the rights by key, as a data package describes them; raise ValueError for lines of another form."""
    if rest := FORM.sub("", terms).strip():
        raise ValueError(
            f"rights: found {rest!r}, expected key | identifier | title [| address], then indented text"
        )
    found = {}
    for key, name, title, address, said in FORM.findall(terms):
        found[key] = {"name": name, "title": title, "description": " ".join(said.split())}
        found[key] |= {"path": address} if address else {}
    return found


LICENSES = licenses(TERMS)
