"""Biases are the minimum of their penalised squares, in closed form on small data."""

import numpy as np
import pytest

from recommender.algorithms.solvers.biases import fit_biases
from recommender.data.ratings import Ratings
from tests.algorithms.worlds import FINE_SCALE, village


def make(cells, n_items=None):
    users, items, values = zip(*cells, strict=True)
    return Ratings.from_columns(
        users, items, values, item_ids=np.arange(n_items or max(items) + 1), scale=FINE_SCALE
    )


def closed_form(ratings, item_shrinkage, user_shrinkage):
    """Biases of users and items from one big set of normal equations."""
    n_users, n_items = ratings.n_users, ratings.n_items
    design = np.zeros((len(ratings), n_users + n_items))
    design[np.arange(len(ratings)), ratings.users] = 1
    design[np.arange(len(ratings)), n_users + ratings.items] = 1
    penalty = np.repeat([user_shrinkage, item_shrinkage], [n_users, n_items])
    values = ratings.values.astype(np.float64)
    solution = np.linalg.solve(
        design.T @ design + np.diag(penalty), design.T @ (values - values.mean())
    )
    return solution[:n_users], solution[n_users:]


def test_one_title_is_its_mean_shrunk_towards_the_mean_of_all():
    ratings = make([(0, 0, 4), (1, 0, 3), (2, 1, 1)])
    biases = fit_biases(ratings, item_shrinkage=2, user_shrinkage=1e12)
    mean = 8 / 3
    assert biases.mean == pytest.approx(mean)
    np.testing.assert_allclose(
        biases.items, [(4 - mean + 3 - mean) / (2 + 2), (1 - mean) / (1 + 2)]
    )
    np.testing.assert_allclose(biases.users, 0, atol=1e-10)


def test_on_small_data_they_equal_the_closed_form():
    generator = np.random.default_rng(0)
    seen = [(u, i) for u in range(6) for i in range(5) if generator.random() < 0.7]
    ratings = make([(u, i, generator.integers(1, 6)) for u, i in seen], n_items=6)
    biases = fit_biases(ratings, item_shrinkage=3, user_shrinkage=5)
    users, items = closed_form(ratings, item_shrinkage=3, user_shrinkage=5)
    np.testing.assert_allclose(biases.users, users, atol=1e-5)
    np.testing.assert_allclose(biases.items, items, atol=1e-5)


def test_on_a_village_ten_sweeps_are_enough():
    ratings = village()
    biases = fit_biases(ratings, item_shrinkage=3, user_shrinkage=5)
    users, items = closed_form(ratings, item_shrinkage=3, user_shrinkage=5)
    np.testing.assert_allclose(biases.users, users, atol=0.01)
    np.testing.assert_allclose(biases.items, items, atol=0.01)


def test_users_and_titles_without_ratings_have_no_bias_even_unshrunk():
    ratings = make([(0, 0, 4), (1, 0, 3), (1, 1, 1)], n_items=4)
    biases = fit_biases(ratings.subset(ratings.users == 1), item_shrinkage=0, user_shrinkage=0)
    assert biases.users[0] == 0
    assert not biases.items[2:].any()
    assert np.isfinite(biases.items).all()
