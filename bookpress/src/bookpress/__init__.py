"""What makes a reproducible book: tables, claims, exhibits, provenance, and the one way to run a chapter."""

from bookpress.edition.book import VERSION as __version__

__all__ = ["__version__"]
