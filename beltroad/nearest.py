"""The command that asks whether any grouping of goods gives six numbers: its search, what it prints."""

import argparse
import csv
import json
import math
import os
import re
import sys
import threading
from collections.abc import Iterator
from typing import Any, TextIO

from beltroad import groupings, table1
from beltroad.groupings import NOT_PROVED, PROVED, Answer
from beltroad.groupings.questions import READINGS, Question, Reported, answers, question
from beltroad.table1 import ROWS
from bookpress import tables
from bookpress.cli import command
from tradefiles import commands as of_files

FORMATS = ["text", "csv", "json"]


class Search(threading.Thread):
    """Looks for answers beside the main thread, which can so be interrupted while the solver works."""

    def __init__(self, asked: Question, seconds: float | None) -> None:
        super().__init__(daemon=True)
        self.asked, self.seconds = asked, seconds
        self.nearest: Answer | None = None
        self.fewest: Answer | None = None
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            for answer in answers(self.asked, seconds=self.seconds):
                self.nearest = answer
                _progress(answer, "points")
            if self.asked.start:
                for answer in answers(self.asked, moves=True, seconds=self.seconds):
                    self.fewest = answer
                    _progress(answer, "moves")
        except BaseException as error:
            self.error = error


def _progress(answer: Answer, unit: str) -> None:
    if answer.status == NOT_PROVED and sys.stderr.isatty():
        found = answer.difference if unit == "points" else answer.moves
        best = "nothing" if answer.grouping is None else f"{found:.5g} {unit}"
        print(
            f"nearest: best so far {best}, none below {answer.bound:.5g}",
            file=sys.stderr,
            flush=True,
        )


def nearest(options: argparse.Namespace) -> int:
    """Find the grouping of an exporter's goods that comes nearest to six numbers, and prove it."""
    asked = question(options)
    with open(os.dup(1), "w", encoding="utf-8", closefd=True) as screen:  # the solver has standard output
        search = Search(asked, options.time_limit)
        search.start()
        try:
            while search.is_alive():
                search.join(0.1)
        except KeyboardInterrupt:
            if search.nearest:
                show(asked, search.nearest, search.fewest, options.format, screen)
            print("nearest: interrupted; nothing better was found so far", file=sys.stderr)
            screen.flush()
            os._exit(130)  # the solver cannot be asked to stop
        if search.error:
            raise search.error
        show(
            asked,
            search.nearest or Answer(NOT_PROVED, 0.0),
            search.fewest or (Answer(NOT_PROVED, 0.0) if asked.start else None),
            options.format,
            screen,
        )
    return 0


def record(asked: Question, near: Answer, fewest: Answer | None) -> dict[str, Any]:
    """Return question and answers as one flat record; numbers that nobody knows are None."""
    years = asked.published.columns
    found: dict[str, Any] = {
        "exporter_iso3": asked.exporter,
        "reading": asked.reading,
        "level": asked.level,
        "years": f"{years[0]}-{years[-1]}",
        "target_pct": " ".join(f"{value:.2f}" for value in asked.published.T.to_numpy().ravel()),
        "status": near.status,
        "difference_pts": _number(near.difference),
        "bound_pts": _number(near.bound),
        **{name: _codes(near, name) for name in ROWS},
    }
    if asked.reported:
        flow = asked.reported.flow
        found |= {"importer_iso3": flow.importer, "side": flow.side, "basis": flow.basis}
        found["doubt_pts"] = _number(asked.reported.doubt)
    if fewest:
        assert asked.start
        found |= {
            "moves_from": asked.start,
            "within_pts": asked.within,
            "moves_status": fewest.status,
            "moves": fewest.moves,
            "moves_bound": _number(fewest.bound),
            "moves_difference_pts": _number(fewest.difference),
            "moved": _moved(asked, fewest),
        }
    return found


def _number(value: float) -> float | None:
    return round(value, 4) if math.isfinite(value) else None


def _codes(answer: Answer, name: str) -> str:
    if answer.grouping is None:
        return ""
    return "; ".join(answer.grouping.index[answer.grouping.eq(name)].sort_values())


def _moved(asked: Question, answer: Answer) -> str:
    if answer.grouping is None or not asked.start:
        return ""
    start = groupings.of_definition(answer.grouping.index, asked.start)
    moved = groupings.moved(answer.grouping, start).sort_index()
    return "; ".join(f"{code} to {name}" for code, name in moved.items())


def show(asked: Question, near: Answer, fewest: Answer | None, style: str, screen: TextIO) -> None:
    """Write question and answers to a person or a program."""
    found = record(asked, near, fewest)
    if style == "json":
        print(json.dumps(found, indent=2), file=screen)
    elif style == "csv":
        rows = csv.DictWriter(screen, list(found), lineterminator="\n")
        rows.writeheader()
        rows.writerow(found)
    else:
        print("\n".join(_lines(asked, near, fewest)), file=screen)
    if asked.reported:  # beside an answer for a program, below one for a person
        print("\n".join(_told(asked.reported)), file=screen if style == "text" else sys.stderr)


def _told(reported: Reported) -> Iterator[str]:
    yield ""
    yield f"{reported.flow.exporter} to {reported.flow.importer}, {of_files.side(reported.flow)}."
    if reported.doubt:
        yield (
            f"Up to {reported.doubt:.3f}% of the goods of a year may belong to another division; differences can be off by as many points."
        )
    yield from reported.notes


def _lines(asked: Question, near: Answer, fewest: Answer | None) -> Iterator[str]:
    found = record(asked, near, fewest)
    yield f"{asked.exporter}, {asked.reading}, by {asked.level}, {found['years']}, held against {found['target_pct']}"
    yield ""
    yield f"Nearest grouping: {_judged(near, 'points')}"
    names = tables.read("sitc").set_index("code")["name"]
    for name in ROWS if near.grouping is not None else []:
        assert near.grouping is not None
        codes = near.grouping.index[near.grouping.eq(name)].sort_values()
        yield f"  {name}: " + ", ".join(f"{code} {names[code]}" if code in names else code for code in codes)
    if near.grouping is not None and asked.reading != "destination":
        reached = groupings.grouped(asked.shares(), near.grouping)
        for name in ROWS:
            yield f"  {name}, %: " + " ".join(f"{value:.2f}" for value in reached.loc[name])
    if asked.reading == "destination":
        from beltroad.groupings import destination

        least = destination.nearest(asked.exporter, asked.published, bounds=True)[0]
        yield f"  Divisions that lie in several groups, and freight, leave room: no less than {least:.2f} points."
    if fewest:
        yield ""
        yield f"Fewest moves from {asked.start!r} to within {asked.within:g} points: {_judged(fewest, 'moves')}"
        if fewest.grouping is not None:
            start = groupings.of_definition(fewest.grouping.index, asked.start or "")
            moved = groupings.moved(fewest.grouping, start).sort_index()
            for code in moved.index:
                yield f"  {code} {names[code]}: {start[code]} → {moved[code]}"


def _judged(answer: Answer, unit: str) -> str:
    """Return an answer's number with what is proved of it."""
    if answer.status == groupings.NONE:
        return "none exists (proved)"
    value = answer.difference if unit == "points" else answer.moves
    if answer.grouping is None:
        return f"none found in time (not proved; none below {answer.bound:.4g} {unit})"
    shown = f"{value:.2f} points" if unit == "points" else f"{value} ({answer.difference:.2f} points)"
    if answer.status == PROVED:
        return f"{shown} (proved: none is {'nearer' if unit == 'points' else 'fewer'})"
    gap = (value or 0) - answer.bound
    return f"{shown} (not proved: one of {answer.bound:.4g} may exist, gap {gap:.2g} {unit})"


def _seconds(text: str) -> float:
    if not re.fullmatch(r"\d+(\.\d+)?", text) or not 0 < float(text) < 1e6:
        raise argparse.ArgumentTypeError(f"found {text!r}, expected seconds above 0")
    return float(text)


def add(commands: command.Commands) -> None:
    """Add the command that searches all groupings."""
    made = command.add(commands, nearest)
    made.add_argument("--exporter", required=True, help="ISO3 code, for example DEU")
    made.add_argument("--level", help="section or division (default division)")
    made.add_argument(
        "--reading", default="composition", help=f"one of {', '.join(READINGS)} (default composition)"
    )
    shares = "agriculture and manufactures of each year in %%, by commas (default the paper's Table 1)"
    made.add_argument("--target", help=shares)
    made.add_argument("--years", type=command.years, help="years of the target (default so many up to 2018)")
    made.add_argument(
        "--moves-from", metavar="DEFINITION", help=f"one of {', '.join(table1.DEFINITIONS)} (default wto)"
    )
    made.add_argument(
        "--within", type=float, metavar="POINTS", help="difference that moves must reach (default 5)"
    )
    made.add_argument("--time-limit", type=_seconds, metavar="SECONDS", help="for each of the two questions")
    made.add_argument("--format", choices=FORMATS, default="text", help="default text")
    made.epilog = (
        "examples: nearest --exporter DEU; nearest --exporter BRA --level section --from TradeData.csv"
    )
    of_files.add_reading(made, required=False)
