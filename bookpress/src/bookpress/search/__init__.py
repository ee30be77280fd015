"""How a book is found: an index of words for the reader's browser, and registers for programs."""

from bookpress.search.index import setup

__all__ = ["setup"]
