"""Drawing the ratings of a block of users: which titles they choose, and what they give them.

A user chooses n titles without replacement, each with weight exp(appeal + strength * taste . kind):
the n smallest of exponential draws divided by the weights (Efraimidis and Spirakis 2006, Weighted
random sampling with a reservoir; the same as Gumbel top-k). A rating is what the rater expects plus
noise, and becomes the step of the scale that has its place in the real histogram. Every block has a
generator of its own, so blocks come out the same in any order, and memory holds a few at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from os import cpu_count

import numpy as np
from numpy.typing import NDArray

from recommender.synthesis.crowd import Crowd
from recommender.synthesis.world import Floats, World

BLOCK = 512
"""Users drawn at once; part of what fixes the draws."""

_INHERITED = 0.75
"""Share of the variance of tastes that a user has from the person it is made after."""


@dataclass(frozen=True, eq=False)
class Dials:
    """What `recommender.synthesis.tuning` sets.

    Attributes:
        strength: how much taste decides beside popularity, >= 0.
        appeal: float32 (n_titles,), logarithm of every title's weight to somebody of mean taste.
        bounds: float32 (n_values - 1,), where one step of the scale ends and the next begins.
    """

    strength: float
    appeal: Floats
    bounds: Floats


@dataclass(frozen=True, eq=False)
class Drawn:
    """The ratings of a block of users, by user and then by title.

    Attributes:
        first: position of its first user.
        counts: int64 (n_users,), ratings of each.
        items: int32 (n,), positions in the catalogue.
        values: float32 (n,), ratings on the scale.
    """

    first: int
    counts: NDArray[np.int64]
    items: NDArray[np.int32]
    values: Floats


def blocks(world: World, crowd: Crowd, dials: Dials, least: int | None = None) -> Iterator[Drawn]:
    """Draws the ratings of users in their order, on all cores.

    Args:
        world: what it is drawn from.
        crowd: who draws.
        dials: how.
        least: stop after so many users, at the end of a block; None for never.

    Yields:
        One block after another.
    """
    n_users = len(crowd.people) if least is None else min(least, len(crowd.people))
    workers = cpu_count() or 1
    numbers = iter(range(-(-n_users // BLOCK)))
    with ThreadPoolExecutor(workers) as pool:

        def begin(number: int) -> Future[Drawn]:
            return pool.submit(_block, world, crowd, dials, number)

        # No further ahead than there are workers: whoever takes the blocks may be slow.
        waiting = [begin(number) for number in islice(numbers, 2 * workers)]
        while waiting:
            yield waiting.pop(0).result()
            waiting += [begin(number) for number in islice(numbers, 1)]


def _block(world: World, crowd: Crowd, dials: Dials, number: int) -> Drawn:
    # 1 apart from the generator of the crowd, and every block from the others.
    generator = np.random.default_rng([crowd.seed, 1, number])
    rows = slice(number * BLOCK, (number + 1) * BLOCK)
    people, counts = crowd.people[rows], crowd.counts[rows]
    chosen = _chosen(world, dials, tastes(world, people, generator), counts, generator)
    score = expected(world, people, counts, chosen, generator)
    scale = world.scale
    values = np.array(scale.values, np.float32)[np.searchsorted(dials.bounds, score)]
    return Drawn(rows.start, counts, world.titles[chosen].astype(np.int32), values)


def tastes(world: World, people: NDArray[np.int64], generator: np.random.Generator) -> Floats:
    """Tastes about those of the given people, of the same covariance: float32 (n, k)."""
    own = generator.standard_normal((len(people), world.tastes.shape[1]), np.float32)
    return (
        np.float32(_INHERITED**0.5) * world.tastes[people]
        + np.float32((1 - _INHERITED) ** 0.5) * own
    )


def _chosen(
    world: World,
    dials: Dials,
    taste: Floats,
    counts: NDArray[np.int64],
    generator: np.random.Generator,
) -> NDArray[np.intp]:
    """What users choose: intp (n,), positions among the world's titles, ascending for each user."""
    waits = taste @ world.kinds.T
    waits *= np.float32(-dials.strength)
    waits -= dials.appeal
    np.exp(waits, out=waits)
    waits *= generator.standard_exponential(waits.shape, np.float32)
    first = [np.sort(np.argpartition(row, n - 1)[:n]) for row, n in zip(waits, counts, strict=True)]
    return np.concatenate(first)


def expected(
    world: World,
    people: NDArray[np.int64],
    counts: NDArray[np.int64],
    chosen: NDArray[np.intp],
    generator: np.random.Generator,
) -> Floats:
    """What users give the titles they chose, noise included, before the scale's steps.

    Args:
        world: what it is drawn from.
        people: int64 (n_users,), after whom the users are made.
        counts: int64 (n_users,), how many titles each has chosen.
        chosen: intp (n,), those titles, one user's after another's.
        generator: draws what is the users' own, and the noise.

    Returns:
        float32 (n,).
    """
    own = generator.standard_normal((len(people), len(world.doubt)), np.float32)
    weights = world.leanings[people] + own @ world.doubt.T
    users = np.repeat(np.arange(len(people)), counts)
    taste = np.einsum("ij,ij->i", world.unit_factors[chosen], weights[users, 1:])
    noise = np.float32(world.noise) * generator.standard_normal(len(chosen), np.float32)
    return np.asarray(world.offset[chosen] + weights[users, 0] + taste + noise)
