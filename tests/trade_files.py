"""Small trade files in every layout, written from the book's own figures, for tests of what reads them."""

import csv
import gzip
import io
import zipfile
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from beltroad import correspondence

# fmt: off
LEGACY = [
    "Classification", "Year", "Period", "Period Desc.", "Aggregate Level", "Is Leaf Code",
    "Trade Flow Code", "Trade Flow", "Reporter Code", "Reporter", "Reporter ISO", "Partner Code", "Partner",
    "Partner ISO", "2nd Partner Code", "2nd Partner", "2nd Partner ISO", "Customs Proc. Code", "Customs",
    "Mode of Transport Code", "Mode of Transport", "Commodity Code", "Commodity", "Qty Unit Code",
    "Qty Unit", "Qty", "Alt Qty Unit Code", "Alt Qty Unit", "Alt Qty", "Netweight (kg)",
    "Gross weight (kg)", "Trade Value (US$)", "CIF Trade Value (US$)", "FOB Trade Value (US$)", "Flag",
]
API = [
    "typeCode", "freqCode", "refPeriodId", "refYear", "refMonth", "period", "reporterCode", "reporterISO",
    "reporterDesc", "flowCode", "flowDesc", "partnerCode", "partnerISO", "partnerDesc", "partner2Code",
    "partner2ISO", "partner2Desc", "classificationCode", "classificationSearchCode",
    "isOriginalClassification", "cmdCode", "cmdDesc", "aggrLevel", "isLeaf", "customsCode", "customsDesc",
    "mosCode", "motCode", "motDesc", "qtyUnitCode", "qtyUnitAbbr", "qty", "isQtyEstimated",
    "altQtyUnitCode", "altQtyUnitAbbr", "altQty", "isAltQtyEstimated", "netWgt", "isNetWgtEstimated",
    "grossWgt", "isGrossWgtEstimated", "cifvalue", "fobvalue", "primaryValue", "legacyEstimationFlag",
    "isReported", "isAggregate",
]
WITS = [
    "Nomenclature", "ReporterISO3", "ProductCode", "ReporterName", "PartnerISO3", "PartnerName", "Year",
    "TradeFlowName", "TradeFlowCode", "TradeValue in 1000 USD",
]
# fmt: on
ROOT = Path(__file__).resolve().parents[1]
NUMBERS = {
    "CHN": "156",
    "AUS": "36",
    "DEU": "276",
    "FRA": "251",
    "HKG": "344",
    "IND": "699",
    "JPN": "392",
    "KOR": "410",
}
NUMBERS |= {"RUS": "643", "USA": "842", "VNM": "704", "BRA": "76", "NAM": "516", "WLD": "0"}

Trade = list[tuple[int, str, int]]
"""Year, SITC division, value in US dollars."""


def imports(exporter: str, first: int = 2016, last: int = 2018) -> Trade:
    """Return what China imports from one exporter, as the book records it."""
    with (ROOT / "data/trade/china_by_division.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["partner_iso3"] == exporter]
    return [
        (int(row["year"]), row["sitc_division"], int(row["value_usd"]))
        for row in rows
        if row["flow"] == "import" and first <= int(row["year"]) <= last
    ]


def sections(trade: Trade) -> Trade:
    """Return a trade summed by section, the first digit."""
    summed: dict[tuple[int, str], int] = {}
    for year, code, value in trade:
        summed[year, code[0]] = summed.get((year, code[0]), 0) + value
    return [(year, code, value) for (year, code), value in summed.items()]


def legacy(trade: Trade, exporter: str = "AUS", **cells: str) -> list[dict[str, str]]:
    """Return rows of UN Comtrade's legacy layout."""
    fixed = {"Classification": "S4", "Aggregate Level": "2", "Trade Flow Code": "1", "Trade Flow": "Import",
             "Reporter Code": "156", "Reporter": "China", "Reporter ISO": "CHN",
             "Partner Code": NUMBERS.get(exporter, "36"), "Partner": "Australia", "Partner ISO": exporter, "Flag": "0",
             "Commodity": 'Goods, "of all kinds"'}  # fmt: skip
    blank = dict.fromkeys(LEGACY, "")
    return [
        blank | fixed | {"Year": f"{y}", "Commodity Code": code, "Trade Value (US$)": f"{v}"} | cells
        for y, code, v in trade
    ]


def api(trade: Trade, exporter: str = "AUS", described: bool = True, **cells: str) -> list[dict[str, str]]:
    """Return rows of UN Comtrade's present layout, with or without descriptions."""
    fixed = {"typeCode": "C", "freqCode": "A", "reporterCode": "156", "flowCode": "M", "partnerCode": NUMBERS[exporter],
             "partner2Code": "0", "classificationCode": "S4", "aggrLevel": "2", "customsCode": "C00", "motCode": "0"}  # fmt: skip
    if described:
        fixed |= {"reporterISO": "CHN", "partnerISO": exporter, "flowDesc": "Import", "partner2ISO": "W00"}
    blank = dict.fromkeys(API, "")
    return [
        blank
        | fixed
        | {
            "refYear": f"{y}",
            "period": f"{y}",
            "cmdCode": code,
            "primaryValue": f"{v}.0",
            "cifvalue": f"{v}.0",
        }
        | cells
        for y, code, v in trade
    ]


def wits(trade: Trade, exporter: str = "AUS", **cells: str) -> list[dict[str, str]]:
    """Return rows of WITS's advanced query, in thousand US dollars."""
    fixed = {"Nomenclature": "S4", "ReporterISO3": "CHN", "ReporterName": "China", "PartnerISO3": exporter,
             "PartnerName": exporter, "TradeFlowName": "Import", "TradeFlowCode": "5"}  # fmt: skip
    return [
        fixed | {"Year": f"{y}", "ProductCode": code, "TradeValue in 1000 USD": f"{v / 1000:.3f}"} | cells
        for y, code, v in trade
    ]


@cache
def hs_codes(edition: str) -> dict[str, str]:
    """Return a six-digit code of every division; the one that lies in it beyond doubt and comes first."""
    doubtful = correspondence.others(edition)
    codes = sorted(correspondence.divisions(edition).items(), key=lambda one: (one[0] in doubtful, one[0]))
    return {division: code for code, division in reversed(codes)}


def hs_code(division: str, edition: str = "H4") -> str:
    return hs_codes(edition).get(division, "999999")


def baci(trade: Trade, exporter: str = "AUS") -> list[dict[str, str]]:
    """Return rows of BACI: padded values in thousand US dollars, codes without leading zeros."""
    return [
        {"t": f"{y}", "i": NUMBERS[exporter], "j": "156", "k": hs_code(code).lstrip("0"), "v": f"{v / 1000:14.3f}", "q": "NA"}
        for y, code, v in trade
    ]  # fmt: skip


def text(rows: list[dict[str, str]], delimiter: str = ",", spare: bool = False) -> str:
    """Return rows as text; `spare` ends each row, but not the header, with a delimiter more."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\n")
    writer.writerow(rows[0])
    writer.writerows([*row.values(), *([""] if spare else [])] for row in rows)
    return stream.getvalue()


def write(path: Path, rows: list[dict[str, str]], delimiter: str = ",", spare: bool = False) -> Path:
    """Write rows as a file; its name says whether it is packed."""
    content = text(rows, delimiter, spare).encode()
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(content, mtime=0))
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(path.with_suffix(".csv").name, content)
    else:
        path.write_bytes(content)
    return path


def parquet(path: Path, rows: list[dict[str, str]]) -> Path:
    """Write rows as Parquet, every cell as text."""
    import duckdb

    table = write(path.with_suffix(".csv"), rows)
    duckdb.read_csv(str(table), all_varchar=True).write_parquet(str(path))
    table.unlink()
    return path


def excel(path, rows):
    """Two rows and a column before the table, as sheets have them."""
    import pandas as pd

    frame = pd.DataFrame(rows)
    numbers = ["primaryValue", "refYear"]
    frame[numbers] = frame[numbers].astype(float)
    write_sheet(
        path,
        [[""] * 3, ["", "Imports"], ["", *frame.columns], *(["", *row] for row in frame.to_numpy().tolist())],
    )
    return path


def write_sheet(path, rows):
    """Write the least workbook that there is: numbers as numbers, all else as text within the cell."""

    def cell(value):
        if isinstance(value, float):
            return f"<c><v>{value!r}</v></c>"
        return f'<c t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'

    body = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    links = "http://schemas.openxmlformats.org/package/2006/relationships"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{types}"><Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{links}"><Relationship Id="r1" Type="{kinds}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{kinds}"><sheets><sheet name="trade" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{links}"><Relationship Id="r1" Type="{kinds}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def stata(path, rows, version=114):
    import pandas as pd

    frame = pd.DataFrame(rows).rename(columns={"TradeValue in 1000 USD": "TradeValuein1000USD"})
    frame["TradeValuein1000USD"] = frame["TradeValuein1000USD"].astype(float)
    frame["Year"] = frame["Year"].astype(int)
    frame.to_stata(path, write_index=False, version=version)
    return path


WRITERS = {
    "legacy, plain": lambda folder, trade: write(folder / "a.csv", legacy(trade)),
    "legacy, gzip under another name": lambda folder, trade: write(folder / "a.gz", legacy(trade)).rename(folder / "a"),
    "legacy, zip": lambda folder, trade: write(folder / "a.zip", legacy(trade)),
    "legacy, tabs and a blank in the path": lambda folder, trade: write(folder / "a b.txt", legacy(trade), "\t"),
    "legacy, Parquet": lambda folder, trade: parquet(folder / "a.parquet", legacy(trade)),
    "API, described": lambda folder, trade: write(folder / "a.csv", api(trade)),
    "API, numbers only": lambda folder, trade: write(folder / "a.csv", api(trade, described=False)),
    "API, a comma more in every row": lambda folder, trade: write(folder / "a.csv", api(trade), spare=True),
    "API, sheet that starts below": lambda folder, trade: excel(folder / "a.xlsx", api(trade)),
    "WITS": lambda folder, trade: write(folder / "a.csv", wits(trade)),
    "WITS, Stata": lambda folder, trade: stata(folder / "a.dta", wits(trade)),
    "BACI": lambda folder, trade: write(folder / "a.csv", baci(trade)),
    "BACI, gzip": lambda folder, trade: write(folder / "a.csv.gz", baci(trade)),
}  # fmt: skip
