"""One meaning, one colour, in every figure (Tol's bright scheme, safe for colour-blind readers)."""

COLOURS = {
    "agriculture": "#228833",
    "manufactures": "#4477AA",
    "fuels and mining": "#B8860B",
    "other": "#BBBBBB",
    "signers": "#4477AA",
    "64 partners": "#EE6677",
    "neither": "#777777",
    "import": "#AA3377",
    "export": "#4477AA",
}
