"""The test that matters: do models rank synthetic users' titles as well as real users'?

The few-ratings protocol (`recommender.evaluation.few_ratings`) on its first test fold, for
popularity, which knows no taste, and `taste-als`, which lives on it.
"""

from __future__ import annotations

from collections.abc import Sequence

from recommender.data.dataset import DataSet
from recommender.data.ratings import Ratings
from recommender.evaluation.few_ratings import TEST_FOLDS, run_fold
from recommender.evaluation.summary import summarise
from recommender.synthesis.tally import Figure
from recommender.training.recipes import recipe

_ASKED: Sequence[str] = ("popularity", "taste-als")


def ranking(data: DataSet, synthetic: Ratings) -> list[Figure]:
    """Ranks for real and for synthetic visitors.

    Args:
        data: the real set.
        synthetic: as many ratings of as many users.

    Returns:
        NDCG@10 of each model, and the half width of its 95 % interval.
    """
    algorithms = {name: recipe(data.domain, name) for name in _ASKED}
    sides = []
    for ratings in (data.ratings, synthetic):
        outcomes = run_fold(algorithms, ratings, TEST_FOLDS[0])
        found = {}
        for name in _ASKED:
            ndcg = summarise(outcomes[name], ratings.n_items)["mean"]["ndcg@10"]
            found[f"NDCG@10 of {name}"] = ndcg["value"]
            found[f"NDCG@10 of {name}, 95 % within"] = round((ndcg["high"] - ndcg["low"]) / 2, 4)
        sides.append(found)
    return [Figure(name, sides[0][name], sides[1][name]) for name in sides[0]]
