"""The pictures show what the factors say, the same each time, and keep their orientation."""

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import cdist

from recommender.factors.faithfulness import faithfulness
from recommender.factors.pictures import COLUMNS, FEWEST_RATINGS, PICTURES, pictures, shaping
from recommender.factors.rotation import procrustes
from tests.factors.made import factor_model, normal

N, KINDS = 240, np.repeat(np.arange(4), 60)
FACTORS = normal(4, 8)[KINDS] + 0.25 * normal(N, 8, seed=1)
COUNTS = np.where(np.arange(N) % 6 == 0, FEWEST_RATINGS - 1, 50)
MODEL = factor_model(FACTORS)
ALL = sorted(PICTURES)


@pytest.fixture(scope="module")
def drawn():
    return pictures(MODEL, COUNTS)


@pytest.mark.parametrize("name", ALL)
def test_every_title_has_a_place_in_a_frame_that_is_filled(drawn, name):
    places = drawn[list(PICTURES[name])]
    assert drawn.index.equals(pd.Index(MODEL.item_ids, name="item_id"))
    assert set(places.dtypes) == {np.dtype(np.float32)}
    assert places.abs().to_numpy().max() == 1
    assert places.max().max() == 1
    assert places.min().min() == -1


@pytest.mark.parametrize("name", ALL)
def test_like_titles_lie_together_hardly_known_ones_too(drawn, name):
    places = drawn[list(PICTURES[name])].to_numpy()
    distances = cdist(places, places)
    np.fill_diagonal(distances, np.inf)
    assert (KINDS[distances.argmin(axis=1)] == KINDS).mean() > 0.95


@pytest.mark.parametrize("name", ["umap_2d", "tsne_2d"])
def test_the_pictures_of_neighbourhoods_are_more_faithful_than_the_axes(drawn, name):
    shapes = shaping(MODEL, COUNTS)
    measured = {
        picture: faithfulness(
            MODEL.unit_factors[shapes], drawn.loc[shapes, list(PICTURES[picture])]
        )
        for picture in (name, "pca_2d")
    }
    assert measured[name].trustworthiness > measured["pca_2d"].trustworthiness
    assert measured[name].continuity > 0.85


def test_the_same_seed_gives_the_same_pictures(drawn):
    pd.testing.assert_frame_equal(pictures(MODEL, COUNTS), drawn)


@pytest.fixture(scope="module")
def again(drawn):
    """Of a retrained model: the factors turned, a tenth of the titles new, the rest moved."""
    factors = FACTORS + 0.02 * normal(N, 8, seed=2)
    turned = factors @ np.linalg.qr(normal(8, 8, seed=3))[0]
    return pictures(factor_model(turned), COUNTS, previous=mirrored(drawn))


def mirrored(drawn):
    return drawn.iloc[24:] * ([-1, 1] * 8)[: len(COLUMNS)]


@pytest.mark.parametrize("name", ALL)
def test_no_turn_or_mirror_brings_a_retrained_picture_closer_to_the_old_one(drawn, again, name):
    old = mirrored(drawn)[list(PICTURES[name])].to_numpy()
    new = again.iloc[24:][list(PICTURES[name])].to_numpy()
    turn = procrustes(new - new.mean(axis=0), old - old.mean(axis=0))
    # Not exactly: far islands were drawn in after the turn.
    np.testing.assert_allclose(turn, np.eye(len(turn)), atol=0.1)


@pytest.mark.parametrize("column", ["umap_2d_x", "umap_2d_y", "pca_2d_x", "tsne_2d_y"])
def test_titles_are_found_again_after_retraining(drawn, again, column):
    assert np.corrcoef(again[column].iloc[24:], mirrored(drawn)[column])[0, 1] > 0.8


def test_hardly_known_titles_do_not_move_the_others(drawn):
    changed = FACTORS.copy()
    hardly = COUNTS < FEWEST_RATINGS
    changed[hardly] = FACTORS[hardly][::-1]
    places = pictures(factor_model(changed), COUNTS)
    before, after = (t.loc[~hardly, ["tsne_2d_x", "tsne_2d_y"]].to_numpy() for t in (drawn, places))
    # The frame may be drawn a little wider; what lies where does not change.
    scale = np.ptp(after, axis=0).max() / np.ptp(before, axis=0).max()
    np.testing.assert_allclose(cdist(after, after), scale * cdist(before, before), atol=0.005)


def test_titles_of_one_users_ratings_do_not_hide_one_another():
    factors = np.vstack([FACTORS, np.repeat(FACTORS[:1], 30, axis=0)])
    counts = np.append(np.full(N, 50), np.ones(30, int))
    places = pictures(factor_model(factors), counts)[["umap_2d_x", "umap_2d_y"]].to_numpy()[N:]
    assert len(np.unique(places, axis=0)) == 30


def test_a_title_without_ratings_or_factors_has_no_place(drawn):
    factors, counts = FACTORS.copy(), COUNTS.copy()
    factors[3], counts[4] = 0, 0
    places = pictures(factor_model(factors), counts)
    assert places.isna().all(axis=1).to_numpy().nonzero()[0].tolist() == [3, 4]
    assert not places.drop(index=[30, 40]).isna().any(axis=None)


@pytest.mark.parametrize("shape", [(1, 2), (2, 1), (12, 3), (60, 1)])
def test_a_small_catalogue_has_pictures_too(shape):
    places = pictures(factor_model(normal(*shape)), np.ones(shape[0], int))
    assert np.isfinite(places.to_numpy()).all()
    assert places.abs().max(axis=None) <= 1


@pytest.mark.parametrize("shape", [(0, 2), (5, 0)])
def test_without_titles_or_factors_nothing_has_a_place(shape):
    assert pictures(factor_model(np.zeros(shape)), np.ones(shape[0], int)).isna().all(axis=None)
