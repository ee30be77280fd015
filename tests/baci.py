"""Files like those of BACI: what every exporter sells China and Japan, drawn at random."""

import csv
from pathlib import Path

import numpy as np
import pycountry

from beltroad import correspondence
from tradefiles import answers

YEARS = (2016, 2017, 2018)
KNOWN = [
    "AUS",
    "BRA",
    "KAZ",
    "MAC",
    "TWN",
]  # in the book by other records; with names that only BACI's areas have
GONE = {"CHN", "LIE", "MCO", "PRI", "VIR"}  # BACI counts them with others
NUMBERS = {"USA": 842, "FRA": 251, "IND": 699, "CHE": 757, "NOR": 579, "TWN": 490}  # BACI's own


def write(folder: Path, count: int = 200, goods: int = 120, seed: int = 2018) -> tuple[list[Path], list[str]]:
    """Write a file a year for so many exporters, each with so many goods; return their paths and the exporters' ISO3 codes."""
    random = np.random.default_rng(seed)
    others = sorted({country.alpha_3 for country in pycountry.countries} - GONE - {*KNOWN})
    exporters = sorted([*KNOWN, *random.choice(others, count - len(KNOWN), replace=False)])
    codes = sorted(correspondence.divisions("H4"))
    sold = {code: random.choice(codes, goods, replace=False) for code in exporters}
    size = {code: random.lognormal(0, 2, goods) for code in exporters}
    paths = []
    for year in YEARS:
        paths.append(folder / f"BACI_HS12_Y{year}_V202401b.csv")
        with paths[-1].open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow("tijkvq")
            for exporter in exporters:
                values = size[exporter] * random.lognormal(0, 0.1, goods)
                known = [
                    answers.recorded(side).get((exporter, year), np.inf) for side in ("importer", "exporter")
                ]
                total = min(known) if min(known) < np.inf else 1e8
                number = NUMBERS.get(exporter) or int(pycountry.countries.get(alpha_3=exporter).numeric)
                for code, value in sorted(zip(sold[exporter], values * total / values.sum(), strict=True)):
                    for importer in (156, 392):
                        rows.writerow([year, number, importer, code, f"{max(value / 1000, 0.001):.3f}", "NA"])
    return paths, exporters
