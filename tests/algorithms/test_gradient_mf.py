"""Gradient MF is reference system R3, without its flaw unless it is asked for."""

import numpy as np
import pytest

from recommender.algorithms import configure
from recommender.data import load

PUBLISHED = {0: 6_079_012, 40: 126_539, 80: 37_832, 120: 17_705, 160: 10_999, 360: 5_294}


@pytest.fixture(scope="module")
def as_published(tastemap_data):
    ratings = load("movies", tastemap_data / "ml-latest-small").ratings
    return configure("gradient-mf", mean_over="all").fit(ratings, seed=42)


def test_the_loss_is_the_published_one(as_published):
    losses = as_published.losses
    assert len(losses) == 400
    assert losses[0] == pytest.approx(PUBLISHED[0], abs=0.5)
    for epoch, published in PUBLISHED.items():
        assert losses[epoch] == pytest.approx(published, rel=1e-4), epoch


def test_without_ratings_a_visitor_gets_every_titles_mean(fitted, village):
    rated = village.counts() > 0
    sums = np.bincount(village.items, village.values, village.n_items)
    scores = fitted("gradient-mf").model.fold_in({}).scores
    np.testing.assert_allclose(scores[rated], sums[rated] / village.counts()[rated], rtol=1e-6)
    np.testing.assert_allclose(scores[~rated], village.values.mean(), rtol=1e-6)


def test_the_flawed_mean_counts_what_is_missing_as_zero(village):
    model = configure("gradient-mf", mean_over="all", epochs=5).fit(village).model
    rated = village.counts() > 0
    sums = np.bincount(village.items, village.values, village.n_items)
    scores = model.fold_in({}).scores
    np.testing.assert_allclose(scores[rated], sums[rated] / village.n_users, rtol=1e-6)


def test_titles_and_users_without_ratings_do_not_count(village):
    some = village.subset((village.users % 4 != 1) & (village.items % 5 != 2))
    fit = configure("gradient-mf", k=7, epochs=20).fit(some)
    assert not fit.user_weights[1::4].any()
    assert fit.user_weights[::4].any(axis=1).all()
    assert not fit.model.item_factors[2::5].any()
