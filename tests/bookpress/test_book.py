"""Where a book is."""

import os

import pytest

from beltroad.__main__ import main
from bookpress.edition import book


@pytest.mark.parametrize("known", [None, "elsewhere"])
def test_a_command_leaves_the_environment_as_it_was(known, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BOOKPRESS_BOOK", raising=False)
    if known:
        monkeypatch.setenv("BOOKPRESS_BOOK", str(tmp_path / known))
    assert main(["table1", "--exporter", "XXX"]) == 2
    said = capsys.readouterr().err
    assert ("no exporter 'XXX'" in said) == (known is None)  # a folder that is named holds no tables
    assert os.environ.get("BOOKPRESS_BOOK") == (known and str(tmp_path / known))


def test_a_folder_stands_in_where_nothing_is_named_even_if_the_work_fails(monkeypatch, tmp_path):
    monkeypatch.delenv("BOOKPRESS_BOOK", raising=False)
    with pytest.raises(OSError), book.using(tmp_path):
        assert book.root() == tmp_path
        raise OSError
    assert "BOOKPRESS_BOOK" not in os.environ
