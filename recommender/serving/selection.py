"""What a choice of titles has in common, against the rest: the words that stand out, and how sure.

Whether a genre, decade or kind is more or less frequent in a selection than chance would have it is
asked of the hypergeometric distribution (Fisher's exact test, two-sided by doubling); the p-values
are corrected for all words looked at (Holm 1979). Chance means titles drawn at random from the
whole catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import lgamma

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.factors.fold_in import Array
from recommender.factors.model import Positions
from recommender.factors.traits import traits

SURE = 0.01
"""The largest corrected p-value of a difference that is not put down to chance."""


@dataclass(frozen=True, eq=False)
class Character:
    """What a selection is like.

    Attributes:
        titles: how many titles it has.
        years: its middle half of known years, (25 %, 75 %); None if none is known.
        ratings: ratings of its middle title, and of the rest's.
        mean_rating: mean of its titles' mean ratings, and of the rest's; NaN where nothing is
            rated.
        words: DataFrame by rank with the columns word, group ("genre", "decade", "kind" or
            "popularity"), here and elsewhere (shares in 0..1), p_value (corrected) and holds; the
            surest first.
    """

    titles: int
    years: tuple[int, int] | None
    ratings: tuple[float, float]
    mean_rating: tuple[float, float]
    words: pd.DataFrame


def characterise(catalogue: pd.DataFrame, chosen: Positions) -> Character:
    """Compares some titles with the rest of a catalogue.

    Args:
        catalogue: the titles, as `recommender.data.catalogue` describes.
        chosen: intp, positions of the selection, unique; neither none nor all.

    Raises:
        ValueError: the selection or the rest is empty.
    """
    inside = np.zeros(len(catalogue), np.bool_)
    inside[chosen] = True
    n = int(inside.sum())
    if not 0 < n < len(catalogue):
        raise ValueError(f"{n} of {len(catalogue)} titles cannot be compared with the rest")
    years = catalogue["year"][inside].dropna().to_numpy(np.float64)
    first, last = np.quantile(years, [0.25, 0.75], method="nearest") if len(years) else (0, 0)
    counts = catalogue["n_ratings"].to_numpy(np.float64)
    means = catalogue["mean_rating"].to_numpy(np.float64)
    return Character(
        titles=n,
        years=(int(first), int(last)) if len(years) else None,
        ratings=(float(np.median(counts[inside])), float(np.median(counts[~inside]))),
        mean_rating=(_mean(means[inside]), _mean(means[~inside])),
        words=_words(catalogue, inside),
    )


def _words(catalogue: pd.DataFrame, inside: NDArray[np.bool_]) -> pd.DataFrame:
    about = traits(catalogue)
    here, elsewhere = about.has[inside], about.has[~inside]
    drawn, total = len(here), len(inside)
    with_word = about.has.sum(axis=0)
    raw = np.array(
        [
            _two_sided(int(k), int(m), drawn, total)
            for k, m in zip(here.sum(axis=0), with_word, strict=True)
        ]
    )
    p_values = holm(raw)
    table = pd.DataFrame(
        {
            "word": pd.array(about.words, dtype="str"),
            "group": pd.array(about.groups, dtype="str"),
            "here": here.mean(axis=0, dtype=np.float64),
            "elsewhere": elsewhere.mean(axis=0, dtype=np.float64),
            "p_value": p_values,
            "holds": p_values <= SURE,
        }
    )
    # Where the numbers underflow to the same p-value, the larger difference comes first.
    order = np.lexsort((-np.abs(table["here"] - table["elsewhere"]), raw))
    ranks = pd.RangeIndex(1, len(table) + 1, name="rank")
    return table.iloc[order].set_index(ranks)


def _two_sided(k: int, marked: int, drawn: int, total: int) -> float:
    """How likely k marked ones among the drawn, or fewer, or more, are; twice the smaller."""
    low, high = max(0, drawn + marked - total), min(drawn, marked)
    logs = np.array([_log_chance(at, marked, drawn, total) for at in range(low, high + 1)])
    chances = np.exp(logs)
    return min(1.0, 2 * float(min(chances[: k - low + 1].sum(), chances[k - low :].sum())))


def _log_chance(k: int, marked: int, drawn: int, total: int) -> float:
    return (
        _log_choose(marked, k) + _log_choose(total - marked, drawn - k) - _log_choose(total, drawn)
    )


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def holm(p_values: Array) -> Array:
    """Corrected for looking at all of them, float64 (n,)."""
    order = np.argsort(p_values, kind="stable")
    factors = np.arange(len(p_values), 0, -1)
    corrected = np.empty_like(p_values)
    corrected[order] = np.minimum(np.maximum.accumulate(factors * p_values[order]), 1.0)
    return corrected


def _mean(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")
