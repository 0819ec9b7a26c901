"""The few-ratings protocol: what a new visitor gets after showing 3, 5, 10 or 20 ratings.

Users with at least 30 ratings are cut into 10 folds; fold 9 is for tuning, the others test. A
test visitor is never in training. Each shows k ratings, drawn at random (*uniform*) or with the
200 most rated titles first (*popular*, as visitors do when they are offered titles), and the rest
is hidden. Where the tuning fold is small, people with 20 to 29 ratings, whom no test asks, tune as
well. The model ranks the whole catalogue but the shown titles; relevant are hidden titles
that the visitor liked. This mirrors the app, which is why it decides what the app uses. People
with negative ids (`recommender.training.visitors`) train and are never asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.contract import Algorithm
from recommender.algorithms.ensemble import fit_together
from recommender.algorithms.solvers.subsets import showing_order, well_known
from recommender.data.ratings import Ratings
from recommender.data.splits import by_user
from recommender.evaluation.metrics import (
    average_precision,
    best,
    first_rank,
    mae,
    ndcg,
    percentiles,
    precision,
    recall,
    reciprocal_rank,
    rmse,
)
from recommender.factors.fold_in import Array
from recommender.factors.model import Model, Prediction

SHOWN = ("uniform", "popular")
SIZES = (3, 5, 10, 20)
LIST_LENGTH, LONG_LIST = 10, 20
FOLDS, TUNING_FOLD = 10, 9
TEST_FOLDS = tuple(fold for fold in range(FOLDS) if fold != TUNING_FOLD)
FEWEST_RATINGS, FEWEST_HIDDEN = 30, 10
"""Of a visitor who tests; all show no more than leaves `FEWEST_HIDDEN` to be asked about."""
FEWEST_TO_TUNE, ENOUGH_TO_TUNE = 20, 200
"""Ratings of a visitor who tunes where the tuning fold holds fewer people than the second."""
SPLIT_SEED = 0


@dataclass(frozen=True, eq=False)
class Showing:
    """One visitor's split: positions into the ratings, and how it was made."""

    user: int
    shown: str
    k: int
    seen: NDArray[np.intp]
    hidden: NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Guesses:
    """What a model predicted for a visitor's n hidden ratings, and what they were.

    Attributes:
        items: int32 (n,), positions of the titles.
        actual: float64 (n,), the ratings.
        predicted: the predicted ratings with their ranges.
    """

    items: NDArray[np.int32]
    actual: Array
    predicted: Prediction


@dataclass(frozen=True, eq=False)
class Outcome:
    """What one model gave one visitor in one showing.

    Ranking metrics are NaN where no hidden title is liked.

    Attributes:
        user: position of the visitor in the ratings.
        shown: "uniform" or "popular".
        k: ratings shown.
        ndcg: NDCG@10.
        recall: recall@20.
        precision: precision@10.
        average_precision: average precision of the first ten.
        mrr: reciprocal rank of the first relevant title.
        popularity: mean popularity percentile of the ten recommended titles.
        recommended: intp (10,), positions of those.
        rmse: of the hidden ratings, NaN if the model predicts none.
        mae: the same.
        within: share of hidden ratings inside the predicted range.
        guesses: the hidden ratings one by one, None if the model predicts none.
    """

    user: int
    shown: str
    k: int
    ndcg: float
    recall: float
    precision: float
    average_precision: float
    mrr: float
    popularity: float
    recommended: NDArray[np.intp]
    rmse: float
    mae: float
    within: float
    guesses: Guesses | None = None


def visitor_folds(ratings: Ratings) -> NDArray[np.int8]:
    """The protocol's fold of every user, int8 (n_users,), -1 for those who are not asked."""
    return folds_of(ratings.user_counts(), ratings.user_ids)


def folds_of(counts: NDArray[np.int64], user_ids: NDArray[np.integer]) -> NDArray[np.int8]:
    """`visitor_folds` where only users' numbers of ratings are known, by ascending id."""
    return by_user(counts, FEWEST_RATINGS, FOLDS, SPLIT_SEED, user_ids >= 0)


def tuning_visitors(ratings: Ratings) -> NDArray[np.bool_]:
    """Whom choices may be made on, bool (n_users,): nobody that any test fold asks.

    That is the tuning fold. A few dozen people cannot tell one setting from the next, so in small
    data those join them who have too few ratings to test.
    """
    inside: NDArray[np.bool_] = visitor_folds(ratings) == TUNING_FOLD
    if np.count_nonzero(inside) < ENOUGH_TO_TUNE:
        counts = ratings.user_counts()
        few = (counts >= FEWEST_TO_TUNE) & (counts < FEWEST_RATINGS)
        inside |= few & (ratings.user_ids >= 0)
    return inside


def showings(
    ratings: Ratings, visitors: NDArray[np.intp], known: NDArray[np.bool_]
) -> Iterator[Showing]:
    """Yields every visitor's eight showings, or those of them that leave enough hidden.

    Args:
        ratings: all ratings.
        visitors: intp, positions of users.
        known: bool (n_items,), which titles count as well known, by the training ratings.

    Yields:
        The showings; a visitor's smaller ones are part of the larger ones.
    """
    ends = np.cumsum(ratings.user_counts())
    for user in visitors:
        rows = np.arange(ends[user - 1] if user else 0, ends[user])
        for number, shown in enumerate(SHOWN):
            generator = np.random.default_rng([SPLIT_SEED, int(ratings.user_ids[user]), number])
            marks = known[ratings.items[rows]]
            order = rows[showing_order(marks, shown == "popular", generator)]
            for k in SIZES:
                if len(order) >= k + FEWEST_HIDDEN:
                    yield Showing(int(user), shown, k, order[:k], order[k:])


def run_fold(
    algorithms: Mapping[str, Algorithm], ratings: Ratings, fold: int, seed: int = 0
) -> dict[str, list[Outcome]]:
    """Runs the protocol on the visitors of a fold, 0..9; see `run`."""
    return run(algorithms, ratings, visitor_folds(ratings) == fold, seed)


def run(
    algorithms: Mapping[str, Algorithm],
    ratings: Ratings,
    inside: NDArray[np.bool_],
    seed: int = 0,
) -> dict[str, list[Outcome]]:
    """Fits on everybody outside and recommends to everybody inside.

    Args:
        algorithms: name -> what to test.
        ratings: all ratings.
        inside: bool (n_users,), who is a visitor.
        seed: of the fits.

    Returns:
        Name -> one outcome per visitor and showing.
    """
    training = ratings.subset(~inside[ratings.users])
    fits = fit_together(algorithms, training, seed=seed)
    models = {name: fit.model for name, fit in fits.items()}
    return asked(models, ratings, np.flatnonzero(inside), training.counts())


def asked(
    models: Mapping[str, Model],
    ratings: Ratings,
    visitors: NDArray[np.intp],
    counts: NDArray[np.int64],
) -> dict[str, list[Outcome]]:
    """Asks models for recommendations to people they have not seen.

    Args:
        models: name -> fitted model.
        ratings: of those people, and perhaps others.
        visitors: intp, their positions.
        counts: int64 (n_items,), training ratings of each title.

    Returns:
        Name -> one outcome per visitor and showing.
    """
    rank_of_popularity = percentiles(counts)
    shown = list(showings(ratings, visitors, well_known(counts)))
    return {
        name: [_outcome(model, ratings, showing, rank_of_popularity) for showing in shown]
        for name, model in models.items()
    }


def _outcome(
    model: Model, ratings: Ratings, showing: Showing, popularity: NDArray[np.float64]
) -> Outcome:
    seen, hidden = ratings.items[showing.seen], ratings.items[showing.hidden]
    actual = ratings.values[showing.hidden].astype(np.float64)
    taste = model.taste(seen.astype(np.intp), ratings.values[showing.seen].astype(np.float64))
    scores = taste.scores.copy()
    scores[seen] = -np.inf
    found = best(scores, LONG_LIST)
    relevant = hidden[actual >= ratings.scale.liked]
    quality = (np.nan, np.nan, np.nan, np.nan, np.nan)
    if len(relevant):
        hits = np.isin(found, relevant)
        quality = (
            ndcg(hits[:LIST_LENGTH], len(relevant)),
            recall(hits, len(relevant)),
            precision(hits),
            average_precision(hits, len(relevant)),
            reciprocal_rank(first_rank(scores, relevant)),
        )
    prediction = taste.predict(hidden.astype(np.intp))
    errors, guesses = (np.nan, np.nan, np.nan), None
    if prediction is not None:
        inside = (prediction.low <= actual) & (actual <= prediction.high)
        errors = (
            rmse(prediction.rating, actual),
            mae(prediction.rating, actual),
            float(inside.mean()),
        )
        guesses = Guesses(hidden, actual, prediction)
    recommended = found[:LIST_LENGTH]
    return Outcome(
        showing.user,
        showing.shown,
        showing.k,
        *quality,
        float(popularity[recommended].mean()),
        recommended,
        *errors,
        guesses,
    )
