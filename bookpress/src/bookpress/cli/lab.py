"""Open the chapters in JupyterLab: it runs them as `refresh` does, saves them as they are stored, and keeps to itself."""

import json
import os
import sys
import uuid
from pathlib import Path
from urllib.parse import quote

from bookpress.edition import book, texts
from bookpress.run import kernels, stored

HOME = Path(".venv", "lab")  # in the book: JupyterLab with all that it keeps
CONFIG = Path(__file__).with_name("jupyter") / "config.py"


def lab(named: Path | None, root: Path) -> int:
    """Become a JupyterLab that shows a notebook, or the first chapter; return only if this cannot be.

    A BookError says that it is no notebook of the book, or that JupyterLab is not set up.
    """
    path, home = chosen(named, root), root / HOME
    stored.expect_of_texts([path], root)
    python = home / "bin" / "python"
    if not (home / "ready").is_file():
        raise book.BookError(f"{HOME}: found no JupyterLab that is ready; `make lab` sets it up and opens it")
    describe_kernel(home)
    trust(book.chapters(root), home)
    where = quote(path.relative_to(root).as_posix())
    command = [str(python), "-m", "jupyterlab", f"--config={CONFIG}", f"--ServerApp.root_dir={root}"]
    command += [f"--LabApp.default_url=/lab/tree/{where}", f"--KernelManager.transport={transport(home)}"]
    sys.stdout.flush()
    os.chdir(root)
    os.execve(python, command, os.environ | environment(home))


def chosen(named: Path | None, root: Path) -> Path:
    """Return the notebook that was named, or the first chapter after the cover."""
    chapters = book.chapters(root)
    if not chapters:
        raise book.BookError(f"{book.CONTENTS}: found no notebook, expected one to open")
    first = chapters[min(1, len(chapters) - 1)]
    if named and texts.named(named) not in chapters:
        example = first.relative_to(root)
        raise book.BookError(f"found {named}, expected a notebook of the book such as {example}")
    return texts.named(named) if named else first


def environment(home: Path) -> dict[str, str]:
    """Return where JupyterLab is told to keep its things: in its own folder, never in a user's."""
    places = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTER_PATH": "book",  # looked through first; the kernel is described there
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "../ipython",
    }
    found = {name: str((home / place).resolve()) for name, place in places.items()}
    return found | {"JUPYTER_CONFIG_PATH": ""}


def transport(home: Path) -> str:
    """Return how JupyterLab reaches its kernels: by files that no other user may open, if their names are short enough."""
    name = Path(environment(home)["JUPYTER_RUNTIME_DIR"], f"kernel-{uuid.uuid4()}.json")
    return kernels.transport(str(name))


def describe_kernel(home: Path) -> None:
    """Describe to JupyterLab the one kernel it may start: this Python with the book's packages, as `refresh` starts it."""
    command = [*kernels.PROGRAM, "-f", "{connection_file}", *kernels.ARGUMENTS]
    described = {
        "argv": command,
        "display_name": "Python 3",
        "language": "python",
        "env": kernels.environment({}),
    }
    book.write(home / "book" / "kernels" / "python3" / "kernel.json", json.dumps(described))


def trust(paths: list[Path], home: Path) -> None:
    """Let JupyterLab show the stored outputs of the book's notebooks: pictures are hidden in those it does not trust."""
    import nbformat
    from nbformat.sign import NotebookNotary

    (home / "data").mkdir(exist_ok=True)  # without it the notary keeps what it signs in memory alone
    notary = NotebookNotary(data_dir=str(home / "data"))
    for path in paths:
        try:
            notary.sign(nbformat.read(path, as_version=4))
        except (OSError, ValueError, KeyError, AttributeError):  # JupyterLab says what is wrong with it
            continue
    notary.store.close()
