"""The weighted fold-ins solve least squares over the whole catalogue without touching it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import nnls
from sklearn.decomposition import non_negative_factorization

from recommender.factors.weighted import NonNegativeFoldIn, WeightedFoldIn
from tests.factors.strategies import catalogues, positive

settings = st.tuples(
    st.sampled_from([0.05, 0.2, 1.0]),  # weight of the unrated
    st.sampled_from([0.01, 0.5, 2.0]),  # regularisation
    st.sampled_from([0.5, 1.0, 2.0]),  # power
)


def fold(kind, items, rated, ratings, unrated_weight, regularisation, power):
    fold_in = kind(items.T @ items, len(items), unrated_weight, regularisation, 5.0, power)
    return fold_in.fold(items[rated], ratings, np.zeros(len(rated)))


def dense(items, rated, ratings, unrated_weight, regularisation, power):
    """Matrix and right side of the same least squares with one row for every title."""
    n_items, k = items.shape
    weights, targets = np.full(n_items, unrated_weight), np.zeros(n_items)
    weights[rated], targets[rated] = 1, (ratings / 5) ** power
    penalty = regularisation * (len(rated) + unrated_weight * (n_items - len(rated)))
    root = np.sqrt(weights)
    return (
        np.vstack([items * root[:, None], np.sqrt(penalty) * np.eye(k)]),
        np.concatenate([targets * root, np.zeros(k)]),
    )


@given(catalogues(), settings)
def test_it_equals_least_squares_over_all_titles(catalogue, settings):
    folded = fold(WeightedFoldIn, *catalogue, *settings)
    expected, *_ = np.linalg.lstsq(*dense(*catalogue, *settings))
    assert folded.weights[0] == 0
    np.testing.assert_allclose(folded.weights[1:], expected, rtol=1e-7, atol=1e-9)


@given(catalogues(), settings)
def test_non_negative_it_equals_non_negative_least_squares_over_all_titles(catalogue, settings):
    folded = fold(NonNegativeFoldIn, *catalogue, *settings)
    expected, _ = nnls(*dense(*catalogue, *settings))
    assert (folded.weights >= -1e-12).all()
    np.testing.assert_allclose(folded.weights[1:], expected, rtol=1e-6, atol=1e-8)


@given(catalogues(factors=positive), st.sampled_from([0.01, 0.5]))
def test_where_no_factor_would_be_negative_both_agree(catalogue, regularisation):
    plain = fold(WeightedFoldIn, *catalogue, 0.2, regularisation, 1.0)
    if (plain.weights >= 0).all():
        parts = fold(NonNegativeFoldIn, *catalogue, 0.2, regularisation, 1.0).parts
        np.testing.assert_allclose(parts, plain.parts, rtol=1e-6, atol=1e-9)


def test_counting_all_titles_alike_it_is_the_nmf_of_scikit_learn():
    generator = np.random.default_rng(0)
    items = generator.gamma(1.0, size=(40, 5))
    for n_rated in (0, 1, 4, 25):
        rated = generator.choice(40, n_rated, replace=False)
        ratings = generator.integers(1, 11, n_rated) / 2
        folded = fold(NonNegativeFoldIn, items, rated, ratings, 1.0, 0.0, 1.0)
        imputed = np.zeros((1, 40))
        imputed[0, rated] = ratings / 5
        expected, *_ = non_negative_factorization(
            imputed,
            H=np.ascontiguousarray(items.T),
            n_components=5,
            update_H=False,
            tol=1e-12,
            max_iter=5000,
        )
        np.testing.assert_allclose(folded.weights[1:], expected[0], atol=1e-6)


def test_the_fold_in_of_a_disliked_title_alone_is_no_negative_taste():
    folded = fold(
        NonNegativeFoldIn, np.array([[1.0], [-1.0]]), np.array([1]), np.array([5.0]), 0.2, 0.1, 1.0
    )
    np.testing.assert_array_equal(folded.weights, [0, 0])
    np.testing.assert_array_equal(folded.parts, [[0, 0]])


@pytest.mark.parametrize("kind", [WeightedFoldIn, NonNegativeFoldIn])
def test_a_higher_power_widens_the_gap_between_loved_and_liked(kind):
    items = np.eye(2)
    gaps = []
    for power in (0.5, 1.0, 3.0):
        _, liked, loved = fold(
            kind, items, np.array([0, 1]), np.array([3.0, 5.0]), 0.1, 0.01, power
        ).weights
        gaps.append(loved / liked)
    np.testing.assert_allclose(gaps, (5 / 3) ** np.array([0.5, 1.0, 3.0]))
