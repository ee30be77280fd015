"""One meaning, one colour, in every figure (Tol's schemes, safe for colour-blind readers).

The verdicts have the colours of the pages, see ``--verdict-…`` in ``edition.css``; a sign or a word always stands beside them.
"""

COLOURS = {
    "agriculture": "#228833",
    "manufactures": "#4477AA",
    "fuels and mining": "#B8860B",
    "other": "#BBBBBB",
    "signers": "#4477AA",
    "64 partners": "#EE6677",
    "both lists": "#332288",
    "neither": "#777777",
    "China": "#CCBB44",
    "import": "#AA3377",
    "export": "#4477AA",
    "supported": "#2F6690",
    "contradicted": "#B3364A",
    "mixed": "#7A6000",
    "inconclusive": "#4F5D57",
    "not tested here": "#5F6368",
}
