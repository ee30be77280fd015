"""What the search of the book takes for the same: the names of an economy, from ISO 3166-1 and from table ``area-spellings``."""

from collections import defaultdict
from typing import TYPE_CHECKING

from beltroad.spellings import spellings

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def names() -> list[list[str]]:
    """Return all names of each economy, for example ``["Viet Nam", "Vietnam", …]``.

    Numbers are no names, nor are codes: those of Peru, Andorra and Namibia are words or parts of names.
    """
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for spelling, code in spellings().items():
        if code and spelling.upper() != code and not spelling.replace(".", "").isdecimal():
            found[code].setdefault(spelling.casefold(), spelling)
    return [list(names.values()) for names in found.values()]


def setup(app: "Sphinx") -> dict[str, bool]:
    """Set it, as Sphinx asks an extension to."""
    app.connect("config-inited", lambda _, config: setattr(config, "search_same", names()))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
