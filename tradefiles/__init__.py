"""A reader's own trade files: recognised by their columns, asked in place or from a copy, never guessed at."""

from bookpress.edition import book


class FileError(book.BookError):
    """A trade file, or what is asked of it, does not fit; the message names file, line or column and what was expected."""
