"""The atlas is a picture of the factors: like titles together, whatever way the axes turn."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from recommender.data.scale import MOVIE_SCALE
from recommender.factors.atlas import atlas
from recommender.factors.fold_in import NoFoldIn
from recommender.factors.model import FactorModel, Readout


def normal(*size, seed=0):
    return np.random.default_rng(seed).normal(size=size)


FACTORS = normal(200, 5) * [3, 2, 1.5, 0.3, 0.1]
COUNTS = np.random.default_rng(0).integers(1, 100, 200)


def picture(factors, counts=COUNTS):
    n = len(factors)
    nothing = Readout(np.zeros(n, np.float32), NoFoldIn())
    ids = 10 * np.arange(n)
    return atlas(FactorModel(ids, MOVIE_SCALE, factors.astype(np.float32), nothing), counts)


def test_every_title_has_a_place_inside_the_frame():
    places = picture(FACTORS)
    assert places.index.name == "item_id"
    assert places.index.tolist() == list(range(0, 2000, 10))
    assert places.columns.tolist() == ["x", "y", "z"]
    assert set(places.dtypes) == {np.dtype(np.float32)}
    assert places.abs().to_numpy().max() < 1


@pytest.mark.parametrize("axis", ["x", "y", "z"])
def test_the_ratings_spread_evenly_along_every_axis(axis):
    """Whatever share of the frame one looks at, it holds that share of the ratings."""
    places = picture(FACTORS)[axis].to_numpy()
    for line in np.linspace(-0.9, 0.9, 19):
        assert COUNTS[places < line].sum() / COUNTS.sum() == pytest.approx((line + 1) / 2, abs=0.01)


def test_turning_or_mirroring_the_factors_changes_nothing():
    rotation, _ = np.linalg.qr(normal(5, 5, seed=1))
    np.testing.assert_allclose(picture(FACTORS @ rotation), picture(FACTORS), atol=1e-4)


def test_titles_with_like_factors_lie_together():
    kinds = np.repeat(np.arange(4), 30)
    directions = normal(4, 5)[kinds]
    places = picture(directions + 0.1 * normal(120, 5, seed=1), np.ones(120, int))
    distances = cdist(places, places)
    np.fill_diagonal(distances, np.inf)
    assert (kinds[distances.argmin(axis=1)] == kinds).mean() > 0.95


def test_well_known_titles_decide_the_axes():
    """Ten thousand ratings tell apart the first two factors, a handful the other two."""
    well_known, obscure = np.zeros((40, 4)), np.zeros((160, 4))
    well_known[:, :2] = normal(40, 2) * [2, 1]
    obscure[:, 2:] = normal(160, 2, seed=1)
    places = picture(np.vstack([well_known, obscure]), np.repeat([10_000, 1], [40, 160]))
    assert np.ptp(places["x"][:40]) > 1.9
    assert np.ptp(places["x"][40:]) < 0.01


def test_how_well_known_a_title_is_does_not_fill_an_axis():
    fame = np.log1p(COUNTS)
    taste = normal(200, 2) * [0.05, 0.02]
    # A last coordinate makes up the length, so that unit factors stay linear in fame and taste.
    rows = np.column_stack([0.15 * fame, taste])
    places = picture(np.column_stack([rows, np.sqrt(1 - (rows**2).sum(axis=1))]))
    assert abs(np.corrcoef(places["x"], fame)[0, 1]) < 0.3
    assert abs(np.corrcoef(places["x"], taste[:, 0])[0, 1]) > 0.8


def test_axes_that_are_missing_are_flat():
    places = picture(normal(30, 2), np.ones(30, int))
    assert places["x"].any()
    assert not places["z"].any()


@pytest.mark.parametrize("counts", [np.zeros(200, int), COUNTS])
def test_there_is_a_picture_even_without_ratings_or_factors(counts):
    assert np.isfinite(picture(FACTORS, counts).to_numpy()).all()
    assert not picture(np.zeros((200, 0)), counts).to_numpy().any()
