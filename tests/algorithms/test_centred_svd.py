"""Centred SVD rebuilds ratings as user mean + U S V', for visitors as for training users."""

import numpy as np
import pytest

from recommender.algorithms import configure
from tests.algorithms.worlds import ratings_of


def rebuilt(ratings, k):
    """User mean + truncated SVD, with dense matrices and nothing shrunk."""
    dense = ratings.matrix().toarray().astype(float)
    means = dense.sum(axis=1) / ratings.user_counts()
    left, values, right = np.linalg.svd(
        np.where(dense > 0, dense - means[:, None], 0), full_matrices=False
    )
    return means[:, None] + left[:, :k] * values[:k] @ right[:k]


@pytest.mark.parametrize("k", [1, 5, 20])
def test_users_are_rebuilt_as_their_mean_plus_the_largest_singular_values(village, k):
    fit = configure("centred-svd", k=k, mean_shrinkage=1e-6, popularity=0.0).fit(village)
    expected = rebuilt(village, k)
    offset, weights = fit.model.rater.offset, fit.user_weights
    trained = offset + weights[:, :1] + weights[:, 1:] @ fit.model.item_factors.T
    np.testing.assert_allclose(trained, expected, atol=1e-5)
    for user in range(0, village.n_users, 16):
        taste = fit.model.fold_in(ratings_of(village, user))
        np.testing.assert_allclose(taste.scores, expected[user], atol=1e-5)
        predicted = taste.predict(np.arange(village.n_items)).rating
        np.testing.assert_allclose(predicted, village.scale.clip(expected[user]), atol=1e-5)


def test_more_factors_rebuild_the_ratings_more_closely(village):
    errors = []
    for k in (1, 5, 20, 80):
        fit = configure("centred-svd", k=k).fit(village)
        weights = fit.user_weights[village.users]
        predicted = fit.model.rater.offset[village.items] + weights[:, 0]
        predicted = predicted + (weights[:, 1:] * fit.model.item_factors[village.items]).sum(axis=1)
        errors.append(np.sqrt(np.mean((village.values - predicted) ** 2)))
    assert (np.diff(errors) < 0).all()


def test_popularity_orders_titles_for_who_has_rated_none_and_is_no_part_of_the_rating(
    fitted, village
):
    taste = fitted("centred-svd").model.fold_in({})
    order = np.argsort(-taste.scores, kind="stable")
    assert np.array_equal(order, np.argsort(-village.counts(), kind="stable"))
    predicted = taste.predict(np.arange(village.n_items)).rating
    np.testing.assert_allclose(predicted, village.values.mean(), rtol=1e-6)
