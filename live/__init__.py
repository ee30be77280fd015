"""An add-on beside the book: a copy of it whose chapters a reader can run in the page. The book itself needs nothing of this."""

__all__ = ["kernel", "packing", "pages"]
