"""The claims of the paper: the ledger, the rule that judges them, and what a chapter shows of them."""

from bookpress.claims import box, columns, grid, ledger, verdicts
from bookpress.claims.auditing import audit
from bookpress.claims.box import address, announce, squares
from bookpress.claims.decisions import decide, explain
from bookpress.claims.ledger import (
    ClaimError,
    anchor,
    as_registered,
    bar,
    counts,
    finding,
    found,
    told,
    word,
)

__all__ = [
    "ClaimError",
    "address",
    "anchor",
    "announce",
    "as_registered",
    "audit",
    "bar",
    "box",
    "columns",
    "counts",
]
__all__ += ["decide", "explain", "finding", "found", "grid", "ledger", "squares", "told", "verdicts", "word"]
