"""MLlib solves our problem: its rows are the rows of our own solver, to single precision."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from recommender.algorithms.solvers.weighted_als import solve_rows
from recommender.errors import ParameterError
from recommender.spark.blocks import sent
from recommender.spark.mllib import confidences, dense, factorised

N, RATED, K = 12, 5, 3


@given(st.floats(0, 1), st.floats(0.01, 0.5))
def test_two_rows_make_the_weight_and_the_target_of_a_rated_cell(target, a0):
    positive, negative = (part[0] for part in confidences(np.array([target]), a0))
    assert positive >= 0 >= negative
    weight, aim = positive - negative, (1 + positive) * (positive > 0)
    assert weight == pytest.approx((1 - a0) / a0, abs=1e-5)
    reachable = target if target >= a0 else (a0 if target > a0 / 2 else 0)
    assert aim == pytest.approx(reachable / a0, abs=1e-5)


def test_a_weight_that_leaves_hardly_a_target_is_refused():
    with pytest.raises(ParameterError, match=r"goes up to 0\.5, not 0\.6"):
        confidences(np.ones(1), 0.6)


@pytest.fixture(scope="module")
def circle():
    """Everybody rates five titles of twelve, every title is rated by five: our penalty and MLlib's
    are then the same number."""
    generator = np.random.default_rng(3)
    users = np.repeat(np.arange(N), RATED)
    items = (users + np.tile(np.arange(RATED), N)) % N
    targets = generator.choice([0.2, 0.36, 0.64, 1.0], len(users))
    return users, items, targets


def table(spark, users, items, ratings):
    columns = {"user": users.astype(np.int32), "item": items.astype(np.int32)}
    return sent(spark, **columns, rating=ratings.astype(np.float32))


def matrix(circle, values):
    users, items, _ = circle
    return csr_array((values, (users, items)), shape=(N, N)).tocsr()


def test_the_users_of_implicit_als_are_those_of_our_solver(spark, circle):
    users, items, targets = circle
    a0, regularisation = 0.2, 0.03
    ratings = np.concatenate(confidences(targets, a0))
    there = ratings != 0
    rows = table(spark, np.tile(users, 2)[there], np.tile(items, 2)[there], ratings[there])
    penalty = regularisation * (RATED + a0 * (N - RATED)) / a0 / RATED
    model = factorised(rows, k=K, iterations=2, regularisation=penalty, implicit=True, seed=0)
    people, titles = (dense(f, N, K) for f in (model.userFactors, model.itemFactors))
    ours = solve_rows(matrix(circle, targets), titles, a0, regularisation)
    assert np.abs(people).max() > 0.1
    np.testing.assert_allclose(people, ours, rtol=1e-4, atol=1e-5)


def test_the_users_of_explicit_als_are_those_of_our_solver(spark, circle):
    users, items, targets = circle
    residuals = targets - targets.mean()
    rows = table(spark, users, items, residuals)
    model = factorised(rows, k=K, iterations=2, regularisation=0.05, implicit=False, seed=0)
    people, titles = (dense(f, N, K) for f in (model.userFactors, model.itemFactors))
    ours = solve_rows(matrix(circle, residuals), titles, 0.0, 0.05)
    assert np.abs(people).max() > 0.1
    np.testing.assert_allclose(people, ours, rtol=1e-4, atol=1e-5)
