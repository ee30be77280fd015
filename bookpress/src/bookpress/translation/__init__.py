"""Pages of a book in other languages, each made of the finished English page and a catalogue of sentences."""

from bookpress.translation.pages import setup

__all__ = ["setup"]
