"""What an answer would tell: the parts of the choice of titles to rate (see `ask`).

`covarying` reads off a factor model which titles people know together, `Spread` is how far that is
still open for a visitor and how far each answer would narrow it, `Foresight` is how much better the
visitor's list would be after each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.factors.learned import LearnedFoldIn
from recommender.factors.model import FactorModel
from recommender.serving.shelf import Positions, Shelf

Values = NDArray[np.float64]

KNOWN_AT_MOST = 0.5
"""The best-known title has been rated by about half of all users, in both domains."""

LEAST = 1e-9
"""What an answer is worth at least."""

_RANKED = 200
_LIST = 10
_DISCOUNTS = 1 / np.log2(np.arange(2, _LIST + 2))


class Spread:
    """A Gaussian process at n titles, narrowed down by one expected answer after another."""

    def __init__(self, features: Values, left: Values, seen: Values, noise: float) -> None:
        """Starts from the features and what is left of their covariance with everything.

        Args:
            features: float64 (n, d).
            left: float64 (n, d), features times the covariance that is left.
            seen: float64 (n, d), `left` in units of what it is worth.
            noise: variance of an answer.
        """
        self._features, self._left, self._seen, self._noise = features, left, seen, noise
        self._variance = np.einsum("ij,ij->i", left, features)

    def narrowing(self) -> Values:
        """By how much an answer on each title narrows all down, float64 (n,)."""
        whole = np.einsum("ij,ij->i", self._seen, self._seen)
        return np.asarray(whole / (self._noise + np.maximum(self._variance, 0)))

    def expect(self, at: int, probability: float) -> None:
        """Counts a title as answered with a probability."""
        covariance = self._features @ self._left[at]
        share = covariance * probability / (self._noise + max(self._variance[at], 0.0))
        self._left = self._left - np.outer(share, self._left[at])
        self._seen = self._seen - np.outer(share, self._seen[at])
        self._variance = self._variance - covariance * share


@dataclass(frozen=True, eq=False)
class Foresight:
    """The lists that a visitor would get after one rating more."""

    model: FactorModel
    rated: Positions
    ratings: Values

    def gains(self, shelf: Shelf, of: Positions) -> Values:
        """How much better the list after a good rating of each title is, float64 (n,), >= 0."""
        fold_in = self.model.ranker.fold_in
        assert isinstance(fold_in, LearnedFoldIn)
        # In single precision, as the factors are: twice as fast, and exact enough to compare.
        rows, offset = self.model.item_factors, self.model.ranker.offset
        mine = self.model.taste(self.rated, self.ratings).visitor_factors
        scores = np.where(shelf.offered, offset + rows @ mine.astype(np.float32), -np.inf)
        scores[self.rated] = -np.inf
        n = min(_RANKED, len(scores))
        ahead = np.argpartition(-scores, n - 1)[:n]
        ahead = ahead[np.argsort(-scores[ahead], kind="stable")]
        ahead = ahead[np.isfinite(scores[ahead])]
        if len(ahead) <= _LIST:
            return np.ones(len(of))
        rating = float(self.model.scale.clip(fold_in.mean + fold_in.deviation / 2))
        factors = fold_in.factors_with_each(
            rows[self.rated].astype(np.float64), self.ratings, rows[of].astype(np.float64), rating
        )
        after = factors.astype(np.float32) @ rows[ahead].T + offset[ahead]
        after[of[:, None] == ahead] = -np.inf
        best = -np.sort(-np.partition(after, -_LIST, axis=1)[:, -_LIST:], axis=1)
        # The list of now, without the title that would then be rated.
        kept = np.argsort(np.isinf(after[:, : _LIST + 1]), axis=1, kind="stable")[:, :_LIST]
        now = np.take_along_axis(after, kept, axis=1)
        return np.asarray(np.maximum((best - now) @ _DISCOUNTS, LEAST), np.float64)


def covarying(model: FactorModel, n_ratings: NDArray[np.int64], known: Values) -> Values:
    """Features whose products are the covariances of knowing titles, read off a factor model.

    Where alternating least squares has come to rest, users' and items' factors are in balance:
    sum_u l_u u u' = sum_i l_i v v', l being the weights of their penalties. So the items tell the
    second moment of the users, with which any two titles' scores covary.
    """
    fold_in = model.ranker.fold_in
    assert isinstance(fold_in, LearnedFoldIn)
    a0, rows = fold_in.plain.unrated_weight, model.item_factors.astype(np.float64)
    n_items, n_users = len(rows), n_ratings.max() / KNOWN_AT_MOST
    of_items = n_ratings + a0 * (n_users - n_ratings)
    each = n_ratings.sum() / max(n_users, 1)
    of_users = n_users * (each + a0 * (n_items - each))
    moment = (rows * of_items[:, None]).T @ rows / max(of_users, 1)
    gram = rows.T @ rows
    ridge = 1e-3 * np.eye(len(gram))
    mean = np.linalg.solve(gram + ridge, rows.T @ known)
    values, vectors = np.linalg.eigh(moment - np.outer(mean, mean))
    return np.asarray(rows @ (vectors * np.sqrt(np.maximum(values, 0))))
