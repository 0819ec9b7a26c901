"""The ridge fold-in is the least squares it claims to be, and a sum over the rated titles."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import Ridge

from recommender.factors.fold_in import NoFoldIn, RidgeFoldIn, product
from tests.factors.strategies import matrix, positive, visits


@st.composite
def visits_with_penalty(draw, fewest=0):
    """A visit and a symmetric positive definite penalty for it."""
    rows, ratings, offsets = draw(visits(fewest))
    width = 1 + rows.shape[1]
    root = draw(matrix(width, width))
    return rows, ratings, offsets, root @ root.T + draw(positive) * np.eye(width)


def design_of(rows):
    return np.column_stack([np.ones(len(rows)), rows])


@given(visits(fewest=1), positive)
def test_with_one_penalty_it_is_the_ridge_of_scikit_learn(visit, penalty):
    rows, ratings, offsets = visit
    folded = RidgeFoldIn.isotropic(rows.shape[1], penalty, penalty).fold(rows, ratings, offsets)
    ridge = Ridge(alpha=penalty, fit_intercept=False, solver="cholesky")
    ridge.fit(design_of(rows), ratings - offsets)
    np.testing.assert_allclose(folded.weights, ridge.coef_, rtol=1e-7, atol=1e-9)


@given(visits_with_penalty(), st.sampled_from([0.0, 0.07, 1.5]))
def test_a_prior_counts_like_ratings_that_were_there_before(visit, per_rating):
    rows, ratings, offsets, penalty = visit
    fold_in = RidgeFoldIn(penalty, per_rating)
    # The penalty w'Pw is the squared error of pseudo-ratings of 0 on the rows of P's root.
    root = np.linalg.cholesky(penalty + per_rating * len(rows) * np.eye(len(penalty))).T
    expected, *_ = np.linalg.lstsq(
        np.vstack([design_of(rows), root]),
        np.concatenate([ratings - offsets, np.zeros(len(penalty))]),
    )
    folded = fold_in.fold(rows, ratings, offsets)
    np.testing.assert_allclose(folded.weights, expected, rtol=1e-6, atol=1e-8)


@given(visits_with_penalty(fewest=1), st.data())
def test_changing_one_rating_changes_the_part_of_its_title_alone(visit, data):
    rows, ratings, offsets, penalty = visit
    changed = data.draw(st.integers(0, len(ratings) - 1))
    others = np.arange(len(ratings)) != changed
    again = np.where(others, ratings, 5.5 - ratings)
    before = RidgeFoldIn(penalty).fold(rows, ratings, offsets).parts
    after = RidgeFoldIn(penalty).fold(rows, again, offsets).parts
    np.testing.assert_array_equal(after[others], before[others])
    # The sensitivity to a rating is the same for every rating: the part is linear in it.
    residual = ratings[changed] - offsets[changed]
    new_residual = again[changed] - offsets[changed]
    np.testing.assert_allclose(
        after[changed] * residual, before[changed] * new_residual, rtol=1e-9, atol=1e-12
    )


@given(visits_with_penalty(fewest=1))
def test_another_title_never_makes_the_visitor_less_certain(visit):
    rows, ratings, offsets, penalty = visit
    fold_in = RidgeFoldIn(penalty)
    fewer = fold_in.fold(rows[1:], ratings[1:], offsets[1:]).covariance
    more = fold_in.fold(rows, ratings, offsets).covariance
    assert np.linalg.eigvalsh(fewer - more).min() > -1e-9
    assert np.trace(fewer - more) > 0


def test_without_ratings_a_visitor_is_the_prior():
    penalty = np.array([[2.0, 0.5], [0.5, 1.0]])
    folded = RidgeFoldIn(penalty).fold(np.zeros((0, 1)), np.zeros(0), np.zeros(0))
    np.testing.assert_array_equal(folded.weights, [0, 0])
    np.testing.assert_allclose(folded.covariance @ penalty, np.eye(2), atol=1e-15)


def test_a_title_given_twice_counts_twice():
    rows, ratings, offsets = np.array([[1.0, 2.0], [0.5, -1.0]]), np.array([4.0, 2.0]), np.zeros(2)
    twice = [0, 0, 1]
    folded = RidgeFoldIn.isotropic(2, 0.7, 0.7).fold(rows[twice], ratings[twice], offsets[twice])
    ridge = Ridge(alpha=0.7, fit_intercept=False)
    ridge.fit(design_of(rows), ratings, sample_weight=[2, 1])
    np.testing.assert_allclose(folded.weights, ridge.coef_, rtol=1e-12)


def test_a_generous_visitor_has_a_positive_bias_shrunk_by_the_penalty():
    fold_in = RidgeFoldIn.isotropic(0, regularisation=1.0, bias_regularisation=3.0)
    folded = fold_in.fold(np.zeros((2, 0)), np.array([4.0, 5.0]), np.array([3.0, 3.5]))
    np.testing.assert_allclose(folded.weights, [(1.0 + 1.5) / (2 + 3)])


@given(visits())
def test_who_knows_no_taste_folds_everybody_to_zero(visit):
    rows, ratings, offsets = visit
    folded = NoFoldIn().fold(rows, ratings, offsets)
    assert not folded.weights.any()
    assert folded.parts.shape == design_of(rows).shape


def test_a_fold_in_cannot_be_changed():
    fold_in = RidgeFoldIn.isotropic(2, 1.0, 1.0)
    with pytest.raises(ValueError, match="read-only"):
        fold_in.penalty[0, 0] = 2


@pytest.mark.parametrize("n", [0, 1, 511, 512, 513, 1500])
@pytest.mark.parametrize("k", [0, 1, 7])
def test_a_product_is_that_of_all_rows_at_once(n, k):
    generator = np.random.default_rng(n + k)
    rows = generator.normal(size=(n, k)).astype(np.float32)
    weights = generator.normal(size=k)
    found = product(rows, weights)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, rows.astype(np.float64) @ weights, rtol=0, atol=1e-12)
