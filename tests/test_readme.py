"""What README and CONTRIBUTING promise that a machine can check."""

import re

from shared import ROOT

README = "".join((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md"))


def test_every_make_target_named_exists():
    makefile = "".join(
        (ROOT / name).read_text(encoding="utf-8") for name in ("Makefile", "bookpress/book.mk")
    )
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.M))
    assert set(re.findall(r"(?:`|^)make ([a-z-]+)", README, flags=re.M)) <= targets


def test_every_file_named_exists():
    named = re.findall(r"`((?:[a-z_.-]+/)*[A-Za-z_.-]+\.(?:md|txt|in|yml|ipynb|csv|json|py|cff))`", README)
    assert named
    assert not [name for name in named if not (ROOT / name).exists()]
