"""What a model would have predicted for each rating, had it not been given.

For a fold-in by least squares this needs no fold-in anew. Leaving observation i out of a ridge
regression changes its residual from e_i to e_i / (1 - h_i), h_i being its leverage (Cook and
Weisberg 1982, Residuals and Influence in Regression, section 2.2); the same h_i gives the
posterior variance without it, h_i / (1 - h_i). All other kinds of model are folded in anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import NormalDist

import numpy as np

from recommender.factors.blend import BlendModel
from recommender.factors.fold_in import Array, RidgeFoldIn
from recommender.factors.model import COVERAGE, FactorModel, Model, Positions, Prediction


def left_out(model: Model, rated: Positions, ratings: Array) -> Prediction | None:
    """Predicts every rating from the others.

    Args:
        model: the model.
        rated: intp (n,), positions of the rated titles.
        ratings: float64 (n,), their ratings.

    Returns:
        Predictions of the n ratings; None if the model predicts none.
    """
    rater = _rater(model)
    if rater is None:
        return None
    if isinstance(rater, FactorModel) and rater.rater is not None:
        fold_in = rater.rater.fold_in
        if isinstance(fold_in, RidgeFoldIn) and len(rated):
            return _by_leverage(rater, fold_in, rated, ratings)
    one_by_one = list(_anew(rater, rated, ratings))
    rows = np.array([[one.rating, one.low, one.high] for one in one_by_one])
    return Prediction(*np.asarray(rows, np.float64).reshape(-1, 3).T)


def _rater(model: Model) -> Model | None:
    """The model itself, or the member of a blend that predicts for it."""
    if isinstance(model, BlendModel):
        return next((_rater(one) for one in model.members if one.predicts_ratings), None)
    return model if model.predicts_ratings else None


def _by_leverage(
    model: FactorModel, fold_in: RidgeFoldIn, rated: Positions, ratings: Array
) -> Prediction:
    readout = model.rater
    assert readout is not None
    rows = model.factors(readout, rated).astype(np.float64)
    offsets = readout.offset[rated].astype(np.float64)
    design = np.column_stack([np.ones(len(rows)), rows])
    precision = design.T @ design + fold_in.penalty
    # Without one of n ratings there are n - 1 to add their penalty.
    precision[np.diag_indices_from(precision)] += fold_in.penalty_per_rating * (len(rows) - 1)
    spread = design @ np.linalg.inv(precision)
    leverage = (spread * design).sum(axis=1)
    residuals = ratings - offsets
    errors = (residuals - design @ (spread.T @ residuals)) / (1 - leverage)
    centre = ratings - errors
    variance = readout.noise**2 * (1 + leverage / (1 - leverage))
    if readout.offset_variance is not None:
        variance = variance + readout.offset_variance[rated]
    margin = NormalDist().inv_cdf((1 + COVERAGE) / 2) * np.sqrt(variance)
    clip = model.scale.clip
    return Prediction(clip(centre), clip(centre - margin), clip(centre + margin))


def _anew(model: Model, rated: Positions, ratings: Array) -> Iterator[Prediction]:
    for at in range(len(rated)):
        others = np.arange(len(rated)) != at
        found = model.taste(rated[others], ratings[others]).predict(rated[at : at + 1])
        assert found is not None
        yield Prediction(found.rating[0], found.low[0], found.high[0])
