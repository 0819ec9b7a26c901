"""Funk SVD is scikit-surprise's, folded in; that the figures agree is tested in evaluation."""

import numpy as np
import pytest

from recommender.algorithms import configure
from recommender.errors import ParameterError
from tests.algorithms.inspection import same


def test_the_trained_users_predict_the_ratings_they_were_trained_on(fitted, village):
    fit = fitted("funk-svd")
    weights, readout = fit.user_weights, fit.model.ranker
    factors = fit.model.item_factors[village.items]
    predicted = readout.offset[village.items] + weights[village.users, 0]
    predicted = predicted + (weights[village.users, 1:] * factors).sum(axis=1)
    errors = village.values - predicted
    assert np.sqrt(np.mean(errors**2)) < 0.8 * village.values.std()


def test_users_and_titles_without_ratings_have_neither_bias_nor_factors(village):
    some = village.subset((village.users % 4 != 1) & (village.items % 5 != 2))
    fit = configure("funk-svd", k=7).fit(some)
    assert not fit.user_weights[1::4].any()
    assert fit.user_weights[::4].any(axis=1).all()
    assert not fit.model.item_factors[2::5].any()
    np.testing.assert_allclose(fit.model.ranker.offset[2::5], some.values.mean(), rtol=1e-6)


def test_one_reading_of_the_factors_both_ranks_and_rates(fitted):
    model = fitted("funk-svd").model
    assert model.rater is model.ranker


def test_a_descent_that_diverges_says_which_parameter_to_change(village):
    with pytest.raises(ParameterError, match="diverged with learning_rate 1; lower it"):
        configure("funk-svd", learning_rate=1.0).fit(village)


def test_both_engines_give_the_same_model(village):
    kernel, peer = (configure("funk-svd", engine=e).fit(village) for e in ("kernel", "surprise"))
    np.testing.assert_allclose(kernel.user_weights, peer.user_weights, rtol=0, atol=3e-6)
    factors, expected = kernel.model.item_factors, peer.model.item_factors
    np.testing.assert_allclose(factors, expected, rtol=0, atol=3e-6)


def test_on_two_threads_the_same_seed_gives_the_same_bits(village):
    one, again = (configure("funk-svd", threads=2).fit(village, seed=5) for _ in range(2))
    assert same(one, again)


def test_scikit_surprise_is_not_asked_for_threads():
    with pytest.raises(ParameterError, match="threads needs engine=kernel"):
        configure("funk-svd", engine="surprise", threads=2)
