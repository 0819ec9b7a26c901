"""R2: non-negative matrix factorisation of the well-rated movies, and a list for a new user.

R2 gave no seed. scikit-learn stops by its tolerance long before the last iteration, and where that
is, and which factors it finds when there are more of them than users, depends on the start: neither
the error nor the list can be expected to the digit.
"""

from __future__ import annotations

import numpy as np

from recommender.algorithms import configure
from recommender.algorithms.contract import Progress
from recommender.data.dataset import DataSet
from recommender.factors.model import FactorModel
from recommender.reproduction.contract import Row, System, part
from recommender.reproduction.lists import best_unseen, named

MORE_THAN = 20
"""A movie takes part with more ratings than this."""

NEW_USER = {1: 5.0, 3: 2.0, 6: 3.5}
"""Toy Story (1995), Grumpier Old Men (1995), Heat (1995)."""

PUBLISHED = ("The Rock (1996)", "Trainspotting (1996)", "Broken Arrow (1996)")
LISTED = 10


def run(data: DataSet, seed: int, progress: Progress) -> list[Row]:
    """Reruns R2."""
    return study(data, seed, progress)


def study(
    data: DataSet, seed: int, progress: Progress, *, k: int = 1000, max_iter: int = 1000
) -> list[Row]:
    """All that R2 did.

    Args:
        data: ratings of movies, the new user's three among them.
        seed: of the start.
        progress: told about every step.
        k: number of factors.
        max_iter: most iterations.

    Returns:
        The figures.
    """
    ratings = data.ratings
    counts = ratings.counts()
    kept = counts > MORE_THAN
    rows = [
        Row("movies in the data", ratings.n_items, 9_742),
        Row("movies with more than 20 ratings", int(kept.sum()), 1_235),
        Row("ratings of these", int(counts[kept].sum()), 66_658),
        Row("users", int(np.count_nonzero(ratings.user_counts())), 610),
    ]
    # Popularity is Tastemap's own addition to the order of the list.
    algorithm = configure("nmf", k=k, max_iter=max_iter, min_ratings=MORE_THAN, popularity=0.0)
    fit = algorithm.fit(ratings, seed=seed, progress=part(progress, 0.0, 0.95))
    model = fit.model
    assert isinstance(model, FactorModel)
    rows.append(Row("factors", model.item_factors.shape[1], 1_000))
    rows.append(
        Row("reconstruction error", round(fit.losses[-1], 2), 6.73, "R2's start is not known")
    )

    scores = model.fold_in(NEW_USER).scores
    ranking = best_unseen(scores, model.positions(list(NEW_USER)), int(kept.sum()))
    titles = [named(data.catalogue, position) for position in ranking]
    for rank, title in enumerate(titles[:LISTED], 1):
        published = PUBLISHED[rank - 1] if rank <= len(PUBLISHED) else None
        rows.append(Row(f"new user, rank {rank}", title, published))
    for rank, title in enumerate(PUBLISHED, 1):
        if title in titles:
            rows.append(Row(f"rank of {title}", titles.index(title) + 1, rank))
    progress(1.0, "done")
    return rows


SYSTEM = System(
    title="NMF on ml-latest-small, scikit-learn",
    domain="movies",
    data=("ml-latest-small",),
    run=run,
)
