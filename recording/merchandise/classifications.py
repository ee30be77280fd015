"""The Harmonized System to SITC Rev. 4: the United Nations' tables, in three renderings that are compared."""

import itertools
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from bookpress.tables.records import Table
from recording.columns import AS_SUPPLIED, columns, source
from recording.readers import r_data, workbook

FOLDER = "correspondence"
JOINT = f"{FOLDER}/uncomtrademisc_product_correlation.rda"
HS1992 = f"{FOLDER}/UNSD HS1992-SITC3 Conversion and Correlation Tables.xls"
HS2017 = f"{FOLDER}/UNSD HS2017-HS2012 ConversionAndCorrelationTables.xlsx"
CONCORDANCE = f"{FOLDER}/insongkim-concordance"

# The editions and their columns in the joint table, which ends before the last. HS 2007 comes first, for SITC Rev. 4 is
# made of its subheadings.
COLUMNS = {"H3": "hs07", "H4": "hs12", "H5": "hs17", "H2": "hs02", "H0": "hs92", "H1": "hs96", "H6": ""}
EDITIONS = sorted(COLUMNS)

# Where the tables leave a choice, a code goes where the same code goes in the first of these editions that has it.
BESIDE = {"H3": "", "H4": "H3", "H5": "H4", "H2": "H3", "H0": "H2", "H1": "H2 H0", "H6": "H5"}

Divisions = dict[str, frozenset[str]]  # HS code to every SITC Rev. 4 division that it may belong to


class Facts(NamedTuple):
    """What is known of a code in one edition."""

    division: str
    also: tuple[str, ...]
    """Other divisions that a rendering allows."""
    disagree: tuple[str, ...]
    """Renderings that do not allow the division."""


# The chapters (first two digits) of each product group of WITS.
GROUPS = {
    "Animal": (1, 5),
    "Vegetable": (6, 15),
    "Food Products": (16, 24),
    "Minerals": (25, 26),
    "Fuels": (27, 27),
    "Chemicals": (28, 38),
    "Plastic or Rubber": (39, 40),
    "Hides and Skins": (41, 43),
    "Wood": (44, 49),
    "Textiles and Clothing": (50, 63),
    "Footwear": (64, 67),
    "Stone and Glass": (68, 71),
    "Metals": (72, 83),
    "Mach and Elec": (84, 85),
    "Transportation": (86, 89),
    "Miscellaneous": (90, 99),
}


def product_group(hs_code: str) -> str:
    """Return the product group of WITS that an HS code belongs to."""
    chapter = int(hs_code[:2])
    return next(name for name, (first, last) in GROUPS.items() if first <= chapter <= last)


@lru_cache
def joint(sources: Path) -> pd.DataFrame:
    """Return the joint table: a row for every way through all classifications, basic headings with five digits."""
    frame = r_data(sources / JOINT)
    for name in ("sitc3", "sitc4"):
        frame[name] = frame[name].str.pad(5, side="right", fillchar="0")
    # Monetary gold and coin (7108.20, 7118.90) lie outside the divisions.
    return frame[frame["sitc4"].str.fullmatch(r"\d{5}")]


def allowed(codes: pd.Series, headings: pd.Series) -> Divisions:
    """Return the divisions of each six-digit code, given an SITC heading or a division for each pair."""
    pairs = pd.DataFrame({"code": codes, "division": headings.str[:2]}).drop_duplicates()
    pairs = pairs[pairs["code"].str.fullmatch(r"\d{6}") & pairs["division"].str.fullmatch(r"\d\d")]
    return pairs.groupby("code")["division"].agg(frozenset).to_dict()


def exact(sources: Path, edition: str, known: Mapping[str, Mapping[str, Facts]]) -> dict[str, Divisions]:
    """Return, by rendering, what leads from an edition to SITC Rev. 4 with no older revision between."""
    says = {}
    if edition in ("H4", "H5"):
        frame = r_data(sources / f"{CONCORDANCE}/hs{edition[1]}_sitc4.RData")
        says["concordance"] = allowed(frame[f"HS{edition[1]}_6d"], frame["SITC4_5d"])
    if edition == "H5":
        frame = workbook(sources / HS2017)
        before = {code: fact.division for code, fact in known["H4"].items()}
        says["workbook"] = allowed(frame.iloc[:, 0], frame.iloc[:, 1].map(before).fillna(""))
    if COLUMNS[edition]:
        table = joint(sources)
        says["joint"] = allowed(table[COLUMNS[edition]], table["sitc4"])
    return says


def revision_3(sources: Path, edition: str) -> tuple[str, pd.Series]:
    """Return the rendering that leads from an edition to SITC Rev. 3, and the heading of each code; '' for none."""
    if edition == "H0":
        frame = workbook(sources / HS1992, header=None)
        frame = frame[frame[3].str.fullmatch(r"\d{6}")]
        return "workbook", frame.set_index(3)[4].str.pad(5, side="right", fillchar="0")
    if edition in ("H3", "H6"):
        frame = r_data(sources / f"{CONCORDANCE}/hs{edition[1]}_sitc3.RData")
        return "concordance", frame.set_index(f"HS{edition[1]}_6d")["SITC3_5d"]
    return "", pd.Series(dtype=str)


def weigh(sources: Path, by: str) -> dict[str, Counter[str]]:
    """Return how many subheadings of HS 2007 lie on the ways from each code in a column to each division."""
    table = joint(sources)
    pairs = table.assign(division=table["sitc4"].str[:2]).groupby([by, "division"])["hs07"].nunique()
    weights: dict[str, Counter[str]] = {}
    for (code, division), n in pairs.items():
        weights.setdefault(code, Counter())[division] = n
    return weights


def moved(heading: str, revised: Mapping[str, Counter[str]]) -> Counter[str]:
    """Return where Rev. 4 has taken a heading of Rev. 3; of a group that is not divided there, all its headings."""
    if heading in revised or not heading:
        return revised.get(heading, Counter())
    group = heading.rstrip("0")
    return sum((count for of, count in revised.items() if of.startswith(group)), Counter())


def decide(says: Mapping[str, frozenset[str]], preferred: str, weights: Mapping[str, int]) -> Facts:
    """Return the division that most renderings allow.

    Of several the preferred one counts, else the one to which most subheadings of HS 2007 lead.
    """
    votes = Counter(division for given in says.values() for division in given)

    def order(division: str) -> tuple[int, bool, int, str]:
        return -votes[division], division != preferred, -weights.get(division, 0), division

    division, *also = sorted(votes, key=order)
    disagree = sorted(name for name, given in says.items() if division not in given)
    return Facts(division, tuple(sorted(also)), tuple(disagree))


@lru_cache
def facts(sources: Path) -> dict[str, dict[str, Facts]]:
    """Return what is known of every code, edition by edition."""
    known: dict[str, dict[str, Facts]] = {}
    revised = weigh(sources, "sitc3")
    for edition, name in COLUMNS.items():
        direct, (other, headings) = exact(sources, edition, known), revision_3(sources, edition)
        weights = weigh(sources, name) if name else {}
        known[edition] = {}
        for code in sorted(set(headings.index).union(*direct.values())):
            says = {source: given[code] for source, given in direct.items() if code in given}
            beside = next((known[e][code] for e in BESIDE[edition].split() if code in known[e]), None)
            every = frozenset().union(*says.values())
            if not direct and beside:  # a code that HS 2022 has in common with HS 2017 means the same
                every = frozenset([beside.division, *beside.also])
            heading = headings.get(code, "")
            if counted := moved(heading, revised):
                # Rev. 4 has split some headings; what else is known of the code says into which part it fell.
                says[other] = frozenset(counted) & every or frozenset(counted)
            if says:
                single = next(iter(every)) if len(every) == 1 else heading[:2]
                preferred = beside.division if beside else single
                fact = decide(says, preferred, weights.get(code, counted))
                known[edition][code] = kept(fact, beside, other) if not direct and beside else fact
    return known


def kept(fact: Facts, beside: Facts, other: str) -> Facts:
    """Return what HS 2017 says of a code that HS 2022 keeps, and whether the only rendering of HS 2022 agrees."""
    allows = {fact.division, *fact.also}
    disagree = () if beside.division in allows else (other,)
    also = {*allows, *beside.also} - {beside.division} if disagree else set(beside.also)
    return Facts(beside.division, tuple(sorted(also)), disagree)


def hs_sitc(sources: Path) -> pd.DataFrame:
    """Return a row for each code and span of editions in which the same is known of it."""
    known, rows = facts(sources), []
    for code in sorted(set().union(*known.values())):
        for fact, group in itertools.groupby(EDITIONS, key=lambda edition: known[edition].get(code)):
            span = list(group)
            if fact:
                more = (str(bool(fact.also)).lower(), " ".join(fact.also), " ".join(fact.disagree))
                rows.append((code, span[0], span[-1], fact.division, *more))
    names = ["hs_code", "first_edition", "last_edition", "sitc_division"]
    return pd.DataFrame(rows, columns=[*names, "ambiguous", "also_divisions", "disagree"])


def division_groups(sources: Path) -> pd.DataFrame:
    """Return how many subheadings of HS 2012 each division has in each product group."""
    codes = facts(sources)["H4"]
    counts = Counter((fact.division, product_group(code)) for code, fact in codes.items())
    frame = pd.DataFrame(
        [(*pair, n) for pair, n in counts.items()], columns=["sitc_division", "product_group", "hs_codes"]
    )
    largest = frame.sort_values(["hs_codes", "product_group"], ascending=[False, True])
    main = frame.index.isin(largest.drop_duplicates("sitc_division").index)
    return frame.assign(main=pd.Series(main).map({True: "true", False: "false"}))


ABOUT: dict[str, Any] = {
    "sources": [
        source("United Nations Statistics Division", "https://unstats.un.org/unsd/classifications"),
        source("concordance 2.1.0", "https://github.com/insongkim/concordance"),
        source("uncomtrademisc", "https://github.com/pachadotdev/uncomtrademisc"),
    ],
    "license": "correspondence",
    "citation": "United Nations Statistics Division, correspondence tables of the Harmonized System and SITC, as its own "
    "workbooks (HS 1992 to SITC Rev. 3, HS 2017 to HS 2012) and the packages uncomtrademisc (joint table, HS 1992–2017 to "
    "SITC Rev. 4) and concordance 2.1.0 (HS 2012 and 2017 to SITC Rev. 4, HS 2007 and 2022 to SITC Rev. 3) render them.",
    "retrieval": AS_SUPPLIED,
    "files": [
        JOINT,
        HS1992,
        HS2017,
        *(f"{CONCORDANCE}/{name}.RData" for name in ("hs3_sitc3", "hs4_sitc4", "hs5_sitc4", "hs6_sitc3")),
    ],
}

TABLES = [
    Table(
        name="hs-sitc",
        path="trade/hs_sitc.csv",
        title="Harmonized System to SITC Rev. 4",
        description="The division of every six-digit code in every edition of the Harmonized System, a row for each span of "
        "editions in which the same is known of it. A code goes where most renderings of the United Nations' tables allow; "
        "where these leave a choice, where it goes in an edition beside, then where most subheadings of HS 2007 lead, of "
        "which SITC Rev. 4 is made. Compared: HS 1992 workbook and joint table, HS 1996 and 2002 joint table only, HS 2007 "
        "joint table and concordance, HS 2012 these two, HS 2017 these two and workbook, HS 2022 concordance only, which "
        "leads to SITC Rev. 3, and HS 2017 where a code is kept. They disagree on none of the 5,017 codes of HS 1992 that "
        "both list, 3 of 5,050 of HS 2007, none of 5,203 of HS 2012, 5 of 5,386 of HS 2017 and 18 of the 5,241 codes "
        "that HS 2022 kept. Monetary gold and coin (7108.20, 7118.90) belong to no division and are absent.",
        fields=columns("""
            hs_code | string /[0-9]{6}/ | HS code, six digits as text
            first_edition | string (H0, H1, H2, H3, H4, H5, H6) | first edition of the Harmonized System: H0 is HS 1992, H1 1996, H2 2002, H3 2007, H4 2012, H5 2017, H6 2022
            last_edition | string (H0, H1, H2, H3, H4, H5, H6) | last edition for which the row holds
            sitc_division | string /[0-9]{2}/ | SITC Rev. 4 division, two digits as text
            ambiguous | boolean | whether a rendering allows another division, or several
            also_divisions | string? | those other divisions, separated by blanks
            disagree | string? | renderings that do not allow the division, separated by blanks
        """),
        key=["hs_code", "first_edition"],
        derive=hs_sitc,
        **ABOUT,
    ),
    Table(
        name="area-spellings",
        path="trade/area_spellings.csv",
        title="What trade files call an economy",
        description="Numbers, codes and names of areas as the lists of UN Comtrade (legacy portal and present API), WITS and BACI "
        "(releases 2022 and 2026) spell them, where they are not those of ISO 3166-1. An area of the past goes to the economy "
        "whose code its source gives it. UN Comtrade's number 492 is a group, and in ISO 3166-1 Monaco.",
        fields=columns("""
            spelling | string unique | number, code or name
            iso3 | iso3? | economy; none for an area that is no single economy of today
            source | string (UN Comtrade, WITS, BACI, usage) | whose spelling it is; usage is a common name that none of the lists has
        """),
        key=["spelling"],
        sources=[
            source("UN Comtrade", "https://comtradeplus.un.org"),
            source("WITS", "https://wits.worldbank.org"),
            source("BACI", "http://www.cepii.fr/CEPII/en/bdd_modele/bdd_modele_item.asp?id=37"),
        ],
        license="record",
        citation="Lists of reporters and partners of UN Comtrade and WITS; codes of countries of BACI.",
        retrieval="compared by hand; the lists were read in public copies.",
    ),
    Table(
        name="division-groups",
        path="trade/division_groups.csv",
        title="Product groups that each SITC division touches",
        description="How the subheadings of HS 2012 that belong to a division (table hs-sitc) are spread over the sixteen product "
        "groups of WITS, which are chapters of the Harmonized System. Monetary gold and coin belong to no division.",
        fields=columns(f"""
            sitc_division | string /[0-9]{{2}}/ | SITC Rev. 4 division, two digits as text
            product_group | string ({", ".join(GROUPS)}) | product group of WITS
            hs_codes | integer 1.. | six-digit codes of HS 2012 in both
            main | boolean | whether it is the group with most codes of the division
        """),
        key=["sitc_division", "product_group"],
        derive=division_groups,
        **ABOUT,
    ),
]
