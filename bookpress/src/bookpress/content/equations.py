"""Equations as MathML, written at build time: browsers and reading systems show it and read it aloud without a script."""

import re
from functools import cache
from html import escape
from typing import Any

from docutils import nodes
from math_core import LatexError, LatexToMathML
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

# What `math_core` has under another name, or numbers itself: Sphinx numbers an equation as a whole.
ENVIRONMENTS = {
    **dict.fromkeys(("split", "align", "alignat", "alignedat", "flalign"), "aligned"),
    **dict.fromkeys(("gather", "multline"), "gathered"),
    "smallmatrix": "matrix",
    "equation": "",
}
ENVIRONMENT = re.compile(r"\\(begin|end)\{(\w+)\*?\}(\{\d+\})?")
MACROS = {"substack": r"\begin{subarray}{c}#1\end{subarray}", "mbox": r"\text{#1}"}
# The policy of a page allows no style in an element; `edition.css` and `epub.css` have a class for each of these.
CLASSES = {
    "text-align: right": "at-end",
    "text-align: left": "at-start",
    "padding-left: 0": "joined-start",
    "padding-right: 0": "joined-end",
    "padding-top: 0": "joined-top",
    "padding-bottom: 0": "joined-bottom",
    "padding-left:1em": "parted",
    "border-left: 0.05em solid currentcolor": "ruled-start",
    "border-right: 0.05em solid currentcolor": "ruled-end",
    "border-top: 0.05em solid currentcolor": "ruled-top",
    "font-variant-caps: small-caps": "small-caps",
}
Macros = tuple[tuple[str, str], ...]  # names without backslash and what they stand for, in pairs


@cache
def converter(macros: Macros = ()) -> LatexToMathML:
    """Return what converts equations, with a book's own macros."""
    return LatexToMathML(
        macros=MACROS | dict(macros),
        xml_namespace=True,  # for the EPUB
        allow_unreliable_rendering=True,  # a wide tilde that is drawn too narrow is better than none
        fancy_error=False,
    )


def mathml(latex: str, block: bool = False, macros: Macros = ()) -> str:
    """Return an equation as MathML, with its source as the text that stands for it; a LatexError says why it is none.

    Examples
    --------
    >>> mathml("x^2")
    '<math xmlns="http://www.w3.org/1998/Math/MathML" alttext="x^2"><msup><mi>x</mi><mn>2</mn></msup></math>'
    """
    named = ENVIRONMENT.sub(_known, latex.strip())
    if block and r"\\" in re.sub(r"\\begin\{(\w+)\}.*?\\end\{\1\}", "", named, flags=re.S):
        named = rf"\begin{{aligned}}{named}\end{{aligned}}"  # lines that stand in nothing
    made = converter(macros).convert_with_local_state(named, displaystyle=block)
    made = re.sub(r' style="([^"]*)"', _classed, made)
    said = escape(" ".join(latex.split()))
    return re.sub(r"<math[^>]*", lambda head: f'{head[0]} alttext="{said}"', made, count=1)


def _known(found: re.Match[str]) -> str:
    """Return the beginning or the end of an environment under the name that is known."""
    if (name := ENVIRONMENTS.get(found[2])) is None:
        return found[0]
    return rf"\{found[1]}{{{name}}}" if name else ""


def _classed(style: re.Match[str]) -> str:
    """Return what has the place of a style: a class, or the attribute that MathML has for a colour."""
    rules = [rule.strip() for rule in style[1].split(";")]
    names = [CLASSES[rule] for rule in rules if rule in CLASSES]
    colours = [rule.removeprefix("color:") for rule in rules if rule.startswith("color:")]
    return "".join(
        [f' class="{" ".join(names)}"' if names else "", *(f' mathcolor="{one}"' for one in colours)]
    )


def macros(config: Config) -> Macros:
    """Return the macros of a book, from where Jupyter Book has them: ``mathjax3_config`` in ``sphinx: config``."""
    settings: Any = config.values.get("mathjax3_config") and config["mathjax3_config"]
    given = ((settings or {}).get("tex") or {}).get("macros") or {}
    return tuple((name, one if isinstance(one, str) else one[0]) for name, one in given.items())


def shown(latex: str, config: Config, block: bool = False) -> str:
    """Return an equation for a page; its source if it is none, of which `check` has warned."""
    try:
        return mathml(latex, block, macros(config))
    except LatexError:
        return f"<code>{escape(latex)}</code>"


def check(app: Sphinx, doctree: nodes.document) -> None:
    """Warn of each equation that cannot be shown, in a line."""
    log = logging.getLogger(__name__)
    for node in doctree.findall(lambda one: isinstance(one, nodes.math | nodes.math_block)):
        if _has_better(node):
            continue
        latex = node.astext()
        try:
            mathml(latex, isinstance(node, nodes.math_block), macros(app.config))
        except LatexError as error:
            place, _, said = str(error).partition(": ")
            rest = " ".join(latex.strip().encode()[int(place) :].decode(errors="ignore").split()[:4])
            where = f"at {rest!r}" if rest else "at its end"
            found = " ".join(latex.split())
            log.warning("equation: found %r: %s %s", found, said.rstrip("."), where, location=node)


def _has_better(node: nodes.Node) -> bool:
    """Return whether an equation is what an output of a cell gives beside a form that pages prefer, such as HTML."""
    while node := node.parent:
        if isinstance(node, nodes.Element) and node.get("mime_type") == "text/latex":
            forms = {one.get("mime_type") for one in node.parent if isinstance(one, nodes.Element)}
            return not forms <= {"text/latex", "text/plain"}
    return False


def show_inline(writer: HTML5Translator, node: nodes.math) -> None:
    """Write an equation within a sentence."""
    writer.body.append(shown(node.astext(), writer.builder.config))
    raise nodes.SkipNode


def show_block(writer: HTML5Translator, node: nodes.math_block) -> None:
    """Write an equation on its own, with its number if it has a label. It scrolls where it is wider than a phone."""
    name, number = "Equation", ""
    if node.get("number"):
        number = f"({get_node_equation_number(writer, node)})"
        name = f"Equation {number}"
    opening = writer.starttag(node, "div", "", CLASS="equation")
    writer.body.append(f'{opening}<div class="wide-math" role="group" tabindex="0" aria-label="{name}">')
    writer.body.append(shown(node.astext(), writer.builder.config, block=True))
    writer.body.append("</div>")
    if number:
        writer.body.append(f'<span class="equation-number">{number}')
        writer.add_permalink_ref(node, f"Link to equation {number}")
        writer.body.append("</span>")
    writer.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_html_math_renderer("mathml", (show_inline, None), (show_block, None))
    app.connect(
        "config-inited", lambda _, config: setattr(config, "html_math_renderer", "mathml"), priority=900
    )
    app.connect("doctree-read", check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
