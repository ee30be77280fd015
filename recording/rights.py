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
}
