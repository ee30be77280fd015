"""The addresses that `_config.yml` gives: of the repository, of the published book; none is guessed."""

import re
from collections.abc import Mapping
from typing import Any

from bookpress.edition import book


def repository(settings: Mapping[str, Any]) -> str:
    """Return the address of the repository without a slash at its end; '' while it has none."""
    told = settings.get("repository") or {}
    if not isinstance(told, Mapping):
        raise book.BookError(f"_config.yml: repository: found {told!r}, expected `url: …` below it")
    url = address("repository.url", told.get("url"))
    if url and url.count("/") < 4:
        raise book.BookError(f"_config.yml: repository.url: found {url!r}, expected https://host/owner/name")
    return url


def on_github(url: str) -> bool:
    """Return whether a repository is on GitHub."""
    return url.partition("://")[2].startswith("github.com/")


def base(settings: Mapping[str, Any]) -> str:
    """Return the address of the published book without a slash at its end; '' while it has none."""
    return address("html.baseurl", (settings.get("html") or {}).get("baseurl"))


def address(name: str, value: object) -> str:
    """Return a web address without a slash at its end; '' if there is none."""
    text = str(value or "").strip().rstrip("/").removesuffix(".git")
    if text and not re.fullmatch(r"https?://[\w.-]+(:\d+)?(/[\w.~%+-]+)*", text):
        expected = "expected an address such as https://host/owner/name"
        raise book.BookError(f"_config.yml: {name}: found {text!r}, {expected}")
    return text
