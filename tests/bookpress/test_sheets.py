"""How full printed pages are: text counts where it stands, grounds and margins do not."""

import pytest
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from bookpress.publish import sheets

FONT = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}


def _pdf(path, *contents):
    writer = PdfWriter()
    for content in contents:
        page = writer.add_blank_page(600, 1000)
        font = DictionaryObject({NameObject(key): NameObject(value) for key, value in FONT.items()})
        fonts = DictionaryObject({NameObject("/F"): font})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        stream = DecodedStreamObject()
        stream.set_data(content)
        page[NameObject("/Contents")] = writer._add_object(stream)
    writer.write(path)
    return path


def _text(y):
    return b"q 0.5 0 0 0.5 0 0 cm BT /F 12 Tf 1 0 0 1 50 %d Tm (text) Tj ET Q " % (2 * y)


NUMBER = _text(30)  # in the lower margin
GROUND = b"0 100 600 800 re f "
LINE = b"50 200 m 300 200 l S "


@pytest.mark.parametrize(
    ("content", "full"),
    [(_text(850) + NUMBER + GROUND, False), (_text(300) + NUMBER, True), (LINE, True), (NUMBER, False)],
)
def test_a_page_is_as_full_as_its_text_and_lines_reach(tmp_path, content, full):
    assert sheets.sparse(_pdf(tmp_path / "a.pdf", content)) == ([] if full else [1])


def test_the_end_of_a_chapter_may_be_short(tmp_path):
    pdf = _pdf(tmp_path / "a.pdf", _text(850), _text(850))
    assert sheets.sparse(pdf, {1}) == [2]
