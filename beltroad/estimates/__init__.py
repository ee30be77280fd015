"""Estimates with intervals, each a `bookpress.claims.verdicts.Finding`: what a claim about economies is tested with."""

from beltroad.estimates.groups import (
    DRAWS,
    FEW,
    SEED,
    STATISTICS,
    centre,
    coefficient,
    correlation,
    counted,
    difference,
    placebo,
    share,
    span,
)
from beltroad.estimates.signature import after_signature, event_study

__all__ = [
    "DRAWS",
    "FEW",
    "SEED",
    "STATISTICS",
    "after_signature",
    "centre",
    "coefficient",
    "correlation",
    "counted",
    "difference",
    "event_study",
    "placebo",
    "share",
    "span",
]
