"""The nearest titles of many at once are those of each alone."""

import numpy as np
import pytest

from recommender.factors import neighbourhoods
from recommender.factors.neighbourhoods import nearest
from tests.factors.made import factor_model, normal

MODEL = factor_model(normal(120, 4))


@pytest.mark.parametrize("block", [1, 1000, 1 << 22])
def test_the_neighbours_are_the_models_whatever_the_block(monkeypatch, block):
    monkeypatch.setattr(neighbourhoods, "_BLOCK", block)
    unit = MODEL.unit_factors
    found, cosines = nearest(unit, unit, 7, np.arange(120))
    for position, item_id in enumerate(MODEL.item_ids):
        table = MODEL.neighbours(int(item_id), 7)
        assert MODEL.item_ids[found[position]].tolist() == table["item_id"].tolist()
        np.testing.assert_allclose(cosines[position], table["similarity"], atol=1e-6)


def test_a_title_is_its_own_nearest_unless_left_out():
    unit = MODEL.unit_factors
    assert (nearest(unit[5:9], unit, 1)[0][:, 0] == np.arange(5, 9)).all()
    assert not (nearest(unit[5:9], unit, 119, np.arange(5, 9))[0] == np.arange(5, 9)[:, None]).any()


def test_the_first_of_equals_comes_first():
    rows = np.ones((6, 1), np.float32)
    assert nearest(rows[:1], rows, 3)[0].tolist() == [[0, 1, 2]]


def test_no_neighbours_of_no_titles():
    assert nearest(np.zeros((0, 3), np.float32), MODEL.unit_factors[:, :3], 4)[0].shape == (0, 4)
    assert nearest(MODEL.unit_factors, MODEL.unit_factors[:0], 0)[0].shape == (120, 0)
