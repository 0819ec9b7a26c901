"""Nothing is lost or moved on the way to scikit-surprise and back."""

import numpy as np

from recommender.algorithms.solvers.surprise_data import by_item, by_user, trainset


def test_every_rating_arrives_and_what_comes_back_lies_where_it_belongs(village):
    some = village.subset((village.users % 4 != 1) & (village.items % 5 != 2))
    trained = trainset(some)
    ratings = [
        (trained.to_raw_uid(u), trained.to_raw_iid(i), r) for u, i, r in trained.all_ratings()
    ]
    expected = zip(some.users.tolist(), some.items.tolist(), some.values.tolist(), strict=True)
    assert sorted(ratings) == list(expected)
    users = np.array([trained.to_raw_uid(u) for u in trained.all_users()], float)
    items = np.array([trained.to_raw_iid(i) for i in trained.all_items()], float)
    rated_by, rated = some.user_counts() > 0, some.counts() > 0
    assert np.array_equal(by_user(some, users), np.where(rated_by, np.arange(some.n_users), 0))
    assert np.array_equal(by_item(some, items), np.where(rated, np.arange(some.n_items), 0))


def test_rows_keep_their_width(village):
    n_rated = int((village.counts() > 0).sum())
    rows = np.ones((n_rated, 3))
    placed = by_item(village, rows)
    assert placed.shape == (village.n_items, 3)
    assert placed.sum() == rows.sum()
