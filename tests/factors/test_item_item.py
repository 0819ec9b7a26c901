"""Item-item models: sums of what each rated title brings, in any form of the weights."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.data.scale import ANIME_SCALE
from recommender.errors import ReleaseError
from recommender.factors.item_item import (
    ItemItemModel,
    NeighbourWeights,
    ReducedWeights,
    amounts,
)
from recommender.factors.packing import pack, unpack

N_ITEMS = 9
MODELLED = np.array([0, 2, 3, 5, 8], np.int32)
FORMS = ("reduced", "neighbours")


def weights(form, seed=0):
    generator = np.random.default_rng(seed)
    if form == "reduced":
        giving, taking = generator.normal(size=(2, 5, 3)).astype(np.float16)
        return ReducedWeights(giving, taking)
    neighbours = np.array([generator.permutation(5)[:2] for _ in range(5)], np.int32)
    return NeighbourWeights(neighbours, generator.random((5, 2)).astype(np.float16))


def dense(small):
    """W as a full matrix, written out from the stored numbers."""
    if isinstance(small, ReducedWeights):
        return small.giving.astype(float) @ small.taking.astype(float).T
    full = np.zeros((len(small), len(small)))
    for row, (columns, values) in enumerate(zip(small.neighbours, small.values, strict=True)):
        full[row, columns] = values
    return full


def model(form="reduced", seed=0, **changes):
    intercept = np.random.default_rng(seed + 1).normal(size=N_ITEMS).astype(np.float32)
    fields = {
        "item_ids": 10 + 3 * np.arange(N_ITEMS),
        "scale": ANIME_SCALE,
        "intercept": intercept,
        "modelled": MODELLED.copy(),
        "weights": weights(form, seed),
        "lowest": 0.25,
    }
    return ItemItemModel(**(fields | changes))


visitors = st.dictionaries(st.integers(0, N_ITEMS - 1), st.sampled_from(ANIME_SCALE.values))


@pytest.mark.parametrize("form", FORMS)
@given(visitors, st.integers(0, 20))
def test_a_score_is_the_intercept_plus_what_the_rated_titles_bring(form, visitor, seed):
    made = model(form, seed)
    full = np.zeros((N_ITEMS, N_ITEMS))
    full[np.ix_(MODELLED, MODELLED)] = dense(made.weights)
    expected = made.intercept.astype(float)
    for position, rating in visitor.items():
        expected = expected + (0.25 + 0.75 * (rating - 1) / 9) * full[position]
    ratings = {int(made.item_ids[position]): r for position, r in visitor.items()}
    taste = made.fold_in(ratings)
    np.testing.assert_allclose(taste.scores, expected, atol=1e-12)
    start, parts = taste.contributions(np.arange(N_ITEMS))
    np.testing.assert_allclose(start + parts.sum(axis=1), taste.scores, atol=1e-12)
    assert taste.predict(np.arange(N_ITEMS)) is None


@pytest.mark.parametrize("form", FORMS)
def test_packing_keeps_every_bit(form):
    before = model(form)
    tensors, specification = pack(before)
    after = unpack(tensors, json.loads(json.dumps(specification)))
    visitor = {10: 8.0, 16: 3.0, 13: 9.0, 34: 10.0}
    assert np.array_equal(before.fold_in(visitor).scores, after.fold_in(visitor).scores)
    assert tensors.keys() == pack(after)[0].keys()
    assert not any(array.flags.writeable for array in pack(after)[0].values())


def test_the_amount_of_a_rating_is_linear_from_the_lowest_to_one():
    assert amounts(np.array([1.0, 5.5, 10.0]), ANIME_SCALE, 0.25).tolist() == [0.25, 0.625, 1.0]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"modelled": np.array([0, 2, 2, 5, 8], np.int32)}, "ascending"),
        ({"modelled": np.array([0, 2, 3, 5, 9], np.int32)}, "ascending"),
        ({"modelled": np.array([-1, 2, 3, 5, 8], np.int32)}, "ascending"),
        ({"modelled": np.array([0, 2], np.int32)}, "do not match"),
        ({"intercept": np.zeros(4, np.float32)}, "do not match"),
        ({"intercept": np.full(N_ITEMS, np.inf, np.float32)}, "not finite"),
    ],
)
def test_a_model_that_does_not_fit_its_catalogue_is_refused(changes, reason):
    with pytest.raises(ValueError, match=reason):
        model(**changes)


def test_a_stored_neighbour_that_is_no_title_is_refused():
    tensors, specification = pack(model("neighbours"))
    tensors["weights.neighbours"] = np.full((5, 2), 5, np.int32)
    with pytest.raises(ReleaseError, match="a neighbour is none of the 5 titles"):
        unpack(tensors, specification)


def test_stored_factors_of_other_sizes_are_refused():
    tensors, specification = pack(model("reduced"))
    tensors["weights.taking"] = np.zeros((4, 3), np.float16)
    specification["weights"]["taking"]["shape"] = [4, 3]
    with pytest.raises(ReleaseError, match=r"weights\.taking"):
        unpack(tensors, specification)
