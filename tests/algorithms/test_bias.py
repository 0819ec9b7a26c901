"""Bias orders titles by their shrunk mean, alike for everybody, and predicts by generosity."""

import numpy as np
import pytest

from recommender.algorithms import configure
from recommender.algorithms.solvers.biases import fit_biases
from tests.algorithms.worlds import ratings_of


def test_a_folded_in_user_has_the_trained_bias(fitted, village):
    fit = fitted("bias")
    biases = fit_biases(village, 3.0, 5.0)
    for user in range(10):
        taste = fit.model.fold_in(ratings_of(village, user))
        expected = biases.mean + biases.items + biases.users[user]
        np.testing.assert_allclose(taste.scores, expected, rtol=1e-5)
        np.testing.assert_allclose(
            taste.predict(np.arange(village.n_items)).rating, village.scale.clip(taste.scores)
        )


def test_a_generous_visitor_is_predicted_more_and_ordered_alike(fitted, village):
    model = fitted("bias").model
    ids = village.item_ids[:4].tolist()
    strict, generous = (model.fold_in(dict.fromkeys(ids, rating)) for rating in (2.0, 4.5))
    shift = generous.scores - strict.scores
    np.testing.assert_allclose(shift, 2.5 * 4 / (4 + 5))


@pytest.mark.parametrize("shrinkage", [0.0, 1000.0])
def test_shrinkage_keeps_titles_with_few_ratings_from_the_ends(village, shrinkage):
    model = configure("bias", item_shrinkage=shrinkage).fit(village).model
    spread = np.ptp(model.fold_in({}).scores[village.counts() > 0])
    assert spread < 0.5 if shrinkage else spread > 1.5
