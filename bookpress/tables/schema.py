"""How the columns of a table are described."""

from typing import Any

Field = dict[str, Any]


def column(name: str, type_: str, description: str, **constraints: Any) -> Field:
    """Return the description of a column.

    Parameters
    ----------
    name, description : str
        Its heading and its meaning, with unit.
    type_ : str
        ``"string"``, ``"integer"``, ``"number"``, ``"boolean"`` or ``"date"``.
    **constraints
        ``required``, ``unique``, ``minimum``, ``maximum``, ``enum`` and ``pattern`` as in a Table Schema.
    """
    entry: Field = {"name": name, "type": type_, "description": description}
    if type_ == "date":
        entry["format"] = "default"
    return entry | ({"constraints": constraints} if constraints else {})
