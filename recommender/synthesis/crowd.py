"""Who rates in a synthetic set, and how much: people of the real set, drawn again and again."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from recommender.errors import ParameterError
from recommender.factors.fold_in import Array
from recommender.synthesis.world import World

_HALVINGS = 60


@dataclass(frozen=True, eq=False)
class Crowd:
    """The users of a synthetic set.

    Attributes:
        people: int64 (n_users,), after whom in the world each is made.
        counts: int64 (n_users,), how many ratings each gives.
        seed: fixes what they choose and give.
    """

    people: NDArray[np.int64]
    counts: NDArray[np.int64]
    seed: int


def gathered(world: World, n_users: int, n_ratings: int, seed: int) -> Crowd:
    """Draws users, as active as the real ones but for a common factor that makes the sum right.

    Args:
        world: whom to draw from.
        n_users: how many.
        n_ratings: how many ratings they give together.
        seed: fixes everything.

    Returns:
        The crowd; everybody rates at least one title and nobody rates all.

    Raises:
        ParameterError: there cannot be so many ratings of so many users.
    """
    check(world.chance, n_users, n_ratings)
    most = most_of(world.chance)
    generator = np.random.default_rng(seed)
    people = generator.integers(len(world.activity), size=n_users)
    wanted = world.activity[people].astype(np.float64)

    def scaled(factor: float) -> NDArray[np.int64]:
        return np.clip(np.rint(factor * wanted), 1, most).astype(np.int64)

    low, high = 0.0, float(most)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if scaled(middle).sum() > n_ratings:
            high = middle
        else:
            low = middle
    counts = scaled(low)
    # What rounding leaves over goes to users at random, one rating each.
    while missing := n_ratings - int(counts.sum()):
        roomy = np.flatnonzero(counts < most)
        counts[generator.permutation(roomy)[:missing]] += 1
    return Crowd(people, counts, seed)


def most_of(chance: Array) -> int:
    """How many titles a user may rate: all that are ever rated but one, or nothing were chosen."""
    return max(int(np.count_nonzero(chance)) - 1, 1)


def check(chance: Array, n_users: int, n_ratings: int) -> None:
    """Refuses sizes at which titles cannot be as popular as they are.

    Args:
        chance: float64, every title's share of all ratings, 0 for those that are not rated.
        n_users: how many users there are to be.
        n_ratings: how many ratings.

    Raises:
        ParameterError: it is impossible; the message says what would do.
    """
    if n_users < 1 or n_ratings < n_users:
        raise ParameterError(
            f"{n_ratings:,} ratings of {n_users:,} users cannot be: every user rates at least one "
            "title; ask for more ratings or fewer users."
        )
    top = float(chance.max())
    needed = max(ceil(n_ratings * top), ceil(n_ratings / most_of(chance)))
    if n_users < needed:
        raise ParameterError(
            f"{n_ratings:,} ratings of {n_users:,} users cannot be: the best-known title gets "
            f"{top:.2%} of all ratings, and a user rates it once at most; ask for at least "
            f"{needed:,} users, or for fewer ratings."
        )
