"""Write trade files of every kind into a folder, and what the command line answers for each, for a browser test to compare with.

Run as ``python trade_files_asked.py FOLDER``: file ``asked.json`` lists the cases, each with its files, and the questions with
the answer (what the command prints, part by part) or the message that refuses it.
"""

import io
import json
import os
import re
import signal
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / part) for part in ("", "bookpress/tests", "tests", "tests/tradefiles")]

import test_bad_input as bad  # noqa: E402
import test_levels as levels  # noqa: E402
import test_other_programs as other  # noqa: E402
import test_strays as strays  # noqa: E402

import trade_files as made  # noqa: E402
from beltroad import spellings  # noqa: E402
from beltroad.__main__ import main  # noqa: E402

TRADE = made.imports("AUS")
MANY = ["AUS", "RUS", "DEU", "HKG", "USA", "VNM"]
EXPORTER = "AUS"
# What the page cannot be asked: another importer, a classification, a part; or what is no file to drop.
APART = re.compile(
    r"--(definition|importer|classification|partial|memory|engine|master)|^import$|^table1$|^in$|/"
)


def rows_of(folder: Path, *parts: list[dict[str, str]], name: str = "a.csv", **options: object) -> Path:
    return made.write(folder / name, [row for part in parts for row in part], **options)


def text_of(content: str | bytes, name: str = "a.csv"):
    return lambda folder: (folder / name).write_bytes(
        content if isinstance(content, bytes) else content.encode()
    )


def everyone(layout, **cells) -> list[dict[str, str]]:
    return [row for code in MANY for row in layout(made.imports(code), code, **cells)]


def quoted(text: str) -> str:
    return "\n".join(
        ",".join(f'"{cell}"' for cell in line.split(",")) if line else "" for line in text.split("\n")
    )


BACI = made.text([row for code in MANY for row in made.baci(made.imports(code), code)])
LEGACY = made.text(everyone(made.legacy, Commodity="Goods"))
HEAD, *LINES = BACI.splitlines(keepends=True)
SOLD = {"Trade Flow": "Export", "Trade Flow Code": "2", "Reporter ISO": "AUS", "Partner ISO": "CHN"}
EXPORTS = [
    row
    | {
        "Reporter ISO": row["Partner ISO"],
        "Partner ISO": "CHN",
        "Trade Flow": "Export",
        "Trade Flow Code": "2",
    }
    for row in everyone(made.legacy)
]
TOTAL = [(year, "TOTAL", sum(v for y, _, v in TRADE if y == year)) for year in (2016, 2017, 2018)]
GENERATED = {
    "BACI of six exporters": text_of(BACI),
    "BACI, packed": lambda folder: rows_of(folder, made.baci(TRADE), name="a.csv.gz"),
    "BACI, a file a year": lambda folder: [
        text_of(HEAD + "".join(line for line in LINES if line.startswith(year)), f"{year}.csv")(folder)
        for year in ("2016", "2017", "2018")
    ],
    "BACI of one year": text_of(HEAD + "".join(line for line in LINES if line.startswith("2018"))),
    "BACI, every cell in quotation marks": text_of(quoted(BACI)),
    "BACI, lines that end as on Windows": text_of(BACI.replace("\n", "\r\n")),
    "BACI, quoted, as on Windows, with a mark of its encoding": text_of(
        "\ufeff" + quoted(BACI).replace("\n", "\r\n")
    ),
    "BACI, lines that end in two ways": text_of(HEAD.replace("\n", "\r\n") + "".join(LINES)),
    "BACI, lines that end as they once did": text_of(BACI.replace("\n", "\r")),
    "BACI, blank lines": text_of(HEAD + "\n" + LINES[0] + "\n\n" + "".join(LINES[1:]) + "\n"),
    "BACI, a line of blanks": text_of(BACI + "   \n"),
    "BACI, a cell lacking": text_of(BACI + "2017,4,8,010121,5.000\n"),
    "BACI, a quotation mark within a cell": text_of(BACI.replace("NA", 'N"A', 1)),
    "BACI, text behind a quotation mark": text_of(BACI.replace("NA", '"N"A', 1)),
    "BACI, a quotation mark that is never closed": text_of(BACI.replace("NA", '"NA', 1)),
    "BACI, quotation marks and line ends within cells": text_of(BACI.replace("NA", '"a ""b""\nc"')),
    "BACI, no end of the last line": text_of(BACI.rstrip("\n")),
    "BACI, a value that is none": text_of(BACI.replace(LINES[5].split(",")[4], "many", 1)),
    "BACI, an underscore in a value": text_of(BACI.replace(LINES[5].split(",")[4], "1_000", 1)),
    "BACI, no bound": text_of(BACI.replace(LINES[5].split(",")[4], "inf", 1)),
    "BACI, a value of another's trade that is none": text_of(BACI + "2017,4,8,010121,many,NA\n"),
    "BACI, powers of ten": text_of(BACI.replace(LINES[5].split(",")[4], "1.5e6", 1)),
    "BACI, a year that is none": text_of(BACI + "20x7,36,156,010121,5.000,NA\n"),
    "BACI, halves": text_of(
        HEAD
        + "".join(
            f"{y},36,156,{k},{v},NA\n"
            for y in (2016, 2017, 2018)
            for k, v in [
                ("100199", "35555555.1255"),
                ("270112", "4444444.0005"),
                ("847130", "31111111.1125"),
                ("999999", "0.0005"),
            ]
        )
    ),
    "legacy of six exporters": text_of(LEGACY),
    "legacy, tabs": text_of(LEGACY.replace(",", "\t")),
    "legacy, reports of the exporters": lambda folder: rows_of(folder, EXPORTS),
    "legacy, two files of two sides": lambda folder: [
        rows_of(folder, everyone(made.legacy)),
        rows_of(folder, EXPORTS, name="b.csv"),
    ],
    "legacy, with totals, sections, the World and returned goods": lambda folder: rows_of(
        folder,
        everyone(made.legacy),
        made.legacy(TOTAL, **{"Aggregate Level": "0"}),
        made.legacy(made.sections(TRADE), **{"Aggregate Level": "1"}),
        made.legacy([(y, c, 4 * v) for y, c, v in made.imports("DEU")], "WLD"),
        made.legacy(TRADE, "CHN"),
        made.legacy(TRADE, **SOLD | {"Trade Flow": "Re-Export"}),
    ),
    "legacy, a total that is another": lambda folder: rows_of(
        folder,
        made.legacy(TRADE),
        made.legacy([(y, c, v + v // 50) for y, c, v in TOTAL], **{"Aggregate Level": "0"}),
    ),
    "legacy, names that are not known": lambda folder: rows_of(
        folder,
        everyone(made.legacy),
        made.legacy(TRADE, "XXX"),
        made.legacy(TRADE, **{"Reporter ISO": "Ruritania"}),
        made.legacy(TRADE, **{"Partner": "Areas, nes", "Partner ISO": "", "Partner Code": ""}),
    ),
    "legacy, one exporter spelt in two ways": lambda folder: rows_of(
        folder, made.legacy(TRADE[:70]), made.legacy(TRADE[70:], **{"Partner ISO": "36"})
    ),
    "legacy, one exporter lacks a year": lambda folder: rows_of(
        folder,
        everyone(made.legacy),
        made.legacy([one for one in made.imports("IND") if one[0] != 2017], "IND"),
    ),
    "legacy, the first two revisions": lambda folder: rows_of(
        folder,
        made.legacy([one for one in TRADE if one[0] < 2018], Classification="S2"),
        made.legacy([one for one in TRADE if one[0] == 2018], Classification="S3"),
    ),
    "legacy, years before and after": lambda folder: rows_of(
        folder, made.legacy(made.imports("AUS", 2010, 2018))
    ),
    "API of six exporters": lambda folder: rows_of(folder, everyone(made.api)),
    "API, parts by transport and second partner": lambda folder: rows_of(
        folder, made.api(TRADE), made.api(TRADE, motCode="1000"), made.api(TRADE, partner2Code="276")
    ),
    "API, valued on departure": lambda folder: rows_of(
        folder, [row | {"cifvalue": "", "fobvalue": row["primaryValue"]} for row in made.api(TRADE)]
    ),
    "API, halves of dollars": lambda folder: rows_of(
        folder,
        [
            row | {"primaryValue": row["primaryValue"].replace(".0", ".5"), "cifvalue": "", "aggrLevel": ""}
            for row in made.api(TRADE)
        ],
    ),
    "WITS of six exporters": lambda folder: rows_of(folder, everyone(made.wits)),
    "WITS, chapters that 999999 hides": lambda folder: rows_of(
        folder,
        levels.level(2, {"10": 20, "27": 10, "84": 15, "88": 16, "99": 1}),
        levels.level(6, {"100199": 20, "270112": 10, "847130": 15, "999999": 17}),
    ),
    "a finer level of a part": lambda folder: rows_of(
        folder, levels.level(2, {"10": 20, "27": 10, "84": 25}), levels.level(6, {"100199": 8})
    ),
    "levels that contradict each other": lambda folder: rows_of(
        folder, levels.level(2, {"10": 20, "27": 10, "99": 0}), levels.level(6, {"100199": 26, "270112": 10})
    ),
    "goods not specified at the finer level": lambda folder: rows_of(
        folder, levels.level(2, {"10": 20, "27": 10, "99": 0}), levels.level(6, {"100199": 20, "999999": 20})
    ),
    "codes that the coarser level lacks": lambda folder: rows_of(
        folder, levels.level(2, {"10": 20, "27": 10, "99": 0}), levels.level(6, {"100199": 20, "980000": 5})
    ),
    "one heading": lambda folder: rows_of(folder, levels.level(6, {"240110": 1})),
    "chapters": lambda folder: rows_of(folder, levels.level(2, {"10": 20, "27": 10, "84": 15, "71": 20})),
    "a picture": text_of(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 400, "a.png"),
    "a sentence": text_of("Nothing but words\n"),
}


def cases() -> dict[str, tuple[object, list[str]]]:
    """Return how the files of each case are written, and what the command is asked beside the exporter."""
    found = {name: (make, []) for name, make in GENERATED.items()}
    found |= {
        f"as written: {name}": (lambda folder, make=make: make(folder, TRADE), [])
        for name, make in made.WRITERS.items()
    }
    found |= {
        f"from another program: {name}": (text_of(content), [])
        for name, (content, _) in other.WRITTEN.items()
    }
    found |= {
        f"stray: {name}": (lambda folder, cells=cells: rows_of(folder, strays.legacy(**cells)), [])
        for name, (cells, _) in strays.REFUSED.items()
    }
    found |= {f"bad: {name}": (make, more[0] if more else []) for name, (make, _, *more) in bad.BAD.items()}
    return {name: one for name, one in found.items() if not any(map(APART.search, one[1]))}


def ask(*arguments: str) -> dict[str, object]:
    """Return what a command prints, in its parts, or why it refuses."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = main([*arguments, "--format", "markdown"])
    if status:
        return {"refused": err.getvalue().removeprefix("beltroad: ").rstrip("\n")}
    about, table, notes = out.getvalue().rstrip("\n").split("\n\n")
    head, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    return {
        "about": about,
        "head": head,
        "rows": rows,
        "notes": [note.removeprefix("- ") for note in notes.splitlines()],
    }


def asked(name: str, folder: Path, make, arguments: list[str]) -> dict[str, object] | None:
    """Write the files of a case and ask the command; None if there is no file to drop."""
    folder.mkdir()
    with chdir(folder):
        make(folder)
        files = sorted(path.name for path in folder.iterdir() if path.is_file())
        if not files:
            return None
        options = dict(zip(arguments[::2], arguments[1::2], strict=True))
        side = ["--side", options["--side"]] if "--side" in options else []
        table = [
            "--exporter",
            spellings.iso3(options.get("--exporter", EXPORTER)),
            "--years",
            options.get("--years", "2016-2018"),
        ]
        wto = ["--definition", options.get("--definition", "wto")]
        questions = [("table1", [*table, *wto, *side])]
        if name in GENERATED or name.startswith("stray"):  # each takes the command a second
            questions += [("rank", [*wto, *side]), ("table1", [*table[:3], "2018", *wto])]
        if "six exporters" in name:
            questions += [("table1", [*table, "--definition", "isic"])]
        if "two sides" in name:
            questions += [("table1", [*table, *wto, "--side", one]) for one in ("importer", "exporter")]
            questions += [("rank", [*wto, "--side", "exporter"])]
        return {
            "files": files,
            "questions": [
                {
                    "command": command,
                    **dict(zip([o[2:] for o in of[::2]], of[1::2], strict=True)),
                    **ask(command, *of, "--from", *files),
                }
                for command, of in questions
            ],
        }


def write(folder: Path) -> None:
    signal.signal = lambda *_: None  # a command sets handlers for each question
    found = {}
    for number, (name, (make, arguments)) in enumerate(cases().items()):
        place = folder / f"{number:03}"
        if one := asked(name, place, make, arguments):
            found[name] = {"folder": place.name, **one}
    (folder / "asked.json").write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    os.environ["BOOKPRESS_BOOK"] = str(ROOT)  # files are asked for from their own folders
    write(Path(sys.argv[1]).resolve())
