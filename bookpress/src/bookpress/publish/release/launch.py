"""Links that start a chapter in somebody's cloud, once the repository has an address; none is guessed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bookpress.edition import book

CLOUDS = ("Binder", "Colab", "JupyterHub", "Codespaces")
PAGES = "gh-pages"  # the branch that the workflow pushes the built book to, for Colab
# What a cloud finds in the repository, or it has nothing to start a chapter with.
BINDER, CONTAINER, WORKFLOW = ".binder", ".devcontainer", ".github/workflows/book.yml"
COLAB = ".colab.ipynb"  # ending of the notebook that installs the wheel in its first cell


def links(settings: Mapping[str, Any], docname: str, root: Path, wheel: str = "") -> dict[str, str]:
    """Return the addresses that open a chapter in each cloud that can be reached, by the cloud's name.

    A cloud for which the repository of the book in `root` has no file is left out: the link would lead to an error.

    Of the settings ``repository: url`` decides; ``branch`` is ``main`` and ``pages_branch``, which holds the built book,
    ``gh-pages`` if not given, pushed there by the workflow. A hub needs ``launch_buttons: jupyterhub_url``. Colab, which has nothing but the
    notebook, needs a wheel, and ``html: baseurl``, where it lies. A BookError says that an address is none.
    """
    told = settings.get("repository") or {}
    if not (url := book.repository(settings)):
        return {}
    place, github = url.partition("://")[2].partition("/")[2], book.on_github(url)
    branch = quote(str(told.get("branch") or "main"), safe="")
    folder = str(told.get("path_to_book") or "").strip("/")
    inner = f"{folder}/{docname}.ipynb".lstrip("/")
    provider = f"gh/{place}" if github else f"git/{quote(url, safe='')}"
    top = root.joinpath(*[".."] * len(Path(folder).parts))
    found = {}
    if (top / BINDER).is_dir():
        found["Binder"] = f"https://mybinder.org/v2/{provider}/{branch}?urlpath=lab/tree/{quote(inner)}"
    if github and wheel and book.base(settings) and (told.get("pages_branch") or (top / WORKFLOW).is_file()):
        pages = quote(str(told.get("pages_branch") or PAGES), safe="")
        notebook = f"{place}/blob/{pages}/{quote(docname)}{COLAB}"
        found["Colab"] = f"https://colab.research.google.com/github/{notebook}"
    buttons = settings.get("launch_buttons") or {}
    if hub := book.address("launch_buttons.jupyterhub_url", buttons.get("jupyterhub_url")):
        opened = quote(f"lab/tree/{place.rpartition('/')[2]}/{inner}", safe="")
        asked = f"repo={quote(url, safe='')}&branch={branch}&urlpath={opened}"
        found["JupyterHub"] = f"{hub}/hub/user-redirect/git-pull?{asked}"
    if github and (top / CONTAINER).is_dir():
        found["Codespaces"] = f"https://codespaces.new/{place}?ref={branch}"
    return found
