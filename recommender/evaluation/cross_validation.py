"""Cross-validated RMSE and MAE of known users: the measure most papers quote.

It asks how well a rating of a user in the training data is predicted, which is not what a visitor
experiences (see `few_ratings`), but it makes Tastemap comparable with everything published.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.contract import Fit
from recommender.data.ratings import Ratings
from recommender.evaluation.metrics import mae, rmse
from recommender.factors.model import FactorModel

FOLDS = 5


def held_out_errors(fit: Fit, training: Ratings, test: Ratings) -> tuple[float, float] | None:
    """Predicts ratings that a fit has not seen.

    Args:
        fit: a model fitted on `training`.
        training: ratings.
        test: ratings of the same users and titles to predict.

    Returns:
        RMSE and MAE in units of the scale, or None if the model predicts no ratings.
    """
    if not fit.model.predicts_ratings:
        return None
    predicted = predict_known_users(fit, training, test)
    actual = test.values.astype(np.float64)
    return rmse(predicted, actual), mae(predicted, actual)


def predict_known_users(fit: Fit, training: Ratings, test: Ratings) -> NDArray[np.float64]:
    """Predicts ratings of users in the training data.

    Trained user weights are used where the algorithm's rater has them; otherwise every user is
    folded in from the training ratings, as a visitor would be.

    Args:
        fit: a fitted model that predicts ratings.
        training: what it was fitted on.
        test: int positions of users and titles to predict; its values are not looked at.

    Returns:
        float64 (n_test,), on the rating scale.
    """
    model = fit.model
    trained = (
        fit.user_weights if isinstance(model, FactorModel) and model.rater is model.ranker else None
    )
    predicted = np.empty(len(test))
    starts = np.concatenate([[0], np.cumsum(test.user_counts())])
    ends = np.concatenate([[0], np.cumsum(training.user_counts())])
    for user in np.unique(test.users):
        rows = slice(starts[user], starts[user + 1])
        items = test.items[rows].astype(np.intp)
        if trained is not None:
            assert isinstance(model, FactorModel)
            bias, factors = trained[user, 0], trained[user, 1:]
            known = model.ranker.offset[items] + bias + model.factors(model.ranker, items) @ factors
            predicted[rows] = model.scale.clip(known)
            continue
        own = slice(ends[user], ends[user + 1])
        taste = model.taste(
            training.items[own].astype(np.intp), training.values[own].astype(np.float64)
        )
        prediction = taste.predict(items)
        assert prediction is not None
        predicted[rows] = prediction.rating
    return predicted
