"""A model's vectors times a visitor's query are the scores, and know how these spread."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.data.scale import MOVIE_SCALE
from recommender.factors import contract
from recommender.factors.blend import BlendModel
from recommender.factors.item_item import ItemItemModel, NeighbourWeights, ReducedWeights
from tests.releases import helpers

IDS = helpers.item_ids()
MODELLED = np.arange(0, len(IDS), 2, dtype=np.int32)


def pairs(weights):
    intercept = np.linspace(0, 1, len(IDS), dtype=np.float32)
    return ItemItemModel(IDS, MOVIE_SCALE, intercept, MODELLED, weights, 0.2)


GIVING, TAKING = np.random.default_rng(0).normal(size=(2, len(MODELLED), 3)).astype(np.float16)
REDUCED = pairs(ReducedWeights(GIVING, TAKING))
NEIGHBOURS = pairs(
    NeighbourWeights(np.zeros((len(MODELLED), 1), np.int32), np.ones((len(MODELLED), 1), np.half))
)
LINEAR = {
    **{kind: helpers.model(kind) for kind in helpers.FOLD_INS},
    "reduced weights": REDUCED,
    "blend": BlendModel((REDUCED, helpers.model()), (0.3, 0.7)),
}
CURVED = {
    "neighbour weights": NEIGHBOURS,
    "blend of neighbour weights": BlendModel((NEIGHBOURS, helpers.model()), (0.3, 0.7)),
}
visitors = st.dictionaries(
    st.sampled_from(IDS.tolist()), st.sampled_from(MOVIE_SCALE.values), max_size=6
)


@given(st.sampled_from(sorted(LINEAR)), visitors)
def test_vectors_times_query_are_the_scores(name, visitor):
    model = LINEAR[name]
    taste = model.fold_in(visitor)
    vectors = np.concatenate([model.vectors(slice(0, 10)), model.vectors(slice(10, None))])
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors @ taste.query, taste.scores, atol=1e-5)


@given(st.sampled_from(sorted(LINEAR | CURVED)), visitors, st.lists(st.integers(0, 23)))
def test_scores_of_some_titles_are_those_of_all(name, visitor, some):
    taste = (LINEAR | CURVED)[name].fold_in(visitor)
    positions = np.array(some, np.intp)
    np.testing.assert_allclose(taste.scores_of(positions), taste.scores[positions], atol=1e-6)


@given(st.sampled_from(sorted(LINEAR)), visitors)
def test_how_scores_spread_is_known_without_them(name, visitor):
    known = LINEAR[name].fold_in(visitor)
    expected = known.spread
    assert expected == (known.scores.mean(), known.scores.std() or 1.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contract, "EXACT_UP_TO", 0)
        taste = LINEAR[name].fold_in(visitor)
        np.testing.assert_allclose(taste.spread, expected, atol=1e-5)
        assert "scores" not in vars(taste)


@pytest.mark.parametrize("name", CURVED)
def test_a_model_whose_scores_are_no_such_product_has_neither_vectors_nor_query(name):
    model = CURVED[name]
    assert model.vectors(slice(None)) is None
    assert model.moments is None
    taste = model.fold_in({1: 5.0})
    assert taste.query is None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contract, "EXACT_UP_TO", 0)
        assert taste.spread == (taste.scores.mean(), taste.scores.std())
