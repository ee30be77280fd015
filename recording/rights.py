"""What may be done with each source, as far as it says so."""

LICENSES = {
    "quoted": {
        "name": "quoted-facts",
        "title": "Quoted facts",
        "description": "Figures and statements of the paper, quoted or paraphrased for criticism and review; "
        "the ledger's wording and verdicts are this edition's own, under CC BY 4.0.",
    },
    "own": {
        "name": "CC-BY-4.0",
        "title": "CC BY 4.0 (this edition)",
        "description": "Choices, tests and verdicts of this edition: Creative Commons Attribution 4.0.",
        "path": "https://creativecommons.org/licenses/by/4.0/",
    },
    "record": {
        "name": "public-record",
        "title": "Public record",
        "description": "Dates, counts and place names as public documents state them; facts, no licence applies.",
    },
    "comtrade": {
        "name": "un-comtrade-terms",
        "title": "UN Comtrade terms",
        "description": "Copyright United Nations. Free to use with attribution; re-dissemination of bulk data is "
        "conditional on the permission of the United Nations Statistics Division. The extracts here are small and "
        "serve to check published results; get bulk data from the source.",
        "path": "https://comtradeplus.un.org",
    },
    "correspondence": {
        "name": "facts-of-correspondence",
        "title": "Facts of correspondence",
        "description": "Which codes of two public classifications correspond, as the United Nations Statistics Division "
        "publishes it; nothing else is taken. Of the packages that render its tables, concordance is under the MIT "
        "licence and uncomtrademisc under a licence of Apache's type; the United Nations state no licence for the tables.",
        "path": "https://unstats.un.org/unsd/classifications",
    },
    "wits": {
        "name": "wits-terms",
        "title": "WITS terms",
        "description": "World Bank WITS summary figures, derived from UN Comtrade, UNCTAD TRAINS and the WTO, whose "
        "terms apply to them; no open licence is stated, and re-dissemination of the underlying data needs the "
        "permission of those bodies.",
        "path": "https://wits.worldbank.org/WITS/wits/registration/TermsAndCondtions.aspx",
    },
    "cc-by": {
        "name": "CC-BY-4.0",
        "title": "CC BY 4.0",
        "description": "World Development Indicators, The World Bank: Creative Commons Attribution 4.0.",
        "path": "https://creativecommons.org/licenses/by/4.0/",
    },
    "gfdc": {
        "name": "not-stated-gfdc",
        "title": "Licence not stated (GFDC)",
        "description": "Green Finance & Development Center: no licence stated; facts of signature cited to the source.",
        "path": "https://greenfdc.org/countries-of-the-belt-and-road-initiative-bri/",
    },
    "not-stated": {
        "name": "not-stated",
        "title": "Licence not stated",
        "description": "A public compilation of World Bank country groups and Belt and Road lists whose author and "
        "licence are not stated in the file; used for facts of membership only. Check before you redistribute.",
    },
    "wto": {
        "name": "wto-terms",
        "title": "WTO public list",
        "description": "World Trade Organization: names and dates of membership, published by the organisation; "
        "facts, no open licence stated.",
        "path": "https://www.wto.org/english/thewto_e/whatis_e/tif_e/org6_e.htm",
    },
    "cited": {
        "name": "cited-figures",
        "title": "Cited figures",
        "description": "Single figures, each cited to the page that it was found on; several are second-hand, then "
        "the primary source is named beside it. The wording is this edition's own.",
    },
    "membership": {
        "name": "facts-of-membership",
        "title": "Facts of membership",
        "description": "Which economies published lists name; nothing else is taken. The repository that holds the "
        "texts A, C, D and E puts them under CC BY 4.0; B is a transcription in a package under the MIT licence.",
    },
    "wto-disputes": {
        "name": "not-stated-wto-disputes",
        "title": "Facts of dispute",
        "description": "Number, year and parties of each dispute, as the documents of the World Trade Organization "
        "have them, from a public collection without a licence; none of its summaries is taken.",
        "path": "https://www.wto.org/english/tratop_e/dispu_e/dispu_e.htm",
    },
    "wiod": {
        "name": "not-stated-wiod",
        "title": "Licence not stated (WIOD)",
        "description": "Figures computed from the World Input-Output Database; the public repository that holds "
        "them states no licence. Check before you redistribute.",
    },
    "cgit": {
        "name": "all-rights-reserved-cgit",
        "title": "All rights reserved (CGIT)",
        "description": "China Global Investment Tracker, American Enterprise Institute and Heritage Foundation: all "
        "rights reserved. Only counts and sums by year and economy are here; ask the source for anything finer.",
    },
    "aiddata": {
        "name": "not-stated-aiddata",
        "title": "Terms not stated (AidData)",
        "description": "AidData: sums by recipient and year from a public repository under the MIT licence (by its "
        "README), which does not state AidData's own terms. Check before you redistribute.",
    },
    "un-votes": {
        "name": "CC0-1.0",
        "title": "CC0 (UN votes)",
        "description": "United Nations General Assembly Voting Data: dedicated to the public domain, CC0.",
        "path": "https://doi.org/10.7910/DVN/LEJUQZ",
    },
    "ucdp": {
        "name": "CC-BY-4.0",
        "title": "CC BY 4.0 (UCDP)",
        "description": "Uppsala Conflict Data Program: Creative Commons Attribution 4.0.",
        "path": "https://creativecommons.org/licenses/by/4.0/",
    },
    "gpi": {
        "name": "not-stated-gpi",
        "title": "Terms not stated (GPI)",
        "description": "Institute for Economics & Peace: scores of economies by year; the public repository that "
        "holds them does not state the institute's terms. Check before you redistribute.",
    },
    "eci": {
        "name": "not-stated-eci",
        "title": "Licence not stated (ECI)",
        "description": "Economic complexity scores of the MIT Observatory and the Harvard Atlas, as Our World in Data "
        "retrieved them; the licence of the two is not stated there. Check before you redistribute.",
    },
    "kof": {
        "name": "not-stated-kof",
        "title": "Terms not stated (KOF)",
        "description": "KOF Swiss Economic Institute, ETH Zürich: the public repository that holds the index does "
        "not state its terms. Check before you redistribute.",
    },
    "world-atlas": {
        "name": "ISC",
        "title": "ISC (world-atlas)",
        "description": "world-atlas, copyright 2013-2019 Michael Bostock, under the ISC licence; the outlines in it are "
        "Natural Earth's, in the public domain.",
        "path": "https://github.com/topojson/world-atlas/blob/master/LICENSE.md",
    },
}
