"""Fitting the learned fold-in: ridge regression from what a subset of ratings shows to the user.

The regression of `recommender.factors.learned` over random subsets of training users' ratings.
Subsets are solved in blocks by the same row solver that fits the item factors, and only the normal
equations are kept, so memory does not grow with the number of users, and parts of the users can be
summed apart from each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.solvers.weighted_als import solve_rows
from recommender.factors.fold_in import Array
from recommender.factors.learned import LearnedFoldIn, constant_features, leanings
from recommender.factors.weighted import WeightedFoldIn

_BLOCK = 4096


@dataclass(frozen=True, eq=False)
class Example:
    """A subset of one training user's ratings and the factors to recover from it.

    Attributes:
        items: int (n,), positions of the shown titles, n >= 1.
        ratings: float64 (n,), their ratings.
        target: float64 (k,), the user's factors from all ratings.
    """

    items: NDArray[Any]
    ratings: Array
    target: Array


@dataclass(frozen=True, eq=False)
class Sums:
    """The normal equations of examples; those of several groups of users add up.

    Attributes:
        moments: float64 (2 + 3k, 2 + 3k), products of the features with each other.
        products: float64 (2 + 3k, k), products of the features with the targets.
        examples: how many.
    """

    moments: Array
    products: Array
    examples: int


def learn_fold_in(
    plain: WeightedFoldIn,
    factors: Array,
    examples: Iterable[Example],
    mean: float,
    deviation: float,
    regularisation: float,
) -> LearnedFoldIn:
    """Fits M by ridge regression over the examples.

    Args:
        plain: the weighted fold-in of the item factors.
        factors: float64 (n_items, k), those item factors.
        examples: subsets of training users' ratings; without any the plain fold-in is kept.
        mean: mean rating of the training data.
        deviation: standard deviation of the training ratings, > 0.
        regularisation: ridge penalty per example on features scaled to unit mean square, > 0.

    Returns:
        The learned fold-in.
    """
    sums = summed(plain, factors, examples, mean, deviation)
    return solved(plain, sums, mean, deviation, regularisation)


def summed(
    plain: WeightedFoldIn,
    factors: Array,
    examples: Iterable[Example],
    mean: float,
    deviation: float,
) -> Sums:
    """Sums the normal equations over examples; arguments as `learn_fold_in`."""
    k = factors.shape[1]
    moments, products = np.zeros((2 + 3 * k, 2 + 3 * k)), np.zeros((2 + 3 * k, k))
    n_examples = 0
    for block in _blocks(examples):
        features = _features(plain, factors, block, mean, deviation)
        moments += features.T @ features
        products += features.T @ np.array([example.target for example in block])
        n_examples += len(block)
    return Sums(moments, products, n_examples)


def solved(
    plain: WeightedFoldIn, sums: Sums, mean: float, deviation: float, regularisation: float
) -> LearnedFoldIn:
    """Solves the normal equations of all examples; arguments as `learn_fold_in`."""
    k = sums.products.shape[1]
    if not sums.examples:
        keep = np.vstack([np.zeros((2, k)), np.eye(k), np.zeros((2 * k, k))])
        return LearnedFoldIn(plain, keep, mean, deviation)
    moments, products = sums.moments / sums.examples, sums.products / sums.examples
    scale = np.maximum(np.sqrt(np.diag(moments)), np.finfo(np.float64).tiny)
    normal = moments / scale / scale[:, None] + regularisation * np.eye(len(scale))
    matrix = np.linalg.solve(normal, products / scale[:, None]) / scale[:, None]
    return LearnedFoldIn(plain, matrix, mean, deviation)


def _blocks(examples: Iterable[Example]) -> Iterator[list[Example]]:
    rest = iter(examples)
    while block := list(islice(rest, _BLOCK)):
        yield block


def _features(
    plain: WeightedFoldIn, factors: Array, block: list[Example], mean: float, deviation: float
) -> Array:
    """The features of every example as the fold-in computes them, (n_examples, 2 + 3k)."""
    from scipy.sparse import csr_array

    items = np.concatenate([example.items for example in block])
    ends = np.cumsum([0] + [len(example.items) for example in block])

    def by_example(values: Array) -> Any:
        return csr_array((values, items, ends), shape=(len(block), len(factors)))

    targets = plain.targets(np.concatenate([example.ratings for example in block]))
    leaning = np.concatenate([leanings(example.ratings, mean, deviation) for example in block])
    constant = np.array([constant_features(len(example.items)) for example in block])
    whole = solve_rows(
        by_example(targets.ravel()), factors, plain.unrated_weight, plain.regularisation
    )
    return np.hstack([constant, whole, whole * constant[:, 1:], by_example(leaning) @ factors])
