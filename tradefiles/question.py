"""The one question that is asked of trade, as lazy expressions that every engine carries out."""

from collections.abc import Collection, Sequence
from typing import Any

from tradefiles.layouts import COLUMNS, VALUE

# What an answer has beside `COLUMNS`: value in US dollars, rows behind it, least and largest value, rows without one.
FIGURES = ["value", "rows", "least", "most", "blank"]
ORDER = ["exporter", "year", "side", "classification", "code", "level", "value"]


def ask(
    trade: Any,
    importer: Collection[str],
    exporter: Collection[str] | None = None,
    years: tuple[int, int] | None = None,
) -> Any:
    """Return the sums of trade by everything that tells whether values may be added.

    Parameters
    ----------
    trade : narwhals.LazyFrame
        As `tradefiles.layouts.derive` gives it.
    importer, exporter : collection of str
        Every spelling of each; all exporters if None.
    years : tuple of int, optional
        First and last year.

    Returns
    -------
    narwhals.LazyFrame
        `COLUMNS`, then `FIGURES`; one row a code, so that doubles and levels show; those of an exporter together, in `ORDER`.
    """
    import narwhals as nw

    kept = nw.col("importer").is_in(sorted(importer))
    if exporter is not None:
        kept = kept & nw.col("exporter").is_in(sorted(exporter))
    if years is not None:
        kept = kept & (nw.col("year") >= years[0]) & (nw.col("year") <= years[1])
    value = nw.col(VALUE)
    # An engine gives rows in any order; what is said of them must not depend on it.
    return _grouped(trade.filter(kept), COLUMNS, value).sort(*ORDER)


def contents(trade: Any, names: Sequence[str]) -> Any:
    """Return what there is in trade, by some of `COLUMNS`: what a message says when nothing was found."""
    import narwhals as nw

    return trade.select(*names).group_by(*names).agg(nw.len().alias("rows"))


def _grouped(trade: Any, names: Sequence[str], value: Any) -> Any:
    import narwhals as nw

    return trade.group_by(*names).agg(
        value.sum().alias("value"),
        nw.len().alias("rows"),
        value.min().alias("least"),
        value.max().alias("most"),
        (nw.len() - value.count()).alias("blank"),
    )
