"""The lock is what is installed: every version that applies to this Python and system."""

from importlib.metadata import distributions

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from shared import ROOT


def test_what_is_locked_is_installed():
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    lines = [line.removesuffix("\\").strip() for line in text.splitlines() if line[:1].isalnum()]
    locked = [Requirement(line) for line in lines]
    here = {
        canonicalize_name(one.name): str(one.specifier).removeprefix("==")
        for one in locked
        if one.marker is None or one.marker.evaluate()
    }
    installed = {canonicalize_name(d.name): d.version for d in distributions()}
    found = {name: installed.get(name) for name in here}
    assert found == here, "run `rm .venv/ready && make test`"
