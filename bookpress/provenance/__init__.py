"""What an exported table or figure was made from: written into its files, read back, compared with this checkout."""

from bookpress.provenance.formats import (
    LICENCE,
    SIDECAR,
    Exhibit,
    ProvenanceError,
    ending,
    files,
    folder,
    read,
    write,
)
from bookpress.provenance.origins import PACKAGES, About, current, moved, source_line, source_note

__all__ = ["LICENCE", "PACKAGES", "SIDECAR", "About", "Exhibit", "ProvenanceError", "current", "ending"]
__all__ += ["files", "folder", "moved", "read", "source_line", "source_note", "write"]
