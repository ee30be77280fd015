"""Estimates with intervals, each a `bookpress.claims.verdicts.Finding`: what a claim about economies is tested with."""

from beltroad.estimates.draws import DRAWS
from beltroad.estimates.groups import (
    FEW,
    STATISTICS,
    centre,
    coefficient,
    correlation,
    counted,
    difference,
    exact,
    larger,
    number_of,
    placebo,
    share,
    span,
    table,
    times,
    with_interval,
    yardstick,
)
from beltroad.estimates.partners import average_change, beyond_others, of_partners, yearly_change
from beltroad.estimates.signature import after_signature, event_study, imputed

__all__ = [
    "DRAWS",
    "FEW",
    "STATISTICS",
    "after_signature",
    "average_change",
    "beyond_others",
    "centre",
    "coefficient",
    "correlation",
    "counted",
]
__all__ += [
    "difference",
    "event_study",
    "exact",
    "imputed",
    "larger",
    "number_of",
    "of_partners",
    "placebo",
    "share",
    "span",
    "table",
    "times",
    "with_interval",
    "yardstick",
    "yearly_change",
]
