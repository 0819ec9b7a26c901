"""Two models are drawn along the same axes, so what agrees stands at the same place."""

import numpy as np
import pytest

from recommender.factors.comparison import NEIGHBOURS, compare
from recommender.factors.side_by_side import neighbours, side_by_side
from tests.factors.made import factor_model, normal

FACTORS = normal(120, 4) * [4, 3, 1, 1]
MODEL = factor_model(FACTORS)


def test_a_turned_model_has_the_same_picture():
    turn = np.linalg.qr(normal(4, 4, seed=1))[0]
    first, second = side_by_side(compare(MODEL, factor_model(FACTORS @ turn)))
    np.testing.assert_allclose(first.places, second.places, atol=1e-5)
    assert first.places.abs().to_numpy().max() == pytest.approx(1)
    assert list(first.places.columns) == ["x", "y"]


def test_each_picture_says_how_far_to_believe_it():
    flat = factor_model(np.column_stack([FACTORS[:, :2], np.zeros((120, 2))]))
    believed, doubted = side_by_side(compare(flat, factor_model(normal(120, 20, seed=2))))
    assert believed.faithfulness.trustworthiness > doubted.faithfulness.trustworthiness


def test_the_neighbours_are_those_of_each_model():
    other = factor_model(normal(120, 6, seed=3))
    comparison = compare(MODEL, other)
    for item_id in (0, 500, 1190):
        found = neighbours(comparison, item_id)
        for model, near in zip((MODEL, other), found, strict=True):
            assert near == model.neighbours(item_id, NEIGHBOURS)["item_id"].tolist()
        shared = len(set(found[0]) & set(found[1])) / NEIGHBOURS
        assert comparison.titles.loc[item_id, "overlap"] == pytest.approx(shared)


def test_models_of_one_factor_are_drawn_too():
    first, _ = side_by_side(compare(factor_model(normal(40, 1)), factor_model(normal(40, 1))))
    assert (first.places["y"] == 0).all()
