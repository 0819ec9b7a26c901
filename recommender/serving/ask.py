"""Which titles to offer a visitor for rating: well known, varied, and telling.

Asking is an experiment, and a good one is designed (Rubens, Elahi, Sugiyama and Kaplan 2015, Active
Learning in Recommender Systems; Golbandi, Koren and Lempel 2011, Adaptive Bootstrapping of
Recommender Systems Using Decision Trees, on why a title must also be known to be worth asking).
A title is described by its factors, its genres and its decade; the visitor's taste is an unknown
linear function of those with a Gaussian prior. Titles are chosen greedily, each time the one with
the largest

    P(the visitor knows it) x information its rating would give about the taste

given what has been rated, and counting what is on screen as answered with that probability (the
D-optimal design; the information is 1/2 log(1 + variance / noise)). P starts from the number of
ratings and is corrected by what the visitor turned out to know among similar titles.

`python -m benchmarks asking` compares this with asking by popularity alone: on simulated visitors,
who know nothing they have not rated, the recommendations are as good (the difference is within
chance), after titles of more genres and decades.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.errors import ParameterError
from recommender.factors.model import FactorModel
from recommender.serving.shelf import Positions, Shelf
from recommender.serving.words import series

Values = NDArray[np.float64]

CANDIDATES = 400
"""Titles that are considered: the most rated of those not asked about yet."""

_KNOWN_AT_MOST = 0.6
# People have seen more than they have rated, the less so the less they talk about it.
_FLATTER = 0.85
_NOISE = 1.0
_SHARES = {"factors": 0.5, "genres": 0.3, "decade": 0.2}
_PRIOR = 3.0
_ALIKE = 0.95


@dataclass(frozen=True, eq=False)
class Questions:
    """What the choice rests on, made once per release.

    Attributes:
        shelf: the catalogue.
        features: float64 (n_items, d), titles as the taste sees them; rows of length 1 at most.
        factors: float64 (n_items, k), item factors of length 1; k may be 0.
        known: float64 (n_items,), probability that a visitor knows a title, before any answer.
        series: n_items names of series, as `words.series` has them.
    """

    shelf: Shelf
    features: Values
    factors: Values
    known: Values
    series: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, shelf: Shelf, model: FactorModel | None) -> Questions:
        """Prepares the choice.

        Args:
            shelf: the catalogue.
            model: a factor model of it; without one, genres and decades alone must do.
        """
        factors = np.zeros((len(shelf), 0)) if model is None else model.unit_factors
        blocks = {
            "factors": np.asarray(factors, np.float64),
            "genres": _genres(shelf),
            "decade": _decades(shelf),
        }
        known = _KNOWN_AT_MOST * (shelf.n_ratings / max(int(shelf.n_ratings.max()), 1)) ** _FLATTER
        return cls(
            shelf=shelf,
            features=np.hstack([_SHARES[name] ** 0.5 * block for name, block in blocks.items()]),
            factors=blocks["factors"],
            known=known,
            series=tuple(map(series, shelf.titles)),
        )

    def choose(
        self,
        rated: Iterable[int],
        skipped: Iterable[int],
        n: int = 12,
        shown: Sequence[int] = (),
    ) -> list[int]:
        """Chooses titles, keeping those on screen where they are.

        Args:
            rated: ids of rated titles.
            skipped: ids of titles that the visitor does not know.
            n: how many to offer, >= 0.
            shown: ids on screen, in their order. Those still open stay at their place; a new title
                takes the place of each that has been rated or skipped.

        Returns:
            The ids to offer, n of them unless the catalogue runs out. The same arguments give the
            same ids. Ids that are not in the catalogue are passed over.

        Raises:
            ParameterError: `n` is negative.
        """
        if n < 0:
            raise ParameterError(f"{n} titles to rate are not possible; ask for 0 or more")
        known = self.shelf.positions(sorted(set(rated)))
        unknown = self.shelf.positions(sorted(set(skipped) - set(rated)))
        answered = {*known.tolist(), *unknown.tolist()}
        on_screen = self.shelf.positions(dict.fromkeys(shown))[:n].tolist()
        places = [None if at in answered else at for at in on_screen]
        places += [None] * (n - len(places))
        open_ = [at for at in places if at is not None]
        new = iter(self._greedy(known, unknown, open_, n - len(open_)))
        filled = (next(new, None) if at is None else at for at in places)
        return [int(self.shelf.item_ids[at]) for at in filled if at is not None]

    def _greedy(self, rated: Positions, skipped: Positions, shown: list[int], n: int) -> list[int]:
        """Positions of the next n titles, the most telling first."""
        candidates = self._candidates([*rated, *skipped, *shown])
        probability = self._probability(rated, skipped, [*candidates, *shown])
        pending = np.array(shown, np.intp)
        seen = np.concatenate([self.features[rated], self.features[pending]])
        weight = np.concatenate([np.ones(len(rated)), probability[len(candidates) :]]) / _NOISE
        precision = np.eye(seen.shape[1]) + (seen * weight[:, None]).T @ seen

        rows = self.features[candidates]
        spread = np.linalg.solve(precision, rows.T).T
        variance = np.einsum("ij,ij->i", spread, rows)
        chosen: list[int] = []
        free = np.ones(len(candidates), np.bool_)
        apart = np.ones(len(candidates), np.bool_)
        for at in shown:
            apart &= ~self._alike(at, candidates)
        while len(chosen) < n and free.any():
            worth = probability[: len(candidates)] * np.log1p(np.maximum(variance, 0) / _NOISE)
            # Something like what is on screen already only when there is nothing else.
            best = int(np.argmax(np.where(free, worth + apart, -1)))
            at = int(candidates[best])
            chosen.append(at)
            free[best] = False
            apart &= ~self._alike(at, candidates)
            covariance = spread @ rows[best]
            scale = variance[best] + _NOISE / max(probability[best], 1e-9)
            spread = spread - np.outer(covariance, spread[best] / scale)
            variance = variance - covariance**2 / scale
        return chosen

    def _candidates(self, gone: list[int]) -> Positions:
        left = self.shelf.offered.copy()
        left[gone] = False
        by_popularity = self.shelf.by_popularity
        return by_popularity[left[by_popularity]][:CANDIDATES]

    def _probability(self, rated: Positions, skipped: Positions, of: list[int]) -> Values:
        """Probability that the visitor knows each title, float64 (n,).

        The prior times what the visitor knew of similar titles over what was to be expected.
        """
        positions = np.array(of, np.intp)
        asked = np.concatenate([rated, skipped])
        similar = np.maximum(self.factors[positions] @ self.factors[asked].T, 0) ** 2
        was_known = similar[:, : len(rated)].sum(axis=1)
        expected = similar @ self.known[asked]
        corrected = self.known[positions] * (_PRIOR + was_known) / (_PRIOR + expected)
        return np.asarray(np.minimum(corrected, 1.0))

    def _alike(self, position: int, others: Positions) -> NDArray[np.bool_]:
        """Which of the others are of the same series as a title, or next to it in factor space."""
        near = self.factors[others] @ self.factors[position] > _ALIKE
        one = self.series[position]
        # Names that begin alike: Alien and Alien Resurrection, all the Harry Potters.
        names = (self.series[at] for at in others)
        same = [one[: len(other)] == other[: len(one)] for other in names]
        return np.asarray(near | np.array(same, np.bool_))


def _genres(shelf: Shelf) -> Values:
    """Genres as rows of length 1, float64 (n_items, n_genres); a zero row without genres."""
    names = sorted({genre for genres in shelf.genres for genre in genres})
    table = np.array([[name in genres for name in names] for genres in shelf.genres], np.float64)
    table = table.reshape(len(shelf), len(names))
    return np.asarray(table / np.sqrt(np.maximum(table.sum(axis=1, keepdims=True), 1)))


def _decades(shelf: Shelf) -> Values:
    """Decades as rows of length 1, float64 (n_items, n_decades); one column for unknown years."""
    decades = shelf.years // 10
    return np.asarray(decades[:, None] == np.unique(decades), np.float64)
