"""What every table in data/ is: columns, key, source, rights. `scripts/data.py` turns this into datapackage.json."""

LAST_YEAR_COVERED = 2019

PAPER_NOTE = (
    "The tables under `paper/` state what the paper says, in our words or as quoted figures. All others are\n"
    "selections from public statistics, recoded to ISO 3166-1 alpha-3. `TWN` stands for the reporter that UN\n"
    "Comtrade and WITS call “Other Asia, not elsewhere specified”. China-reported imports are valued CIF,\n"
    "exports and partner-reported exports FOB: never mix the two in one share."
)

LICENSES = {
    "quoted": {
        "name": "quoted-facts",
        "title": "Quoted facts",
        "description": "Figures and statements of the paper, quoted or paraphrased for criticism and review; "
        "the ledger's wording and verdicts are this edition's own, under CC BY 4.0.",
    },
    "record": {
        "name": "public-record",
        "title": "Public record",
        "description": "Dates, counts and place names as public documents state them; facts, no licence applies.",
    },
    "comtrade": {
        "name": "un-comtrade-terms",
        "title": "UN Comtrade terms",
        "description": "Copyright United Nations. Free to use with attribution; re-dissemination of bulk data is "
        "conditional on the permission of the United Nations Statistics Division. The extracts here are small and "
        "serve to check published results; get bulk data from the source.",
        "path": "https://comtradeplus.un.org",
    },
    "wits": {
        "name": "wits-terms",
        "title": "WITS terms",
        "description": "World Bank WITS summary figures, derived from UN Comtrade, UNCTAD TRAINS and the WTO, whose "
        "terms apply to them; no open licence is stated, and re-dissemination of the underlying data needs the "
        "permission of those bodies.",
        "path": "https://wits.worldbank.org/WITS/wits/registration/TermsAndCondtions.aspx",
    },
    "cc-by": {
        "name": "CC-BY-4.0",
        "title": "CC BY 4.0",
        "description": "World Development Indicators, The World Bank: Creative Commons Attribution 4.0.",
        "path": "https://creativecommons.org/licenses/by/4.0/",
    },
    "gfdc": {
        "name": "not-stated-gfdc",
        "title": "Licence not stated (GFDC)",
        "description": "Green Finance & Development Center: no licence stated; facts of signature cited to the source.",
        "path": "https://greenfdc.org/countries-of-the-belt-and-road-initiative-bri/",
    },
    "not-stated": {
        "name": "not-stated",
        "title": "Licence not stated",
        "description": "A public compilation of World Bank country groups and Belt and Road lists whose author and "
        "licence are not stated in the file; used for facts of membership only. Check before you redistribute.",
    },
    "wto": {
        "name": "wto-terms",
        "title": "WTO public list",
        "description": "World Trade Organization: names and dates of membership, published by the organisation; "
        "facts, no open licence stated.",
        "path": "https://www.wto.org/english/thewto_e/whatis_e/tif_e/org6_e.htm",
    },
}

COMTRADE = [{"title": "UN Comtrade", "path": "https://comtradeplus.un.org"}]
WITS = [{"title": "World Bank WITS", "path": "https://wits.worldbank.org"}]
PAPER = [{"title": "the paper"}]
AS_SUPPLIED = "as an extract; the date of download was not recorded."
CITE_WITS = "World Bank, World Integrated Trade Solution (WITS), Trade Summary, all countries, 1988–2019."


def field(name: str, type_: str, description: str, **constraints) -> dict:
    entry = {"name": name, "type": type_, "description": description}
    if type_ == "date":
        entry["format"] = "default"
    return entry | ({"constraints": constraints} if constraints else {})


def iso3(name: str, whose: str) -> dict:
    return field(
        name,
        "string",
        f"{whose}, ISO 3166-1 alpha-3",
        required=True,
        pattern="[A-Z]{3}",
    )


def year(first: int = 1992, last: int = LAST_YEAR_COVERED) -> dict:
    return field(
        "year", "integer", "calendar year", required=True, minimum=first, maximum=last
    )


FLOW = field(
    "flow",
    "string",
    "direction seen from the reporter",
    required=True,
    enum=["export", "import"],
)

TABLES = {
    "paper-table1": {
        "path": "paper/table1.csv",
        "title": "The paper's Table 1",
        "description": "Shares of an unnamed country's exports to China as printed; no source or classification given.",
        "fields": [
            field(
                "category",
                "string",
                "commodity category",
                required=True,
                enum=["agriculture", "manufactures"],
            ),
            year(2016, 2018),
            field(
                "share_pct",
                "number",
                "share of exports to China, %",
                required=True,
                minimum=0,
                maximum=100,
            ),
        ],
        "key": ["category", "year"],
        "sources": PAPER,
        "license": "quoted",
        "citation": "Table 1 of the paper.",
        "retrieval": "typed from the printed table.",
    },
    "paper-provinces": {
        "path": "paper/provinces.csv",
        "title": "Provinces of the two routes",
        "description": "Every province-level unit in the official 2015 plan, and whether the paper names it.",
        "fields": [
            field(
                "route",
                "string",
                "land belt or maritime road",
                required=True,
                enum=["belt", "road"],
            ),
            field("province", "string", "name in English", required=True),
            field(
                "iso_3166_2",
                "string",
                "ISO 3166-2 code",
                required=True,
                pattern="CN-[A-Z]{2}",
                unique=True,
            ),
            field(
                "named_in_paper",
                "boolean",
                "named in section 1 of the paper",
                required=True,
            ),
            field(
                "in_official_plan",
                "boolean",
                "named in the plan of 28 March 2015",
                required=True,
            ),
        ],
        "key": ["iso_3166_2"],
        "sources": [*PAPER, {"title": "Vision and Actions, 2015"}],
        "license": "record",
        "citation": "Section 1 of the paper; National Development and Reform Commission, Ministry of Foreign Affairs "
        "and Ministry of Commerce of China, Vision and Actions on Jointly Building Silk Road Economic Belt and "
        "21st-Century Maritime Silk Road, 28 March 2015.",
        "retrieval": "typed from the two texts.",
    },
    "paper-events": {
        "path": "paper/events.csv",
        "title": "Dated events",
        "description": "Dates the paper states or implies, beside the public record.",
        "fields": [
            field("event", "string", "short name", required=True, unique=True),
            field("description", "string", "what happened", required=True),
            field(
                "paper_date", "date", "date the paper gives; empty where it gives none"
            ),
            field("record_date", "date", "date in the public record", required=True),
            field(
                "founding_members",
                "integer",
                "number of founding members, where the event has any",
                minimum=1,
            ),
            field("record", "string", "the public record consulted", required=True),
        ],
        "key": ["event"],
        "sources": [*PAPER, {"title": "public record"}],
        "license": "record",
        "citation": "Section 1 and 2.2 of the paper; public records as named in each row.",
        "retrieval": "typed from the texts.",
    },
    "claims": {
        "path": "paper/claims.csv",
        "title": "Claim ledger",
        "description": "Every checkable claim of the paper: our paraphrase, the test, the recorded verdict.",
        "fields": [
            field(
                "id",
                "string",
                "section and short name",
                required=True,
                unique=True,
                pattern=r"(abstract|[1-4](\.[1-3])?)-[a-z0-9-]+",
            ),
            field(
                "section",
                "string",
                "section of the paper",
                required=True,
                enum=["abstract", "1", "2.1", "2.2", "2.3", "3.1", "3.2", "3.3", "4"],
            ),
            field(
                "type",
                "string",
                "kind of claim",
                required=True,
                enum=[
                    "date",
                    "count",
                    "ranking",
                    "trend",
                    "existence",
                    "causal",
                    "opinion",
                ],
            ),
            field("claim", "string", "the claim in our words", required=True),
            field(
                "test",
                "string",
                "how it is tested, thresholds included, or why it cannot be",
                required=True,
            ),
            field(
                "verdict",
                "string",
                "recorded verdict",
                required=True,
                enum=["supported", "contradicted", "mixed", "not testable"],
            ),
            field(
                "reason",
                "string",
                "one sentence of reason, or the data that a test would need",
                required=True,
            ),
        ],
        "key": ["id"],
        "sources": PAPER,
        "license": "quoted",
        "citation": "The paper, paraphrased; tests and verdicts by this edition.",
        "retrieval": "read from the paper's text.",
    },
    "china-by-division": {
        "path": "trade/china_by_division.csv",
        "title": "China's trade with ten partners by SITC division",
        "description": "China as reporter; SITC Rev. 4, two digits; imports CIF, exports FOB. Trade that China does "
        "not allocate to a division is absent, so a total is the sum of the divisions.",
        "fields": [
            year(2010, 2018),
            FLOW,
            field(
                "partner_iso3",
                "string",
                "partner, ISO 3166-1 alpha-3",
                required=True,
                enum=[
                    "AUS",
                    "DEU",
                    "FRA",
                    "HKG",
                    "IND",
                    "JPN",
                    "KOR",
                    "RUS",
                    "USA",
                    "VNM",
                ],
            ),
            field(
                "sitc_division",
                "string",
                "SITC Rev. 4 division, two digits as text",
                required=True,
                pattern="[0-9]{2}",
            ),
            field(
                "value_usd",
                "integer",
                "value, current US dollars",
                required=True,
                minimum=0,
            ),
        ],
        "key": ["year", "flow", "partner_iso3", "sitc_division"],
        "files": [f"comtrade/comtrade-{i}.csv" for i in range(4)],
        "sources": COMTRADE,
        "license": "comtrade",
        "citation": "United Nations, UN Comtrade Database, China as reporter, SITC Rev. 4, 2010–2018.",
        "retrieval": AS_SUPPLIED,
    },
    "totals-with-china": {
        "path": "trade/totals_with_china.csv",
        "title": "Totals with China by reporter",
        "description": "All goods, as the partner reports them: exports to China (FOB) and imports from "
        "China (CIF). What China reports of itself, returned goods, is left out.",
        "fields": [
            year(2014),
            iso3("reporter_iso3", "reporting economy"),
            FLOW,
            field(
                "value_usd",
                "integer",
                "value, current US dollars",
                required=True,
                minimum=0,
            ),
        ],
        "key": ["year", "flow", "reporter_iso3"],
        "files": [
            "comtrade/exports_to_china_total_by_reporter_2014_2025.csv",
            "comtrade/imports_from_china_total_by_reporter_2014_2025.csv",
        ],
        "sources": COMTRADE,
        "license": "comtrade",
        "citation": "United Nations, UN Comtrade Database, totals with China by reporter, 2014–2019.",
        "retrieval": AS_SUPPLIED,
    },
    "wits-economies": {
        "path": "wits/economies.csv",
        "title": "Trade indicators by economy",
        "description": "Exports and imports with the world, concentration of export markets, tariffs, income.",
        "fields": [
            iso3("iso3", "economy"),
            year(),
            field(
                "exports_musd",
                "number",
                "exports of goods to the world, million US dollars",
                minimum=0,
            ),
            field(
                "imports_musd",
                "number",
                "imports of goods from the world, million US dollars",
                minimum=0,
            ),
            field(
                "export_market_hhi",
                "number",
                "Herfindahl-Hirschman index of export markets, 0 to 1, two decimals",
                minimum=0,
                maximum=1,
            ),
            field("export_partners", "integer", "number of export markets", minimum=0),
            field(
                "export_products",
                "integer",
                "number of exported products, HS six digits",
                minimum=0,
            ),
            field(
                "tariff_weighted_pct",
                "number",
                "applied tariff, import-weighted average, %",
                minimum=0,
            ),
            field(
                "tariff_simple_pct",
                "number",
                "applied tariff, simple average, %",
                minimum=0,
            ),
            field(
                "gni_per_capita_usd",
                "number",
                "gross national income per head, Atlas method, current US dollars",
                minimum=0,
            ),
        ],
        "key": ["iso3", "year"],
        "files": ["wits/wits_trade_summary_all_countries.tar.gz"],
        "sources": WITS,
        "license": "wits",
        "citation": CITE_WITS,
        "retrieval": AS_SUPPLIED,
    },
    "wits-china-products": {
        "path": "wits/china_products.csv",
        "title": "China's trade by product group",
        "description": "With the world, in two groupings: sixteen HS groups (exports) and four stages of processing.",
        "fields": [
            year(),
            FLOW,
            field(
                "grouping",
                "string",
                "which grouping the product group belongs to",
                required=True,
                enum=["hs_group", "stage"],
            ),
            field(
                "product_group", "string", "name of the product group", required=True
            ),
            field(
                "value_musd",
                "number",
                "value, million US dollars",
                required=True,
                minimum=0,
            ),
        ],
        "key": ["year", "flow", "product_group"],
        "files": ["wits/wits_trade_summary_all_countries.tar.gz"],
        "sources": WITS,
        "license": "wits",
        "citation": CITE_WITS,
        "retrieval": AS_SUPPLIED,
    },
    "wits-china-partners": {
        "path": "wits/china_partners.csv",
        "title": "China's largest partners",
        "description": "Shares of the partners that were among the top five in the source's listing of the year; "
        "an absent partner was not listed, which is not a zero.",
        "fields": [
            year(),
            FLOW,
            iso3("partner_iso3", "partner"),
            field(
                "share_pct",
                "number",
                "share of China's trade in that flow, %",
                required=True,
                minimum=0,
                maximum=100,
            ),
        ],
        "key": ["year", "flow", "partner_iso3"],
        "files": ["wits/wits_trade_summary_all_countries.tar.gz"],
        "sources": WITS,
        "license": "wits",
        "citation": CITE_WITS,
        "retrieval": AS_SUPPLIED,
    },
    "wits-world": {
        "path": "wits/world.csv",
        "title": "World exports",
        "description": "Exports of all reporters to the world.",
        "fields": [
            year(),
            field(
                "exports_musd",
                "number",
                "exports of goods, million US dollars",
                required=True,
                minimum=0,
            ),
        ],
        "key": ["year"],
        "files": ["wits/wits_trade_summary_all_countries.tar.gz"],
        "sources": WITS,
        "license": "wits",
        "citation": CITE_WITS,
        "retrieval": AS_SUPPLIED,
    },
    "wdi": {
        "path": "wdi/wdi.csv",
        "title": "World Development Indicators",
        "description": "Economies only, no aggregates; goods and services unless said otherwise.",
        "fields": [
            iso3("iso3", "economy"),
            year(2005, 2018),
            field("population", "integer", "mid-year population", minimum=1),
            field(
                "gdp_usd",
                "integer",
                "gross domestic product, current US dollars",
                minimum=1,
            ),
            field(
                "gdp_growth_pct",
                "number",
                "growth of real gross domestic product, % a year",
            ),
            field(
                "trade_pct_gdp",
                "number",
                "exports plus imports, % of gross domestic product",
                minimum=0,
            ),
            field("exports_usd", "integer", "exports, current US dollars", minimum=0),
            field("imports_usd", "integer", "imports, current US dollars", minimum=0),
            field(
                "lpi_infrastructure",
                "number",
                "Logistics Performance Index, quality of trade and transport infrastructure, 1 (low) to 5 (high)",
                minimum=1,
                maximum=5,
            ),
        ],
        "key": ["iso3", "year"],
        "files": ["bri/wdi.csv", "bri/country.csv"],
        "sources": [{"title": "World Bank WDI", "path": "https://data.worldbank.org"}],
        "license": "cc-by",
        "citation": "The World Bank, World Development Indicators, 2005–2018.",
        "retrieval": AS_SUPPLIED,
    },
    "economies": {
        "path": "bri/economies.csv",
        "title": "Economies, groups and the first Belt and Road list",
        "description": "World Bank regions and income groups, and the 58 economies of the first list (2015 era) that "
        "the source flags out of about 65.",
        "fields": [
            iso3("iso3", "economy"),
            field("economy", "string", "name", required=True),
            field("region", "string", "World Bank region", required=True),
            field(
                "income_group",
                "string",
                "World Bank income group",
                required=True,
                enum=[
                    "Low income",
                    "Lower middle income",
                    "Upper middle income",
                    "High income",
                ],
            ),
            field("landlocked", "boolean", "no coast", required=True),
            field(
                "first_list",
                "boolean",
                "on the first list of Belt and Road economies",
                required=True,
            ),
        ],
        "key": ["iso3"],
        "files": ["bri/country.csv", "bri/bri.csv"],
        "sources": [{"title": "public compilation of country lists"}],
        "license": "not-stated",
        "citation": "Compilation of World Bank country groups and Belt and Road lists, author not stated.",
        "retrieval": AS_SUPPLIED,
    },
    "signers": {
        "path": "bri/signers.csv",
        "title": "Signers of a Belt and Road memorandum",
        "description": "152 economies with the likely date of signature; four dates are unknown.",
        "fields": [
            iso3("iso3", "economy"),
            field("economy", "string", "name", required=True),
            field(
                "mou_date", "date", "likely date of the memorandum; empty where unknown"
            ),
            field("exit_date", "date", "date of exit; empty where none"),
        ],
        "key": ["iso3"],
        "files": ["bri/gfdc-bri-countries-2025-05.csv"],
        "sources": [
            {
                "title": "Green Finance & Development Center",
                "path": "https://greenfdc.org/countries-of-the-belt-and-road-initiative-bri/",
            }
        ],
        "license": "gfdc",
        "citation": "Nedopil, C. (2025), Countries of the Belt and Road Initiative, Green Finance & Development "
        "Center, Fudan University.",
        "retrieval": "the list as of May 2025.",
    },
    "wto-members": {
        "path": "wto/members_2018.csv",
        "title": "Members of the World Trade Organization",
        "description": "The 164 members at the end of 2018.",
        "fields": [
            iso3("iso3", "member"),
            field("economy", "string", "name", required=True),
            field(
                "accession_date",
                "date",
                "date of membership; 1995-01-01 for founding members",
                required=True,
            ),
        ],
        "key": ["iso3"],
        "files": ["wto/wto_members_2018.csv"],
        "sources": [
            {
                "title": "World Trade Organization",
                "path": "https://www.wto.org/english/thewto_e/whatis_e/tif_e/org6_e.htm",
            }
        ],
        "license": "wto",
        "citation": "World Trade Organization, Members and Observers, as of end-2018.",
        "retrieval": AS_SUPPLIED,
    },
}
