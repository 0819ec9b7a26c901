"""Adam (Kingma and Ba 2015), with the constants of Keras and TensorFlow.

m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g^2, x -= rate c_t m / (sqrt(v) + eps), where
c_t = sqrt(1 - b2^t) / (1 - b1^t) undoes that both averages start at zero.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.solvers.kernels.compiled import compiled

FIRST, SECOND, EPSILON = 0.9, 0.999, 1e-7
"""b1, b2 and eps."""

Floats = NDArray[np.floating[Any]]


def corrections(steps: int) -> NDArray[np.float64]:
    """c_t of the steps t = 1 .. `steps`, float64 (steps,)."""
    t = np.arange(1, steps + 1)
    return np.asarray(np.sqrt(1 - SECOND**t) / (1 - FIRST**t))


@compiled
def move(values: Floats, gradient: Floats, first: Floats, second: Floats, rate: float) -> None:
    """One step, in place.

    Args:
        values: (n,), the parameters.
        gradient: (n,), of the loss.
        first: (n,), m, zeros before the first step.
        second: (n,), v, likewise.
        rate: the learning rate times the step's correction.
    """
    # In the precision of the arrays: a double among singles would halve the speed.
    kind = values.dtype.type
    speed, epsilon = kind(rate), kind(EPSILON)
    new_first, new_second = kind(1 - FIRST), kind(1 - SECOND)
    for n in range(len(values)):
        g = gradient[n]
        first[n] += (g - first[n]) * new_first
        second[n] += (g * g - second[n]) * new_second
        values[n] -= speed * first[n] / (np.sqrt(second[n]) + epsilon)


def move_plain(
    values: Floats, gradient: Floats, first: Floats, second: Floats, rate: float
) -> None:
    """The twin of `move`, for arrays of any shape."""
    first[...] = FIRST * first + (1 - FIRST) * gradient
    second[...] = SECOND * second + (1 - SECOND) * gradient**2
    values -= rate * first / (np.sqrt(second) + EPSILON)
