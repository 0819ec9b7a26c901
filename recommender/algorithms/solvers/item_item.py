"""Item-item weights: the closed forms, and what makes them small enough to store.

All of them work on the titles with enough ratings, as dense matrices in their order.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.solvers.few_shot import Moments
from recommender.data.ratings import Ratings
from recommender.factors.fold_in import Array
from recommender.factors.item_item import NeighbourWeights, ReducedWeights, amounts

_SWEEPS = 4
_SPARE = 32


def modelled_titles(ratings: Ratings, fewest: int) -> NDArray[np.int32]:
    """Positions of the titles with at least `fewest` ratings, int32 (m,), ascending."""
    return np.flatnonzero(ratings.counts() >= fewest).astype(np.int32)


def few_shot_weights(moments: Moments, penalty: float) -> tuple[NDArray[np.float32], Array]:
    """Solves the normal equations of target_j = c_j + sum_i feature_i W_ij.

    A shown title must not be predicted. Its equation may therefore use its own feature, which
    takes up that its target is 0 whenever it is shown; W_jj has then done its work and is removed,
    for nobody is recommended what they have rated.

    Args:
        moments: of m titles.
        penalty: of the weights; the intercepts have none.

    Returns:
        W, float32 (m, m), with a zero diagonal, and c, float64 (m,).
    """
    from scipy.linalg import cho_factor, cho_solve

    features, targets = moments.features, moments.targets
    normal = moments.gram - np.outer(features, features / moments.n_users)
    normal[np.diag_indices_from(normal)] += penalty
    right = moments.cross - np.outer(features, targets / moments.n_users)
    # Half the digits take half the time, and far more remain than are stored.
    half = cho_factor(normal.astype(np.float32), overwrite_a=True)
    weights = np.asarray(cho_solve(half, right.astype(np.float32), overwrite_b=True), np.float32)
    intercept = (targets - features @ weights) / moments.n_users
    np.fill_diagonal(weights, 0.0)
    return weights, intercept


def ease_weights(gram: Array, penalty: float) -> Array:
    """Ridge regression of every title on all others (Steck 2019, Embarrassingly shallow, eq. 8).

    Args:
        gram: float64 (m, m), X'X.
        penalty: lambda > 0.

    Returns:
        W, float64 (m, m), with a zero diagonal.
    """
    precision = np.linalg.inv(gram + penalty * np.eye(len(gram)))
    weights = precision / -np.diag(precision)
    np.fill_diagonal(weights, 0.0)
    return weights


def reduced(weights: NDArray[np.floating], metric: Array, rank: int) -> ReducedWeights:
    """The best approximation of lower rank, for the profiles that there are.

    Reduced-rank regression (Izenman 1975): with G the second moment of the features, the error
    x W - x A B' has the least mean square where B spans the leading eigenvectors of W'GW and
    A = W B. Found by subspace iteration from a fixed start.

    Args:
        weights: (m, m), W.
        metric: float64 (m, m), G, positive semi-definite.
        rank: r >= 1; no more than m is used.

    Returns:
        The factors in half precision, float16 (m, r) each.
    """
    m = len(weights)
    weights, metric = weights.astype(np.float32), metric.astype(np.float32)
    basis = np.eye(m, dtype=np.float32)
    if rank + _SPARE < m:
        basis = np.random.default_rng(0).normal(size=(m, rank + _SPARE)).astype(np.float32)
        for _ in range(_SWEEPS):
            basis, _ = np.linalg.qr(weights.T @ (metric @ (weights @ basis)))
    image = weights @ basis
    _, axes = np.linalg.eigh((image.T @ metric @ image).astype(np.float64))
    taking = basis @ axes[:, ::-1][:, :rank].astype(np.float32)
    return ReducedWeights((weights @ taking).astype(np.float16), taking.astype(np.float16))


def grams(
    ratings: Ratings, modelled: NDArray[np.int32], lowest: float
) -> tuple[Array, Array, Array]:
    """Counts what titles have in common over whole profiles.

    Args:
        ratings: training ratings.
        modelled: int32 (m,), positions of the titles to count for.
        lowest: x of the lowest rating; the highest has 1.

    Returns:
        X'X, float64 (m, m); how many users rated both titles, float64 (m, m); and the sum of each
        title's x, float64 (m,).
    """
    x = ratings.matrix()[:, modelled].astype(np.float64)
    rated = x.copy()
    rated.data = np.ones(len(rated.data))
    x.data = amounts(x.data, ratings.scale, lowest)
    total = np.asarray(x.sum(axis=0), np.float64).ravel()
    return (x.T @ x).toarray(), (rated.T @ rated).toarray(), total


def head_start(total: Array, lent: float) -> Array:
    """The profile that every visitor is lent, so that one without ratings gets a sensible order.

    Args:
        total: float64 (m,), sum of each title's x over all users.
        lent: what it adds up to, in ratings.

    Returns:
        float64 (m,), x of the average user in proportion.
    """
    everything = total.sum()
    return np.asarray(lent * total / everything) if everything > 0 else np.zeros(len(total))


def neighbours(gram: Array, together: Array, shrinkage: float, n: int) -> NeighbourWeights:
    """Cosines of titles, shrunk where few users have both, the largest of each title kept.

    Args:
        gram: float64 (m, m), X'X, non-negative.
        together: float64 (m, m), how many users rated both.
        shrinkage: users who would halve a cosine.
        n: neighbours kept per title.

    Returns:
        The weights, float16 (m, min(n, m)); entries are cosine * users / (users + shrinkage).
    """
    length = np.sqrt(np.maximum(np.diag(gram), np.finfo(np.float64).tiny))
    similarity = gram / length / length[:, None]
    similarity *= together / np.maximum(together + shrinkage, np.finfo(np.float64).tiny)
    np.fill_diagonal(similarity, 0.0)
    n = min(n, len(gram))
    order = np.argsort(-similarity, axis=1, kind="stable")[:, :n]
    values = np.take_along_axis(similarity, order, axis=1)
    return NeighbourWeights(order.astype(np.int32), values.astype(np.float16))
