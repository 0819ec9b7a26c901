"""Titles for several people at once: one list out of the tastes of two to eight.

Everybody is folded in alone, so each has a score for every title. Scores of different people have
no common unit; `comparable` gives them one, the standard deviation of a person's scores. Three ways
to agree (Masthoff 2015, Group Recommender Systems: Aggregation, Satisfaction and Group Attributes;
Xiao et al. 2017, Fairness-Aware Group Recommendation with Pareto-Efficiency):

- *average*: the highest scores on average;
- *least misery*: the highest scores of whoever wants a title least;
- *fair*: title by title the one that makes the product of what everybody gets from the list grow
  most, so that whoever has got little so far counts more (Nash's bargaining).

`python -m benchmarks together` measures them on groups of real people (docs/together.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.errors import ParameterError
from recommender.factors.fold_in import Array
from recommender.serving.shelf import Positions
from recommender.serving.visitor import Visitor

FEWEST, MOST = 2, 8
"""How many people a group has."""

POOL = 400
"""Titles among which `fair` chooses: those best on average, and everybody's own best."""


@dataclass(frozen=True)
class Pick:
    """A title for the group.

    Attributes:
        item_id: the title.
        predicted: everybody's predicted rating, in the order of the people; NaN without one.
        ranks: its place in everybody's own list, from 1.
        seen_by: numbers of the people who have rated or watched it.
    """

    item_id: int
    predicted: tuple[float, ...]
    ranks: tuple[int, ...]
    seen_by: tuple[int, ...]


@dataclass(frozen=True)
class Agreement:
    """A list for a group and what it is to each of them.

    Attributes:
        picks: best first.
        shares: for everybody, what the list is worth to them as a share of their own list of the
            same length, 0..1.
    """

    picks: tuple[Pick, ...]
    shares: tuple[float, ...]


def agree(
    people: Sequence[Visitor],
    seen: Sequence[Iterable[int]] = (),
    *,
    way: str = "average",
    n: int = 10,
    exclude: Iterable[int] = (),
    offer_seen: bool = False,
) -> Agreement:
    """Finds titles for a group.

    Args:
        people: one visitor a person, all of one release, each with a rating at least.
        seen: for each person the ids of titles watched without a rating; none if not given.
        way: one of `WAYS`.
        n: how many titles, >= 0.
        exclude: ids of titles that somebody does not want.
        offer_seen: whether titles that somebody has rated or watched may be in the list.

    Returns:
        The list. Who stands where among `people` makes no difference to it.

    Raises:
        ParameterError: nobody is there, there is no such way, or `n` is negative.
    """
    if not people:
        raise ParameterError("a list for nobody is not possible; give one person at least")
    if way not in WAYS:
        raise ParameterError(f"no way {way!r}; there are {', '.join(WAYS)}")
    if n < 0:
        raise ParameterError(f"{n} titles are not possible; ask for 0 or more")
    shelf = people[0].shelf
    watched = [
        {*person.taste.rated.tolist(), *shelf.positions(ids).tolist()}
        for person, ids in zip(people, seen or [()] * len(people), strict=True)
    ]
    open_ = shelf.offered.copy()
    open_[shelf.positions(exclude)] = False
    if not offer_seen:
        open_[list(set().union(*watched))] = False
    candidates = shelf.by_popularity[open_[shelf.by_popularity]]
    scores = np.array([person.scores[candidates] for person in people])
    ranks = ranked(scores)
    order = WAYS[way](comparable(scores), min(n, len(candidates)))
    ids = shelf.item_ids[candidates[order]].tolist()
    predicted = np.array([person.predict(ids) for person in people])
    picks = tuple(
        Pick(
            item_id=int(shelf.item_ids[candidates[at]]),
            predicted=tuple(predicted[:, place].tolist()),
            ranks=tuple(ranks[:, at].tolist()),
            seen_by=tuple(who for who, ids in enumerate(watched) if candidates[at] in ids),
        )
        for place, at in enumerate(order)
    )
    own = worth(np.arange(1, len(order) + 1)).sum()
    shares = worth(ranks[:, order]).sum(axis=1) / own if len(order) else np.ones(len(people))
    return Agreement(picks, tuple(shares.tolist()))


def comparable(scores: Array) -> Array:
    """Brings everybody's scores, (n_people, n_titles), to mean 0 and standard deviation 1."""
    if not scores.shape[1]:
        return scores
    apart = scores - scores.mean(axis=1, keepdims=True)
    deviation = apart.std(axis=1, keepdims=True)
    return np.asarray(apart / np.where(deviation > 0, deviation, 1))


def ranked(scores: Array) -> NDArray[np.int64]:
    """Everybody's rank of every title.

    Args:
        scores: float64 (n_people, n_titles); of equal scores the first ranks higher.

    Returns:
        int64 (n_people, n_titles), 1 for the best.
    """
    order = np.argsort(-scores, axis=1, kind="stable")
    ranks = np.empty(scores.shape, np.int64)
    np.put_along_axis(ranks, order, np.arange(1, scores.shape[1] + 1)[None, :], axis=1)
    return ranks


def worth(ranks: NDArray[np.int64]) -> Array:
    """What titles at these ranks of a list are worth, by the discount of NDCG; 1 for the first."""
    return np.asarray(1 / np.log2(1 + ranks))


def average(value: Array, n: int) -> Positions:
    """The n titles with the highest mean of `value`, (n_people, n_titles)."""
    return _best(_sum(value), n)


def least_misery(value: Array, n: int) -> Positions:
    """The n titles with the highest least value."""
    return _best(value.min(axis=0), n)


def fair(value: Array, n: int) -> Positions:
    """The n titles that, one after the other, raise the product of what everybody gets most."""
    first = np.argsort(-value, axis=1, kind="stable")[:, :n]
    pool = np.union1d(_best(_sum(value), POOL), first)
    own = value[:, pool] - value.min(axis=1, keepdims=True, initial=0) + _LITTLE
    got = np.full((len(value), 1), _LITTLE)
    free = np.ones(len(pool), np.bool_)
    chosen: list[int] = []
    for _ in range(n):
        gain = _sum(np.log(got + own) - np.log(got))
        best = int(np.argmax(np.where(free, gain, -np.inf)))
        free[best] = False
        got = got + own[:, [best]]
        chosen.append(int(pool[best]))
    return np.array(chosen, np.intp)


WAYS: Mapping[str, Callable[[Array, int], Positions]] = {
    "average": average,
    "least misery": least_misery,
    "fair": fair,
}
"""How to agree, by name."""

DEFAULT = "average"
"""The way that serves groups best; see the benchmark."""

_LITTLE = 1e-6


def merged(people: Sequence[Mapping[int, float]]) -> dict[int, float]:
    """The ratings of all people as if they were one, the mean where several rated a title."""
    given: dict[int, list[float]] = {}
    for ratings in people:
        for item_id, rating in ratings.items():
            given.setdefault(item_id, []).append(rating)
    return {item_id: sum(values) / len(values) for item_id, values in given.items()}


def _best(total: Array, n: int) -> Positions:
    """Positions of the n highest, best first; of equals the first, the better known title."""
    return np.argsort(-total, kind="stable")[:n]


def _sum(value: Array) -> Array:
    """Sums over people, the same whatever their order."""
    return np.asarray(np.sort(value, axis=0).sum(axis=0))
