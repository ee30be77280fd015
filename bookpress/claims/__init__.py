"""The claims of the paper: the ledger, the rule that judges them, and what a chapter shows of them."""

from bookpress.claims.deciding import (
    TABLE,
    ClaimError,
    address,
    announce,
    audit,
    counts,
    decide,
    explain,
    found,
    link,
)

__all__ = [
    "TABLE",
    "ClaimError",
    "address",
    "announce",
    "audit",
    "counts",
    "decide",
    "explain",
    "found",
    "link",
]
