"""What is learned from a real set is what is in it."""

import numpy as np
import pytest

from recommender.synthesis.world import chances


def test_tastes_are_apart_from_each_other_and_of_one_size(world):
    tastes = world.tastes.astype(np.float64)
    assert tastes.mean(axis=0) == pytest.approx(0, abs=1e-4)
    assert tastes.T @ tastes / len(tastes) == pytest.approx(np.eye(tastes.shape[1]), abs=1e-3)


def test_scores_of_titles_are_as_spread_for_each(world):
    scores = world.tastes @ world.kinds.T
    spread = scores.std(axis=0)
    known = np.linalg.norm(world.kinds, axis=1) > 0
    assert spread[known] == pytest.approx(1, abs=1e-3)


def test_people_are_those_who_rated(world, real):
    counts = real.ratings.user_counts()
    assert np.array_equal(world.activity, counts[counts > 0])


def test_the_histogram_is_that_of_the_ratings(world, real):
    for value, share in zip(real.ratings.scale.values, world.histogram, strict=True):
        assert share == pytest.approx((real.ratings.values == np.float32(value)).mean())


def test_as_many_titles_as_ever_get_no_rating():
    # 4,000 titles unrated, 2,000 rated once, 1,000 twice, and a hundred that everybody knows.
    counts = np.repeat([0, 1, 2, 900], [4_000, 2_000, 1_000, 100])
    rates = chances(counts, 0) * counts.sum()
    assert rates.sum() == pytest.approx(counts.sum())
    unrated = np.random.default_rng(1).poisson(rates) == 0
    assert unrated.sum() == pytest.approx(4_000, rel=0.05)
    assert unrated[:4_000].sum() < 3_900
    assert rates[-100:] == pytest.approx(900, rel=0.2)


def test_where_all_titles_are_rated_none_is_lent_anything():
    counts = np.repeat([10, 90], 500)
    assert chances(counts, 0)[:500].sum() == pytest.approx(0.1, rel=0.05)
    assert (chances(counts, 0) > 0).all()
    assert (chances(counts, 0) != chances(counts, 1)).all()
