"""One meaning, one colour, in every figure (Tol's schemes, safe for colour-blind readers).

The colours of verdicts are in `bookpress.claims.verdicts`.
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
}
