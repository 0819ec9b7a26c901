"""NMF is scikit-learn's: a visitor gets what its `transform` gives the zero-imputed row."""

import numpy as np
import pytest
from sklearn.decomposition import NMF

from recommender.algorithms import configure
from tests.algorithms.inspection import visitors
from tests.algorithms.worlds import ratings_of


@pytest.fixture(scope="module")
def theirs(village):
    """scikit-learn's own model of the village, run to the end."""
    taking_part = village.counts() > 20
    model = NMF(8, max_iter=5000, tol=1e-10, random_state=1)
    model.fit(village.matrix().toarray().astype(float)[:, taking_part])
    return taking_part, model


@pytest.fixture(scope="module")
def ours(village):
    settings = {"k": 8, "max_iter": 300, "min_ratings": 20, "popularity": 0.0}
    return configure("nmf", **settings).fit(village, seed=1)


def test_the_components_are_those_of_scikit_learn(village, ours):
    taking_part = village.counts() > 20
    model = NMF(8, max_iter=300, random_state=1)
    matrix = village.matrix().astype(float)[:, np.flatnonzero(taking_part)]
    model.fit(matrix)
    np.testing.assert_allclose(
        ours.model.item_factors[taking_part].T, model.components_, rtol=1e-6, atol=1e-7
    )
    np.testing.assert_allclose(ours.losses, [model.reconstruction_err_])


def test_a_visitor_is_what_transform_makes_of_the_zero_imputed_row(village, ours, theirs):
    taking_part = theirs[0]
    model = NMF(8, max_iter=5000, tol=1e-12).fit(np.ones((8, taking_part.sum())))
    model.components_ = ours.model.item_factors[taking_part].T.astype(float)
    for visitor in visitors(village):
        row = np.zeros(village.n_items)
        row[ours.model.positions(list(visitor))] = list(visitor.values())
        expected = model.transform(row[None, taking_part])[0]
        factors = ours.model.fold_in(visitor).visitor_factors
        np.testing.assert_allclose(factors, expected, atol=1e-5 * max(1.0, expected.max()))


def test_the_error_nears_that_of_scikit_learn_run_to_the_end(ours, theirs):
    assert theirs[1].reconstruction_err_ <= ours.losses[0] * (1 + 1e-9)
    assert ours.losses[0] < 1.02 * theirs[1].reconstruction_err_


def test_titles_with_no_more_than_so_many_ratings_take_no_part(village, ours):
    few = village.counts() <= 20
    assert few.any()
    assert not few.all()
    assert not ours.model.item_factors[few].any()
    assert ours.model.item_factors[~few].any(axis=1).all()


def test_no_factor_of_a_title_a_user_or_a_visitor_is_negative(village, ours):
    assert (ours.model.item_factors >= 0).all()
    assert (ours.user_weights >= 0).all()
    for visitor in visitors(village):
        assert (ours.model.fold_in(visitor).visitor_factors >= -1e-12).all()


def test_its_numbers_are_no_ratings(ours):
    assert not ours.model.predicts_ratings


def test_the_reconstruction_error_is_that_of_the_users_and_titles_it_returns(village, ours):
    taking_part = village.counts() > 20
    rebuilt = ours.user_weights[:, 1:] @ ours.model.item_factors[taking_part].T
    error = np.linalg.norm(village.matrix().toarray()[:, taking_part] - rebuilt)
    np.testing.assert_allclose(error, ours.losses[0], rtol=1e-2)


def test_where_no_title_takes_part_popularity_orders_them(village):
    fit = configure("nmf", min_ratings=10_000).fit(village)
    order = np.argsort(-fit.model.fold_in(ratings_of(village, 0)).scores, kind="stable")
    assert np.array_equal(order, np.argsort(-village.counts(), kind="stable"))
    assert fit.losses == ()


def test_the_scale_of_the_reference_fits_more_factors_than_users(village):
    """As R2 has it: a thousand factors for 610 users."""
    fit = configure("nmf", k=200, max_iter=20, min_ratings=0).fit(village)
    assert fit.model.item_factors.shape[1] > village.n_users
    for visitor in visitors(village):
        assert np.isfinite(fit.model.fold_in(visitor).scores).all()
