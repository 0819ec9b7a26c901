"""Draws are titles without repetition, as many as wanted, the same however many are drawn."""

from dataclasses import replace

import numpy as np
import pytest

from recommender.synthesis.crowd import gathered
from recommender.synthesis.drawing import BLOCK, blocks
from recommender.synthesis.tuning import dials


@pytest.fixture(scope="module")
def crowd(world):
    return gathered(world, 2 * BLOCK + 100, 30 * (2 * BLOCK + 100), 5)


@pytest.fixture(scope="module")
def tuned(world, crowd):
    return dials(world, crowd, 1.0)


@pytest.fixture(scope="module")
def drawn(world, crowd, tuned):
    return list(blocks(world, crowd, tuned))


def test_every_user_has_the_number_of_titles_wanted_each_once(drawn, crowd):
    assert np.array_equal(np.concatenate([block.counts for block in drawn]), crowd.counts)
    for block in drawn:
        ends = np.cumsum(block.counts)
        assert ends[-1] == len(block.items) == len(block.values)
        for items in np.split(block.items, ends[:-1]):
            assert (np.diff(items) > 0).all()


def test_ratings_are_on_the_scale(drawn, world):
    for block in drawn:
        assert world.scale.contains(block.values).all()


def test_a_block_does_not_depend_on_those_after_it(drawn, world, crowd, tuned):
    (first,) = blocks(world, crowd, tuned, BLOCK)
    assert np.array_equal(first.items, drawn[0].items)
    assert np.array_equal(first.values, drawn[0].values)


def test_blocks_and_seeds_differ(drawn, world, crowd, tuned):
    assert not np.array_equal(drawn[0].items[:50], drawn[1].items[:50])
    (other,) = blocks(world, replace(crowd, seed=6), tuned, BLOCK)
    assert not np.array_equal(drawn[0].items[:50], other.items[:50])
