"""Popularity is the share of users who rated a title."""

import numpy as np

from recommender.algorithms import configure
from tests.algorithms.worlds import ratings_of


def test_the_score_is_the_share_of_users_who_rated_the_title(fitted, village):
    scores = fitted("popularity").model.fold_in(ratings_of(village, 0)).scores
    by_hand = [np.unique(village.users[village.items == i]).size for i in range(village.n_items)]
    np.testing.assert_allclose(scores, np.array(by_hand) / village.n_users, rtol=1e-6)


def test_a_rating_counts_whatever_it_says(village):
    model = configure("popularity").fit(village.subset(village.values < 3)).model
    hated = np.bincount(village.items[village.values < 3], minlength=village.n_items)
    assert model.fold_in({}).scores.argmax() == hated.argmax()
