"""What a search for hyper-parameters may look at, and the figure it makes better.

Either the visitors that the few-ratings protocol leaves for tuning, or cross-validation. The test
folds stay sealed in both: their people are among those who train, as they are in each other's
tests, but none of them is ever asked about, so no figure of the test folds can guide a choice. (The
cross-validated figures of `report` ask everybody; for a choice made here they are a little too
kind.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.contract import Algorithm
from recommender.data.ratings import Ratings
from recommender.data.splits import by_rating
from recommender.errors import DataError, ParameterError
from recommender.evaluation import cross_validation, few_ratings
from recommender.evaluation.cross_validation import held_out_errors
from recommender.evaluation.differences import by_visitor


@dataclass(frozen=True)
class Objective:
    """A figure to make better.

    Attributes:
        label: what it is called in a table.
        figure: the field of `few_ratings.Outcome`, or "rmse" or "mae" if it is cross-validated.
        higher_is_better: else lower is.
        cross_validated: over folds of ratings; otherwise over the visitors who tune.
    """

    label: str
    figure: Literal["ndcg", "rmse", "mae"]
    higher_is_better: bool
    cross_validated: bool

    @property
    def steps(self) -> int:
        """Fits that it takes; a search can give up after any of them."""
        return cross_validation.FOLDS if self.cross_validated else 1


OBJECTIVES: Mapping[str, Objective] = {
    "ndcg": Objective("NDCG@10", "ndcg", True, False),
    "rmse": Objective("RMSE", "rmse", False, False),
    "mae": Objective("MAE", "mae", False, False),
    "cv-rmse": Objective("cross-validated RMSE", "rmse", False, True),
    "cv-mae": Objective("cross-validated MAE", "mae", False, True),
}


def sample_size(objective: Objective, algorithm: Algorithm, ratings: Ratings) -> int:
    """How much an objective rests on: visitors who tune, or ratings that are held out.

    Raises:
        DataError: nobody can be asked; the message says what to do instead.
        ParameterError: the algorithm predicts no ratings, and the objective is about those.
    """
    if objective.figure != "ndcg" and algorithm.rater is None:
        raise ParameterError(f"{algorithm.name} predicts no ratings; tune it for ndcg.")
    if objective.cross_validated:
        return int((~_tested(ratings))[ratings.users].sum())
    try:
        return int(few_ratings.tuning_visitors(ratings).sum())
    except DataError as error:
        raise DataError(
            f"{error} Tune on larger data (--data), or with --objective cv-rmse or cv-mae."
        ) from error


def measure(
    objective: Objective, algorithm: Algorithm, ratings: Ratings, step: int, seed: int
) -> list[float]:
    """Fits once and measures.

    Args:
        objective: what to measure.
        algorithm: what to fit.
        ratings: all ratings.
        step: which fit, from 0 to `objective.steps` - 1.
        seed: of the fit; the splits are fixed.

    Returns:
        The figure of every visitor who tunes and has one, by position, or that of the
        fold of ratings.
    """
    if not objective.cross_validated:
        inside = few_ratings.tuning_visitors(ratings)
        outcomes = few_ratings.run({"it": algorithm}, ratings, inside, seed)
        figures = by_visitor(outcomes["it"], objective.figure)
        return [figures[user] for user in sorted(figures)]
    splits = by_rating(ratings, cross_validation.FOLDS, few_ratings.SPLIT_SEED)
    training, test = next(islice(splits, step, None))
    asked = test.subset(~_tested(ratings)[test.users])
    rater = algorithm.rater
    assert rater is not None
    errors = held_out_errors(rater.fit(training, seed=seed), training, asked)
    assert errors is not None
    return [errors[("rmse", "mae").index(objective.figure)]]


def _tested(ratings: Ratings) -> NDArray[np.bool_]:
    """Whom the protocol tests on, bool (n_users,); nobody where there are too few to fold."""
    if np.count_nonzero(ratings.user_counts() >= few_ratings.FEWEST_RATINGS) < few_ratings.FOLDS:
        return np.zeros(ratings.n_users, np.bool_)
    return np.isin(few_ratings.visitor_folds(ratings), few_ratings.TEST_FOLDS)
