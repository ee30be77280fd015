"""The one way to show a table or a figure: number, caption, alternative text, source line."""

import io
import json
import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from IPython.display import display
from matplotlib.figure import Figure

from bookpress import provenance, tables
from bookpress.exhibits import printing
from bookpress.provenance import About

plt.style.use("bookpress.edition")


def figure(
    fig: Figure, number: str, *, values: pd.DataFrame, caption: str, alt: str, sources: Sequence[str]
) -> None:
    """Show a figure as an exhibit, export it as SVG, PDF, PNG and CSV, and close it.

    Parameters
    ----------
    fig : Figure
        The finished drawing.
    number : str
        Its number in the edition: ``"1"`` is the paper's, ``"S1"``, ``"S2"``, … are the edition's, ``"C1"``, … the
        cover's, which gather what chapters find.
    values : DataFrame
        The numbers that are drawn.
    caption : str
        What the figure shows, one or two sentences.
    alt : str
        What a reader who cannot see it needs to know, numbers included.
    sources : sequence of str
        Names of the tables it is drawn from; they become the source line.
    """
    about = _about("Figure", number, caption, sources) | {"alt": alt}
    buffer = io.BytesIO()
    # No date and no program version: the file depends on the figure alone.
    nothing = {"Date": None, "Creator": None}
    fig.savefig(buffer, format="svg", metadata=nothing | _svg_metadata(about))
    svg = _canonical(buffer.getvalue().decode("utf-8"))
    if folder := provenance.folder():
        words = provenance.keywords(provenance.current(about["id"], tables.opened()))
        path = _export_path(folder, "figures", f"{about['id']}.svg")
        path.write_text(_with_keywords(svg, words), encoding="utf-8")
        fig.set_layout_engine("none")  # every format has the layout of the one on the page
        pdf = {"Title": about["title"], "Subject": alt, "Keywords": "; ".join(words)}
        nothing = {"Creator": None, "Producer": None, "CreationDate": None}
        fig.savefig(path.with_suffix(".pdf"), metadata=nothing | pdf)
        png = {"Title": about["title"], "Description": alt, "Source": about["note"]}
        png |= {"Copyright": provenance.LICENCE, "Keywords": "; ".join(words), "Software": None}
        fig.savefig(path.with_suffix(".png"), dpi=provenance.DPI, metadata=png)
        _export_csv(path.with_suffix(".csv"), values, about, words)
    plt.close(fig)
    plain = f"{about['title']}\n{about['note']}\nText alternative: {alt}"
    display({"image/svg+xml": svg, "text/plain": plain}, raw=True, metadata={"bookpress": about})


def table(
    frame: pd.DataFrame,
    number: str,
    *,
    caption: str,
    sources: Sequence[str],
    decimals: int | Mapping[str, int] = 1,
    links: Mapping[str, str] | None = None,
    ids: Mapping[str, str] | None = None,
    sortable: bool = False,
) -> None:
    """Show a table as an exhibit and export it as CSV and Markdown.

    Parameters
    ----------
    frame : DataFrame
        Index levels become row headers, columns become column headers; both are shown as named.
    number : str
        As in `figure`.
    caption : str
        What the table shows, units included.
    sources : sequence of str
        Names of the tables it is computed from; they become the source line.
    decimals : int or mapping
        Decimals of float columns, for all or by column.
    links : mapping, optional
        Addresses that row headers lead to, by their text.
    ids : mapping, optional
        Ids of rows, by the text of their first header, for links that lead to them.
    sortable : bool
        Whether a reader can sort the rows by a column.
    """
    about = _about("Table", number, caption, sources)
    text = printing.as_text(frame, decimals)
    label, note = about["label"], about["note"]
    title = f"<strong>{label}.</strong> {escape(caption)}"
    html = printing.html(text, frame, label, title, links or {}, ids or {}, sortable)
    html += f"\n{provenance.source_note(about)}"
    plain = f"{about['title']}\n\n{text.to_string(index=False)}\n\n{note}"
    if folder := provenance.folder():
        words = provenance.keywords(provenance.current(about["id"], tables.opened()))
        path = _export_path(folder, "tables", f"{about['id']}.csv")
        _export_csv(path, frame, about, words)
        marks = "\n".join(f"<!-- {word} -->" for word in words)
        aligned = ["right" if number else "left" for number in printing.numeric(frame)]
        markdown = text.to_markdown(index=False, disable_numparse=True, colalign=aligned)
        path.with_suffix(".md").write_text(
            f"{about['title']}\n\n{markdown}\n\n{note} {provenance.LICENCE}.\n\n{marks}\n", encoding="utf-8"
        )
    display({"text/html": html, "text/plain": plain}, raw=True, metadata={"bookpress": about})


def _about(kind: str, number: str, caption: str, sources: Sequence[str]) -> About:
    if not re.fullmatch(r"[SC]?[1-9]\d*", number):
        raise ValueError(
            f"{kind.lower()} number: found {number!r}, expected '1', or 'S1', 'S2', …, or 'C1', …"
        )
    label = f"{kind} {number}"
    return {
        "id": label.lower().replace(" ", "-"),
        "label": label,
        "caption": caption,
        "title": f"{label}. {caption}",
        "note": source_line(sources),
        "sources": list(sources),
    }


def _export_path(folder: Path, kind: str, name: str) -> Path:
    path = folder / kind / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _export_csv(path: Path, frame: pd.DataFrame, about: About, words: list[str]) -> None:
    """Write a table and, beside it, its description (CSV on the Web) with the provenance."""
    frame = frame.set_axis([printing.heading(name) for name in frame.columns], axis=1)
    named = [name or "row" for name in frame.index.names]
    frame.to_csv(path, index_label=named, float_format="%.10g", lineterminator="\n")
    description = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": path.name,
        "dc:identifier": about["id"],
        "dc:title": about["title"],
        "dc:source": about["note"],
        "dc:rights": provenance.LICENCE,
        "dc:subject": words,
        "tableSchema": {"columns": [{"titles": name} for name in [*named, *frame.columns]]},
    }
    sidecar = path.with_name(f"{path.name}-metadata.json")
    sidecar.write_text(json.dumps(description, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _svg_metadata(about: About) -> dict[str, str]:
    return {
        "Title": about["title"],
        "Description": about["alt"],
        "Source": about["note"],
        "Identifier": about["id"],
        "Rights": provenance.LICENCE,
    }


def _with_keywords(svg: str, words: list[str]) -> str:
    """Return an SVG with keywords in its RDF; the copy on the page goes without."""
    items = "".join(f"<rdf:li>{escape(word)}</rdf:li>" for word in words)
    subject = f"<dc:subject><rdf:Bag>{items}</rdf:Bag></dc:subject>"
    return svg.replace("</cc:Work>", f"{subject}</cc:Work>", 1)


def source_line(sources: Sequence[str]) -> str:
    """Return the source line of an exhibit: the citation of every table it uses, and its rights."""
    described = tables.describe()
    unknown = [name for name in sources if name not in described]
    if unknown or not sources:
        raise tables.DataError(f"exhibit sources: found {unknown}, expected names of tables in data/")
    cited = dict.fromkeys(
        f"{described[name]['citation'].rstrip('.')} ({described[name]['licenses'][0]['title']})"
        for name in sources
    )
    return "Source: " + "; ".join(cited) + "; own computation."


def _canonical(svg: str) -> str:
    """Round coordinates to a thousandth of a point and number the ids in order.

    Processors and numpy versions differ in the last digit of a layout, and Matplotlib's
    ids are hashes of such digits; what a reader can see is kept.
    """

    def rounded(match: re.Match[str]) -> str:
        if match[0].startswith("scale"):  # glyphs are scaled by 1/64; that must stay exact
            return match[0]
        return f"{float(match[0]):.3f}".rstrip("0").rstrip(".")

    # What is said in words stays as it is.
    parts = re.split(r"(<metadata>.*?</metadata>|<!--.*?-->)", svg, flags=re.S)
    parts[::2] = [re.sub(r"scale\([^)]*\)|\d+\.\d{4,}", rounded, part) for part in parts[::2]]
    svg = "".join(parts)
    for number, name in enumerate(dict.fromkeys(re.findall(r'id="([a-z][0-9a-f]{10})"', svg))):
        svg = svg.replace(name, f"{name[0]}{number}")
    return svg
