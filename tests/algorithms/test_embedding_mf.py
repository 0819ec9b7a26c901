"""Embedding MF has no biases: the mean user's embedding stands for who has not rated."""

import numpy as np

from recommender.algorithms import configure


def test_a_visitor_without_ratings_is_the_mean_user(fitted, village):
    fit = fitted("embedding-mf")
    present = village.user_counts() > 0
    assert not fit.user_weights[:, 0].any()
    deviations = fit.user_weights[present, 1:].mean(axis=0)
    np.testing.assert_allclose(deviations, 0, atol=1e-6)
    rated = village.counts() > 0
    mean_rating = np.bincount(village.items, village.values, village.n_items)[rated]
    mean_rating /= village.counts()[rated]
    scores = fit.model.fold_in({}).scores[rated]
    assert np.corrcoef(scores, mean_rating)[0, 1] > 0.7


def test_a_title_nobody_rated_has_no_embedding_and_the_mean_rating(fitted, village):
    model, unrated = fitted("embedding-mf").model, village.counts() == 0
    assert not model.item_factors[unrated].any()
    np.testing.assert_allclose(model.ranker.offset[unrated], village.values.mean(), rtol=1e-6)


def test_few_ratings_get_as_many_passes_as_the_least_steps_need(village):
    fit = configure("embedding-mf", batch=1000, epochs=2, least_steps=31).fit(village)
    per_epoch = -(-len(village) // 1000)
    assert len(fit.losses) == -(-31 // per_epoch) > 2
    assert len(configure("embedding-mf", batch=10, epochs=2).fit(village).losses) == 3


def test_the_loss_falls(fitted):
    losses = fitted("embedding-mf").losses
    assert losses[-1] < 0.1 * losses[0]
