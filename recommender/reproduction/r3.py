"""R3: matrix factorisation by full-batch gradient descent with Adam, TensorFlow's.

With R3's seed Tastemap starts where TensorFlow starts (`solvers.tensorflow_draws`), so the loss
runs along the published one to rounding. The mean of a movie is taken over all users, those who
have not rated it as 0: R3's flaw, which Tastemap has only behind `mean_over="all"`. It lowers what
few have rated.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from recommender.algorithms import configure
from recommender.algorithms.contract import Progress
from recommender.data.dataset import DataSet
from recommender.reproduction.contract import Row, System, part
from recommender.reproduction.lists import best_unseen, named, trained_scores

PUBLISHED: Mapping[int, int] = MappingProxyType(
    {0: 6_079_012, 40: 126_539, 80: 37_832, 120: 17_705, 160: 10_999, 360: 5_294}
)
"""Epoch to loss."""

BEST_RATED, BEST_UNSEEN = 5, 20
"""Lengths of the lists, for the first user; whom R3 showed is not known."""


def run(data: DataSet, seed: int, progress: Progress) -> list[Row]:
    """Reruns R3."""
    return study(data, seed, progress)


def study(data: DataSet, seed: int, progress: Progress, *, epochs: int = 400) -> list[Row]:
    """All that R3 did.

    Args:
        data: ratings of movies.
        seed: of the start.
        progress: told about every step.
        epochs: how many; the published figures of later ones are left out.

    Returns:
        The figures.
    """
    ratings = data.ratings
    rows = [
        Row("movies with ratings", int(np.count_nonzero(ratings.counts())), 9_724),
        Row("users", int(np.count_nonzero(ratings.user_counts())), 610),
    ]
    algorithm = configure("gradient-mf", mean_over="all", epochs=epochs)
    fit = algorithm.fit(ratings, seed=seed, progress=part(progress, 0.0, 0.95))
    for epoch, published in PUBLISHED.items():
        if epoch < epochs:
            ours = round(fit.losses[epoch])
            off = f"{100 * (fit.losses[epoch] / published - 1):+.3f} %"
            rows.append(Row(f"loss at epoch {epoch}", ours, published, off))
    rows.append(Row("loss at the last epoch", round(fit.losses[-1])))

    user = int(ratings.users[0])
    called = f"user {ratings.user_ids[user]}"
    own = ratings.users == user
    seen, given = ratings.items[own], ratings.values[own]
    scores = trained_scores(fit, user)
    for rank, row in enumerate(np.argsort(-given, kind="stable")[:BEST_RATED], 1):
        title = named(data.catalogue, seen[row])
        note = f"rated {given[row]:g}, predicted {scores[seen[row]]:.2f}"
        rows.append(Row(f"{called}, best rated {rank}", title, note=note))
    for rank, position in enumerate(best_unseen(scores, seen.astype(np.intp), BEST_UNSEEN), 1):
        title = named(data.catalogue, position)
        note = f"predicted {scores[position]:.2f}"
        rows.append(Row(f"{called}, best unwatched {rank}", title, note=note))
    progress(1.0, "done")
    return rows


SYSTEM = System(
    title="gradient-descent MF on ml-latest-small, TensorFlow",
    domain="movies",
    data=("ml-latest-small",),
    run=run,
    seed=42,
)
