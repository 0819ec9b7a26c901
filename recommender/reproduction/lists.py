"""What the reference systems print: titles by name, and the best that somebody has not seen."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.algorithms.contract import Fit
from recommender.factors.model import FactorModel, Positions

Scores = NDArray[np.float64]


def named(catalogue: pd.DataFrame, position: int) -> str:
    """The title at a position, with its year if that is known: "Heat (1995)"."""
    title, year = catalogue["title"].iloc[position], catalogue["year"].iloc[position]
    return str(title) if pd.isna(year) else f"{title} ({year})"


def trained_scores(fit: Fit, user: int) -> Scores:
    """What a factor model has learned for one of its training users.

    Args:
        fit: of an algorithm that trains users.
        user: the user's position.

    Returns:
        float64 (n_items,): the score of every title; where scores are ratings, not clipped.
    """
    model, weights = fit.model, fit.user_weights
    assert isinstance(model, FactorModel)
    assert weights is not None
    bias, factors = weights[user, 0], weights[user, 1:]
    return np.asarray(model.ranker.offset + bias + model.factors(model.ranker) @ factors)


def best_unseen(scores: Scores, seen: Positions, n: int) -> Positions:
    """Positions of the n titles with the highest scores among those not seen, best first."""
    open_to = np.setdiff1d(np.arange(len(scores)), seen)
    return np.asarray(open_to[np.argsort(-scores[open_to], kind="stable")[:n]])
