"""How faithful a picture is: 1 for the factors themselves, one half for places at random."""

import numpy as np
import pytest
from sklearn.manifold import trustworthiness

from recommender.factors.faithfulness import faithfulness
from tests.factors.made import normal

UNIT = normal(300, 6)
UNIT = (UNIT / np.linalg.norm(UNIT, axis=1, keepdims=True)).astype(np.float32)


def test_the_factors_are_faithful_to_themselves():
    found = faithfulness(UNIT, UNIT)
    assert (found.trustworthiness, found.continuity) == (1, 1)
    assert (found.neighbours, found.titles) == (10, 300)


@pytest.mark.parametrize("places", [UNIT[:, :2], normal(300, 2)], ids=["axes", "random"])
def test_both_are_scikit_learns_with_the_spaces_exchanged(places):
    found = faithfulness(UNIT, places)
    there = trustworthiness(UNIT, places, n_neighbors=10, metric="cosine")
    back = trustworthiness(places.astype(float), UNIT, n_neighbors=10)
    assert found.trustworthiness == pytest.approx(there, abs=1e-6)
    assert found.continuity == pytest.approx(back, abs=1e-6)


def test_places_at_random_give_about_one_half():
    found = faithfulness(UNIT, normal(300, 2))
    assert found.trustworthiness == pytest.approx(0.5, abs=0.05)
    assert found.continuity == pytest.approx(0.5, abs=0.05)


def test_tearing_apart_costs_continuity_and_pressing_together_trust():
    torn = UNIT[:, :3].copy()
    torn[::2, 0] += 100
    pressed = UNIT[:, :1]
    assert faithfulness(UNIT[:, :3], torn).trustworthiness > 0.8
    assert faithfulness(UNIT, pressed).trustworthiness < faithfulness(UNIT, pressed).continuity


def test_a_sample_comes_close_to_all():
    some, every = (faithfulness(UNIT, UNIT[:, :2], sample=n) for n in (150, 300))
    assert some.trustworthiness == pytest.approx(every.trustworthiness, abs=0.02)
    assert some != every


@pytest.mark.parametrize("neighbours", [0, 150])
def test_neighbourhoods_must_be_small(neighbours):
    with pytest.raises(ValueError, match="among 300"):
        faithfulness(UNIT, UNIT, neighbours)
