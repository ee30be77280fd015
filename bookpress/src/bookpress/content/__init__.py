"""What authors write beside exhibits and claims: equations, pictures, references, boxes, cards."""

from sphinx.application import Sphinx

__all__ = ["setup"]
PARTS = ("equations", "pictures", "references", "places")


def setup(app: Sphinx) -> dict[str, bool]:
    for part in PARTS:
        app.setup_extension(f"bookpress.content.{part}")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
