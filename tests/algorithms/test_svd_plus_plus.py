"""SVD++ is scikit-surprise's, and a visitor's choice of titles speaks as a training user's does."""

import numpy as np
import pytest
import surprise

from recommender.algorithms import configure
from recommender.algorithms.solvers.surprise_data import trainset
from recommender.errors import ParameterError
from tests.algorithms.worlds import ratings_of


def test_the_trained_users_predict_what_scikit_surprise_predicts(fitted, village):
    fit, settings = fitted("svd-plus-plus"), configure("svd-plus-plus")
    theirs = surprise.SVDpp(
        n_factors=settings.k,
        n_epochs=settings.epochs,
        lr_all=settings.learning_rate,
        reg_all=settings.regularisation,
        random_state=1,
    ).fit(trainset(village))
    rated = np.flatnonzero(village.counts())
    for user in range(0, village.n_users, 10):
        bias, factors = fit.user_weights[user, 0], fit.user_weights[user, 1:]
        ours = fit.model.ranker.offset + bias + fit.model.item_factors @ factors
        expected = [theirs.predict(user, item, clip=False).est for item in rated]
        np.testing.assert_allclose(ours[rated], expected, atol=1e-5)


def test_users_and_titles_without_ratings_have_neither_bias_nor_factors(village):
    some = village.subset((village.users % 4 != 1) & (village.items % 5 != 2))
    fit = configure("svd-plus-plus", k=3, epochs=2).fit(some)
    assert not fit.user_weights[1::4].any()
    assert not fit.model.item_factors[2::5].any()
    np.testing.assert_allclose(fit.model.ranker.offset[2::5], some.values.mean(), rtol=1e-6)


def test_a_visitor_who_rates_as_expected_still_differs_by_what_was_chosen(fitted, village):
    model = fitted("svd-plus-plus").model
    n = model.item_factors.shape[1] // 2
    fold_in = model.ranker.fold_in
    chosen = np.flatnonzero(village.counts())[:6]
    rows = model.item_factors[chosen].astype(float)
    prior = rows[:, n:].sum(axis=0) / np.sqrt(len(rows))
    expected = rows[:, :n] @ prior
    folded = fold_in.fold(rows, expected, np.zeros(len(rows)))
    np.testing.assert_allclose(folded.weights[1 : 1 + n], prior, atol=1e-12)
    assert np.linalg.norm(prior) > 0


def test_one_reading_of_the_factors_both_ranks_and_rates(fitted):
    model = fitted("svd-plus-plus").model
    assert model.rater is model.ranker


def test_a_generous_visitor_is_predicted_more(fitted, village):
    model = fitted("svd-plus-plus").model
    shown = list(ratings_of(village, 0))
    strict, generous = (model.fold_in(dict.fromkeys(shown, rating)) for rating in (1.0, 5.0))
    assert generous.scores.mean() > strict.scores.mean() + 1


def test_a_descent_that_diverges_says_which_parameter_to_change(village):
    with pytest.raises(ParameterError, match="diverged with learning_rate 1; lower it"):
        configure("svd-plus-plus", learning_rate=1.0).fit(village)
