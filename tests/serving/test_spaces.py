"""What the pages look at of a release: its factor models, made once, without hidden titles."""

import numpy as np
import pytest

from recommender.factors.space import PRINCIPAL
from recommender.releases import open_folder, write
from recommender.serving import ServedRelease
from recommender.serving.spaces import factor_spaces, guided_tour, pair, shown, space
from tests.releases import anime
from tests.releases.helpers import draft


@pytest.fixture
def served(tmp_path) -> ServedRelease:
    return ServedRelease.of(open_folder(write(anime.draft(), tmp_path)))


def test_the_rankers_factors_come_first_and_models_without_factors_are_left_out(tmp_path):
    release = open_folder(write(draft(), tmp_path))
    found = factor_spaces(release)
    assert next(iter(found.values())) is release.models[release.ranker]
    assert all(model.item_factors.shape[1] for model in found.values())


def test_a_space_is_made_once(served):
    name = next(iter(factor_spaces(served)))
    assert space(served, name, PRINCIPAL) is space(served, name, PRINCIPAL)


def test_titles_for_adults_only_are_not_shown(served):
    hidden = np.isin(served.shelf.item_ids, anime.ADULT)
    assert hidden.any()
    assert not (shown(served, rated=False) & hidden).any()
    assert not (shown(served) & hidden).any()
    one, other, *_ = factor_spaces(served)
    compared = pair(served, one, served, other).comparison
    assert not compared.titles.index.isin(anime.ADULT).any()
    assert not any(
        str(at) in dict(s.view).values() for s in guided_tour(served) for at in anime.ADULT
    )


def test_a_model_compared_with_itself_agrees(served):
    name = next(iter(factor_spaces(served)))
    both = pair(served, name, served, name)
    assert both.comparison.overlap == 1
    assert both.sides[0].places.equals(both.sides[1].places)
