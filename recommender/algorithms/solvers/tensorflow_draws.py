"""The standard normal draws of TensorFlow, so that what was published can be run from its start.

TensorFlow fills a tensor with the counter-based generator Philox 4x32-10 (Salmon, Moraes, Dror and
Shaw 2011, Parallel Random Numbers: As Easy as 1, 2, 3) and makes normal draws of it by the method
of Box and Muller. The key is the global seed; the counter starts at a seed of the call's own, which
Python's generator draws from the global one.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]

_MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_KEY_STEPS = 0x9E3779B9, 0xBB67AE85
_ROUNDS = 10
_WORD = 0xFFFFFFFF
_LOW, _SHIFT = np.uint64(_WORD), np.uint64(32)

_FRACTION = np.uint64(0x7FFFFF)
"""The bits of a word that make a single-precision number in [0, 1)."""


def normal_draws(seed: int, *shapes: tuple[int, ...]) -> Iterator[NDArray[np.float32]]:
    """What `tf.random.normal` gives after `tf.random.set_seed(seed)`, call by call.

    Args:
        seed: the global seed, >= 0.
        shapes: the shape of each call, in the order of the calls.

    Yields:
        float32 arrays of those shapes; they equal TensorFlow's but for rounding.
    """
    calls = random.Random(seed)
    for shape in shapes:
        size = math.prod(shape)
        stream = calls.randint(0, 2**31 - 1)
        counters = np.zeros((-(-size // 4), 4), np.uint64)
        counters[:, 0] = np.arange(len(counters))
        counters[:, 2] = stream
        fractions = (philox(counters, seed % 2**64) & _FRACTION) / (float(_FRACTION) + 1)
        # TensorFlow's bound, which keeps the logarithm finite.
        radius = np.sqrt(-2 * np.log(np.maximum(fractions[:, 0::2], 1e-7)))
        angle = 2 * np.pi * fractions[:, 1::2]
        pairs = np.stack([np.sin(angle) * radius, np.cos(angle) * radius], axis=-1)
        yield pairs.reshape(-1)[:size].reshape(shape).astype(np.float32)


def philox(counters: Words, key: int) -> Words:
    """Philox 4x32-10: scrambles counters into random words.

    Args:
        counters: uint64 (n, 4), 32 bits each.
        key: 64 bits.

    Returns:
        uint64 (n, 4), 32 bits each.
    """
    a, b, c, d = counters.T
    keys = [key & _WORD, key >> 32]
    for _ in range(_ROUNDS):
        first, second = a * _MULTIPLIERS[0], c * _MULTIPLIERS[1]
        a, b = (second >> _SHIFT) ^ b ^ np.uint64(keys[0]), second & _LOW
        c, d = (first >> _SHIFT) ^ d ^ np.uint64(keys[1]), first & _LOW
        keys = [(half + step) & _WORD for half, step in zip(keys, _KEY_STEPS, strict=True)]
    return np.stack([a, b, c, d], axis=1)
