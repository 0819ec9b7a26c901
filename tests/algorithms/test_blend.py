"""Blend: its members are the algorithms it names, fitted as they would be alone."""

import numpy as np

from recommender.algorithms import configure
from tests.algorithms.inspection import visitors
from tests.algorithms.worlds import village


def z(scores):
    return (scores - scores.mean()) / scores.std()


def test_scores_are_the_z_scores_of_the_two_algorithms_fitted_alone(fitted, village):
    for visitor in visitors(village):
        alone = [
            z(fitted(name).model.fold_in(visitor).scores)
            for name in ("taste-als", "few-shot-linear")
        ]
        blended = fitted("blend").model.fold_in(visitor).scores
        np.testing.assert_allclose(blended, 0.8 * alone[0] + 0.2 * alone[1], atol=1e-9)


def test_predicted_ratings_are_those_of_taste_als(fitted, village):
    visitor, everything = visitors(village)[2], np.arange(village.n_items)
    blended = fitted("blend").model.fold_in(visitor).predict(everything)
    alone = fitted("taste-als").model.fold_in(visitor).predict(everything)
    assert np.array_equal(blended.rating, alone.rating)
    assert np.array_equal(blended.high, alone.high)


def test_its_hyper_parameters_reach_the_members():
    model = configure("blend", k=3, weight=0.25, rank=5).fit(village()).model
    assert model.weights == (0.75, 0.25)
    assert model.members[0].item_factors.shape[1] == 3
    assert model.members[1].weights.giving.shape[1] == 5
