"""The classic fold-ins solve the least squares they claim to, and are sums over rated titles."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import nnls

from recommender.factors.classic import CentredFoldIn, ImplicitFoldIn, NonNegativeRidgeFoldIn
from recommender.factors.fold_in import RidgeFoldIn
from tests.factors.strategies import matrix, positive, visits


@st.composite
def implicit_visits(draw, fewest=0):
    """A visit whose rows have a second half, and a positive definite penalty for the first."""
    rows, ratings, offsets = draw(visits(fewest))
    brought = draw(matrix(*rows.shape))
    width = 1 + rows.shape[1]
    root = draw(matrix(width, width))
    return rows, brought, ratings, offsets, root @ root.T + draw(positive) * np.eye(width)


@given(implicit_visits(), st.sampled_from([0.0, 0.07, 1.5]))
def test_implicit_it_is_ridge_regression_towards_what_the_titles_bring(visit, per_rating):
    rows, brought, ratings, offsets, penalty = visit
    fold_in = ImplicitFoldIn(penalty, per_rating)
    folded = fold_in.fold(np.hstack([rows, brought]), ratings, offsets)
    width, n = len(penalty), len(rows)
    prior = np.append(0.0, brought.sum(axis=0) / np.sqrt(max(n, 1)))
    root = np.linalg.cholesky(penalty + per_rating * n * np.eye(width)).T
    expected, *_ = np.linalg.lstsq(
        np.vstack([np.column_stack([np.ones(n), rows]), root]),
        np.concatenate([ratings - offsets, root @ prior]),
    )
    np.testing.assert_allclose(folded.weights[:width], expected, rtol=1e-6, atol=1e-7)
    assert not folded.weights[width:].any()


@given(implicit_visits())
def test_implicit_with_titles_that_bring_nothing_it_is_the_ridge_fold_in(visit):
    rows, _, ratings, offsets, penalty = visit
    plain = RidgeFoldIn(penalty, 0.1).fold(rows, ratings, offsets)
    blank = np.zeros_like(rows)
    folded = ImplicitFoldIn(penalty, 0.1).fold(np.hstack([rows, blank]), ratings, offsets)
    width = len(penalty)
    np.testing.assert_array_equal(folded.parts[:, :width], plain.parts)
    np.testing.assert_array_equal(folded.covariance[:width, :width], plain.covariance)
    assert not folded.covariance[width:].any()


def test_a_title_rated_as_expected_still_says_that_it_was_chosen():
    rows = np.array([[1.0, 0.0, 0.5, 2.0]])
    fold_in = ImplicitFoldIn(np.diag([5.0, 3.0, 3.0]), 0.0)
    # The visitor is expected to like what the title brings, and so its rating says no more.
    folded = fold_in.fold(rows, np.array([3.5]), np.array([3.0]))
    np.testing.assert_allclose(folded.weights, [0, 0.5, 2, 0, 0], atol=1e-15)


@given(visits(), positive, st.sampled_from([0.0, 0.06]), st.data())
def test_non_negative_it_is_least_squares_towards_the_average_over_non_negative_factors(
    visit, strength, per_rating, data
):
    rows, ratings, offsets = visit
    n, k = rows.shape
    average = np.abs(data.draw(matrix(1, k))[0])
    folded = NonNegativeRidgeFoldIn(average, strength, per_rating).fold(rows, ratings, offsets)
    assert (folded.weights >= -1e-9).all()
    assert folded.weights[0] == 0
    if k:
        expected, _ = nnls(
            np.vstack([rows, np.sqrt(strength) * np.eye(k), np.sqrt(per_rating * n) * np.eye(k)]),
            np.concatenate([ratings - offsets, np.sqrt(strength) * average, np.zeros(k)]),
        )
        np.testing.assert_allclose(folded.weights[1:], expected, rtol=1e-6, atol=1e-7)


def test_without_ratings_a_non_negative_visitor_is_the_average_user():
    average = np.array([0.5, 0.0, 2.0])
    folded = NonNegativeRidgeFoldIn(average, 2.0, 0.06).fold(
        np.zeros((0, 3)), np.zeros(0), np.zeros(0)
    )
    np.testing.assert_allclose(folded.weights, [0, *average], atol=1e-15)
    assert folded.parts.shape == (0, 4)


@given(visits(fewest=1), positive)
def test_centred_it_is_the_shrunk_mean_and_the_projection_of_what_differs_from_it(visit, lent):
    rows, ratings, offsets = visit
    folded = CentredFoldIn(lent).fold(rows, ratings, offsets)
    residuals = ratings - offsets
    mean = residuals.sum() / (len(rows) + lent)
    np.testing.assert_allclose(folded.weights[0], mean, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(
        folded.weights[1:], rows.T @ (residuals - mean), rtol=1e-9, atol=1e-9
    )


def test_without_ratings_a_centred_visitor_rates_like_everybody():
    folded = CentredFoldIn(3.0).fold(np.zeros((0, 2)), np.zeros(0), np.zeros(0))
    np.testing.assert_array_equal(folded.weights, [0, 0, 0])


@pytest.mark.parametrize(
    "fold_in",
    [
        ImplicitFoldIn(np.diag([5.0, 3.0, 2.0]), 0.05),
        NonNegativeRidgeFoldIn(np.ones(4), 2.0, 0.06),
        CentredFoldIn(3.0),
    ],
    ids=lambda fold_in: fold_in.kind,
)
def test_another_title_never_makes_the_visitor_less_certain(fold_in):
    generator = np.random.default_rng(0)
    rows, ratings = generator.normal(size=(30, 4)), generator.uniform(1, 5, 30)
    covariances = [
        fold_in.fold(rows[:n], ratings[:n], np.full(n, 3.0)).covariance for n in range(31)
    ]
    for fewer, more in pairwise(covariances):
        assert np.linalg.eigvalsh(fewer - more).min() > -1e-12
        assert np.trace(fewer) > np.trace(more)
