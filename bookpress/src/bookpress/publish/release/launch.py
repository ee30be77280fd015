"""Links that start a chapter in somebody's cloud, once the repository has an address; none is guessed."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from bookpress.edition import book

CLOUDS = ("Binder", "Colab", "JupyterHub", "Codespaces")
PAGES = "gh-pages"  # the branch that the workflow pushes the built book to, for Colab
COLAB = ".colab.ipynb"  # ending of the notebook that installs the wheel in its first cell


def links(settings: Mapping[str, Any], docname: str, wheel: str = "") -> dict[str, str]:
    """Return the addresses that open a chapter in each cloud that can be reached, by the cloud's name.

    Of the settings ``repository: url`` decides; ``branch`` is ``main`` and ``pages_branch``, which holds the built book,
    ``gh-pages`` if not given. A hub needs ``launch_buttons: jupyterhub_url``. Colab, which has nothing but the
    notebook, needs a wheel, and ``html: baseurl``, where it lies. A BookError says that an address is none.
    """
    repository = settings.get("repository") or {}
    url = _address("repository.url", repository.get("url"))
    if not url:
        return {}
    host, _, place = url.partition("://")[2].partition("/")
    if "/" not in place:
        raise book.BookError(f"_config.yml: repository.url: found {url!r}, expected https://host/owner/name")
    github = host == "github.com"
    branch = quote(str(repository.get("branch") or "main"), safe="")
    folder = str(repository.get("path_to_book") or "").strip("/")
    inner = f"{folder}/{docname}.ipynb".lstrip("/")
    provider = f"gh/{place}" if github else f"git/{quote(url, safe='')}"
    found = {"Binder": f"https://mybinder.org/v2/{provider}/{branch}?urlpath=lab/tree/{quote(inner)}"}
    if github and wheel and base(settings):
        pages = quote(str(repository.get("pages_branch") or PAGES), safe="")
        notebook = f"{place}/blob/{pages}/{quote(docname)}{COLAB}"
        found["Colab"] = f"https://colab.research.google.com/github/{notebook}"
    buttons = settings.get("launch_buttons") or {}
    if hub := _address("launch_buttons.jupyterhub_url", buttons.get("jupyterhub_url")):
        opened = quote(f"lab/tree/{place.rpartition('/')[2]}/{inner}", safe="")
        asked = f"repo={quote(url, safe='')}&branch={branch}&urlpath={opened}"
        found["JupyterHub"] = f"{hub}/hub/user-redirect/git-pull?{asked}"
    if github:
        found["Codespaces"] = f"https://codespaces.new/{place}?ref={branch}"
    return found


def base(settings: Mapping[str, Any]) -> str:
    """Return the address of the published book without a slash at its end; '' while it has none."""
    return _address("html.baseurl", (settings.get("html") or {}).get("baseurl"))


def _address(name: str, value: object) -> str:
    """Return a web address without a slash at its end; '' if there is none."""
    text = str(value or "").strip().rstrip("/").removesuffix(".git")
    if text and not re.fullmatch(r"https?://[\w.-]+(:\d+)?(/[\w.~%+-]+)*", text):
        expected = "expected an address such as https://host/owner/name"
        raise book.BookError(f"_config.yml: {name}: found {text!r}, {expected}")
    return text
