"""Fonts for letters that the font of figures lacks, in a book in Chinese, Japanese or Korean."""

import logging
import re
from functools import cache

import matplotlib as mpl
from matplotlib import font_manager

from bookpress.edition import book, catalogue

# By the first letters of a language: fonts that have its letters, the best first, and how their files are called.
NOTO = ("Noto Sans CJK {0}", "Noto Sans {0}", "Source Han Sans {0}")
FONTS = {
    "zh": [
        *(name.format("SC") for name in NOTO),
        *(
            "WenQuanYi Zen Hei",
            "WenQuanYi Micro Hei",
            "PingFang SC",
            "Microsoft YaHei",
            "SimHei",
            "Noto Sans CJK JP",
        ),
    ],
    "ja": [*(name.format("JP") for name in NOTO), "IPAexGothic", "Hiragino Sans", "Yu Gothic", "MS Gothic"],
    "ko": [*(name.format("KR") for name in NOTO), "NanumGothic", "Apple SD Gothic Neo", "Malgun Gothic"],
}
FILES = re.compile(
    r"cjk|sourcehan|wqy|pingfang|msyh|simhei|ipaexg|hiragino|yugoth|nanum|applesdgothic|malgun", re.I
)


def needed(language: str = "") -> str:
    """Return the font that a language, else that of the book, needs beside that of figures; '' if none.

    A BookError says what to install where there is none.
    """
    return _best((language or catalogue.language(book.root()))[:2])


@cache
def _best(language: str) -> str:
    """Return the first font of a language that is installed."""
    if not (names := FONTS.get(language)):
        return ""
    if names[0] not in _known():  # Matplotlib's own list does not have what was installed after it
        for path in font_manager.findSystemFonts():
            if FILES.search(path):
                font_manager.fontManager.addfont(path)
    if found := [name for name in names if name in _known()]:
        return found[0]
    expected = f"expected one such as {names[0]}; `apt-get install fonts-noto-cjk` installs it"
    raise book.BookError(f"found no font with the letters of language {language!r}, {expected}")


def use() -> None:
    """Let figures take the letters that their own font lacks from the one that is `needed`."""
    if name := needed():
        mpl.rcParams["font.family"] = ["sans-serif", name]
        # Of a font that has no bold letters Matplotlib takes the others, and complains.
        logging.getLogger(font_manager.__name__).addFilter(lambda record: "weight" not in record.getMessage())


def _known() -> set[str]:
    return {font.name for font in font_manager.fontManager.ttflist}
