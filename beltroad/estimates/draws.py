"""Intervals of medians and means under the bootstrap: exactly where that can be done, else from many draws.

The bootstrap draws economies anew, with replacement. The distribution of the median that follows is known without any draw
(Efron 1979); that of a mean is drawn, with the same draws for every sample of one size.
"""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from scipy import special

DRAWS, SEED = 20_000, 20130907
Values = np.ndarray[Any, np.dtype[np.float64]]
NEGLIGIBLE = 1e-10  # a median that is less likely than this moves no percentile


class Interval(NamedTuple):
    """The ends of a 95% interval, and the standard error of an end that comes from drawing."""

    low: float
    high: float
    error: float = 0.0


def percentiles(draws: Values) -> Interval:
    """Return the middle 95% of draws; what could not be drawn is left out."""
    tail = 2.5
    error = 100 * np.sqrt(tail / 100 * (1 - tail / 100) / len(draws))
    around = [end + step for end in (tail, 100 - tail) for step in (-error, 0, error)]
    a, low, b, c, high, d = (float(one) for one in np.nanpercentile(draws, around))
    return Interval(low, high, max(b - a, d - c) / 2)


@lru_cache(maxsize=16)
def shares(size: int, number: int) -> Values:
    """Return, for each draw, the share that each of `size` cases has in it: an array of draws by cases.

    Samples that are drawn apart have different numbers.
    """
    drawn = np.random.default_rng(SEED + number).integers(0, size, (DRAWS, size))
    drawn += size * np.arange(DRAWS)[:, None]
    return np.bincount(drawn.ravel(), minlength=DRAWS * size).reshape(DRAWS, size) / size


def of_means(*samples: Values) -> Interval:
    """Return the interval of a mean, or of one mean less another."""
    drawn = [shares(len(sample), number) @ sample for number, sample in enumerate(samples)]
    return percentiles(drawn[0] if len(drawn) == 1 else drawn[0] - drawn[1])


def of_medians(*samples: Values) -> Interval:
    """Return the exact interval of a median, or of one median less another."""
    values, chances = medians(samples[0])
    if len(samples) == 1:
        reached = np.cumsum(chances)
        low, high = (float(values[np.searchsorted(reached, tail)]) for tail in (0.025, 0.975))
        return Interval(low, high)
    less, chances_less = medians(samples[1])
    reached = np.concatenate([[0.0], np.cumsum(chances_less)])

    def below(difference: float) -> float:
        """The chance that the difference is at most this."""
        at_least = 1 - reached[np.searchsorted(less, values - difference)]
        return float(chances @ at_least)

    def end(tail: float) -> float:
        low, high = float(values[0] - less[-1]), float(values[-1] - less[0])
        while high - low > 1e-12 * max(abs(low), abs(high), 1e-6):
            middle = (low + high) / 2
            low, high = (low, middle) if below(middle) >= tail else (middle, high)
        # The end is a difference of two values: the one that the search came nearest to.
        at = np.searchsorted(less, values - high).clip(1, len(less) - 1)
        possible = np.concatenate([values - less[at - 1], values - less[at]])
        return float(possible[np.abs(possible - high).argmin()])

    return Interval(end(0.025), end(0.975))


def medians(sample: Values) -> tuple[Values, Values]:
    """Return the values that the median of a sample drawn anew can take, in order, and how likely each is."""
    ordered, size = np.sort(sample), len(sample)
    half = size // 2
    if size % 2:
        # The median is at most the i-th value if more than half of the draws are.
        at_most = special.bdtrc(half, size, np.arange(size + 1) / size)
        return ordered, np.diff(at_most)
    # The two middle draws are the i-th and a later value if half of the draws end at the one and half begin at the other.
    places = np.arange(size + 1) / size
    ends = np.diff(places**half)
    both = special.comb(size, half) * np.outer(ends, ends[::-1])
    chances = np.triu(both, 1)
    first = np.diff(special.bdtrc(half - 1, size, places))
    chances[np.diag_indices(size)] = first - chances.sum(axis=1)
    kept = chances > NEGLIGIBLE
    values = ((ordered[:, None] + ordered[None, :]) / 2)[kept]
    order = np.argsort(values)
    return values[order], chances[kept][order] / chances[kept].sum()
