"""What a rank index misses: how much of the list that scoring every title gives it finds.

People of the few-ratings protocol show some of their ratings, each in one of its ways, and get
their list twice.
"""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np

from recommender.algorithms.solvers.subsets import well_known
from recommender.data.ratings import Ratings
from recommender.evaluation.few_ratings import FEWEST_RATINGS, SHOWN, SIZES, showings
from recommender.evaluation.metrics import Estimate, best
from recommender.factors.contract import Model
from recommender.factors.rank_index import RankIndex

LENGTH, VISITORS = 20, 200


def index_recall(index: RankIndex, model: Model, ratings: Ratings) -> dict[str, Any]:
    """Measures an index against its model.

    Args:
        index: the index.
        model: whose index it is.
        ratings: of the titles of the model.

    Returns:
        titles, how many there are; visitors, who were asked; and recall@20 with its interval over
        them, the share of a visitor's 20 best titles that are in the list made with the index.
    """
    enough = ratings.user_counts() >= FEWEST_RATINGS
    people = np.flatnonzero(enough & (ratings.user_ids >= 0))
    some = people[:: max(1, len(people) // VISITORS)][:VISITORS]
    ways = len(SHOWN) * len(SIZES)
    found = []
    # One way of a person's, and another of the next one's.
    shown = islice(showings(ratings, some, well_known(ratings.counts())), 0, None, ways + 1)
    for showing in shown:
        rated = ratings.items[showing.seen].astype(np.intp)
        taste = model.taste(rated, ratings.values[showing.seen].astype(np.float64))
        allowed = np.ones(len(model.item_ids), np.bool_)
        allowed[rated] = False
        wanted = best(np.where(allowed, taste.scores, -np.inf), LENGTH)
        assert taste.query is not None
        candidates = index.candidates(taste.query, LENGTH, allowed)
        listed = candidates[best(taste.scores_of(candidates), LENGTH)]
        found.append(float(np.isin(wanted, listed).mean()))
    return {
        "titles": len(model.item_ids),
        "visitors": len(found),
        f"recall@{LENGTH}": Estimate.mean(np.array(found)).rounded(),
    }
