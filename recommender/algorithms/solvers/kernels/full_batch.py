"""Matrix factorisation with a user bias by full-batch gradient descent with Adam.

The cost over the rated cells is 1/2 sum (x_i w_u + b_u - y_ui)^2 + lambda/2 (|W|^2 + |X|^2), as in
the collaborative filtering exercise of Ng's Machine Learning Specialization; biases go unpenalised.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.solvers.kernels import adam
from recommender.algorithms.solvers.kernels.compiled import compiled
from recommender.algorithms.solvers.tensorflow_draws import normal_draws

Array = NDArray[np.float64]
Codes = NDArray[np.int32]


class Factors(NamedTuple):
    """What the descent moves, float64; also the shape of its gradient.

    Attributes:
        items: X, (n_items, k).
        users: W, (n_users, k).
        user_bias: b, (n_users,).
    """

    items: Array
    users: Array
    user_bias: Array

    @classmethod
    def start(cls, n_items: int, n_users: int, k: int, seed: int) -> Factors:
        """Standard normal draws, TensorFlow's and in the order of R3; no user is biased yet."""
        users, items = normal_draws(seed, (n_users, k), (n_items, k))
        return cls(items.astype(np.float64), users.astype(np.float64), np.zeros(n_users))

    @classmethod
    def zeros_like(cls, other: Factors) -> Factors:
        """Zeros of the same shapes."""
        return cls(*(np.zeros_like(array) for array in other))


def descend(
    factors: Factors,
    users: Codes,
    items: Codes,
    targets: Array,
    *,
    regularisation: float,
    learning_rate: float,
    epochs: int,
    progress: Callable[[float, float], None],
) -> tuple[float, ...]:
    """Moves factors in place down the gradient of the whole cost.

    Args:
        factors: the start.
        users: int32 (n,), user of each rating.
        items: int32 (n,), its title.
        targets: float64 (n,), y.
        regularisation: lambda.
        learning_rate: of Adam.
        epochs: steps, one over all ratings each.
        progress: told the share done and the cost after each step.

    Returns:
        The cost before each step. A step of Adam is never much longer than the learning rate, so
        the descent cannot run away.
    """
    gradient, first, second = (Factors.zeros_like(factors) for _ in range(3))
    losses = []
    for step, correction in enumerate(adam.corrections(epochs), 1):
        losses.append(cost_and_gradient(factors, gradient, users, items, targets, regularisation))
        for arrays in zip(factors, gradient, first, second, strict=True):
            values, slope, m, v = (array.reshape(-1) for array in arrays)
            adam.move(values, slope, m, v, learning_rate * correction)
        progress(step / epochs, losses[-1])
    return tuple(losses)


@compiled
def cost_and_gradient(
    factors: Factors,
    gradient: Factors,
    users: Codes,
    items: Codes,
    targets: Array,
    regularisation: float,
) -> float:
    """Returns the cost and writes its gradient into `gradient`."""
    item_factors, user_factors, user_bias = factors
    item_gradient, user_gradient, bias_gradient = gradient
    k = item_factors.shape[1]
    squares = 0.0
    for rows, slopes in ((item_factors, item_gradient), (user_factors, user_gradient)):
        for row in range(len(rows)):
            for f in range(k):
                squares += rows[row, f] * rows[row, f]
                slopes[row, f] = regularisation * rows[row, f]
    bias_gradient[:] = 0.0
    cost = 0.0
    for n in range(len(targets)):
        u, i = users[n], items[n]
        x, w = item_factors[i], user_factors[u]
        x_gradient, w_gradient = item_gradient[i], user_gradient[u]
        dot = 0.0
        for f in range(k):
            dot += x[f] * w[f]
        error = dot + user_bias[u] - targets[n]
        cost += error * error
        bias_gradient[u] += error
        for f in range(k):
            x_gradient[f] += error * w[f]
            w_gradient[f] += error * x[f]
    return 0.5 * cost + 0.5 * regularisation * squares


def cost_and_gradient_plain(
    factors: Factors,
    gradient: Factors,
    users: Codes,
    items: Codes,
    targets: Array,
    regularisation: float,
) -> float:
    """The twin of `cost_and_gradient`, over all cells of the matrix."""
    item_factors, user_factors, user_bias = factors
    item_gradient, user_gradient, bias_gradient = gradient
    rated, wanted = (np.zeros((len(item_factors), len(user_factors))) for _ in range(2))
    rated[items, users], wanted[items, users] = 1, targets
    error = (item_factors @ user_factors.T + user_bias - wanted) * rated
    item_gradient[:] = error @ user_factors + regularisation * item_factors
    user_gradient[:] = error.T @ item_factors + regularisation * user_factors
    bias_gradient[:] = error.sum(axis=0)
    squares = np.sum(item_factors**2) + np.sum(user_factors**2)
    return float(0.5 * np.sum(error**2) + 0.5 * regularisation * squares)
