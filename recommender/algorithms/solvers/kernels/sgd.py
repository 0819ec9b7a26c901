"""Funk SVD by stochastic gradient descent, on one thread step by step as scikit-surprise does it.

rating = mean + b_u + b_i + q_i p_u. The same start, the same order of the ratings and the same
update as `surprise.SVD`, in single instead of double precision: on one thread the result differs
by that rounding alone. On several threads the descent is distributed (Gemulla, Nijkamp, Haas and
Sismanis 2011, Large-Scale Matrix Factorization with Distributed Stochastic Gradient Descent): users
and titles are cut into as many groups as there are threads, and at any time every thread works on
users and titles of its own. So nothing is raced for, and the same seed and number of threads give
the same bits.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.solvers.kernels.compiled import compiled

Single = NDArray[np.float32]
Codes = NDArray[np.int32]

_SPREAD = 0.1
"""Standard deviation of the factors at the start."""

_LINE = 16
"""float32 numbers in a line of the cache, 64 bytes."""


class Descent(NamedTuple):
    """What the descent moves, all float32.

    Attributes:
        user_bias, item_bias: (n_users,) and (n_items,).
        user_factors, item_factors: (n_users, k) and (n_items, k), while descending wider by the
            zeros that `_in_lines` adds, which stay zero.
    """

    user_bias: Single
    item_bias: Single
    user_factors: Single
    item_factors: Single

    @classmethod
    def start(cls, n_users: int, n_items: int, k: int, seed: int) -> Descent:
        """The random start of `surprise.SVD(random_state=seed)`."""
        # The old generator, because scikit-surprise uses it.
        generator = np.random.RandomState(seed)
        return cls(
            np.zeros(n_users, np.float32),
            np.zeros(n_items, np.float32),
            _in_lines(generator.normal(0, _SPREAD, (n_users, k))),
            _in_lines(generator.normal(0, _SPREAD, (n_items, k))),
        )


def _in_lines(rows: NDArray[np.float64]) -> Single:
    """Rounds rows to float32 and fills them up with zeros to pairs of whole lines of the cache.

    So no vector instruction crosses lines, and none is left over for the last few numbers.
    """
    n, k = rows.shape
    width = -(-k // (2 * _LINE)) * 2 * _LINE
    memory = np.zeros(n * width + _LINE, np.float32)
    skip = -memory.ctypes.data % (_LINE * memory.itemsize) // memory.itemsize
    lines = memory[skip : skip + n * width].reshape(n, width)
    lines[:, :k] = rows
    return lines


def descend(
    users: Codes,
    items: Codes,
    values: Single,
    *,
    k: int,
    epochs: int,
    learning_rate: float,
    regularisation: float,
    seed: int,
    threads: int,
    progress: Callable[[float, float], None],
) -> Descent:
    """Fits Funk SVD.

    Args:
        users: int32 (n,), every number from 0 to the largest occurs; one thread goes through the
            ratings as they stand.
        items: int32 (n,), likewise; no user rates a title twice.
        values: float32 (n,), the ratings.
        k: number of factors.
        epochs: passes over the ratings.
        learning_rate: step of the descent.
        regularisation: penalty of biases and factors per rating.
        seed: fixes the start.
        threads: how many to use, >= 1.
        progress: told the share done and the mean squared error after each epoch.

    Returns:
        Biases and factors; they are not finite where the descent diverged.
    """
    state = Descent.start(int(users.max()) + 1, int(items.max()) + 1, k, seed)
    centred = (values - values.mean(dtype=np.float64)).astype(np.float32)
    strata = [
        [(users[block], items[block], centred[block]) for block in stratum]
        for stratum in independent_blocks(users, items, threads)
    ]

    def work(block: tuple[Codes, Codes, Single]) -> float:
        return epoch(*block, state, learning_rate, regularisation)

    with ThreadPoolExecutor(threads) as pool:
        for number in range(epochs):
            squares = sum(sum(pool.map(work, stratum)) for stratum in strata)
            progress((number + 1) / epochs, squares / len(values))
    factors = state.user_factors[:, :k], state.item_factors[:, :k]
    return Descent(state.user_bias, state.item_bias, *factors)


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
    values: Single,
    state: Descent,
    learning_rate: float,
    regularisation: float,
) -> float:
    """Goes once through the ratings in their order and moves the state in place.

    Args:
        users: int32 (n,); fast where the ratings of a user stand together.
        items: int32 (n,); no user rates a title twice.
        values: float32 (n,), the ratings less their mean.
        state: of the descent.
        learning_rate: step of the descent.
        regularisation: penalty of biases and factors per rating.

    Returns:
        The sum of squared errors, of each rating before its own step.
    """
    user_bias, item_bias, user_factors, item_factors = state
    squares = 0.0
    # No row is sliced out: references to slices are counted, and at every rating all threads would
    # queue for the one counter of an array.
    k = user_factors.shape[1]
    rate = np.float32(learning_rate)
    decay = np.float32(learning_rate * regularisation)
    n = 0
    while n < len(users):
        u, i = users[n], items[n]
        bias, dot = user_bias[u], np.float32(0)
        for f in range(k):
            dot += item_factors[i, f] * user_factors[u, f]
        while True:
            error = values[n] - (bias + item_bias[i] + dot)
            squares += error * error
            step = rate * error
            bias += step - decay * bias
            item_bias[i] += step - decay * item_bias[i]
            n += 1
            if n == len(users) or users[n] != u:
                break
            # A dot product with factors just moved would have to wait for them. The move is known,
            # (1 - decay) p + step q, and so is the product with it from those with p and q.
            j = items[n]
            with_p, with_q = np.float32(0), np.float32(0)
            for f in range(k):
                p, q, upcoming = user_factors[u, f], item_factors[i, f], item_factors[j, f]
                with_p += upcoming * p
                with_q += upcoming * q
                user_factors[u, f] = p + (step * q - decay * p)
                item_factors[i, f] = q + (step * p - decay * q)
            dot = with_p + (step * with_q - decay * with_p)
            i = j
        for f in range(k):
            p, q = user_factors[u, f], item_factors[i, f]
            user_factors[u, f] = p + (step * q - decay * p)
            item_factors[i, f] = q + (step * p - decay * q)
        user_bias[u] = bias
    return squares


def epoch_plain(
    users: Codes,
    items: Codes,
    values: NDArray[Any],
    state: Descent,
    learning_rate: float,
    regularisation: float,
) -> float:
    """The twin of `epoch`, in the precision of the state."""
    user_bias, item_bias, user_factors, item_factors = state
    squares = 0.0
    for u, i, value in zip(users, items, values, strict=True):
        p, q = user_factors[u].copy(), item_factors[i].copy()
        error = value - (user_bias[u] + item_bias[i] + q @ p)
        squares += error**2
        user_bias[u] += learning_rate * (error - regularisation * user_bias[u])
        item_bias[i] += learning_rate * (error - regularisation * item_bias[i])
        user_factors[u] += learning_rate * (error * q - regularisation * p)
        item_factors[i] += learning_rate * (error * p - regularisation * q)
    return squares
