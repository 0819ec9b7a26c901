"""Ratings of any size by five hidden tastes, quickly made: for time and memory, never for quality.

They are like no real set; `recommender.synthesis` makes those that are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.data.ratings import Ratings
from recommender.data.scale import RatingScale

_TASTES = 5
_STRENGTH = 0.5
_CENTRE = 7.0
_BLOCK = 1 << 20


def five_tastes(n: int, n_users: int, n_items: int, scale: RatingScale) -> Ratings:
    """Ratings by five hidden tastes, with normal noise of one step; popular titles get more.

    Args:
        n: number of ratings; every user gives as many, but for one.
        n_users: number of users.
        n_items: number of titles, > n / n_users.
        scale: their scale, one that holds 7 and whole numbers about it.

    Returns:
        The ratings, the same at every call.
    """
    generator = np.random.default_rng(0)
    popularity = generator.permutation(1 / np.arange(30, 30 + n_items))
    users: list[NDArray[np.int64]] = []
    items: list[NDArray[np.int64]] = []
    chance = np.log(popularity)
    for user in range(n_users):
        size = (n * (user + 1)) // n_users - (n * user) // n_users
        # The largest of chance + Gumbel noise are draws without replacement.
        drawn = chance + generator.gumbel(size=n_items)
        users.append(np.full(size, user))
        items.append(np.sort(np.argpartition(-drawn, size)[:size]))
    u, i = np.concatenate(users), np.concatenate(items)
    tastes, kinds = (
        generator.normal(size=(n_users, _TASTES)),
        generator.normal(size=(n_items, _TASTES)),
    )
    values = np.empty(n, np.float32)
    for start in range(0, n, _BLOCK):
        part = slice(start, start + _BLOCK)
        liking = _CENTRE + _STRENGTH * (tastes[u[part]] * kinds[i[part]]).sum(axis=1)
        noisy = liking + generator.normal(size=len(liking))
        values[part] = np.clip(np.round(noisy), scale.low, scale.high)
    return Ratings(
        np.arange(n_users),
        np.arange(n_items),
        u.astype(np.int32),
        i.astype(np.int32),
        values,
        scale,
    )
