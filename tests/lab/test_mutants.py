"""Mutants: one of every kind, each a change, the same for the same seed, the working tree untouched."""

from lab import mutants
from shared import ROOT


def test_every_kind_changes_something_and_the_seed_decides():
    kinds = set()
    for number in range(2 * len(mutants.MAKERS)):
        kind, one = mutants.mutant(number, seed=3)
        assert (kind, one) == mutants.mutant(number, seed=3)
        assert all((ROOT / n).read_text("utf-8") != text for n, text in one.files.items())
        assert one.tests and all((ROOT / tests[0]).exists() for tests in one.tests)
        kinds.add(kind)
    assert len(kinds) == len(mutants.MAKERS)


def test_operators_and_constants_are_swapped_where_python_allows():
    import random

    source = "def f(*names):\n    return 1 < len(names)\n"
    found = {mutants.swapped(source, random.Random(seed))[1] for seed in range(20)}
    assert found == {"line 2: 1 → (1 + 1)", "line 2: < → >="}
    assert mutants.swapped("x = y", random.Random(1)) is None


def test_a_mutant_is_caught_or_survives_and_its_copy_is_put_right(tmp_path):
    (tmp_path / "value.py").write_text("VALUE = 1\n")
    (tmp_path / "test_value.py").write_text("import value\ndef test(): assert value.VALUE > 0\n")
    for new, lives in (("VALUE = 2\n", True), ("VALUE = 0\n", False)):
        one = mutants.Mutant("", {"value.py": new}, [["test_value.py"]])
        assert mutants.survives(one, tmp_path) is lives
        assert (tmp_path / "value.py").read_text() == "VALUE = 1\n"


def test_tests_that_were_late_once_are_tried_again(tmp_path):
    (tmp_path / "test_value.py").write_text(
        "from pathlib import Path\n"
        "def test():\n"
        "    late = not Path('seen').exists()\n"
        "    Path('seen').touch()\n"
        "    assert not late, 'Timeout'\n"
    )
    one = mutants.Mutant("", {}, [["test_value.py"]])
    assert mutants.survives(one, tmp_path)
