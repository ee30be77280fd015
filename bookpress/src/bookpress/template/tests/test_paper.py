"""What nbval cannot see of the chapters: whole notebooks, exhibits in order."""

from pathlib import Path

import pytest

from bookpress.edition import book
from bookpress.run import stored

CHAPTERS = book.chapters(Path(__file__).resolve().parents[1])


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_stored_outputs_are_whole_and_compared(path):
    assert list(stored.faults(path)) == []


@pytest.mark.parametrize("kind", ["Table", "Figure"])
def test_exhibits_are_numbered_in_reading_order(kind):
    numbers = [number for number in stored.numbering(CHAPTERS, kind) if number.isdigit()]
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
