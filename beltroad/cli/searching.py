"""The commands that search all groupings of goods: nearest, prove."""

import argparse
import csv
import json
import math
import os
import re
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from beltroad import groupings, table1
from beltroad.cli import reading
from beltroad.groupings import NONE, NOT_PROVED, PROVED, Answer, proofs, questions
from beltroad.groupings.questions import Question
from bookpress import tables
from bookpress.cli import command
from tradefiles import answers


def add(commands: command.Commands) -> None:
    """Add the commands."""
    made = command.add(commands, nearest)
    made.add_argument("--exporter", required=True, type=reading.economy, help=reading.ECONOMY)
    made.add_argument("--level", help="section or division (default division)")
    which = f"one of {', '.join(questions.READINGS)} (default composition)"
    made.add_argument("--reading", default="composition", help=which)
    shares = "agriculture and manufactures of each year in %%, by commas (default the paper's Table 1)"
    made.add_argument("--target", default="", help=shares)
    made.add_argument("--years", type=command.years, help="years of the target (default so many up to 2018)")
    start = f"ask for the fewest moves from one of {', '.join(table1.DEFINITIONS)}; with --within alone, the first for the level"
    made.add_argument("--moves-from", type=str.lower, metavar="DEFINITION", help=start)
    points = "ask for the fewest moves to within so many points; with --moves-from alone 5"
    made.add_argument("--within", type=float, metavar="POINTS", help=points)
    made.add_argument("--time-limit", type=_seconds, metavar="SECONDS", help="for each of the two questions")
    command.add_format(made, ["text", "csv", "json"])
    made.epilog = (
        "examples: nearest --exporter DEU; nearest --exporter BRA --level section --from TradeData.csv"
    )
    reading.add_files(made)
    made = command.add(commands, prove)
    made.add_argument("--record", action="store_true", help="write what is found to data/derived/")


def _seconds(text: str) -> float:
    if not re.fullmatch(r"\d+(\.\d+)?", text) or not 0 < float(text) < 1e6:
        raise argparse.ArgumentTypeError(f"found {text!r}, expected seconds above 0")
    return float(text)


def nearest(options: argparse.Namespace) -> int:
    """Find the grouping of an exporter's goods that comes nearest to six numbers, and prove it."""
    published = questions.target(options.target, options.years)
    moves = options.moves_from, options.within, bool(options.files)
    asked = questions.question(options.exporter, published, options.reading, options.level, *moves)
    beside: dict[str, Any] = {}
    notes: list[str] = []
    flow, left = reading.flow(options, (int(published.columns[0]), int(published.columns[-1])))
    if flow:
        values, doubt = answers.for_groupings(flow, asked.level)
        asked = replace(asked, values=values)
        beside = {"importer_iso3": flow.importer, "side": flow.side, "basis": flow.basis}
        beside["doubt_pts"] = _number(doubt)
        notes = ["", f"{flow.exporter} to {flow.importer}, {answers.side(flow)}."]
        if doubt:
            most = f"Up to {doubt:.3f}% of the goods of a year may belong to another division"
            notes.append(f"{most}; differences can be off by as many points, so nothing is proved.")
        notes += [*answers.notes(flow), *left]
    with open(
        os.dup(1), "w", encoding=sys.stdout.encoding, errors="like"
    ) as screen:  # the solver has standard output

        def show(near: Answer, fewest: Answer | None) -> None:
            if doubt := beside.get(
                "doubt_pts"
            ):  # goods that may belong elsewhere could make another one better
                near = replace(near, status=NOT_PROVED, bound=max(near.bound - doubt, 0.0))
                fewest = fewest and replace(fewest, status=NOT_PROVED, bound=0.0)
            found = _record(asked, near, fewest, beside)
            if options.format == "json":
                print(json.dumps(found, indent=2), file=screen)
            elif options.format == "csv":
                csv.writer(screen, lineterminator="\n").writerows([found, found.values()])
            else:
                print("\n".join(_lines(asked, near, fewest)), file=screen)
            if notes:  # beside an answer for a program, below one for a person
                print("\n".join(notes), file=screen if options.format == "text" else sys.stderr)

        found: dict[bool, Answer] = {}  # by whether it is about moves
        failed: list[BaseException] = []

        def search() -> None:
            try:
                for moves in [False, True] if asked.start else [False]:
                    for answer in questions.answers(asked, moves, options.time_limit):
                        found[moves] = answer
                        show_progress(answer, "moves" if moves else "points")
            except BaseException as error:
                failed.append(error)

        # Beside the main thread, which can be interrupted while the solver works.
        solver = threading.Thread(target=search, daemon=True)
        solver.start()
        try:
            while solver.is_alive():
                solver.join(0.1)
        except KeyboardInterrupt:
            if found:
                show(found[False], found.get(True))
            print("nearest: interrupted; nothing better was found so far", file=sys.stderr)
            screen.flush()
            os._exit(130)  # the solver cannot be asked to stop
        if failed:
            raise failed[0]
        unknown = Answer(NOT_PROVED, 0.0)
        show(found.get(False, unknown), found.get(True, unknown) if asked.start else None)
    return 0


def show_progress(answer: Answer, unit: str) -> None:
    """Say on a terminal how good the best answer so far is."""
    if answer.status == NOT_PROVED and sys.stderr.isatty():
        found = answer.difference if unit == "points" else answer.moves
        best = "nothing" if answer.grouping is None else f"{found:.5g} {unit}"
        line = f"nearest: best so far {best}, none below {answer.bound:.5g}"
        print(line, file=sys.stderr, flush=True)


def _record(asked: Question, near: Answer, fewest: Answer | None, beside: dict[str, Any]) -> dict[str, Any]:
    """Return question and answers as one flat record; numbers that are not known are None."""
    found: dict[str, Any] = {
        **{"exporter_iso3": asked.exporter, "reading": asked.reading, "level": asked.level},
        "years": asked.span,
        "target_pct": asked.target_pct,
        **{
            "status": near.status,
            "difference_pts": _number(near.difference),
            "bound_pts": _number(near.bound),
        },
        **{name: "; ".join(_codes(near, name)) for name in table1.ROWS},
        **beside,
    }
    if fewest:
        found |= {
            "moves_from": asked.start,
            "within_pts": asked.within,
            "moves_status": fewest.status,
            "moves": fewest.moves,
            "moves_bound": _number(fewest.bound),
            "moves_difference_pts": _number(fewest.difference),
            "moved": "; ".join(f"{code} to {new}" for code, _, new in _moved(asked, fewest)),
        }
    return found


def _number(value: float) -> float | None:
    return round(value, 4) if math.isfinite(value) else None


def _codes(answer: Answer, name: str) -> list[str]:
    return [] if answer.grouping is None else sorted(answer.grouping.index[answer.grouping.eq(name)])


def _moved(asked: Question, answer: Answer) -> Iterator[tuple[str, str, str]]:
    """Yield every code that an answer moves, with the category that it is in and the one that it goes to."""
    if answer.grouping is not None:
        start = groupings.of_definition(answer.grouping.index, asked.start or "")
        for code, new in groupings.moved(answer.grouping, start).sort_index().items():
            yield str(code), start.loc[str(code)], new


def _lines(asked: Question, near: Answer, fewest: Answer | None) -> Iterator[str]:
    yield f"{asked.exporter}, {asked.reading}, by {asked.level}, {asked.span}, compared with {asked.target_pct}"
    yield f"\nNearest grouping: {_judged(near, 'points')}"
    names = tables.read("sitc").set_index("code")["name"]
    if near.grouping is not None:
        for name in table1.ROWS:
            codes = [f"{code} {names[code]}" if code in names else code for code in _codes(near, name)]
            yield f"  {name}: {', '.join(codes)}"
    if asked.reading == "destination":
        from beltroad.groupings import destination

        least = destination.nearest(asked.exporter, asked.published, bounds=True)[0]
        yield f"  Divisions that lie in several groups, and freight, leave room: no less than {least:.2f} points."
    elif near.grouping is not None:
        reached = groupings.grouped(asked.shares(), near.grouping)
        for name in table1.ROWS:
            yield f"  {name}, %: " + " ".join(f"{value:.2f}" for value in reached.loc[name])
    if fewest:
        yield f"\nFewest moves from {asked.start!r} to within {asked.within:g} points: {_judged(fewest, 'moves')}"
        for code, old, new in _moved(asked, fewest):
            yield f"  {code} {names[code]}: {old} → {new}"


def _judged(answer: Answer, unit: str) -> str:
    """Return an answer's number with what is proved of it."""
    if answer.status == NONE:
        return "none exists (proved)"
    value = answer.difference if unit == "points" else answer.moves
    if answer.grouping is None:
        return f"none found in time (not proved; none below {answer.bound:.4g} {unit})"
    shown = f"{value:.2f} points" if unit == "points" else f"{value} ({answer.difference:.2f} points)"
    if answer.status == PROVED:
        return f"{shown} (proved: none is {'nearer' if unit == 'points' else 'fewer'})"
    gap = (value or 0) - answer.bound
    return f"{shown} (not proved: one of {answer.bound:.4g} may exist, gap {gap:.2g} {unit})"


def prove(options: argparse.Namespace) -> int:
    """Solve every stored program anew and compare, or record what is found."""
    if options.record:
        files = proofs.record()
        print(f"recorded {', '.join(files)}; now `make data`, then `make refresh`")
        return 0
    differences = list(proofs.differences())
    print("\n".join(differences) or "every stored proof was found again")
    return 1 if differences else 0
