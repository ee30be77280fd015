"""What stored notebooks must hold before nbval can be trusted with them: each check yields its faults in words."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from bookpress.run import results

KINDS = {"text/plain", "text/html", "text/markdown", "image/svg+xml"}  # what nbval compares, of what we show


def faults(path: Path) -> Iterator[str]:
    """Yield what is wrong with a stored notebook: cells not run in order, outputs missing or not compared."""
    cells = [cell for cell in results.read(path)["cells"] if cell["cell_type"] == "code"]
    counts = [cell["execution_count"] for cell in cells]
    if counts != list(range(1, len(counts) + 1)):
        yield f"{path.name}: found execution counts {counts}, expected 1 to {len(counts)}; run `make refresh`"
    for cell in cells:
        where, source = f"{path.name}, cell {cell['id']}", "".join(cell["source"])
        last = results.parsed(source).body[-1:]
        shows = any(isinstance(node, ast.Expr) for node in last) or re.search(
            r"\b(claims|exhibits)\.\w+\(", source
        )
        if shows and not cell["outputs"]:
            yield f"{where}: found no output, expected one; run `make refresh`"
        if "NBVAL" in source:
            yield f"{where}: found a comment that turns checking off"
        for output in cell["outputs"]:
            if output["output_type"] not in ("display_data", "execute_result"):
                yield f"{where}: found {output['output_type']}, expected something displayed"
            elif others := sorted(set(output["data"]) - KINDS):
                yield f"{where}: found {', '.join(others)}, which nbval does not compare"


def numbering(paths: list[Path], kind: str) -> list[str]:
    """Return the numbers of all tables or figures in reading order.

    Parameters
    ----------
    paths : list of Path
        The chapters.
    kind : str
        ``"Table"`` or ``"Figure"``.
    """
    shown = [
        output["metadata"]["bookpress"]["label"].split()
        for path in paths
        for cell in results.read(path)["cells"]
        for output in cell.get("outputs", [])
        if "bookpress" in output.get("metadata", {})
    ]
    return [number for found, number in shown if found == kind]
