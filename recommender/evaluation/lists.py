"""What kind of titles a model recommends, right or wrong: how many, how novel, how different.

Accuracy alone would praise a list that everybody gets. How alike two titles are is measured in one
space for all models, or each would be judged by its own opinion: the singular vectors of who rated
what. Titles are described by all ratings, as here nothing is predicted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.solvers.truncated_svd import truncated_svd
from recommender.data.ratings import Ratings
from recommender.evaluation.few_ratings import Outcome
from recommender.evaluation.metrics import Estimate, coverage, diversity, self_information

_FACTORS = 32


@dataclass(frozen=True, eq=False)
class Titles:
    """What lists are described by.

    Attributes:
        information: float64 (n_items,), self-information of each title in bits.
        vectors: float64 (n_items, k), titles rated by the same people lie in like directions.
    """

    information: NDArray[np.float64]
    vectors: NDArray[np.float64]

    @classmethod
    def of(cls, ratings: Ratings) -> Titles:
        """Describes the titles of a data set; nothing is random."""
        rated = ratings.matrix()
        rated.data = np.ones_like(rated.data)
        _, values, right = truncated_svd(rated, _FACTORS)
        return cls(self_information(ratings.counts(), ratings.n_users), right * values)


def summarise(outcomes: Sequence[Outcome], titles: Titles) -> dict[str, Any]:
    """Summarises the lists of one model as `evaluation.json` holds them.

    Args:
        outcomes: of all test visitors and showings, at least one.
        titles: of the same catalogue.

    Returns:
        `coverage`, the share of the catalogue in any of the lists, and with an interval, each
        visitor counted once, `novelty` in bits and `diversity`.
    """
    lists = np.array([outcome.recommended for outcome in outcomes])
    _, visitor = np.unique([outcome.user for outcome in outcomes], return_inverse=True)
    showings = np.bincount(visitor)
    found: dict[str, Any] = {"coverage": round(coverage(lists, len(titles.information)), 4)}
    for name, values in (
        ("novelty", titles.information[lists].mean(axis=1)),
        ("diversity", _diversity(lists, titles)),
    ):
        found[name] = Estimate.mean(np.bincount(visitor, values) / showings).rounded()
    return found


def _diversity(lists: NDArray[np.intp], titles: Titles) -> NDArray[np.float64]:
    # In portions, because a large set has hundreds of thousands of lists.
    portions = np.array_split(lists, 1 + len(lists) // 4096)
    return np.concatenate([diversity(titles.vectors[portion]) for portion in portions])
