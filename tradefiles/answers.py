"""What a flow answers: its values by SITC division, Table 1, and what a reader must know of both."""

from collections import defaultdict
from functools import cache
from itertools import groupby
from math import fsum, isnan, nan
from typing import Any

import pandas as pd

from beltroad import groupings, table1
from bookpress import tables
from tradefiles import FileError, classifications
from tradefiles.flows import UNKNOWN, Flow, Year
from tradefiles.layouts import BY_NAME, SIDES

WHOLE = 0.9  # the share of a total below which values are a part of it
KINDS = 2 / 3  # the share of all kinds of goods below which values may be a part
COARSE = 0.01  # the share that codes too coarse for a question may have; it is shown as unclassified
FACTOR = 1000  # between US dollars and thousand US dollars


def side(flow: Flow) -> str:
    """Say whose figures a flow's are, and how they are valued."""
    whose = SIDES[flow.side].replace("the importer", flow.importer).replace("the exporter", flow.exporter)
    return f"{whose} ({flow.basis})"


def by_division(flow: Flow) -> pd.DataFrame:
    """Return a flow's values by SITC Rev. 4 division, as `beltroad.table1.bounds` takes them.

    A code whose parts lie in several divisions has none of its own and all of them in ``also_divisions``; a code that its
    classification does not have has neither. A year without value, about a thousand times off what is on record, or with a
    part of the goods only (unless that was asked for) is refused.
    """
    rows = []
    for year, of_year in flow.years.items():
        where = f"{flow.exporter} to {flow.importer}, {year}"
        if not of_year.total:
            raise FileError(f"{where}: found values that sum to nothing, expected trade")
        _check_unit(flow, year, where)
        if (found := part(flow, year)) and not flow.partial:
            raise FileError(f"{where}: {found}; expected all goods; --partial answers for the part alone")
        values: dict[tuple[str, str], list[float]] = defaultdict(list)
        for code, value in of_year.codes.items():
            held = classifications.divisions_of(of_year.classification, code)
            values[(held[0], "") if len(held) == 1 else ("", " ".join(held))].append(value)
        rows += [(year, *divisions, fsum(parts)) for divisions, parts in values.items()]
    return pd.DataFrame(rows, columns=["year", "sitc_division", "also_divisions", "value_usd"])


def shares(flow: Flow, definition: str) -> pd.DataFrame:
    """Return Table 1 of a flow, in % of all goods: rows sectors, and `beltroad.table1.UNCLASSIFIED` where some goods are.

    Raises `FileError` as `by_division` does, and if the level of the codes is too coarse for the definition, or the codes are
    not of their classification.
    """
    values = by_division(flow)
    found = table1.bounds(values, definition).share
    if table1.UNCLASSIFIED not in found.index:
        return found
    strange = values["sitc_division"].eq("") & values["also_divisions"].eq("")
    unknown = values[strange].groupby("year")["value_usd"].sum()
    for year, of_year in flow.years.items():
        where = f"{flow.exporter} to {flow.importer}, {year}"
        not_known = 100 * float(unknown.get(year, 0)) / of_year.total
        undecided = float(found[year][table1.UNCLASSIFIED]) - not_known
        if undecided > 100 * COARSE:
            known = {name: table1.bounds(values[~strange], name).share.T for name in table1.DEFINITIONS}
            lost = {
                name: share.get(table1.UNCLASSIFIED, pd.Series(0.0)).max() for name, share in known.items()
            }
            allowed = [name for name, share in lost.items() if share <= 100 * COARSE]
            raise FileError(
                f"{where}: found {of_year.level}, too coarse for the definition {definition!r}: {undecided:.0f}% of the value is "
                "in codes whose parts belong to several sectors; expected a finer level, or one of the definitions that it "
                f"allows: {', '.join(allowed) or 'none'}"
            )
        if not_known > 100 * UNKNOWN:
            lacking = f"{classifications.named(of_year.classification)} does not have"
            such = f"such as {_unclassified(of_year, definition)[0]}"
            raise FileError(
                f"{where}: found {not_known:.0f}% of the value in codes that {lacking}, {such}; expected its codes"
            )
    return found


def for_groupings(flow: Flow, level: str) -> tuple[pd.DataFrame, float]:
    """Return a flow's values with one division each, for the search over all groupings of goods, and what that leaves open.

    A code whose parts lie in several divisions is put under the first of them, one that cannot be mapped under division 93.
    The number is the most, over the years, that may belong elsewhere, in % of all goods, those not specified among them: no
    grouping's distance from a table can be further off. Raises `FileError` if more than `COARSE` is in codes too coarse for a
    level (a key of `groupings.DIGITS`).
    """
    values = by_division(flow)
    held = (values["sitc_division"] + " " + values["also_divisions"]).str.split()
    loose = held.map(lambda codes: len({code[: groupings.DIGITS[level]] for code in codes}) != 1)
    sums = values["value_usd"].groupby(values["year"]).sum()
    doubt = 100 * values["value_usd"].where(loose, 0).groupby(values["year"]).sum() / sums
    for year, share in doubt[doubt > 100 * COARSE].items():
        found = f"{flow.years[int(str(year))].level}, too coarse for the level {level!r}"
        expected = f"a finer level{' or --level section' if level == 'division' else ''}"
        raise FileError(
            f"{flow.exporter} to {flow.importer}, {year}: found {found}: {share:.0f}% of the value is in codes that cannot "
            f"be put into one; expected {expected}"
        )
    # Division 93 has special transactions and commodities not classified by kind.
    values["sitc_division"] = held.map(lambda codes: [*codes, "93"][0])
    hidden = [fsum(one.hidden.values()) / one.total for one in flow.years.values()]
    return values.drop(columns="also_divisions"), float(doubt.max()) + 100 * max(hidden)


def mirror(flow: Flow) -> float | None:
    """Return how many times what the exporter says it sold the importer says it bought, over the years both report.

    The other side is the book's own record of totals with China; see `beltroad.table1.MIRROR`.
    """
    if flow.importer != "CHN" or flow.side == "reconciled":
        return None
    other = recorded("exporter" if flow.side == "importer" else "importer")
    mine = {year: of_year.total for year, of_year in flow.years.items()}
    theirs = {year: other.get((flow.exporter, year), nan) for year in mine}
    here, there = (pd.DataFrame(totals, index=[flow.exporter]) for totals in (mine, theirs))
    bought, sold = (here, there) if flow.side == "importer" else (there, here)
    ratio = float(table1.mirror_ratio(bought, sold).iloc[0])
    return None if isnan(ratio) else ratio


@cache
def recorded(side: str) -> dict[Any, float]:
    """Return what the book has on record of all exports to China, as one side reports them: by exporter and year, in US dollars."""
    name, flow, who = "china-by-division", "import", "partner_iso3"
    if side == "exporter":
        name, flow, who = "totals-with-china", "export", "reporter_iso3"
    table = tables.read(name)
    return table[table["flow"].eq(flow)].groupby([who, "year"])["value_usd"].sum().to_dict()


def notes(flow: Flow, definition: str | None = None) -> list[str]:
    """Return what a reader must know of a flow: layout, classification, sums, what was repaired, left out, not classified."""
    lines, lost, levels = [], [], defaultdict(list)
    for year, one in flow.years.items():
        levels[one.level.replace(" at", ",")].append(year)
        stated = "no total stated"
        if one.stated is not None:
            share = 100 * one.total / one.stated if one.stated else 0
            stated = f"stated total {one.stated:,.0f} ({share:.2f}%)"
        counted = f"{len(one.codes)} code{'s sum' if len(one.codes) != 1 else ' sums'}"
        lines.append(f"{year}: {counted} to {one.total:,.0f} US$, {stated}")
        if found := part(flow, year):
            lines.append(f"{year}: a part only: {found}")
        elif _few(one):
            lines.append(f"{year}: {_held(one)}; shares are of these")
        elif not WHOLE < one.total / (known := _known(flow, year) or one.total) < 1 / WHOLE:
            lines.append(
                f"{year}: {100 * one.total / known:.3g}% of the {known:,.0f} US$ that the book has on record; check both"
            )
        if hidden := one.hidden:
            share = 100 * fsum(hidden.values()) / one.total
            lines.append(
                f"{year}: {share:.2f}% of the value is in goods not specified ({', '.join(sorted(hidden))})"
            )
        if definition and (codes := _unclassified(one, definition)):
            share = 100 * fsum(one.codes[code] for code in codes) / one.total
            named = f"{', '.join(codes[:3])}{', …' if len(codes) > 3 else ''}"
            lost.append(f"{year}: {len(codes)} codes unclassified, {share:.2f}% of the value ({named})")
    read = "; ".join(f"{level} ({years[0]}-{years[-1]})" for level, years in levels.items())
    lines.insert(0, f"Read as {' and '.join(flow.layouts)}: {read}.")
    used = {one.classification for one in flow.years.values()}
    if older := [classifications.named(name) for name in ("S1", "S2", "S3") if name in used]:
        lines.append(
            f"The divisions of {' and '.join(older)} are read as those of Rev. 4 of the same number."
        )
    ratio = mirror(flow)
    if ratio is not None and not table1.MIRROR[0] <= ratio <= table1.MIRROR[1]:
        lines.append(
            f"The two sides differ: {flow.importer} reports {ratio:.2f} times what {flow.exporter} does, by the book's own "
            "record of totals; shares may describe another trade than the exporter's."
        )
    return [*lines, *flow.notes, *lost]


def _unclassified(year: Year, definition: str) -> list[str]:
    """Return the codes without one sector, largest value first."""
    codes = [code for code in year.codes if len(sectors(year.classification, code, definition)) != 1]
    return sorted(codes, key=lambda code: (-year.codes[code], code))


def sectors(classification: str, code: str, definition: str) -> set[str]:
    """Return the sectors that the parts of a code belong to; none if its classification does not have it."""
    held = classifications.divisions_of(classification, code)
    return {table1.sector_of(division, definition) for division in held}


def part(flow: Flow, year: int) -> str:
    """Say of which total the values of a year are a part only, and which goods lack; ``""`` if nothing shows that they are."""
    of_year = flow.years[year]
    stated, known = of_year.stated or 0.0, _known(flow, year)
    for total, whose in (stated, "that the file states"), (known, "that the book has on record"):
        few = total == known and not _few(of_year)  # the record may differ, where no kind of goods lacks
        if of_year.total < WHOLE * total and not few:
            share = f"{100 * of_year.total / total:.2g}% of the {total:,.0f} {whose}"
            return f"found {of_year.total:,.0f} US$, {share}, with {_held(of_year)}"
    return ""


def _known(flow: Flow, year: int) -> float:
    """Return what is on record of a year, in US dollars: of the same side, else of the other; 0 if nothing is."""
    if flow.importer != "CHN":
        return 0.0
    sides = ["importer", "exporter"] if flow.side == "importer" else ["exporter", "importer"]
    found = [value for side in sides if (value := recorded(side).get((flow.exporter, year)))]
    return float((min(found) if flow.side == "reconciled" else found[0]) if found else 0.0)


def _few(year: Year) -> bool:
    """Has a year so few kinds of goods that it may be a selection?"""
    held, every, _ = _kinds(year)
    return len(held) < KINDS * len(every)


def _held(year: Year) -> str:
    """Say which kinds of goods a year has, or lacks: whichever are fewer."""
    held, every, name = _kinds(year)
    lacking = [kind for kind in every if kind not in held]
    if not lacking:
        return f"goods of every {name}"
    if len(held) <= len(lacking):
        return f"goods of {len(held)} of {len(every)} {name}s only ({_spans(held, every)})"
    return f"no goods of {len(lacking)} of {len(every)} {name}s ({_spans(lacking, every)})"


def _kinds(year: Year) -> tuple[list[str], list[str], str]:
    """Return the chapters, divisions or sections that a year has, all that there are, and what they are called."""
    known = classifications.divisions(year.classification)
    sitc = year.classification in classifications.SITC
    length = 1 if sitc and all(len(code) == 1 for code in year.codes) else 2
    every = sorted(code for code in known if len(code) == length)
    begun = tuple({code[:length] for code in year.codes})
    held = [kind for kind in every if kind.startswith(begun)]
    return held, every, ["section", "division"][length - 1] if sitc else "chapter"


def _spans(some: list[str], every: list[str]) -> str:
    """Return codes as spans of neighbours, such as 01-05, 87."""
    places = [every.index(code) for code in some]
    runs = [[place for _, place in run] for _, run in groupby(enumerate(places), lambda one: one[1] - one[0])]
    return ", ".join(f"{every[run[0]]}-{every[run[-1]]}" if len(run) > 1 else every[run[0]] for run in runs)


def _check_unit(flow: Flow, year: int, where: str) -> None:
    """Refuse a total that is about a thousand times off what either side has on record, though no kind of goods lacks."""
    total, times, known = flow.years[year].total, 0.0, 0.0
    if flow.importer != "CHN" or _few(flow.years[year]):
        return
    for side in ("exporter", "importer"):  # the second table is larger, and seldom needed
        known = recorded(side).get((flow.exporter, year)) or known
        times = max(total / known, known / total) if known else 0.0
        if 0 < times < FACTOR**0.5:
            return
    if FACTOR / 4 < times < FACTOR * 4:
        unit = "thousand US$" if BY_NAME[flow.layouts[0]].unit == FACTOR else "US$"
        why = f"are the values in {unit}, as those of {flow.layouts[0]} are?"
        raise FileError(f"{where}: found {total:,.0f} US$ in all, expected about {known:,.0f}; {why}")
