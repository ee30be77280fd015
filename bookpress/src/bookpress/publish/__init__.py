"""How the book is built, printed, bound, packed and archived, and what a reader takes along from a page; a module for each."""

__all__ = ["beside", "crate", "epub", "html", "pdf", "wheel", "zipped"]
