"""The compiled descent is its plain twin's and scikit-surprise's; threads share nothing."""

import numpy as np
import pytest
import surprise
from hypothesis import given
from hypothesis import strategies as st

from recommender.algorithms.solvers.kernels import sgd
from recommender.algorithms.solvers.surprise_data import by_first_appearance, trainset

SETTINGS = {"k": 7, "epochs": 5, "learning_rate": 0.01, "regularisation": 0.03, "seed": 4}


def descend(ratings, threads=1, **settings):
    return sgd.descend(
        *by_first_appearance(ratings),
        ratings.values,
        threads=threads,
        progress=lambda done, loss: None,
        **SETTINGS | settings,
    )


def error(ratings, state):
    users, items = by_first_appearance(ratings)
    dot = (state.user_factors[users] * state.item_factors[items]).sum(axis=1)
    known = ratings.values.mean(dtype=float) + state.user_bias[users] + state.item_bias[items]
    return np.sqrt(np.mean((ratings.values - known - dot) ** 2))


@pytest.mark.parametrize("order", ["by user", "scattered"])
def test_an_epoch_is_that_of_its_plain_twin_in_double_precision(village, order):
    ratings = [*by_first_appearance(village), village.values - np.float32(3.4)]
    if order == "scattered":
        shuffled = np.random.default_rng(2).permutation(len(village))
        ratings = [column[shuffled] for column in ratings]
    users, items, values = ratings
    fast = sgd.Descent.start(users.max() + 1, items.max() + 1, 40, 3)
    plain = sgd.Descent(*(array.astype(np.float64) for array in fast))
    for _ in range(2):
        squares = sgd.epoch(users, items, values, fast, 0.02, 0.05)
        expected = sgd.epoch_plain(users, items, values, plain, 0.02, 0.05)
        assert squares == pytest.approx(expected, rel=1e-5)
    for one, other in zip(fast, plain, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=2e-6)


def test_on_one_thread_the_descent_is_that_of_scikit_surprise(village):
    peer = surprise.SVD(n_factors=7, n_epochs=5, lr_all=0.01, reg_all=0.03, random_state=4)
    peer.fit(trainset(village))
    expected = (peer.bu, peer.bi, peer.pu, peer.qi)
    for one, other in zip(descend(village), expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=2e-6)


@pytest.mark.parametrize("threads", [2, 3])
def test_threads_change_the_order_but_neither_the_error_nor_from_run_to_run(village, threads):
    first, again = (descend(village, threads, epochs=20) for _ in range(2))
    assert all(np.array_equal(*pair) for pair in zip(first, again, strict=True))
    alone = error(village, descend(village, epochs=20))
    assert error(village, first) == pytest.approx(alone, abs=0.01)
    assert not np.array_equal(first.item_factors, descend(village, epochs=20).item_factors)


@given(
    pairs=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=60),
    threads=st.integers(1, 4),
)
def test_blocks_hold_every_rating_once_and_share_nothing_within_a_stratum(pairs, threads):
    users, items = (
        np.unique(column, return_inverse=True)[1].astype(np.int32)
        for column in zip(*pairs, strict=True)
    )
    strata = sgd.independent_blocks(users, items, threads)
    everything = np.concatenate([block for stratum in strata for block in stratum])
    assert sorted(everything.tolist()) == list(range(len(pairs)))
    for stratum in strata:
        assert all((np.diff(block) > 0).all() for block in stratum)
        for codes in (users, items):
            owners = [set(codes[block].tolist()) for block in stratum]
            assert len(set().union(*owners)) == sum(map(len, owners))


def test_a_descent_that_diverges_is_not_finite(village):
    assert not np.isfinite(descend(village, learning_rate=1.0).user_factors).all()
