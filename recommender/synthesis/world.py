"""What a real set of ratings looks like, kept so that others like it can be drawn.

Two low-rank models from one fit of `taste-als`: its item and user factors say which titles a user
chooses, its rater on the same factors how the user rates them. A user of the real set is kept
whole, as activity, taste and leanings together, because the three hang together: who rates much
rates other titles, and differently.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.contract import Algorithm, Progress
from recommender.data.ratings import Ratings
from recommender.data.scale import RatingScale
from recommender.factors.fold_in import Array
from recommender.factors.model import FactorModel

Floats = NDArray[np.float32]

MOST_PEOPLE = 20_000
"""Users of the real set who are learned from; where there are more, as many of them at random."""

_LEAST_RATE = 1e-4
"""Ratings to expect at the real size below which a title is taken for one that nobody rates."""


@dataclass(frozen=True, eq=False)
class World:
    """What is drawn from. Titles are those that can be rated at all, people those of the real set.

    Attributes:
        scale: the rating scale.
        titles: intp (n_titles,), positions in the catalogue.
        chance: float64 (n_titles,), each title's share of all ratings; they sum to 1.
        kinds: float32 (n_titles, k), directions of taste, rows of length 1 or 0.
        unit_factors: float32 (n_titles, k), what the rater reads.
        offset: float32 (n_titles,), the rating that a title gets from everybody.
        activity: int64 (n_people,), numbers of ratings, all > 0.
        tastes: float32 (n_people, k), with mean 0 and the identity for covariance.
        leanings: float32 (n_people, 1 + k), bias and weights of the rater.
        doubt: float32 (1 + k, 1 + k), square root of the covariance that is left about them.
        noise: standard deviation of a rating about what the rater expects.
        histogram: float64 (n_values,), shares of the ratings of the scale.
    """

    scale: RatingScale
    titles: NDArray[np.intp]
    chance: Array
    kinds: Floats
    unit_factors: Floats
    offset: Floats
    activity: NDArray[np.int64]
    tastes: Floats
    leanings: Floats
    doubt: Floats
    noise: float
    histogram: Array


def learnt(ratings: Ratings, algorithm: Algorithm, seed: int, progress: Progress) -> World:
    """Learns a world from real ratings.

    Args:
        ratings: the real ones.
        algorithm: `taste-als`; its k is the rank of the tastes.
        seed: of the fit, and of who is learned from where there are many.
        progress: told about the fit.

    Returns:
        The world.
    """
    raters = np.flatnonzero(ratings.user_counts())
    if len(raters) > MOST_PEOPLE:
        raters = np.random.default_rng(seed).choice(raters, MOST_PEOPLE, replace=False)
        raters.sort()
    among = np.zeros(ratings.n_users, np.bool_)
    among[raters] = True
    fit = algorithm.fit(ratings.subset(among[ratings.users]), seed=seed, progress=progress)
    assert isinstance(fit.model, FactorModel)
    assert fit.user_weights is not None
    chance = chances(ratings.counts(), seed)
    titles = np.flatnonzero(chance)
    tastes, kinds = _whitened(fit.user_weights[raters, 1:], fit.model.item_factors[titles])
    leanings, doubt = _leanings(ratings, raters, fit.model)
    rater = fit.model.rater
    assert rater is not None
    values = np.array(ratings.scale.values)
    steps = ratings.scale.steps(ratings.values)
    return World(
        ratings.scale,
        titles,
        chance[titles],
        kinds,
        fit.model.unit_factors[titles],
        rater.offset[titles],
        ratings.user_counts()[raters],
        tastes,
        leanings,
        doubt,
        rater.noise,
        np.bincount(steps, minlength=len(values)) / len(steps),
    )


def chances(counts: NDArray[np.int64], seed: int) -> Array:
    """Draws every title's share of the ratings to come.

    That nobody has rated a title, or one has, is half an accident: its rate is drawn from what its
    r ratings say of it, a Gamma distribution of shape r + a. Of the titles then a share of 2^-(r+a)
    gets no rating at the same size; a is such that as many are without one as really are.

    Args:
        counts: int64 (n_items,), ratings of each title now.
        seed: of the draw.

    Returns:
        float64 (n_items,), which sums to 1; 0 for a title that will not be rated.
    """
    unrated = np.count_nonzero(counts == 0)
    lent = np.log2((0.5**counts).sum() / unrated) if unrated else 0.0
    rates = np.random.default_rng([seed, 4]).gamma(counts + lent)
    rates[rates < _LEAST_RATE] = 0.0
    return np.asarray(rates / rates.sum())


def _whitened(users: Array, items: Floats) -> tuple[Floats, Floats]:
    """Tastes of identity covariance, and the directions in which titles call for them."""
    centred = users - users.mean(axis=0)
    values, axes = np.linalg.eigh(centred.T @ centred / len(centred))
    # In a set of few users some axes are empty; nothing is to be divided by their length.
    full = values > 1e-9 * values.max()
    lengths = np.sqrt(values[full])
    tastes = centred @ axes[:, full] / lengths
    called = items @ (axes[:, full] * lengths)
    norms = np.linalg.norm(called, axis=1, keepdims=True)
    kinds = called / np.where(norms > 0, norms, 1.0)
    return tastes.astype(np.float32), kinds.astype(np.float32)


def _leanings(
    ratings: Ratings, raters: NDArray[np.intp], model: FactorModel
) -> tuple[Floats, Floats]:
    """Everybody's weights under the rater, and the mean of what is left open about them.

    The spread of the weights found and of the doubt about them add up to the spread there is among
    people (the law of total covariance), so a weight drawn about one that was found is a person's.
    """
    rater: Any = model.rater
    factors = model.unit_factors.astype(np.float64)
    ends = np.cumsum(ratings.user_counts())
    width = 1 + factors.shape[1]
    found, left = np.empty((len(raters), width), np.float32), np.zeros((width, width))
    for row, user in enumerate(raters):
        theirs = slice(ends[user - 1] if user else 0, ends[user])
        items, values = ratings.items[theirs], ratings.values[theirs].astype(np.float64)
        folded = rater.fold_in.fold(factors[items], values, rater.offset[items].astype(np.float64))
        found[row] = folded.weights
        left += folded.covariance
    return found, np.linalg.cholesky(rater.noise**2 * left / len(raters)).astype(np.float32)
