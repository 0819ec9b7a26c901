"""A release's algorithms: what suits the domain, unless it is decided otherwise."""

import pytest

from recommender.algorithms import configure
from recommender.algorithms.ensemble import related
from recommender.errors import ParameterError
from recommender.training.recipes import recipe, recipes


def test_a_domain_takes_what_suits_it_and_what_is_decided_stays_decided():
    assert recipe("anime", "taste-als").k == 128
    assert recipe("anime", "taste-als", k=7).k == 7
    assert recipe("anime", "taste-als", k=7).unrated_weight == 0.1
    assert recipe("anime", "bias") == configure("bias")


def test_an_unknown_domain_takes_the_defaults():
    assert recipe("books", "taste-als") == configure("taste-als")
    assert {"blend", "taste-als", "funk-svd", "popularity"} <= set(recipes("books"))


def test_the_reference_systems_are_models_where_they_come_from():
    assert {"funk-svd", "nmf", "gradient-mf"} <= set(recipes("movies"))
    assert {"funk-svd", "embedding-mf", "centred-svd"} <= set(recipes("anime"))


def test_what_no_algorithm_has_is_refused():
    with pytest.raises(ParameterError, match="no parameter 'depth'"):
        recipe("anime", "taste-als", depth=3)


@pytest.mark.parametrize("domain", ["movies", "anime", "books"])
def test_the_members_of_the_blend_are_models_of_the_release(domain):
    """Else they would be fitted, and stored, twice."""
    chosen = recipes(domain)
    assert set(chosen["blend"].members) == {chosen["taste-als"], chosen["few-shot-linear"]}
    assert [set(group) for group in related(chosen) if len(group) > 1] == [
        {"blend", "taste-als", "few-shot-linear"}
    ]
