"""Pages in other languages, each made of the finished English page and a catalogue of sentences; interfaces in other languages."""

from bookpress.translation.pages import setup

__all__ = ["setup"]
