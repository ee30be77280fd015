"""What `make bench` writes into the README, and the picture that `make picture` takes."""

import argparse

import pytest
from PIL import Image

from bookpress.edition import book
from lab import readme
from shared import ROOT


def test_what_was_measured_stands_between_its_marks_and_nothing_else_changes():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    once = readme.written(text, "one minute")
    assert readme.written(once, "two minutes") == once.replace("one minute", "two minutes")
    before, _, after = once.partition("one minute")
    assert text.startswith(before) and text.endswith(after) and "## Licence" in after
    with pytest.raises(book.BookError, match=r"README.md: found no place for what was measured"):
        readme.written(text.replace("The end of", ""), "one minute")


def test_a_file_with_two_names_weighs_once(tmp_path):
    (tmp_path / "one").write_bytes(bytes(3_000_000))
    (tmp_path / "two").hardlink_to(tmp_path / "one")
    assert readme.megabytes(tmp_path) == "3 MB"


def test_the_picture_is_that_of_the_page_in_few_colours(tmp_path, monkeypatch):
    page = tmp_path / "_build/html" / readme.PAGE
    page.parent.mkdir(parents=True)
    (tmp_path / "_build/html/index.html").touch()
    opened = []

    def chromium(program, page, *options):
        opened.append(page)
        (shot,) = (one.partition("=")[2] for one in options if one.startswith("--screenshot="))
        Image.radial_gradient("L").resize(readme.SIZE).convert("RGBA").save(shot)

    monkeypatch.setattr(readme, "ROOT", tmp_path)
    monkeypatch.setattr(readme.pdf, "browser", lambda: "chromium")
    monkeypatch.setattr(readme.pdf, "chromium", chromium)
    assert readme.picture(argparse.Namespace(folder=tmp_path)).startswith(
        ".github/page.png: 1240 by 1080 pixels"
    )
    assert opened == [page]
    with Image.open(tmp_path / readme.PICTURE) as image:
        assert image.size == readme.SIZE and image.mode == "P" and len(image.getcolors()) <= readme.COLOURS
