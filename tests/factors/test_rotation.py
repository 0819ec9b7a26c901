"""Turning factors changes how they read, never what they say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.factors.rotation import procrustes, upright, varimax
from tests.factors.made import normal


def turn(k, seed):
    return np.linalg.qr(normal(k, k, seed=seed))[0]


def criterion(factors):
    """Kaiser's: how much the squared loadings of a factor vary, titles scaled to length 1."""
    squares = (factors / np.linalg.norm(factors, axis=1, keepdims=True)) ** 2
    return squares.var(axis=0).sum()


@given(st.integers(1, 6), st.integers(0, 1000))
def test_varimax_turns_without_changing_a_prediction(k, seed):
    items, visitor = normal(40, k, seed=seed), normal(k, seed=seed + 1)
    rotation = varimax(items)
    np.testing.assert_allclose(rotation.axes.T @ rotation.axes, np.eye(k), atol=1e-9)
    np.testing.assert_allclose(rotation.factors, items @ rotation.axes, atol=1e-12)
    np.testing.assert_allclose(rotation.factors @ (visitor @ rotation.axes), items @ visitor)


def test_varimax_finds_the_simple_structure_that_was_turned_away():
    group = np.random.default_rng(0).integers(0, 4, 400)
    simple = np.eye(4)[group] * [4, 3, 2, 1] + 0.1 * normal(400, 4)
    found = varimax(simple @ turn(4, 1))
    np.testing.assert_allclose(found.factors, simple, atol=0.15)


@pytest.mark.parametrize("seed", range(5))
def test_no_small_turn_improves_on_varimax(seed):
    items = normal(60, 4, seed=seed) ** 3
    best = criterion(varimax(items).factors)
    for other in range(20):
        skew = normal(4, 4, seed=other) * 0.02
        nudge, _ = np.linalg.qr(np.eye(4) + skew - skew.T)
        assert criterion(varimax(items).factors @ nudge) <= best + 1e-9


def test_varimax_gives_the_same_factors_however_they_were_turned_before():
    group = np.random.default_rng(1).integers(0, 3, 200)
    items = np.eye(3)[group] * [3, 2, 1] + 0.3 * normal(200, 3)
    np.testing.assert_allclose(
        varimax(items @ turn(3, 5)).factors, varimax(items).factors, atol=1e-3
    )


def test_varimax_orders_factors_by_strength_and_stands_them_upright():
    factors = varimax(normal(100, 5) * [1, 5, 2, 4, 3]).factors
    squares = (factors**2).sum(axis=0)
    assert (np.diff(squares) <= 0).all()
    assert (upright(factors) == 1).all()


def test_only_the_titles_that_decide_choose_the_axes():
    items, deciding = normal(100, 3), np.arange(100) < 60
    other = items.copy()
    other[60:] = normal(40, 3, seed=9)
    first, second = varimax(items, deciding), varimax(other, deciding)
    # Order and sign follow all titles; the axes themselves the deciding ones.
    overlap = np.abs(first.axes.T @ second.axes)
    np.testing.assert_allclose(np.sort(overlap, axis=0)[-1], 1, atol=1e-9)


@pytest.mark.parametrize("shape", [(0, 0), (5, 0), (0, 3), (4, 1)])
def test_there_is_nothing_to_turn_in_an_empty_or_single_factor(shape):
    assert varimax(np.ones(shape)).factors.shape == shape


def test_varimax_bears_titles_without_factors():
    items = normal(20, 3)
    items[::4] = 0
    assert np.isfinite(varimax(items).factors).all()


@given(st.integers(1, 5), st.integers(0, 1000))
def test_procrustes_undoes_a_turn_or_mirror(k, seed):
    items = normal(30, k, seed=seed)
    away = turn(k, seed + 1)
    np.testing.assert_allclose(procrustes(items @ away, items), away.T, atol=1e-9)


def test_no_other_turn_brings_the_two_closer():
    source, target = normal(50, 3), normal(50, 3, seed=1)
    distance = np.linalg.norm(source @ procrustes(source, target) - target)
    for seed in range(30):
        assert np.linalg.norm(source @ turn(3, seed) - target) >= distance


def test_upright_is_the_sign_of_the_largest_magnitude():
    assert upright(np.array([[1.0, 2.0, 0.0], [-3.0, 1.0, 0.0]])).tolist() == [-1, 1, 1]
