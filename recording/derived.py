"""What `make proofs RECORD=1` writes: proofs over groupings of goods that a chapter checks and does not solve again."""

from typing import Any

from bookpress.tables.records import Table
from recording.columns import columns

ABOUT: dict[str, Any] = {
    "sources": [{"title": "this edition"}],
    "license": "own",
    "citation": "This edition, from UN Comtrade figures (China as reporter, SITC Rev. 4) and Table 1 of the paper.",
    "retrieval": "computed by `make proofs`.",
}

TABLES = [
    Table(
        name="nearest-groupings",
        path="derived/nearest_groupings.csv",
        title="Nearest grouping of divisions",
        description="For each exporter and reading, a grouping of all SITC divisions with the smallest largest difference to "
        "Table 1, 2016–2018, and the bound below which, as the solver proves, there is none. Other groupings may be as near.",
        fields=columns(r"""
            exporter_iso3 | iso3 | exporter; in the reverse reading, the market
            reading | string (composition, reverse, reconciled) | composition: what the exporter sells to China; reverse: what China sells to it; reconciled: what it sells to China as BACI has it, only for exporters that table exporters-by-division adds
            difference_pts | number 0.. | largest difference of the grouping to Table 1, percentage points
            bound_pts | number 0.. | no grouping is nearer than this, percentage points
            status | string (proved, not proved) | whether difference and bound are equal as printed (0.005)
            agriculture | string? /\d\d( \d\d)*/ | divisions in agriculture
            manufactures | string? /\d\d( \d\d)*/ | divisions in manufactures
        """),
        key=["exporter_iso3", "reading"],
        **ABOUT,
    ),
    Table(
        name="grouping-moves",
        path="derived/grouping_moves.csv",
        title="Difference against divisions moved",
        description="For each exporter and definition, a nearest grouping that differs from the definition in so many "
        "divisions at most; it ends where that is within 1 point of Table 1 or within 0.05 of the best of all groupings.",
        fields=columns(r"""
            exporter_iso3 | iso3 | exporter; in the reverse reading, the market
            definition | string (wto, unctad, isic) | definition that moves are counted from
            moves | integer 0.. | number of divisions moved at most
            difference_pts | number 0.. | largest difference to Table 1, percentage points
            moved | string? /(\d\d:(agriculture|manufactures|neither)( |$))+/ | the divisions moved, each with its new class
        """),
        key=["exporter_iso3", "definition", "moves"],
        **ABOUT,
    ),
    Table(
        name="grouping-targets",
        path="derived/grouping_targets.csv",
        title="Other tables met as closely",
        description="How many other tables of six shares some grouping of an exporter's goods meets at least as closely as the "
        "nearest grouping meets Table 1 (0.005 points at least).",
        fields=columns("""
            exporter_iso3 | iso3 | exporter; in the reverse reading, the market
            level | string (section, division) | goods that are grouped
            kind | string (drawn, true) | drawn at random, or true
            targets | integer 1.. | tables tried
            met | integer 0.. | tables met as closely
            undecided | integer 0.. | tables for which the limit came first
        """),
        key=["exporter_iso3", "level", "kind"],
        **ABOUT,
    ),
    Table(
        name="proof-inputs",
        path="derived/proof_inputs.csv",
        title="What the proofs depend on",
        description="Checksums of the programs that were solved for the three tables above: shares, targets, definitions and rules.",
        fields=columns("""
            name | string unique | rules, random tables, or the exporter whose programs they are
            sha256 | string /[0-9a-f]{64}/ | its checksum
        """),
        key=["name"],
        **ABOUT,
    ),
]
