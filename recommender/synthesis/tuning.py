"""Setting the dials of the draws, so that popularity, taste and ratings come out as they are.

A user who draws n titles by weights w takes title i about as often as 1 - exp(-w_i t), t being such
that these sum to n (Rosén 1997, Asymptotic theory for order sampling). So how often a title is
chosen need not be drawn to be known, and its appeal can be moved until that is its share. How much
taste decides is found by drawing: the share of variance that the leading directions have in who
chose what is that of the real set.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from recommender.algorithms.contract import Progress
from recommender.data.ratings import Ratings
from recommender.factors.fold_in import Array
from recommender.synthesis.crowd import Crowd, gathered
from recommender.synthesis.drawing import Dials, blocks, expected, tastes
from recommender.synthesis.tally import as_ratings, shares_of_choice
from recommender.synthesis.world import Floats, World

_ASKED = 2048
"""Users of a crowd whose choices stand for everybody's while titles' appeal is found."""

_SWEEPS = 12
_NEWTON = 3
_STRONGEST = 4.0
_HALVINGS = 5
"""Of the range of strengths: found to an eighth."""


def strength(world: World, real: Ratings, seed: int, progress: Progress) -> float:
    """Finds how much taste decides beside popularity.

    Args:
        world: what has been learned from the real ratings.
        real: those, for the size at which to compare and what to compare with.
        seed: of the draws.
        progress: told about every try.

    Returns:
        The strength, from 0 on.
    """
    n_users = len(world.activity)
    crowd = gathered(world, n_users, int(world.activity.sum()), seed)
    wanted = sum(shares_of_choice(real, n_users)[1:])
    low, high = 0.0, _STRONGEST
    for step in range(_HALVINGS):
        progress(step / _HALVINGS, "finding how much taste decides")
        middle = (low + high) / 2
        dials = Dials(middle, appeal(world, crowd, middle), _any_bounds(world))
        drawn = as_ratings(blocks(world, crowd, dials), real)
        if sum(shares_of_choice(drawn, n_users)[1:]) > wanted:
            high = middle
        else:
            low = middle
    return (low + high) / 2


def dials(world: World, crowd: Crowd, strength: float) -> Dials:
    """Sets everything for a crowd.

    Args:
        world: what is drawn from.
        crowd: who will draw.
        strength: how much taste decides.

    Returns:
        The dials.
    """
    found = Dials(strength, appeal(world, crowd, strength), _any_bounds(world))
    return replace(found, bounds=_bounds(world, crowd, found))


def appeal(world: World, crowd: Crowd, strength: float) -> Floats:
    """Finds the appeal of titles by which each gets its share of all choices, float32 (n_titles,).

    By steps of iterative proportional fitting, on the first users of the crowd.
    """
    people, counts = crowd.people[:_ASKED], crowd.counts[:_ASKED].astype(np.float64)
    generator = np.random.default_rng([crowd.seed, 2])
    weights = tastes(world, people, generator) @ world.kinds.T
    weights *= np.float32(strength)
    np.exp(weights, out=weights)
    share = np.log(world.chance)
    found = share.copy()
    pace = counts / (weights @ np.exp(found).astype(np.float32))
    for _ in range(_SWEEPS):
        chosen, pace = _chosen(weights * np.exp(found).astype(np.float32), counts, pace)
        found += share - np.log(chosen / chosen.sum())
    # Weights matter only beside one another; about 0 they are farthest from any overflow.
    return np.asarray(found - found.max(), np.float32)


def _chosen(weights: Floats, counts: Array, pace: Array) -> tuple[Array, Array]:
    """How often every title is chosen, and the t at which users have as many as they want.

    Args:
        weights: float32 (n_users, n_titles).
        counts: float64 (n_users,), titles wanted, fewer than there are.
        pace: float64 (n_users,), t to start from, > 0.
    """
    taken = np.empty_like(weights)
    for _ in range(_NEWTON):
        np.multiply(weights, -pace[:, None].astype(np.float32), out=taken)
        # Not 1 - exp: of a title that one user in a million chooses nothing would be left.
        np.negative(np.expm1(taken, out=taken), out=taken)
        surplus = taken.sum(axis=1, dtype=np.float64) - counts
        slope = (weights.sum(axis=1) - np.einsum("ij,ij->i", weights, taken)).astype(np.float64)
        # In the logarithm of t, in which t cannot leave its range; by not too much at once.
        step = np.clip(-surplus / np.maximum(slope * pace, 1e-12), -1, 1)
        pace = pace * np.exp(step)
    return taken.sum(axis=0, dtype=np.float64), pace


def _any_bounds(world: World) -> Floats:
    """For draws whose ratings nobody looks at."""
    return np.array(world.scale.values[1:], np.float32)


def _bounds(world: World, crowd: Crowd, dials: Dials) -> Floats:
    """Where the steps of the scale must end for the real histogram: quantiles of what is expected.

    The users asked are those of the first blocks, with draws of their own of what they give.
    """
    drawn = list(blocks(world, crowd, dials, _ASKED))
    counts = np.concatenate([block.counts for block in drawn])
    chosen = np.searchsorted(world.titles, np.concatenate([block.items for block in drawn]))
    people = crowd.people[: len(counts)]
    given = expected(world, people, counts, chosen, np.random.default_rng([crowd.seed, 3]))
    ends = np.cumsum(world.histogram)[:-1]
    return np.asarray(np.quantile(given, np.clip(ends, 0, 1)), np.float32)
