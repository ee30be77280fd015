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
from bookpress.provenance.origins import PACKAGES, About, current, source_line, source_note, surroundings

__all__ = ["LICENCE", "PACKAGES", "SIDECAR", "About", "Exhibit", "ProvenanceError", "current", "ending"]
__all__ += ["files", "folder", "read", "source_line", "source_note", "surroundings", "write"]
