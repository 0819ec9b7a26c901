"""PureSVD scores a row of ratings r by r V V', whoever it belongs to."""

import numpy as np

from recommender.algorithms import configure
from tests.algorithms.inspection import visitors


def test_every_visitor_is_scored_by_projecting_the_zero_imputed_row(village):
    model = configure("pure-svd", k=6, popularity=0.0).fit(village).model
    dense = village.matrix().toarray().astype(float)
    right = np.linalg.svd(dense, full_matrices=False)[2][:6].T
    for visitor in visitors(village):
        row = np.zeros(village.n_items)
        row[model.positions(list(visitor))] = np.array(list(visitor.values())) / 5
        np.testing.assert_allclose(model.fold_in(visitor).scores, row @ right @ right.T, atol=1e-5)


def test_popularity_orders_titles_for_who_has_rated_none(fitted, village):
    scores = fitted("pure-svd").model.fold_in({}).scores
    order = np.argsort(-scores, kind="stable")
    assert np.array_equal(order, np.argsort(-village.counts(), kind="stable"))


def test_its_numbers_are_no_ratings(fitted):
    assert not fitted("pure-svd").model.predicts_ratings
