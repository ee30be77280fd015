"""Re-run chapters from top to bottom and store their outputs, the same bytes every time.

python scripts/refresh.py [NOTEBOOK ...]
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from os import cpu_count
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from sphinx_external_toc.parsing import parse_toc_yaml

from beltroad import kernels

ROOT = Path(__file__).resolve().parents[1]
# What a kernel adds to a notebook and no reader needs; it differs between machines.
LANGUAGE_INFO = {"name": "python"}
KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}


def chapters() -> list[Path]:
    """Return every notebook of the book, in reading order."""
    return [ROOT / f"{name}.ipynb" for name in parse_toc_yaml(ROOT / "_toc.yml")]


def refresh(path: Path) -> str:
    """Execute one notebook and store it; on a failing cell leave the file as it was and return the error."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        kernel_manager_class=kernels.AsyncManager,
        timeout=300,
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    try:
        client.execute()
    except CellExecutionError as error:
        return f"{error.ename}: {error.evalue}"
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": KERNELSPEC, "language_info": LANGUAGE_INFO}
    )
    nbformat.validate(notebook)
    nbformat.write(notebook, path)
    return ""


def main() -> int:
    paths = [Path(name).resolve() for name in sys.argv[1:]] or chapters()
    missing = [path for path in paths if not path.is_file()]
    if missing:
        print(
            f"refresh: {missing[0]} not found, expected a notebook of the book",
            file=sys.stderr,
        )
        return 2
    failed = 0
    with ProcessPoolExecutor(cpu_count()) as pool:
        for number, (path, error) in enumerate(
            zip(paths, pool.map(refresh, paths), strict=True), start=1
        ):
            print(
                f"[{number}/{len(paths)}] {path.relative_to(ROOT)}: {error or 'stored'}",
                flush=True,
            )
            failed += bool(error)
    return 2 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
