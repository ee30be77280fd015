"""What an exported table or figure was made from: written into its files, read back, compared with this checkout."""

from bookpress.provenance.origins import (
    DPI,
    LICENCE,
    PACKAGES,
    SIDECAR,
    About,
    ProvenanceError,
    current,
    ending,
    folder,
    keywords,
    moved,
    read,
    source_note,
    surroundings,
)

__all__ = [
    "DPI",
    "LICENCE",
    "PACKAGES",
    "SIDECAR",
    "About",
    "ProvenanceError",
    "current",
    "ending",
    "folder",
    "keywords",
    "moved",
    "read",
    "source_note",
    "surroundings",
]
