"""Where predicted ratings are off: by genre, by how well known a title is, by rating, by range.

The hidden ratings of the few-ratings protocol, every one counted alike, so somebody who rated much
weighs much. A fold is condensed to a `Tally` where it was run, which keeps millions of predictions
out of the pipe between processes; intervals are over the folds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.data.scale import RatingScale
from recommender.evaluation.few_ratings import Guesses
from recommender.evaluation.metrics import Estimate, calibration

LEVELS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
"""Shares of ratings that predicted ranges are checked at."""

BANDS = (100, 500, 2000)
"""Titles are in bands by rank of popularity: the 100 best known, the next 400, …"""

_GENRES = 20


@dataclass(frozen=True, eq=False)
class Tally:
    """What a fold's predictions come to.

    Attributes:
        ratings: float64 (n_items,), predictions of each title.
        error: float64 (n_items,), sum of predicted minus actual.
        squared: float64 (n_items,), sum of its square.
        table: int64 (n_values, n_values), how often each rating of the scale was predicted, to the
            nearest, and each was given: predicted x actual.
        within: float64 (n_levels,), share of the ratings inside the range of each level.
    """

    ratings: NDArray[np.float64]
    error: NDArray[np.float64]
    squared: NDArray[np.float64]
    table: NDArray[np.int64]
    within: NDArray[np.float64]


def tally(guesses: Iterable[Guesses], n_items: int, scale: RatingScale) -> Tally:
    """Condenses predictions.

    Args:
        guesses: at least one, of one model.
        n_items: titles in the catalogue.
        scale: that of the ratings.
    """
    kept = list(guesses)
    items = np.concatenate([guess.items for guess in kept])
    actual = np.concatenate([guess.actual for guess in kept])
    rating, low, high = (
        np.concatenate([getattr(guess.predicted, name) for guess in kept])
        for name in ("rating", "low", "high")
    )
    error, n_values = rating - actual, len(scale.values)
    predicted_as, rated_as = scale.steps(rating), scale.steps(actual)
    cells = np.bincount(predicted_as * n_values + rated_as, minlength=n_values**2)
    return Tally(
        np.bincount(items, minlength=n_items).astype(np.float64),
        np.asarray(np.bincount(items, error, n_items), np.float64),
        np.asarray(np.bincount(items, error**2, n_items), np.float64),
        cells.reshape(n_values, n_values),
        calibration(rating, low, high, actual, LEVELS),
    )


def summarise(folds: Sequence[Tally], catalogue: pd.DataFrame) -> dict[str, Any]:
    """Summarises one model's tallies as `evaluation.json` holds them.

    Args:
        folds: at least one.
        catalogue: of the same titles.

    Returns:
        `ratings`, how many were predicted; `by_genre`, the most rated genres that occur in every
        fold, and `by_popularity`, best known first: what it is, its `ratings`, `rmse` with an
        interval and mean `error`, predicted minus actual; `predicted`, see `Tally.table`; `ranges`,
        the share of ratings `within` those of each `level`.
    """
    return {
        "ratings": int(sum(fold.ratings.sum() for fold in folds)),
        "by_genre": _by_genre(folds, catalogue),
        "by_popularity": _by_popularity(folds, catalogue),
        "predicted": sum(fold.table for fold in folds).tolist(),  # type: ignore[union-attr]
        "ranges": [
            {"level": level, "within": Estimate.mean(shares).rounded()}
            for level, shares in zip(
                LEVELS, np.array([fold.within for fold in folds]).T, strict=True
            )
        ],
    }


def _by_genre(folds: Sequence[Tally], catalogue: pd.DataFrame) -> list[dict[str, Any]]:
    listed = catalogue["genres"].explode()
    names = sorted(listed.dropna().unique())
    marks = {name: catalogue.index.isin(listed.index[listed == name]) for name in names}
    entries = [{"genre": name, **entry} for name in names if (entry := _entry(folds, marks[name]))]
    return sorted(entries, key=lambda entry: -entry["ratings"])[:_GENRES]


def _by_popularity(folds: Sequence[Tally], catalogue: pd.DataFrame) -> list[dict[str, Any]]:
    rank = np.empty(len(catalogue), np.int64)
    rank[np.argsort(-catalogue["n_ratings"].to_numpy(), kind="stable")] = np.arange(len(catalogue))
    ends = [*(end for end in BANDS if end < len(catalogue)), len(catalogue)]
    entries = []
    for start, end in zip([0, *ends], ends, strict=False):
        if entry := _entry(folds, (start <= rank) & (rank < end)):
            entries.append({"from": start + 1, "to": end, **entry})
    return entries


def _entry(folds: Sequence[Tally], among: NDArray[np.bool_]) -> dict[str, Any] | None:
    """Errors among some titles; None if a fold has none of them."""
    ratings, error, squared = (
        np.array([getattr(fold, name)[among].sum() for fold in folds])
        for name in ("ratings", "error", "squared")
    )
    if not ratings.all():
        return None
    return {
        "ratings": int(ratings.sum()),
        "rmse": Estimate.mean(np.sqrt(squared / ratings)).rounded(),
        "error": round(float(error.sum() / ratings.sum()), 4),
    }
