"""The lock is what is installed: every version that applies to this Python and system."""

import re
from importlib.metadata import distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bookpress.publish.release import services
from shared import ROOT


def locked(name):
    """Return the requirements of a lock, each with its version."""
    text = (ROOT / name).read_text(encoding="utf-8")
    lines = [line.removesuffix("\\").strip() for line in text.splitlines() if line[:1].isalnum()]
    return [Requirement(line) for line in lines]


def test_what_is_locked_is_installed():
    here = {
        canonicalize_name(one.name): str(one.specifier).removeprefix("==")
        for one in locked("requirements.txt")
        if one.marker is None or one.marker.evaluate()
    }
    installed = {canonicalize_name(d.name): d.version for d in distributions()}
    found = {name: installed.get(name) for name in here}
    assert found == here, "run `rm .venv/ready && make test`"


VENDOR = "bookpress/src/bookpress/vendor"
BESIDE = ["requirements/fetch.txt", "requirements/recording.txt"]


@pytest.mark.parametrize("beside", [*BESIDE, f"{VENDOR}/requirements.txt", f"{VENDOR}/lab.txt"])
def test_what_is_installed_beside_the_lock_replaces_nothing_of_it(beside):
    versions = {}
    for one in locked("requirements.txt"):
        versions.setdefault(canonicalize_name(one.name), set()).add(str(one.specifier))
    for one in locked(beside):
        known = versions.get(canonicalize_name(one.name), {str(one.specifier)})
        assert str(one.specifier) in known, f"{one} in {beside}: run `make lock`"


def test_chapters_are_formatted_by_one_version():
    """What formats a chapter when it is saved is what `make lint` checks it with."""
    locks = (f"{VENDOR}/lab.txt", "requirements/lint.txt")
    found = [[one for one in locked(lock) if one.name == "ruff"] for lock in locks]
    assert found[0] and found[0] == found[1], "run `make lock`"


def test_what_is_fetched_by_name_elsewhere_is_one_version_for_good():
    """Actions by commit, images by digest: what a tag names can change."""
    named = {}
    for path in [
        *ROOT.glob(".github/workflows/*.yml"),
        ROOT / ".binder/Dockerfile",
        *services.FILES.iterdir(),
    ]:
        for line in path.read_text(encoding="utf-8").splitlines():
            if found := re.search(r"(?:uses|container|FROM)(?::| )\s*([^\s#]+)", line.strip()):
                named[found[1]] = path.name
    pinned = [name for name in named if re.search(r"@([0-9a-f]{40}|sha256:[0-9a-f]{64})$", name)]
    assert pinned == list(named) and len(pinned) > 5
