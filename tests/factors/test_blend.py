"""A blend is the weighted sum of its members' z-scores, and explains itself as exactly."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.data.scale import ANIME_SCALE, MOVIE_SCALE
from recommender.errors import ReleaseError
from recommender.factors.blend import BlendModel, factor_models
from recommender.factors.fold_in import NoFoldIn
from recommender.factors.item_item import ItemItemModel, ReducedWeights
from recommender.factors.model import FactorModel, Readout
from recommender.factors.packing import pack, unpack
from tests.releases import helpers

IDS = helpers.item_ids()
EVERYTHING = np.arange(len(IDS))


def pairs(seed=0):
    giving, taking = np.random.default_rng(seed).normal(size=(2, len(IDS), 3)).astype(np.float16)
    return ItemItemModel(
        IDS,
        MOVIE_SCALE,
        np.linspace(0, 1, len(IDS), dtype=np.float32),
        EVERYTHING.astype(np.int32),
        ReducedWeights(giving, taking),
        0.0,
    )


def blend(*weights, rating="ridge"):
    return BlendModel((pairs(), helpers.model("weighted", rating)), weights or (0.3, 0.7))


visitors = st.dictionaries(
    st.sampled_from(IDS.tolist()), st.sampled_from(MOVIE_SCALE.values), max_size=6
)


@given(visitors, st.floats(-2, 2), st.floats(-2, 2))
def test_scores_are_the_weighted_sum_of_z_scores_and_contributions_sum_to_them(visitor, a, b):
    made = blend(a, b)
    expected = np.zeros(len(IDS))
    for member, weight in zip(made.members, (a, b), strict=True):
        scores = member.fold_in(visitor).scores
        expected += weight * (scores - scores.mean()) / (scores.std() or 1.0)
    taste = made.fold_in(visitor)
    np.testing.assert_allclose(taste.scores, expected, atol=1e-9)
    start, parts = taste.contributions(EVERYTHING)
    assert parts.shape == (len(IDS), len(visitor))
    np.testing.assert_allclose(start + parts.sum(axis=1), taste.scores, atol=1e-9)


def test_a_member_that_has_no_opinion_changes_nothing():
    silent = FactorModel(
        IDS,
        MOVIE_SCALE,
        np.zeros((len(IDS), 0), np.float32),
        Readout(np.full(len(IDS), 0.1, np.float32), NoFoldIn()),
    )
    visitor = {int(IDS[0]): 5.0, int(IDS[4]): 1.0}
    scores = BlendModel((silent, pairs()), (5.0, 1.0)).fold_in(visitor).scores
    alone = BlendModel((pairs(),), (1.0,)).fold_in(visitor).scores
    np.testing.assert_allclose(scores, alone, atol=1e-9)


def test_ratings_are_those_of_the_first_member_that_predicts_them():
    made, visitor = blend(), {int(IDS[0]): 5.0, int(IDS[3]): 2.0}
    assert made.predicts_ratings
    mine = made.fold_in(visitor).predict(EVERYTHING)
    theirs = made.members[1].fold_in(visitor).predict(EVERYTHING)
    assert np.array_equal(mine.rating, theirs.rating)
    assert np.array_equal(mine.low, theirs.low)
    rankers = blend(rating=None)
    assert not rankers.predicts_ratings
    assert rankers.fold_in(visitor).predict(EVERYTHING) is None


def test_packing_keeps_every_bit_and_stores_shared_ids_once():
    first = helpers.model("weighted")
    made = BlendModel((replace(pairs(), item_ids=first.item_ids), first), (0.5, 0.5))
    tensors, specification = pack(made)
    assert [name for name in tensors if name.endswith("item_ids")] == ["members.0.item_ids"]
    again = unpack(tensors, json.loads(json.dumps(specification)))
    visitor = {int(IDS[2]): 4.5}
    assert np.array_equal(made.fold_in(visitor).scores, again.fold_in(visitor).scores)


@pytest.mark.parametrize(
    ("members", "weights", "reason"),
    [
        ((), (), "0 members"),
        ((pairs(),), (0.5, 0.5), "1 members with 2 weights"),
        ((pairs(),), (float("inf"),), "not finite"),
        ((pairs(), replace(pairs(), item_ids=IDS + 1)), (1.0, 1.0), "one catalogue"),
        ((pairs(), replace(pairs(), scale=ANIME_SCALE)), (1.0, 1.0), "one catalogue"),
    ],
)
def test_members_that_do_not_fit_together_are_refused(members, weights, reason):
    with pytest.raises(ValueError, match=reason):
        BlendModel(members, weights)


def test_a_stored_blend_without_members_is_refused_by_name():
    _, specification = pack(blend())
    with pytest.raises(ReleaseError, match="0 members"):
        unpack({}, specification | {"members": [], "weights": []})


def test_the_factor_models_of_a_blend_are_found_also_in_blends_of_blends():
    made = blend()
    assert list(factor_models(made)) == [made.members[1]]
    assert list(factor_models(BlendModel((made, made), (1.0, 1.0)))) == [made.members[1]] * 2
    assert list(factor_models(pairs())) == []
