"""Turned axes say the same of a visitor, and what put the visitor there sums up exactly."""

import numpy as np
import pytest

from recommender.factors.naming import genre_effects
from recommender.factors.space import PRINCIPAL, READABLE, known, named_space
from tests.factors.made import catalogue, normal
from tests.releases.helpers import model

N = 60
MODEL = model(n_items=N, k=4)
CATALOGUE = catalogue(N).set_index(MODEL.item_ids)
SPACES = {basis: named_space(MODEL, CATALOGUE, basis) for basis in (PRINCIPAL, READABLE)}
TASTE = MODEL.fold_in({int(MODEL.item_ids[at]): rating for at, rating in ((1, 5.0), (7, 1.5))})


def test_both_bases_give_the_same_scores():
    turned = SPACES[READABLE]
    assert not np.allclose(turned.turn, np.eye(4))
    weights = TASTE.visitor_factors
    np.testing.assert_allclose(
        turned.factors @ (weights @ turned.turn), MODEL.item_factors @ weights, atol=1e-5
    )


@pytest.mark.parametrize("basis", SPACES)
def test_start_and_parts_sum_to_the_visitors_direction(basis):
    space = SPACES[basis]
    standing = space.standing(TASTE)
    assert standing.parts.shape == (2, 4)
    direction = TASTE.visitor_factors @ space.turn
    np.testing.assert_allclose(standing.place, direction / np.linalg.norm(direction))
    np.testing.assert_allclose(
        standing.place, standing.start + standing.parts[0] + standing.parts[1]
    )


def test_a_visitor_without_a_direction_stands_at_nothing():
    nobody = model("none", None, n_items=N, k=4)
    standing = named_space(nobody, CATALOGUE).standing(nobody.fold_in({1: 5.0}))
    assert not standing.place.any()


def test_the_poles_in_principal_axes_are_those_of_the_model():
    everything = np.full(N, True)
    for factor in range(4):
        ours = SPACES[PRINCIPAL].poles(factor, everything, n=5)
        theirs = MODEL.factor_table(factor, n=5)
        assert ours["item_id"].tolist() == theirs["item_id"].tolist()
        assert ours["pole"].tolist() == theirs["pole"].tolist()


def test_the_poles_are_of_the_titles_asked_for():
    among = np.arange(N) % 2 == 0
    found = SPACES[PRINCIPAL].poles(0, among, n=100)
    assert sorted(found["item_id"]) == MODEL.item_ids[among].tolist()
    assert found["loading"].is_monotonic_decreasing


def test_titles_with_hardly_any_ratings_are_not_known():
    counts = np.array([4, 5, 0, 100])
    assert known(catalogue(4, n_ratings=counts)).tolist() == [False, True, False, True]


def test_genre_effects_find_the_genre_that_was_planted():
    horror = np.random.default_rng(0).random(600) < 0.3
    factors = normal(600, 2)
    factors[:, 1] -= 2.0 * horror
    titles = catalogue(600, genres=[["Horror"] if one else ["Drama"] for one in horror])
    effects = genre_effects(factors, titles)
    assert list(effects.columns) == ["drama", "horror"]
    own = factors[:, 1]
    expected = (own[horror].mean() - own[~horror].mean()) / own.std()
    assert effects.loc[1, "horror"] == pytest.approx(expected)
    assert abs(effects.loc[0, "horror"]) < 0.3
