"""Where a book is, and how a command is asked to end."""

import os
import signal

import pytest

from beltroad.__main__ import main
from bookpress.edition import book
from bookpress.run import interrupts


@pytest.mark.parametrize("known", ["", "elsewhere"])
def test_a_command_has_a_book_where_none_is_named_and_leaves_the_environment_as_it_was(
    known, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(book.BOOK, raising=False)
    if known:
        (tmp_path / known).mkdir()
        monkeypatch.setenv(book.BOOK, str(tmp_path / known))
    with pytest.raises(OSError), book.using(tmp_path):
        assert book.root() == tmp_path / known
        raise OSError
    assert main(["verify"]) == 2
    assert os.environ.get(book.BOOK, "") == (known and str(tmp_path / known))


def test_a_command_that_is_asked_to_end_is_interrupted_and_remembers_it():
    before = signal.getsignal(signal.SIGTERM)
    with interrupts.handled():
        assert not interrupts.requested()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
        assert interrupts.requested()
    assert not interrupts.requested() and signal.getsignal(signal.SIGTERM) == before


def test_what_must_not_be_interrupted_hears_of_it_at_its_end():
    done = []
    with pytest.raises(KeyboardInterrupt), interrupts.handled():
        with interrupts.deferred():
            signal.raise_signal(signal.SIGTERM)
            done.append("whole")
        done.append("too late")
    assert done == ["whole"]
