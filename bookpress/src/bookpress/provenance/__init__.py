"""What an exported table or figure was made from: written into its files, read back, compared with this checkout."""

from bookpress.provenance.formats import (
    EXHIBIT,
    SIDECAR,
    Exhibit,
    ending,
    files,
    folder,
    is_whole,
    parts,
    read,
    saved_by,
    write,
)
from bookpress.provenance.origins import PACKAGES, About, current, source_line, source_note, surroundings
from bookpress.provenance.strangers import ProvenanceError, content, from_json

__all__ = ["EXHIBIT", "PACKAGES", "SIDECAR", "About", "Exhibit", "ProvenanceError", "content", "current"]
__all__ += [
    "ending",
    "files",
    "folder",
    "from_json",
    "is_whole",
    "parts",
    "read",
    "source_line",
    "source_note",
]
__all__ += ["saved_by", "surroundings", "write"]
