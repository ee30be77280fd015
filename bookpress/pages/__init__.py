"""The pages of a book, as Sphinx extensions: chapters as they ran, exhibits, claims, what machines read, the look."""

from sphinx.application import Sphinx

__all__ = ["setup"]
PARTS = ("gallery", "claims", "metadata", "card", "rerun", "look", "execution")


def setup(app: Sphinx) -> dict[str, bool]:
    for part in PARTS:
        app.setup_extension(f"bookpress.pages.{part}")
    app.setup_extension("bookpress.content")
    app.setup_extension("bookpress.search")
    app.setup_extension("bookpress.register")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
