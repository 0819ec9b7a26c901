"""R5: the SVD of each user's ratings with the user's mean taken off, as a deployed demo did it.

R5's README names its steps and its measures, not its figures. An exact SVD has one setting, the
number of factors; the learning rate and the regularisation that R5 tuned belong to a descent, which
the grid search of R1 tunes here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from recommender.algorithms import configure
from recommender.algorithms.contract import Algorithm, Progress
from recommender.data.dataset import DataSet
from recommender.data.splits import by_rating
from recommender.evaluation.cross_validation import FOLDS, held_out_errors
from recommender.reproduction.contract import Row, System
from recommender.reproduction.lists import best_unseen, named, trained_scores

FACTORS = (1, 2, 5, 10, 20, 50, 100)
LENGTHS = (3, 5, 10)
"""The lists that R5 offered."""


def run(data: DataSet, seed: int, progress: Progress) -> list[Row]:
    """Reruns R5."""
    return study(data, seed, progress)


def study(
    data: DataSet, seed: int, progress: Progress, *, factors: Sequence[int] = FACTORS
) -> list[Row]:
    """All that R5 did.

    Args:
        data: ratings.
        seed: of the folds.
        progress: told about every number of factors.
        factors: numbers of singular values to try.

    Returns:
        The figures.
    """
    rows, found = [], {}
    for done, k in enumerate(factors):
        progress(0.95 * done / len(factors), f"cross-validation, k = {k}")
        folds = by_rating(data.ratings, FOLDS, seed)
        errors = [
            held_out_errors(_algorithm(k).fit(training, seed=seed), training, test)
            for training, test in folds
        ]
        squares = [rmse**2 for rmse, _ in filter(None, errors)]
        found[k] = float(np.mean(np.sqrt(squares)))
        rows.append(Row(f"RMSE, {FOLDS} folds, k = {k}", round(found[k], 4)))
        rows.append(Row(f"MSE, {FOLDS} folds, k = {k}", round(float(np.mean(squares)), 4)))
    best = min(found, key=found.__getitem__)
    rows.append(Row("k with the lowest RMSE", best))

    progress(0.95, "a user's lists")
    ratings = data.ratings
    fit = _algorithm(best).fit(ratings, seed=seed)
    user = int(ratings.users[0])
    called = f"user {ratings.user_ids[user]}"
    scores = trained_scores(fit, user)
    seen = ratings.items[ratings.users == user].astype(np.intp)
    for rank, position in enumerate(best_unseen(scores, seen, max(LENGTHS)), 1):
        length = next(length for length in LENGTHS if rank <= length)
        note = f"predicted {scores[position]:.2f}"
        title = named(data.catalogue, position)
        rows.append(Row(f"{called}, rank {rank} (top {length})", title, note=note))
    progress(1.0, "done")
    return rows


def _algorithm(k: int) -> Algorithm:
    """Without what Tastemap adds: a shrunk mean, and popularity in the order of the list."""
    return configure("centred-svd", k=k, mean_shrinkage=1e-6, popularity=0.0)


SYSTEM = System(
    title="Anime Recommender Using SVD, a deployed demo",
    domain="anime",
    data=("anime", "anime-recommendations-database"),
    run=run,
)
