"""The algorithms that the cluster fits, each as its own file in `recommender.algorithms` says.

What differs is where the sums are made: item factors by MLlib, biases and the learned fold-in over
the people where they lie. The models' last steps, which look at a few thousand people, are the
algorithms' own. Every person's random subsets are drawn by a generator of its own, so a part that
is done again, because a worker died, comes to the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.contract import Algorithm
from recommender.algorithms.explicit_als import ExplicitAls
from recommender.algorithms.solvers.biases import SWEEPS, swept
from recommender.algorithms.solvers.learned_fold_in import Example, Sums, solved
from recommender.algorithms.solvers.learned_fold_in import summed as examples_summed
from recommender.algorithms.solvers.subsets import user_subsets, well_known
from recommender.algorithms.solvers.weighted_als import solve_rows
from recommender.algorithms.taste_als import RIDGE, SMALLEST_DEVIATION, TasteAls
from recommender.data.ratings import Ratings
from recommender.errors import ParameterError
from recommender.factors.learned import LearnedFoldIn
from recommender.factors.model import FactorModel
from recommender.factors.weighted import WeightedFoldIn
from recommender.spark.blocks import Block, Numbers, summed, unrolled
from recommender.spark.crowd import Crowd
from recommender.spark.mllib import confidences, factorised, item_factors


def check(algorithm: Algorithm) -> None:
    """Refuses what the cluster cannot fit.

    Raises:
        ParameterError: neither taste-als nor explicit-als, or hyper-parameters that MLlib cannot
            take.
    """
    if isinstance(algorithm, TasteAls):
        confidences(np.zeros(0), algorithm.unrated_weight)
    elif not isinstance(algorithm, ExplicitAls):
        raise ParameterError(
            f"The engine spark fits {TasteAls.name} and {ExplicitAls.name}, not {algorithm.name}."
        )


def fit(algorithm: Algorithm, crowd: Crowd, sample: Ratings, seed: int) -> FactorModel:
    """Fits an algorithm.

    Args:
        algorithm: taste-als or explicit-als.
        crowd: what to fit it on, at least one rating.
        sample: the ratings of some of its people, for the rater.
        seed: fixes everything random but the order of additions.

    Returns:
        The model.

    Raises:
        ParameterError: as `check`.
    """
    check(algorithm)
    if isinstance(algorithm, TasteAls):
        return _taste(algorithm, crowd, sample, seed)
    assert isinstance(algorithm, ExplicitAls)
    return _explicit(algorithm, crowd, sample, seed)


def _taste(algorithm: TasteAls, crowd: Crowd, sample: Ratings, seed: int) -> FactorModel:
    a0, scale, n_items = algorithm.unrated_weight, crowd.scale, len(crowd.item_ids)

    def rows(block: Block) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        positive, negative = confidences(algorithm.targets(block.values, scale), a0)
        users = block.users[block.rows]
        there = np.concatenate([positive > 0, negative < 0])
        both = (np.tile(users, 2), np.tile(block.items, 2), np.concatenate([positive, negative]))
        return both[0][there], both[1][there], both[2][there]

    model = factorised(
        unrolled(crowd.people, lambda: rows),
        k=min(algorithm.k, crowd.n_users, n_items),
        iterations=algorithm.iterations,
        regularisation=algorithm.regularisation / a0,
        implicit=True,
        seed=seed,
    )
    factors = item_factors(model, n_items)
    plain = algorithm.plain_fold_in(factors, scale)
    learned = _learned(algorithm, crowd, factors, plain, seed)
    biases = _item_biases(crowd, algorithm.item_shrinkage, algorithm.bias_regularisation)
    offset = crowd.mean + biases
    return algorithm.model(sample, factors, learned, offset, seed=seed, counts=crowd.counts)


def _learned(
    algorithm: TasteAls,
    crowd: Crowd,
    factors: NDArray[np.float32],
    plain: WeightedFoldIn,
    seed: int,
) -> LearnedFoldIn:
    mean, deviation = crowd.mean, max(crowd.deviation, SMALLEST_DEVIATION)
    scale, per_user = crowd.scale, algorithm.subsets

    def make(factors: NDArray[np.float32], known: NDArray[np.bool_]) -> Callable[[Block], Numbers]:
        rows = factors.astype(np.float64)

        def examples(block: Block) -> Any:
            targets = block.matrix(algorithm.targets(block.values, scale), len(rows))
            whole = solve_rows(targets, rows, plain.unrated_weight, plain.regularisation)
            starts = block.ends - block.counts
            for user, start, end, target in zip(
                block.users.tolist(), starts, block.ends, whole, strict=True
            ):
                if end - start < 2:
                    continue
                items, values = block.items[start:end], block.values[start:end].astype(np.float64)
                # Ids may be negative; a generator's seed may not.
                generator = np.random.default_rng([seed, user & 0xFFFFFFFF])
                for shown, _ in user_subsets(known[items], per_user, generator):
                    yield Example(items[shown], values[shown], target)

        def sums(block: Block) -> Numbers:
            found = examples_summed(plain, rows, examples(block), mean, deviation)
            parts = (found.moments.ravel(), found.products.ravel(), [float(found.examples)])
            return np.concatenate(parts)

        return sums

    total = summed(crowd.people, make, factors, well_known(crowd.counts))
    k = factors.shape[1]
    wide = 2 + 3 * k
    moments, products, (n,) = np.split(total, [wide * wide, wide * (wide + k)])
    sums = Sums(moments.reshape(wide, wide), products.reshape(wide, k), int(n))
    return solved(plain, sums, mean, deviation, RIDGE)


@lru_cache(1)
def _item_biases(crowd: Crowd, item_shrinkage: float, user_shrinkage: float) -> Numbers:
    """`solvers.biases.fit_biases` of the whole crowd, float64 (n_items,)."""
    mean = crowd.mean
    weight = np.maximum(crowd.counts + item_shrinkage, 1e-12)

    def make(biases: Numbers) -> Callable[[Block], Numbers]:
        return lambda block: _swept(block, mean, user_shrinkage, biases)[1]

    biases = (crowd.sums - mean * crowd.counts) / weight
    for _ in range(SWEEPS - 1):
        biases = summed(crowd.people, make, biases) / weight
    return np.asarray(biases)


def _swept(
    block: Block, mean: float, user_shrinkage: float, biases: Numbers
) -> tuple[Numbers, Numbers]:
    centred = block.values.astype(np.float64) - mean
    weight = np.maximum(block.counts + user_shrinkage, 1e-12)
    return swept(block.rows, block.items, centred, weight, biases)


def _explicit(algorithm: ExplicitAls, crowd: Crowd, sample: Ratings, seed: int) -> FactorModel:
    mean, shrinkage = crowd.mean, algorithm.bias_regularisation
    biases = _item_biases(crowd, algorithm.item_shrinkage, shrinkage)

    def make(
        biases: Numbers,
    ) -> Callable[[Block], tuple[NDArray[Any], NDArray[Any], NDArray[Any]]]:
        def residuals(block: Block) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
            rows = block.rows
            of_users, _ = _swept(block, mean, shrinkage, biases)
            expected = mean + biases[block.items] + of_users[rows]
            return block.users[rows], block.items, block.values - expected

        return residuals

    n_items = len(crowd.item_ids)
    model = factorised(
        unrolled(crowd.people, make, biases),
        k=min(algorithm.k, crowd.n_users, n_items),
        iterations=algorithm.iterations,
        regularisation=algorithm.regularisation,
        implicit=False,
        seed=seed,
    )
    factors = item_factors(model, n_items)
    return algorithm.model(sample, factors, mean + biases, seed=seed, counts=crowd.counts)
