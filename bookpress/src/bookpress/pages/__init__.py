"""The pages of a book, as Sphinx extensions: chapters as they ran, exhibits, claims, what machines read, the look."""

from sphinx.application import Sphinx

__all__ = ["setup"]
PARTS = ("gallery", "claims", "metadata", "card", "rerun", "look", "execution")


def setup(app: Sphinx) -> dict[str, bool]:
    for part in PARTS:
        app.setup_extension(f"bookpress.pages.{part}")
    for part in ("content", "search", "search.registers", "translation"):
        app.setup_extension(f"bookpress.{part}")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
