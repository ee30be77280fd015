"""A reader's own trade files: opened, recognised by their columns, asked by an engine, answered; never guessed at."""

from bookpress.edition import book

__all__ = [
    "FileError",
    "answers",
    "asking",
    "classifications",
    "copies",
    "engine",
    "fetch",
    "flows",
    "layouts",
    "page",
    "ranking",
]


class FileError(book.BookError):
    """A trade file, or what is asked of it, does not fit; the message names file, line or column, and what was expected."""

    def __init__(self, message: str) -> None:
        # What a file says cannot begin a line of its own.
        super().__init__(message.replace("\n", "\\n"))
