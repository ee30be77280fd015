"""The search: an index of every page's words, which the reader's browser searches."""

from bookpress.search.index import setup

__all__ = ["setup"]
