"""Closed forms of item-item weights against the plain regressions they stand for."""

import numpy as np
import pytest

from recommender.algorithms.solvers.few_shot import Moments
from recommender.algorithms.solvers.item_item import (
    ease_weights,
    few_shot_weights,
    grams,
    head_start,
    modelled_titles,
    neighbours,
    reduced,
)
from tests.algorithms import worlds


def design(n=40, m=12, seed=0):
    return np.random.default_rng(seed).random((n, m))


def test_ease_is_the_ridge_regression_of_every_title_on_all_others():
    x = design()
    weights = ease_weights(x.T @ x, 3.0)
    for title in range(x.shape[1]):
        others = np.delete(np.arange(x.shape[1]), title)
        rest = x[:, others]
        ridge = np.linalg.solve(rest.T @ rest + 3.0 * np.eye(len(others)), rest.T @ x[:, title])
        np.testing.assert_allclose(weights[others, title], ridge, atol=1e-10)
    assert not np.diag(weights).any()


def test_few_shot_weights_are_least_squares_with_a_free_intercept():
    x, y = design(), design(seed=1)
    moments = Moments(len(x), x.sum(axis=0), y.sum(axis=0), x.T @ x, x.T @ y)
    weights, intercept = few_shot_weights(moments, 0.7)
    with_one = np.column_stack([np.ones(len(x)), x])
    penalty = np.diag([0.0] + [0.7] * x.shape[1])
    direct = np.linalg.solve(with_one.T @ with_one + penalty, with_one.T @ y)
    off_diagonal = ~np.eye(x.shape[1], dtype=bool)
    np.testing.assert_allclose(weights[off_diagonal], direct[1:][off_diagonal], atol=1e-6)
    np.testing.assert_allclose(intercept, direct[0], atol=1e-6)
    assert not np.diag(weights).any()


def error(weights, small, x):
    product = small.giving.astype(float) @ small.taking.astype(float).T
    return np.linalg.norm(x @ (weights - product)) / np.linalg.norm(x @ weights)


@pytest.mark.parametrize("m", [12, 150])
def test_at_full_rank_only_the_rounding_is_left(m):
    x, weights = design(400, m), np.random.default_rng(2).normal(0, 0.1, (m, m))
    assert error(weights, reduced(weights, x.T @ x, 10**4), x) < 2e-3


def test_a_lower_rank_loses_what_the_smaller_singular_values_hold():
    """No approximation of that rank loses less, and this one hardly more."""
    generator = np.random.default_rng(3)
    x = generator.normal(size=(600, 150)) @ np.diag(0.97 ** np.arange(150))
    weights = generator.normal(size=(150, 150)) @ np.diag(0.95 ** np.arange(150))
    singular = np.linalg.svd(x @ weights, compute_uv=False)
    before = 1.0
    for rank in (8, 16, 32, 64):
        bound = np.sqrt((singular[rank:] ** 2).sum() / (singular**2).sum())
        found = error(weights, reduced(weights, x.T @ x, rank), x)
        assert 0.999 * bound < found < 1.02 * bound + 2e-3
        assert found < before
        before = found


def test_without_titles_there_are_weights_of_nothing():
    nothing = np.zeros((0, 0))
    assert len(reduced(nothing, nothing, 8)) == 0
    assert len(neighbours(nothing, nothing, 1.0, 5)) == 0
    assert head_start(np.zeros(0), 1.0).shape == (0,)


def test_neighbours_are_the_largest_shrunk_cosines():
    x = design() * (np.random.default_rng(5).random((40, 12)) < 0.4)
    together = (x > 0).T.astype(float) @ (x > 0)
    found = neighbours(x.T @ x, together, 2.0, 4)
    for title in range(12):
        own = x[:, title]
        cosine = np.array([own @ c / np.linalg.norm(own) / np.linalg.norm(c) for c in x.T])
        shrunk = cosine * together[title] / (together[title] + 2.0)
        shrunk[title] = 0
        expected = np.argsort(-shrunk)[:4]
        assert found.neighbours[title].tolist() == expected.tolist()
        np.testing.assert_allclose(found.values[title], shrunk[expected], atol=1e-3)


def test_grams_count_what_users_have_in_common():
    ratings = worlds.village()
    modelled = modelled_titles(ratings, 5)
    assert (ratings.counts()[modelled] >= 5).all()
    assert len(modelled) == (ratings.counts() >= 5).sum()
    gram, together, total = grams(ratings, modelled, 0.25)
    dense = ratings.matrix().toarray()[:, modelled]
    x = np.where(dense > 0, 0.25 + 0.75 * (dense - 0.5) / 4.5, 0)
    np.testing.assert_allclose(gram, x.T @ x, rtol=1e-6)
    np.testing.assert_array_equal(together, (dense > 0).T.astype(float) @ (dense > 0))
    np.testing.assert_allclose(total, x.sum(axis=0), rtol=1e-6)
    assert head_start(total, 0.5).sum() == pytest.approx(0.5)
