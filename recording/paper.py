"""The tables kept by hand: what the paper says, the ledger of its claims, figures cited from others."""

from bookpress.claims.columns import cells, choices, findings, former, ledger, registered, sentences, words
from bookpress.tables.records import Table
from recording.columns import columns

PAPER = [{"title": "the paper"}]
EDITION = [{"title": "this edition"}]
AXES = ["listed", "others", "baseline", "window", "exposure", "statistic", "sample"]
AXES += ["average", "peers", "port", "europe", "before"]
SECTIONS = ["abstract", "1", "2.1", "2.2", "2.3", "3.1", "3.2", "3.3", "4"]


TABLES = [
    Table(
        name="paper-table1",
        path="paper/table1.csv",
        title="The paper's Table 1",
        description="Shares of an unnamed country's exports to China as printed; no source or classification given.",
        fields=columns("""
            category | string (agriculture, manufactures) | commodity category
            year | integer 2016..2018 | calendar year
            share_pct | number 0..100 | share of exports to China, %
        """),
        key=["category", "year"],
        sources=PAPER,
        license="quoted",
        citation="Table 1 of the paper.",
        retrieval="typed from the printed table.",
    ),
    Table(
        name="paper-provinces",
        path="paper/provinces.csv",
        title="Provinces of the two routes",
        description="Every province-level unit in the official 2015 plan, and whether the paper names it.",
        fields=columns("""
            route | string (belt, road) | land belt or maritime road
            province | string | name in English
            iso_3166_2 | string /CN-[A-Z]{2}/ unique | ISO 3166-2 code
            named_in_paper | boolean | named in section 1 of the paper
            in_official_plan | boolean | named in the plan of 28 March 2015
        """),
        key=["iso_3166_2"],
        sources=[*PAPER, {"title": "Vision and Actions, 2015"}],
        license="record",
        citation="Section 1 of the paper; National Development and Reform Commission, Ministry of Foreign Affairs "
        "and Ministry of Commerce of China, Vision and Actions on Jointly Building Silk Road Economic Belt and "
        "21st-Century Maritime Silk Road, 28 March 2015.",
        retrieval="typed from the two texts.",
    ),
    Table(
        name="paper-events",
        path="paper/events.csv",
        title="Dated events",
        description="Dates the paper states or implies, beside the public record.",
        fields=columns("""
            event | string unique | short name
            description | string | what happened
            paper_date | date? | date the paper gives; empty where it gives none
            record_date | date | date in the public record
            founding_members | integer? 1.. | number of founding members, where the event has any
            record | string | the public record consulted
        """),
        key=["event"],
        sources=[*PAPER, {"title": "public record"}],
        license="record",
        citation="Section 1 and 2.2 of the paper; public records as named in each row.",
        retrieval="typed from the texts.",
    ),
    Table(
        name="claims",
        path="paper/claims.csv",
        title="Claim ledger",
        description="What the paper claims: our paraphrase, its place and kind, what would count for and against it, and the "
        "recorded verdict.",
        fields=ledger(
            sections=SECTIONS,
            kinds=["descriptive", "comparative", "causal", "predictive", "normative", "trivial fact"],
        ),
        key=["id"],
        sources=PAPER,
        license="quoted",
        citation="The paper, paraphrased; tests and verdicts by this edition.",
        retrieval="read from the paper's text.",
    ),
    Table(
        name="sentences",
        path="paper/sentences.csv",
        title="The map of the text",
        description="Every sentence of the paper, by section and number, with the claims that it makes or the reason why it makes none. "
        "Headings count only where they make a claim; key words, the table's cells and the list of references are no sentences.",
        fields=sentences(SECTIONS),
        key=["section", "sentence"],
        sources=PAPER,
        license="quoted",
        citation="The paper; no sentence of it is quoted.",
        retrieval="read from the paper's text.",
    ),
    Table(
        name="registered",
        path="paper/registered.csv",
        title="Registered tests",
        description="Tests that an edition fixed before the figures that they are asked of were read: those of edition 2.0, asked of 2018 to "
        "2023 by this edition, and those of this edition, for the next one to ask.",
        fields=registered(),
        key=["edition", "claim"],
        sources=EDITION,
        license="own",
        citation="This edition; edition 2.0, swh:1:dir:6ef1179dd5cf82096a131b6b551dbe1936d8e97d.",
        retrieval="written by hand from the tests of each edition.",
    ),
    Table(
        name="former-verdicts",
        path="paper/former_verdicts.csv",
        title="Verdicts of earlier editions",
        description="The claims as earlier editions put and judged them, what became of each, and why a verdict moved. Edition 1.0 had "
        "four verdicts and no intervals, edition 2.0 five verdicts and tests of one rank.",
        fields=former(
            ["supported", "contradicted", "mixed", "inconclusive", "not testable", "not tested here"]
        ),
        key=["edition", "claim"],
        sources=EDITION,
        license="own",
        citation="This edition, versions 1.0 (23 November 2026) and 2.0 (26 November 2026).",
        retrieval="taken from the ledgers with which these editions ended; what became of a claim and why was written by hand.",
    ),
    Table(
        name="choices",
        path="paper/choices.csv",
        title="Choices",
        description="The reasonable choices that every computed verdict is run over; the main one of each axis.",
        fields=choices(),
        key=["axis", "choice"],
        sources=EDITION,
        license="own",
        citation="This edition.",
        retrieval="chosen with their reasons.",
    ),
    Table(
        name="words",
        path="paper/words.csv",
        title="The dictionary",
        description="Words by which the paper measures, such as most, some and all: one reading and one bar for every claim.",
        fields=words(),
        key=["word"],
        sources=EDITION,
        license="own",
        citation="This edition.",
        retrieval="written by hand, with reasons.",
    ),
    Table(
        name="yardsticks",
        path="paper/yardsticks.csv",
        title="What would matter",
        description="The smallest effects that would matter, by kind of estimate, with where each is taken from.",
        fields=columns("""
            yardstick | string unique | kind of estimate
            size | number 0.. | smallest effect that would matter
            unit | string | unit of the size
            meaning | string | what the size is
            source | string | where it is taken from
        """),
        key=["yardstick"],
        sources=EDITION,
        license="own",
        citation="This edition; the sources named in each row.",
        retrieval="written by hand.",
    ),
    Table(
        name="grid",
        path="paper/grid.csv",
        title="The grid",
        description="Every computed claim under every combination of the choices that matter to it; written by "
        "`make verdicts`, and computed again by the chapters.",
        fields=cells(AXES),
        key=["claim", "cell"],
        sources=EDITION,
        license="own",
        citation="This edition.",
        retrieval="computed by the chapters.",
    ),
    Table(
        name="tests",
        path="paper/tests.csv",
        title="What each test found",
        description="Every test of every computed claim under the main choices: the estimate with its interval, what it is held "
        "against and what it says of the claim; written by `make verdicts`, and computed again by the chapters.",
        fields=findings(),
        key=["claim", "test"],
        sources=EDITION,
        license="own",
        citation="This edition.",
        retrieval="computed by the chapters.",
    ),
    Table(
        name="shuffles",
        path="paper/shuffles.csv",
        title="Specification curves under shuffled lists and dates",
        description="For each claim whose drawn test compares the economies of a list with others: the median of its specification curve, "
        "and how often the lists, shuffled over all economies, give one as far on the claimed side. The same for each claim with a test of what came "
        "after signature, with the years of signature shuffled. Stored by `python -m lab shuffles --record`.",
        fields=columns("""
            claim | string | the claim's id
            shuffled | string (lists, dates) | what was shuffled: who is on the lists, or when economies signed
            estimates | integer 1.. | combinations of choices with an estimate of that test
            shuffles | integer 1.. | how many times they were shuffled
            as_far | integer 0.. | shuffles whose median lies as far on the claimed side, or further
            median | number | median of the estimates, above zero where it goes as claimed
            low | number | 2.5th percentile of the shuffled medians
            high | number | 97.5th percentile of the shuffled medians
        """),
        key=["claim", "shuffled"],
        sources=EDITION,
        license="own",
        citation="This edition.",
        retrieval="computed by `python -m lab shuffles --record`.",
    ),
    Table(
        name="cited-figures",
        path="paper/cited_figures.csv",
        title="Figures cited from others",
        description="Single figures that bear on a claim and that no table here can give, one number a row. Each was "
        "read on the page at its address, often only in its beginning; none was recomputed.",
        fields=columns("""
            id | string unique /[a-z0-9-]+/ | short name
            topic | string (trade remedies, infrastructure gap, trade costs, value added, research, routes) | what it is about
            fact | string | what is said, in our words
            value | number? | the number; empty where the source gives none
            unit | string? | unit of the number; empty where there is none
            period | string | time that it is about
            found_in | string | publication that it was read in
            published | string? | date or year of that publication; empty where it shows none
            address | string /https?://.+/ | address of that publication
            primary_source | string | source that the publication names
            note | string? | what else must be known
        """),
        key=["id"],
        sources=[{"title": "publications named in each row"}],
        license="cited",
        citation="As named in each row.",
        retrieval="read on the pages named, and typed.",
    ),
    Table(
        name="published-estimates",
        path="paper/published_estimates.csv",
        title="Published estimates",
        description="What others estimate the initiative to do to trade, one estimate a row. Each was read in the text at its "
        "address, mostly an abstract; none shows a sampling interval, and none was recomputed.",
        fields=columns("""
            id | string unique /[a-z]+[0-9]{4}(-[a-z]+)?/ | key of the work in the bibliography, and which estimate of it
            authors | string | authors
            year | integer 2013.. | year of publication
            kind | string (projection, evaluation) | whether it projects what will be or evaluates what was
            design | string | method, in our words
            sample | string | economies and years
            outcome | string | what may change
            finding | string (higher, lower, no clear change) | how it changes
            estimate | number? | the change, where one is given
            low | number? | lower end of the scenarios; no interval of sampling
            high | number? | upper end of the scenarios, or the most that is found
            unit | string? | unit of the change; empty where no number is given
            where | string | part of the text that was read
            address | string /https?://.+/ | address of that text
            note | string? | what else must be known
        """),
        key=["id"],
        sources=[{"title": "publications named in each row"}],
        license="cited",
        citation="As named in each row.",
        retrieval="read in the texts named, and typed.",
    ),
]
