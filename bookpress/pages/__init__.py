"""The pages of a book, as Sphinx extensions: chapters with fresh results, exhibits, what machines read, the look."""

from sphinx.application import Sphinx

PARTS = ("exhibits", "claims", "citations", "metadata", "card", "rerun", "look", "results")


def setup(app: Sphinx) -> dict[str, bool]:
    for part in PARTS:
        app.setup_extension(f"bookpress.pages.{part}")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
