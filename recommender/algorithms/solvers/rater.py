"""A rater on given item factors: rating = mean + item bias + [1, x] . w with w ~ N(0, S).

The prior S of a visitor's weights is learned from the training users, by a step of
expectation-maximisation (Bishop 2006, sections 3.5 and 9.4), so three ratings move a visitor as
far as three ratings should and along the directions in which people do differ. The noise is then
calibrated on random subsets of users' ratings, so that the predicted range holds the share of
ratings it promises. An item side that is trained closely remembers what its users rated, and would
be surer of them than of anybody else: it is calibrated on users kept out of a second fit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.solvers.subsets import subsets
from recommender.data.ratings import Ratings
from recommender.factors.fold_in import Array, FoldIn, RidgeFoldIn
from recommender.factors.model import COVERAGE, Readout

_SUBSETS_PER_USER = 4
_HIDDEN_PER_SUBSET = 40
LARGEST_SAMPLE, _LARGEST_CALIBRATION = 4000, 1500
_LEAST_NOISE = 1e-6
_KEPT_OUT = 5
"""One user in so many is a stranger, where there are twice as many."""

Items = tuple[NDArray[np.float32], Array]
"""The item side of a rater: factors (n_items, k) and offset (n_items,)."""


@dataclass(frozen=True, eq=False)
class Strangers:
    """Users whom an item side has never seen.

    Attributes:
        ratings: theirs.
        items: fitted on everybody else.
        counts: int64 (n_items,), ratings of every title that it was fitted on.
    """

    ratings: Ratings
    items: Items
    counts: NDArray[np.int64]


def strangers(
    ratings: Ratings, fit: Callable[[Ratings], Items], generator: np.random.Generator
) -> Strangers | None:
    """Keeps a fifth of the users out of a second fit.

    Args:
        ratings: training ratings.
        fit: fits the item side.
        generator: draws who is kept out.

    Returns:
        Them, or None where there are too few users to spare some.
    """
    users = np.flatnonzero(ratings.user_counts())
    if len(users) < 2 * _KEPT_OUT:
        return None
    outside = np.zeros(ratings.n_users, np.bool_)
    outside[generator.choice(users, len(users) // _KEPT_OUT, replace=False)] = True
    others = ratings.subset(~outside[ratings.users])
    return Strangers(ratings.subset(outside[ratings.users]), fit(others), others.counts())


def fit_rater(
    ratings: Ratings,
    factors: NDArray[np.float32],
    offset: Array,
    *,
    item_shrinkage: float,
    bias_regularisation: float,
    regularisation: float,
    prior_strength: float,
    unit_factors: bool,
    seed: int,
    penalty_per_rating: float = 0.0,
    strangers: Strangers | None = None,
    counts: NDArray[np.int64] | None = None,
) -> Readout:
    """Fits a rater.

    Args:
        ratings: training ratings, at least one.
        factors: float32 (n_items, k), as the readout will read them; k may be 0.
        offset: float64 (n_items,), mean + item bias.
        item_shrinkage: ratings at the mean that every title was lent for its bias.
        bias_regularisation: penalty of a visitor's bias.
        regularisation: penalty of a visitor's factors.
        prior_strength: 0 keeps these two penalties; otherwise the prior that training users show
            under them takes their place, its precision multiplied by this.
        unit_factors: recorded in the readout.
        seed: fixes the sampled users and subsets.
        penalty_per_rating: added to both penalties for every rating of a visitor.
        strangers: whom to calibrate on, for an item side that is trained closely.
        counts: int64 (n_items,), ratings of every title in the training, where `ratings` are only
            those of some of its users; by default theirs.

    Returns:
        The calibrated rater.
    """
    fold_in = RidgeFoldIn.isotropic(
        factors.shape[1], regularisation, bias_regularisation, penalty_per_rating
    )
    if prior_strength > 0:
        sample = _sample(ratings, LARGEST_SAMPLE, np.random.default_rng(seed))
        learned = _learned_penalty(sample, factors, offset, fold_in.penalty)
        fold_in = RidgeFoldIn(prior_strength * learned, penalty_per_rating)
    return calibrated(
        ratings,
        factors,
        offset,
        fold_in,
        item_shrinkage=item_shrinkage,
        unit_factors=unit_factors,
        seed=seed,
        strangers=strangers,
        counts=counts,
    )


def calibrated(
    ratings: Ratings,
    factors: NDArray[np.float32],
    offset: Array,
    fold_in: FoldIn,
    *,
    item_shrinkage: float,
    unit_factors: bool,
    seed: int,
    strangers: Strangers | None = None,
    counts: NDArray[np.int64] | None = None,
) -> Readout:
    """Makes a rater of a fold-in that is given: what is left to learn is how sure it is.

    Args:
        ratings: training ratings, at least one.
        factors: float32 (n_items, k), as the readout will read them; k may be 0.
        offset: float64 (n_items,), what a title has for everyone.
        fold_in: one that gives a covariance.
        item_shrinkage: ratings at the mean that every title was lent for its offset; infinite
            where the offset was not learned from the title's ratings.
        unit_factors: recorded in the readout.
        seed: fixes the sampled users and subsets.
        strangers: whom to calibrate on; by default users of the training.
        counts: as in `fit_rater`.

    Returns:
        The calibrated rater.
    """
    generator = np.random.default_rng(seed)
    rated = ratings.counts() if counts is None else counts
    lent = np.maximum(rated + item_shrinkage, 1.0)
    if strangers is None:
        # A title's bias has learned from the very rating that is asked about.
        sample, items, known, own = ratings, (factors, offset), lent, 1 / lent
    else:
        sample, items = strangers.ratings, strangers.items
        known, own = np.maximum(strangers.counts + item_shrinkage, 1.0), np.zeros(len(lent))
    sample = _sample(sample, _LARGEST_CALIBRATION, generator)
    noise = _calibrated_noise(sample, items, fold_in, known, own, generator)
    variance = noise**2 / lent
    return Readout(
        offset=offset.astype(np.float32),
        fold_in=fold_in,
        unit_factors=unit_factors,
        noise=noise,
        offset_variance=variance.astype(np.float32),
    )


def _sample(ratings: Ratings, most: int, generator: np.random.Generator) -> Ratings:
    """Keeps the ratings of `most` users where more have some."""
    users = np.flatnonzero(ratings.user_counts())
    if len(users) <= most:
        return ratings
    chosen = np.zeros(ratings.n_users, np.bool_)
    chosen[generator.choice(users, most, replace=False)] = True
    return ratings.subset(chosen[ratings.users])


def _learned_penalty(
    ratings: Ratings, factors: NDArray[np.float32], offset: Array, penalty: Array
) -> Array:
    """One expectation-maximisation step for the prior, in units of the noise precision."""
    width = len(penalty)
    second_moment = np.zeros((width, width))
    spread = np.zeros((width, width))
    squared_error = trace = 0.0
    n_users = 0
    ends = np.cumsum(ratings.user_counts())
    for user, end in enumerate(ends):
        rows = slice(ends[user - 1] if user else 0, end)
        items = ratings.items[rows]
        if not len(items):
            continue
        design = np.column_stack([np.ones(len(items)), factors[items].astype(np.float64)])
        residual = ratings.values[rows] - offset[items]
        information = design.T @ design
        covariance = np.linalg.inv(information + penalty)
        weights = covariance @ (design.T @ residual)
        second_moment += np.outer(weights, weights)
        spread += covariance
        squared_error += float(np.sum((residual - design @ weights) ** 2))
        trace += float(np.sum(information * covariance))
        n_users += 1
    # sigma^2 = (SSE + sigma^2 trace) / n, solved for sigma^2; where all ratings are alike, nothing.
    noise = max(squared_error / max(len(ratings) - trace, 1.0), _LEAST_NOISE)
    prior = (second_moment + noise * spread) / n_users
    return np.asarray(noise * np.linalg.inv(prior))


def _calibrated_noise(
    ratings: Ratings,
    items: Items,
    fold_in: FoldIn,
    lent: Array,
    own: Array,
    generator: np.random.Generator,
) -> float:
    """The noise for which `COVERAGE` of hidden ratings fall into the range predicted for them.

    `own` is the share that a single rating has in its title's offset, float64 (n_items,).
    """
    factors, offset = items
    standardised = []
    for _, shown, hidden in subsets(ratings, _SUBSETS_PER_USER, generator):
        # A few dozen spread over the order in which titles would be shown tell as much as hundreds.
        hidden = hidden[:: 1 + len(hidden) // _HIDDEN_PER_SUBSET]
        seen, asked = ratings.items[shown], ratings.items[hidden]
        folded = fold_in.fold(
            factors[seen].astype(np.float64), ratings.values[shown].astype(np.float64), offset[seen]
        )
        design = np.column_stack([np.ones(len(asked)), factors[asked].astype(np.float64)])
        # Undoes what the offset has learned from this very rating.
        optimism = 1 / np.maximum(1 - own[asked], 0.5 * own[asked])
        error = (ratings.values[hidden] - offset[asked]) * optimism - design @ folded.weights
        spread = ((design @ folded.covariance) * design).sum(axis=1)
        standardised.append(np.abs(error) / np.sqrt(1 + spread + 1 / lent[asked]))
    if not standardised:
        return float(ratings.values.std())
    margin = NormalDist().inv_cdf((1 + COVERAGE) / 2)
    return float(np.quantile(np.concatenate(standardised), COVERAGE) / margin)
