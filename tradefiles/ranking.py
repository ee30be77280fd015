"""Every exporter in a reader's files by distance to the six printed numbers, with what speaks against each place."""

from dataclasses import dataclass, replace
from itertools import groupby
from math import fsum

import pandas as pd

from beltroad import spellings, table1
from tradefiles import FileError, answers
from tradefiles.asking import Files
from tradefiles.flows import Flow, Wanted, flow


@dataclass
class Ranking:
    """All exporters, nearest first, and why others are not ranked."""

    table: pd.DataFrame
    """Rows exporters; columns ``place`` (none where the two sides differ too much), ``rmse`` and ``largest`` (percentage
    points), ``mapped, %``, ``mirror``, ``million US$`` and, where parts were asked for, ``part``: "yes" for a part of the
    trade."""
    side: str
    basis: str
    left: dict[str, list[str]]
    """Exporters that are not ranked, by reason."""
    world: float | None
    """What the exporters sell in % of what the file states for the World, where it does."""
    coarse: dict[str, float]
    """Exporters with values that only a coarser level states, and their share of the value in %."""


def rank(files: Files, importer: str, definition: str, wanted: Wanted) -> Ranking:
    """Rank every exporter in files by distance to the printed numbers under a definition.

    The importer is named as a person does; the side and classification that are wanted count where files leave a choice. Raises `FileError`
    if no exporter can be ranked, or places would mix two sides of trade.
    """
    wanted, importer = replace(wanted, years=table1.YEARS), spellings.iso3(importer)
    ranked: dict[str, dict[str, float | None]] = {}
    found: dict[str, str] = {}
    reasons: dict[str, str] = {}
    sides, world, coarse = set(), [], {}
    rows = files.answer(spellings.aliases(importer), years=table1.YEARS)
    for name, of_exporter in groupby(rows, key=lambda row: row.exporter or ""):
        code = spellings.economy(name)
        if code in found:
            spelt = f"found two spellings, {found[code]} and {name}, in one question"
            raise FileError(f"{code}: {spelt}; ask files of one layout at a time")
        if code == importer:
            reasons[code] = "returned goods, not trade with a partner"
            continue
        try:
            one = flow(of_exporter, code or name, importer, wanted)
        except FileError as error:
            one = None
            reasons[code or name] = str(error)
        if name in spellings.WORLD:
            reasons.pop(name, None)  # its rows cannot be added, which is no exporter's fault
            world += [_total(one)] if one else []
        elif not code:
            known = name in spellings.spellings()
            why = "being no single economy" if known else "by a name that is not known"
            reasons[
                f"{name or 'no name'} ({_total(one) / 1e6:,.2f} million US$)" if one else name or "no name"
            ] = why
        elif one:
            try:
                ranked[code] = _figures(one, definition)
                sides.add((one.side, one.basis))
                if lacking := fsum(value for year in one.years.values() for value in year.coarse.values()):
                    coarse[code] = 100 * lacking / _total(one)
            except FileError as error:
                reasons[code] = str(error)
        if code:
            found[code] = name
    if not ranked:
        reason = next(iter(reasons.values()), f"found no exporter to {importer}")
        raise FileError(f"{importer}: no exporter can be ranked; {reason}")
    if len(sides) > 1:
        named = " and ".join(f"{side} ({basis})" for side, basis in sorted(sides))
        raise FileError(f"{importer}: found exporters on several sides, {named}; choose one with --side")
    table = pd.DataFrame.from_dict(ranked, orient="index").rename_axis("exporter").astype(float)
    parts = table.pop("part").map({1.0: "yes", 0.0: "no"})
    apart = table["mirror"].notna() & ~table["mirror"].between(*table1.MIRROR)
    table = table.assign(apart=apart, code=table.index).sort_values(["apart", "rmse", "code"])
    places = pd.Series(range(1, len(table) + 1), table.index, dtype="Int64").mask(table["apart"])
    table = table.drop(columns=["apart", "code"])
    table.insert(0, "place", places)
    if wanted.partial:
        table["part"] = parts
    covered = 100 * fsum(table["million US$"]) * 1e6 / world[0] if len(world) == 1 else None
    left: dict[str, list[str]] = {}
    for code, reason in sorted(reasons.items()):  # by what several share, without whose it is
        left.setdefault(reason.partition(": ")[2] or reason, []).append(code)
    return Ranking(table, *sides.pop(), left, covered, coarse)


def _figures(flow: Flow, definition: str) -> dict[str, float | None]:
    shares = answers.shares(flow, definition)
    totals = pd.Series({year: one.total for year, one in flow.years.items()})
    lost = shares.reindex([table1.UNCLASSIFIED], fill_value=0).iloc[0]
    return {
        **table1.distance(shares)[["rmse", "largest"]],
        "mapped, %": 100 - (lost * totals).sum() / _total(flow),
        "mirror": answers.mirror(flow),
        "million US$": _total(flow) / 1e6,
        "part": any(answers.part(flow, year) for year in flow.years),
    }


def _total(flow: Flow) -> float:
    """Return the sum of all years, in US dollars."""
    return fsum(year.total for year in flow.years.values())
