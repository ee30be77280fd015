"""What `make proofs RECORD=1` writes: proofs over groupings of goods that a chapter checks and does not solve again."""

from typing import Any

from bookpress.tables import Field, column
from bookpress.tables.records import Table
from recording.columns import iso3

CODES = r"\d\d( \d\d)*"
STARTS = ["wto", "unctad", "isic"]

ABOUT: dict[str, Any] = {
    "sources": [{"title": "this edition"}],
    "license": "own",
    "citation": "This edition, from UN Comtrade figures (China as reporter, SITC Rev. 4) and Table 1 of the paper.",
    "retrieval": "computed by `make proofs`.",
}

EXPORTER = iso3("exporter_iso3", "exporter; in the reverse reading, the market")


def points(name: str, meaning: str) -> Field:
    return column(name, "number", f"{meaning}, percentage points", required=True, minimum=0)


TABLES = [
    Table(
        name="nearest-groupings",
        path="derived/nearest_groupings.csv",
        title="Nearest grouping of divisions",
        description="For each exporter and reading, a grouping of all SITC divisions with the smallest largest difference to "
        "Table 1, 2016–2018, and the bound below which, as the solver proves, there is none. Other groupings may be as near.",
        fields=[
            EXPORTER,
            column(
                "reading",
                "string",
                "composition: what the exporter sells to China; reverse: what China sells to it",
                required=True,
                enum=["composition", "reverse"],
            ),
            points("difference_pts", "largest difference of the grouping to Table 1"),
            points("bound_pts", "no grouping is nearer than this"),
            column(
                "status",
                "string",
                "whether difference and bound are equal as printed (0.005)",
                required=True,
                enum=["proved", "not proved"],
            ),
            column("agriculture", "string", "divisions in agriculture", pattern=CODES),
            column("manufactures", "string", "divisions in manufactures", pattern=CODES),
        ],
        key=["exporter_iso3", "reading"],
        **ABOUT,
    ),
    Table(
        name="grouping-moves",
        path="derived/grouping_moves.csv",
        title="Difference against divisions moved",
        description="For each exporter and definition, a nearest grouping that differs from the definition in so many "
        "divisions at most; it ends where that is within 1 point of Table 1 or within 0.05 of the best of all groupings.",
        fields=[
            EXPORTER,
            column(
                "definition", "string", "definition that moves are counted from", required=True, enum=STARTS
            ),
            column("moves", "integer", "number of divisions moved at most", required=True, minimum=0),
            points("difference_pts", "largest difference to Table 1"),
            column(
                "moved",
                "string",
                "the divisions moved, each with its new class",
                pattern=r"(\d\d:(agriculture|manufactures|neither)( |$))+",
            ),
        ],
        key=["exporter_iso3", "definition", "moves"],
        **ABOUT,
    ),
    Table(
        name="grouping-targets",
        path="derived/grouping_targets.csv",
        title="Other tables met as closely",
        description="How many other tables of six shares some grouping of an exporter's goods meets at least as closely as the "
        "nearest grouping meets Table 1 (0.005 points at least).",
        fields=[
            EXPORTER,
            column("level", "string", "goods that are grouped", required=True, enum=["section", "division"]),
            column("kind", "string", "drawn at random, or true", required=True, enum=["drawn", "true"]),
            column("targets", "integer", "tables tried", required=True, minimum=1),
            column("met", "integer", "tables met as closely", required=True, minimum=0),
            column("undecided", "integer", "tables for which the limit came first", required=True, minimum=0),
        ],
        key=["exporter_iso3", "level", "kind"],
        **ABOUT,
    ),
    Table(
        name="proof-inputs",
        path="derived/proof_inputs.csv",
        title="What the proofs depend on",
        description="Checksums of the programs that were solved for the three tables above: shares, targets, definitions and rules.",
        fields=[
            column(
                "name",
                "string",
                "rules, random tables, or the exporter whose programs they are",
                required=True,
                unique=True,
            ),
            column("sha256", "string", "its checksum", required=True, pattern="[0-9a-f]{64}"),
        ],
        key=["name"],
        **ABOUT,
    ),
]
