"""The page of one claim: verdict, tests, other choices, exhibits, data, what would change it, history, citation."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil

from bookpress import tables
from bookpress.claims import box, grid, ledger, verdicts
from bookpress.edition.catalogue import say
from bookpress.provenance import About

MANY = 12  # combinations; more are folded, below a count for each choice
SIDES = {
    "for": "supported",
    "against": "contradicted",
    "small": "small",
}  # verdicts whose colours outcomes have


@dataclass(frozen=True)
class Subject:
    """All that the page of a claim tells."""

    row: ledger.Row
    found: box.Found
    cells: Sequence[ledger.Row]  # of the grid, the main choices first; none in a book without choices
    exhibits: Sequence[About]
    former: Sequence[ledger.Row]  # earlier editions on it or on claims whose place it took, oldest first
    editions: Sequence[str]  # numbers of the earlier editions whose claims are on record
    chapter: tuple[str, str]  # document and title of the chapter that decides it
    rule: str  # page that states the one rule and shows the grid, from this page; empty in a book without
    shuffled: str  # what shuffles say of its estimates; empty where nothing was shuffled
    bar: float  # what the estimates of the test that is drawn are held against, under the main choices
    cite: str  # its citation, as HTML


def body(subject: Subject) -> str:
    """Return the body of a claim's page."""
    row, found = subject.row, subject.found
    docname, chapter = subject.chapter
    anchor, tested = ledger.anchor(row["id"]), bool(found["tests"])
    described, sign = tables.describe(), verdicts.VERDICTS[row["verdict"]].sign
    parts = {
        "What was computed": _paragraphs(found["evidence"]),
        "The tests": _tests(subject),
        "Other choices": _choices(subject),
        "What would change it": _paragraphs(*change(row, found)),
        "Tables and figures": _list(
            f'<a href="../exhibits/{about["id"]}.html">{about["label"]}</a>. {escape(about["title"].partition(". ")[2])}'
            for about in subject.exhibits
        ),
        "Data": _list(
            f"<code>{name}</code>: {escape(described[name]['citation'])} {escape(described[name]['licenses'][0]['title'])}."
            for name in found["sources"]
        ),
        "Earlier editions": _history(subject),
        "Cite this claim": subject.cite,
    }
    sections = "\n".join(f"<h2>{name}</h2>\n{html}" for name, html in parts.items() if html)
    kind = say("Claim {0}: {1};", f"<code>{row['id']}</code>", escape(row["kind"]))
    place = say("section {0}, {1}", escape(row["section"]), escape(row["place"]))
    home, every = (
        f'<a href="../{docname}.html#{anchor}">{escape(chapter)}</a>',
        f'\n<a href="index.html#{anchor}">',
    )
    led = (
        "It is decided in {0}, and listed with{1}."
        if tested
        else "It is explained in {0}, and listed with{1}."
    )
    needed = "" if tested else f"{say('It would need:')} "
    return f"""<section class="exhibit-page claim-page"><p class="claim-place">{kind}
{place}</p>
<h1>{escape(row["claim"])}</h1>
<div class="verdict {box.style(row["verdict"])}"><p class="verdict-head"><span aria-hidden="true">{sign}</span>
<strong>{box.word(row).capitalize()}</strong></p>
<p>{needed}{escape(row["reason"])}</p></div>
<p>{say("The claim is put in our words.")} {say(led, home, f"{every}{say('all claims')}</a>")}</p>
{sections}</section>"""


def former_body(title: str, rows: Sequence[ledger.Row]) -> str:
    """Return the body of the page of a claim that this edition no longer has under its id."""
    last, now = rows[-1], "This edition does not judge it."
    if claim := last["became"]:
        now = f'This edition has <a href="{_file(claim)}">claim {claim}</a> in its place.'
    told = "".join(f"<p>Edition {then['edition']}: {_then(then)}</p>" for then in rows)
    return f"""<section class="exhibit-page claim-page"><h1>{escape(title)}</h1>
<p>{escape(last["wording"])}</p>
<p><strong>{now}</strong> {escape(last["moved"])}</p>
{told}
<p><a href="index.html">All claims</a></p></section>"""


def change(row: ledger.Row, found: box.Found) -> list[str]:
    """Say what would change a verdict, as it follows from the rule and from what the tests say now."""
    tests, verdict, size = found["tests"], row["verdict"], int(row["cells"] or 1)
    least = ceil(size * verdicts.ENOUGH[0] / verdicts.ENOUGH[1])
    choices = say(
        "at least {0} of the {1} combinations of choices agree (now {2} do)", least, size, row["agree"]
    )
    held = {
        "supported": "every test supports the claim",
        "holds": "every necessary test supports the claim",
        "contradicted": "a necessary test contradicts the claim",
    }
    if verdict in held:
        what = say("{0} and {1}", say(held[verdict]), choices) if size > 1 else say(held[verdict])
        said = say("The verdict is “{0}” as long as {1}.", verdicts.WORDS[verdict], what)
    elif row["main"] in held:
        main = verdicts.WORDS[row["main"]]
        said = say("The main choices say “{0}”. That would be the verdict if {1}.", main, choices)
    else:
        needed = [test["name"] for test in tests if test["role"] == "necessary" and test["outcome"] != "for"]
        what = "this necessary test" if len(needed) == 1 else "these necessary tests"
        clear = say("An answer is clear when the whole interval lies on one side of what the claim needs.")
        said = f"{say(f'A clear answer of {what} would change it: {{0}}.', '; '.join(needed))} {clear}"
    bars = {"What would count for it:": row["supports"], "What would count against it:": row["contradicts"]}
    return [*([said] if tests else []), *(f"{say(head)} {text}" for head, text in bars.items())]


def _tests(subject: Subject) -> str:
    """Return what each test found, and where the tests depart from the one rule."""
    row, tests = subject.row, subject.found["tests"]
    if not tests:
        return ""
    items = ""
    for test in tests:
        said = box.concluded(escape(test["found"]), test["outcome"], "<em>{}</em>")
        taken = f"<br>{escape(test['taken'])}" if test["taken"] else ""
        items += f"<li><strong>{escape(test['name'])}</strong> ({say(test['role'])}): {said}{taken}</li>\n"
    html = _paragraphs("Under the main choices:" if len(subject.cells) > 1 else "") + f"<ol>{items}</ol>\n"
    if row["departs"]:
        html += f"<p>{say('What is special here: {0}', escape(row['departs']))}</p>"
    if subject.rule:
        at = f"#{ledger.anchor(row['id'], 'grid')}" if int(row["cells"] or 1) > 1 else ""
        stated = f'<a href="{subject.rule}{at}">How verdicts are reached</a>'
        html += f"<p>The one rule for all claims is stated in {stated}.</p>"
    return html


def _choices(subject: Subject) -> str:
    """Return what other choices say: counts, and every combination."""
    cells, tests = subject.cells, len(subject.found["tests"])
    first, *more = subject.found["choices"] or [""]
    said = _paragraphs(first)
    said += _list(map(escape, more), "") + ("\n" if more else "")
    if len(cells) < 2:  # there is no choice, or the book keeps no table of all combinations
        return said
    axes = [name for name, one in cells[0].items() if one and name not in ("claim", "cell", *grid.RESULTS)]
    estimated = any(cell["estimate"] for cell in cells)
    rows = [
        {axis: cell[axis] for axis in axes}
        | ({"same figures as": cell["repeats"]} if any(cell["repeats"] for cell in cells) else {})
        | {"verdict": verdicts.WORDS[cell["verdict"]]}
        | ({f"tests 1 to {tests}": cell["outcomes"]} if tests > 1 else {})
        | ({f"estimate of test {cells[0]['shown']}, interval": _estimate(cell)} if estimated else {})
        for cell in cells
    ]
    said += curve(cells, axes, subject.found["tests"], subject.bar)
    said += _paragraphs(subject.shuffled)
    whole = _table(rows, "Every combination of choices, the main ones first")
    if len(cells) <= MANY:
        return said + whole
    main, counted = rows[0]["verdict"], []
    for axis in axes:
        for choice in dict.fromkeys(row[axis] for row in rows):
            tally = Counter(row["verdict"] for row in rows if row[axis] == choice)
            others = ", ".join(f"{number} {word}" for word, number in tally.most_common() if word != main)
            one = {"choice of": axis, "taken": choice, "say the same": f"{tally[main]} of {tally.total()}"}
            counted.append(one | {"others say": others or "–"})
    by_choice = _table(counted, say("How many combinations say {0}, by what is chosen", main))
    return f"{said}{by_choice}<details><summary>All {len(cells)} combinations</summary>\n{whole}</details>\n"


def curve(
    cells: Sequence[ledger.Row], axes: Sequence[str], tests: Sequence[Mapping[str, str]], bar: float
) -> str:
    """Return the specification curve of a claim: the estimates of one of its tests in order, and below what each rests on.

    After Simonsohn, Simmons and Nelson (2020). Nothing is drawn of fewer than four estimates.
    """
    # A choice that matters to another test only gives the same estimate again.
    figures = {
        tuple(cell[name] for name in grid.FIGURES): cell for cell in reversed(cells) if cell["estimate"]
    }
    drawn = list(figures.values())
    number = int(cells[0]["shown"])
    asked = tests[number - 1]["name"]
    axes = [axis for axis in axes if len({cell[axis] for cell in drawn}) > 1]
    if len(drawn) < 4:
        return ""
    drawn.sort(key=lambda cell: float(cell["estimate"]))
    ends = [float(cell[name]) for cell in drawn for name in ("low", "high")]
    least, most = min(*ends, bar), max(*ends, bar)
    left, wide, high, row = (
        150,
        490,
        150,
        15,
    )  # of the drawing, in pixels: margin, width and height of the curve, a row below
    step = wide / len(drawn)

    def across(place: int) -> str:
        return f"{left + (place + 0.5) * step:.1f}"

    def up(value: float) -> str:
        return f"{10 + high * (most - value) / ((most - least) or 1):.1f}"

    lines: dict[str, str] = defaultdict(str)
    for place, cell in enumerate(drawn):
        said = SIDES.get(ledger.split(cell["outcomes"])[number - 1], verdicts.OPEN[0])
        lines[said] += f"M{across(place)} {up(float(cell['low']))}V{up(float(cell['high']))}"
    shape = "".join(
        f'<path class="{box.style(said)}" stroke-width="{min(3, step * 0.6):.1f}" d="{path}"/>'
        for said, path in lines.items()
    )
    dots = "".join(f"M{across(n)} {up(float(cell['estimate']))}h0" for n, cell in enumerate(drawn))
    shape += f'<path class="curve-dots" stroke-width="{max(2, min(5, step)):.1f}" d="{dots}"/>'
    shape += f'<path class="curve-bar" d="M{left} {up(bar)}h{wide}"/>'
    shape += (
        f'<text x="{left - 8}" y="{float(up(bar)) + 4:.1f}" text-anchor="end">{verdicts.number(bar)}</text>'
    )
    y = high + 30
    for axis in axes:
        for choice in dict.fromkeys(cell[axis] for cell in cells):
            ticks = "".join(f"M{across(n)} {y - 8}v8" for n, cell in enumerate(drawn) if cell[axis] == choice)
            shape += f'<path class="curve-dots" stroke-width="{min(3, step * 0.6):.1f}" d="{ticks}"/>'
            shape += f'<text x="{left - 8}" y="{y}" text-anchor="end">{escape(f"{axis}: {choice}")}</text>'
            y += row
    tally = Counter(ledger.split(cell["outcomes"])[number - 1] for cell in drawn)
    told = ", ".join(f"{count} {said}" for said, count in tally.most_common())
    spans = say("from {0} to {1}", _estimate(drawn[0]), _estimate(drawn[-1]))
    named = say(
        "Specification curve of the test “{0}”: {1} estimates {2}; {3}.", asked, len(drawn), spans, told
    )
    return f"""<figure class="curve"><svg viewBox="0 0 {left + wide + 10} {y}" role="img" aria-label="{escape(named)}">{shape}</svg>
<figcaption><p>Each dot is the estimate of test {number} under one combination of choices, with its interval, from the smallest to the largest. The marks
below show what was chosen. The line marks {verdicts.number(bar)}, the value that the claim has to pass; an interval that ends too close to it counts as crossing it.</p></figcaption></figure>
"""


def _estimate(cell: ledger.Row) -> str:
    if not cell["estimate"]:
        return "n/a"
    estimate, low, high = (verdicts.number(float(cell[name])) for name in grid.FIGURES)
    return estimate if low == estimate == high else say("{0} ({1} to {2})", estimate, low, high)


def _history(subject: Subject) -> str:
    """Return the verdicts of earlier editions beside the one of this, with why they moved."""
    row, items = subject.row, []
    for then in subject.former:
        claim = then["claim"]
        link = f'<a href="{_file(claim)}">{claim}</a>'
        named = say(", as claim {0}", link) if claim != row["id"] else ""
        why = f" <strong>{say('Why it moved:')}</strong> {escape(then['moved'])}" if then["moved"] else ""
        edition = say("Edition {0}{1}:", then["edition"], named)
        items.append(f"{edition} “{escape(then['wording'])}” {_then(then)}{why}")
    items = items or [say("Edition {0} did not have this claim.", edition) for edition in subject.editions]
    now = f"<li>{say('This edition: {0}.', f'<em>{box.word(row)}</em>')}</li>"
    return _list(items).replace("</ul>", f"{now}</ul>")


def _then(then: ledger.Row) -> str:
    """Say what an earlier edition said."""
    return f"<em>{escape(then['verdict'].capitalize())}</em>: {escape(then['reason'])}"


def _file(claim_id: str) -> str:
    """Return the address of a claim's page from that of another."""
    return f"{ledger.page(claim_id).rpartition('/')[2]}.html"


def _paragraphs(*texts: str) -> str:
    return "".join(f"<p>{escape(text)}</p>\n" for text in texts if text)


def _list(items: Iterable[str], end: str = "\n") -> str:
    html = "".join(f"<li>{item}</li>{end}" for item in items)
    return f"<ul>{html}</ul>" if html else ""


def _table(rows: Sequence[Mapping[str, str]], caption: str) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in rows[0])
    cells = ("".join(f"<td>{escape(cell)}</td>" for cell in row.values()) for row in rows)
    body = "".join(f"<tr>{row}</tr>\n" for row in cells)
    wide = " wide" if len(rows[0]) > 4 else ""
    return (
        f'<div class="exhibit-scroll{wide}" role="group" tabindex="0" aria-label="{caption}"><table><caption>{caption}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div>\n"
    )
