"""The draws are those of the published generator, and normal."""

import numpy as np
import pytest

from recommender.algorithms.solvers.tensorflow_draws import normal_draws, philox


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ("00000000 00000000 00000000 00000000", 0, "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ("ffffffff ffffffff ffffffff ffffffff", 2**64 - 1, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        (
            "243f6a88 85a308d3 13198a2e 03707344",
            0x299F31D0_A4093822,
            "d16cfe09 94fdcceb 5001e420 24126ea1",
        ),
    ],
)
def test_the_words_are_the_known_answers_of_random123(counter, key, words):
    counters = np.array([[int(word, 16) for word in counter.split()]] * 2, np.uint64)
    for row in philox(counters, key):
        assert " ".join(f"{word:08x}" for word in row) == words


def test_the_draws_are_normal():
    (draws,) = normal_draws(1, (400, 500))
    assert draws.dtype == np.float32
    assert draws.shape == (400, 500)
    assert abs(draws.mean()) < 0.01
    assert draws.std() == pytest.approx(1, abs=0.01)
    assert np.mean(np.abs(draws) < 1.959964) == pytest.approx(0.95, abs=0.002)


def test_calls_differ_and_a_seed_repeats_them():
    first, second = normal_draws(7, (30,), (30,))
    again, _ = normal_draws(7, (30,), (30,))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, second)


def test_a_shorter_call_is_the_start_of_a_longer_one():
    (short,), (long,) = normal_draws(3, (2, 5)), normal_draws(3, (23,))
    assert np.array_equal(short.reshape(-1), long[:10])
