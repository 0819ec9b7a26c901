"""Funk SVD by stochastic gradient descent, on one thread exactly as scikit-surprise does it.

rating = mean + b_u + b_i + q_i p_u. The same start, the same order of the ratings and the same
update as `surprise.SVD`, so on one thread the result differs by rounding alone. On several threads
the descent is distributed (Gemulla, Nijkamp, Haas and Sismanis 2011, Large-Scale Matrix
Factorization with Distributed Stochastic Gradient Descent): users and titles are cut into as many
groups as there are threads, and at any time every thread works on users and titles of its own. So
nothing is raced for, and the same seed and number of threads give the same bits.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.solvers.kernels.compiled import compiled

Array = NDArray[np.float64]
Codes = NDArray[np.int32]

_SPREAD = 0.1
"""Standard deviation of the factors at the start."""


class Descent(NamedTuple):
    """What the descent moves, all float64.

    Attributes:
        user_bias, item_bias: (n_users,) and (n_items,).
        user_factors, item_factors: (n_users, k) and (n_items, k).
    """

    user_bias: Array
    item_bias: Array
    user_factors: Array
    item_factors: Array

    @classmethod
    def start(cls, n_users: int, n_items: int, k: int, seed: int) -> Descent:
        """The random start of `surprise.SVD(random_state=seed)`."""
        # The old generator, because scikit-surprise uses it.
        generator = np.random.RandomState(seed)
        return cls(
            np.zeros(n_users),
            np.zeros(n_items),
            generator.normal(0, _SPREAD, (n_users, k)),
            generator.normal(0, _SPREAD, (n_items, k)),
        )


def descend(
    users: Codes,
    items: Codes,
    values: Array,
    *,
    k: int,
    epochs: int,
    learning_rate: float,
    regularisation: float,
    seed: int,
    threads: int,
    progress: Callable[[float], None],
) -> Descent:
    """Fits Funk SVD.

    Args:
        users: int32 (n,), every number from 0 to the largest occurs; one thread goes through the
            ratings as they stand.
        items: int32 (n,), likewise.
        values: float64 (n,), the ratings.
        k: number of factors.
        epochs: passes over the ratings.
        learning_rate: step of the descent.
        regularisation: penalty of biases and factors per rating.
        seed: fixes the start.
        threads: how many to use, >= 1.
        progress: told the share done after each epoch.

    Returns:
        Biases and factors; they are not finite where the descent diverged.
    """
    state = Descent.start(int(users.max()) + 1, int(items.max()) + 1, k, seed)
    mean = float(values.mean())
    strata = [
        [(users[block], items[block], values[block]) for block in stratum]
        for stratum in independent_blocks(users, items, threads)
    ]

    def work(block: tuple[Codes, Codes, Array]) -> None:
        epoch(*block, state, mean, learning_rate, regularisation)

    with ThreadPoolExecutor(threads) as pool:
        for number in range(epochs):
            for stratum in strata:
                list(pool.map(work, stratum))
            progress((number + 1) / epochs)
    return state


def independent_blocks(users: Codes, items: Codes, threads: int) -> list[list[NDArray[np.intp]]]:
    """Cuts ratings into blocks of which some can be worked on at the same time.

    Args:
        users: int32 (n,).
        items: int32 (n,).
        threads: how many groups of users, and of titles, with about as many ratings each.

    Returns:
        `threads` strata of `threads` blocks of positions, every rating in one block, in their
        order. Two blocks of a stratum share neither users nor titles.
    """
    user_groups, item_groups = _groups(users, threads), _groups(items, threads)
    stratum = (item_groups[items] - user_groups[users]) % threads
    return [
        [np.flatnonzero((stratum == s) & (user_groups[users] == t)) for t in range(threads)]
        for s in range(threads)
    ]


def _groups(codes: Codes, n_groups: int) -> NDArray[np.intp]:
    """The group of each number: neighbours stay together, groups have about as many ratings."""
    counts = np.bincount(codes)
    middles = np.cumsum(counts) - counts / 2
    return np.asarray(middles * n_groups // len(codes), np.intp)


@compiled
def epoch(
    users: Codes,
    items: Codes,
    values: Array,
    state: Descent,
    mean: float,
    learning_rate: float,
    regularisation: float,
) -> None:
    """Goes once through the ratings in their order and moves the state in place."""
    user_bias, item_bias, user_factors, item_factors = state
    k = user_factors.shape[1]
    for n in range(len(users)):
        u, i = users[n], items[n]
        p, q = user_factors[u], item_factors[i]
        dot = 0.0
        for f in range(k):
            dot += q[f] * p[f]
        error = values[n] - (mean + user_bias[u] + item_bias[i] + dot)
        user_bias[u] += learning_rate * (error - regularisation * user_bias[u])
        item_bias[i] += learning_rate * (error - regularisation * item_bias[i])
        for f in range(k):
            old = p[f]
            p[f] += learning_rate * (error * q[f] - regularisation * old)
            q[f] += learning_rate * (error * old - regularisation * q[f])


def epoch_plain(
    users: Codes,
    items: Codes,
    values: Array,
    state: Descent,
    mean: float,
    learning_rate: float,
    regularisation: float,
) -> None:
    """The twin of `epoch`."""
    user_bias, item_bias, user_factors, item_factors = state
    for u, i, value in zip(users, items, values, strict=True):
        p, q = user_factors[u].copy(), item_factors[i].copy()
        error = value - (mean + user_bias[u] + item_bias[i] + q @ p)
        user_bias[u] += learning_rate * (error - regularisation * user_bias[u])
        item_bias[i] += learning_rate * (error - regularisation * item_bias[i])
        user_factors[u] += learning_rate * (error * q - regularisation * p)
        item_factors[i] += learning_rate * (error * p - regularisation * q)
