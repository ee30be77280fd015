"""The fuzzer of trade files: it runs, the seed decides, and a fault of what reads files is reported."""

import random
import signal

import pytest

from lab import changes, fuzz
from tradefiles import flows, layouts

ANSWERED = 0  # a file that is answered


@pytest.fixture(autouse=True)
def signals(monkeypatch):
    monkeypatch.setattr(signal, "signal", lambda *_: None)  # those of the test runner stay


def came(numbers):
    return {fuzz.tried(7, number).came for number in numbers}


def test_changed_files_get_right_answers_or_refusals():
    assert came(range(8)) <= {"right", "refused", "said"}


def test_a_silent_other_answer_and_a_trace_are_findings(monkeypatch):
    first = fuzz.tried(7, ANSWERED)
    assert first.came == "right" and first == fuzz.tried(7, ANSWERED)
    with monkeypatch.context() as patched:
        patched.setattr(flows, "fsum", lambda values: 1.01 * sum(values))
        assert fuzz.tried(7, ANSWERED).came == fuzz.UNSAID
    monkeypatch.setattr(layouts, "derive", lambda *_: 1 / 0)
    found = fuzz.tried(7, ANSWERED)
    assert found.came == fuzz.TRACE and "ZeroDivisionError" in found.words


def test_every_change_can_be_made_to_every_layout():
    for number, name in enumerate(changes.CHANGES):
        file = changes.base(random.Random(number))
        changes.CHANGES[name][1](file, random.Random(number))
        assert file.rows and file.names, name
