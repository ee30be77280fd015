"""Numbers of pictures, captioned tables and listings, and references to them and to exhibits.

Exhibits carry the numbers that their chapters give them. What has a caption beside them is counted by Sphinx in reading
order, from 1; a number that an exhibit has is left out, so that no two are called the same.
"""

from collections import Counter
from collections.abc import Container, Iterator
from itertools import count
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.nodes import make_refnode

from bookpress.edition.catalogue import say

EXHIBITS = "exhibit_labels"  # by document: kept with Sphinx's environment, as an attribute
FORMATS = {
    "figure": "Figure {0}",
    "table": "Table {0}",
    "code-block": "Listing {0}",
    "section": "Section {0}",
}


def configure(app: Sphinx, config: Config) -> None:
    """Name captions as exhibits are named, and count them through the book."""
    given: dict[str, Any] = config.overrides
    config["numfig"] = True
    config["numfig_secnum_depth"] = given.get("numfig_secnum_depth", 0)
    # Extensions name what they number too, theorems for one.
    ours = {kind: say(words, "%s") for kind, words in FORMATS.items()}
    config["numfig_format"] = config["numfig_format"] | ours | given.get("numfig_format", {})
    # Cards with lines of ^^^ and +++ are what Jupyter Book's own documentation shows.
    config["suppress_warnings"] = [*config["suppress_warnings"], "design.card_legacy"]


def gather(app: Sphinx, doctree: nodes.document) -> None:
    """Note the exhibits of a document; warn of one whose number or label another one has."""
    held, here = labels(app.env), app.env.docname
    mine = held[here] = {}
    for about in [node["exhibit"] for node in doctree.findall(nodes.Element) if "exhibit" in node]:
        every = [(doc, one, cell) for doc, its in held.items() for one, (_, cell) in its.items()]
        name = about["cell"] if about["labelled"] else ""
        for what, found, others in (
            ("number", about["label"], [(doc, cell) for doc, one, cell in every if one == about["id"]]),
            (
                "label",
                f"label {name}",
                [(doc, cell) for doc, _, cell in every if cell == name and doc != here],
            ),
        ):
            for doc, cell in others[:1]:
                where = f"{app.env.doc2path(doc, base=False)}, cell {cell}"
                said = "exhibit: found %s in cell %s again, expected another %s; %s has it"
                log = logging.getLogger(__name__)
                log.warning(said, found, about["cell"], what, where, location=here)
        mine[about["id"]] = about["label"], about["cell"]


def labels(env: BuildEnvironment) -> dict[str, dict[str, tuple[str, str]]]:
    """Return the labels of exhibits and their cells, by document and id."""
    if not hasattr(env, EXHIBITS):
        setattr(env, EXHIBITS, {})
    held: dict[str, dict[str, tuple[str, str]]] = getattr(env, EXHIBITS)
    return held


def renumber(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Count what has a caption anew, without the exhibits and without their numbers."""
    exhibits = {label: one for held in labels(env).values() for one, (label, _) in held.items()}
    free: dict[str, Iterator[int]] = {}
    for kinds in env.toc_fignumbers.values():
        for kind, numbers in kinds.items():
            own = [one for one in numbers if one not in exhibits.values()]
            counted = free.setdefault(kind, unused(say(FORMATS.get(kind, "{0}"), "%s"), exhibits))
            # With the number of a section before it, nothing is called as an exhibit is.
            kinds[kind] = {one: (next(counted),) if len(numbers[one]) == 1 else numbers[one] for one in own}
    return []


def unused(named: str, taken: Container[str]) -> Iterator[int]:
    """Yield the numbers that no label has.

    Examples
    --------
    >>> next(unused("Figure %s", ["Figure 1", "Table 2"]))
    2
    """
    yield from (place for place in count(1) if named % place not in taken)


def places(env: BuildEnvironment) -> dict[str, tuple[str, str, str]]:
    """Return document, id and label of exhibits by the names that lead to them: the id, and the cell's if nothing else has it."""
    every = [(doc, one, *said) for doc, held in labels(env).items() for one, said in held.items()]
    names = Counter(cell.lower() for *_, cell in every)
    free = {name for name, times in names.items() if times == 1} - {*env.domaindata["std"]["anonlabels"]}
    by_cell = {cell.lower(): (doc, one, label) for doc, one, label, cell in every if cell.lower() in free}
    return by_cell | {one: (doc, one, label) for doc, one, label, _ in every}


class ToExhibits(SphinxPostTransform):
    """Resolve references to exhibits, which Sphinx knows no number of."""

    default_priority = 8  # before those of MyST and of Sphinx

    def run(self, **kwargs: Any) -> None:
        """Replace each reference to an exhibit by a link that says its label."""
        known = places(self.env)
        for node in list(self.document.findall(addnodes.pending_xref)):
            target = node.get("reftarget", "").removeprefix("#").lower()
            if node.get("reftype") not in ("ref", "numref", "myst") or target not in known:
                continue
            doc, one, label = known[target]
            text = node.astext() if node.get("refexplicit") or node.get("reftype") == "myst" else ""
            number = label.partition(" ")[2]
            text = text.replace("%s", number).replace("{number}", number) or label
            inner = nodes.inline("", text, classes=["std", "std-ref"])
            node.replace_self(make_refnode(self.app.builder, self.env.docname, doc, one, inner))


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", configure, priority=900)
    app.connect("doctree-read", gather)
    app.connect("env-get-updated", renumber, priority=900)  # after Sphinx has counted
    app.add_post_transform(ToExhibits)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
