"""What makes a reproducible book: tables, claims, exhibits, provenance, and the one way to run a chapter."""

__version__ = "3.0.0.dev0"
