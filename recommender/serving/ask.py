"""Which titles to offer a visitor for rating: those whose answers make the list better.

A title is worth asking about if the visitor can answer and if the answer tells (Rubens, Elahi,
Sugiyama and Kaplan 2015, Active Learning in Recommender Systems; Golbandi, Koren and Lempel 2011,
Adaptive Bootstrapping of Recommender Systems Using Decision Trees). Three figures say so:

- *known*: the probability that the visitor knows it. Who knows what is a Gaussian process over the
  titles, its covariance read off the model's own factors; answers, "haven't seen it" too, move it.
- *spread*: by how much an answer would narrow that process down over all titles, well-known ones
  counting more (the A-optimal design of experiments).
- *gain*: by how much the list that the ranker would make after the answer is better, by its own
  scores, than the list that it makes now (the knowledge gradient; Frazier 2009).

They are weighed as sqrt(known x spread) x gain, and sqrt(known) x spread before the first rating,
when there is no list yet. Titles that share the screen narrow the process down in advance, so that
a screen is varied. `python -m benchmarks asking` compares this with asking by popularity
(docs/asking.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recommender.errors import ParameterError
from recommender.factors.learned import LearnedFoldIn
from recommender.factors.model import FactorModel
from recommender.serving.shelf import Positions, Shelf
from recommender.serving.telling import (
    KNOWN_AT_MOST,
    LEAST,
    Foresight,
    Spread,
    Values,
    covarying,
)

CANDIDATES = 400
"""Titles that are considered: the most rated of those not asked about yet."""

_FORESEEN = 200
_NOISE, _NOISE_WITHOUT = 1.0, 0.05
_FLOOR = 0.01
_SHARES = {"factors": 0.5, "genres": 0.3, "decade": 0.2}
_ALIKE = 0.95


@dataclass(frozen=True, eq=False)
class Questions:
    """What the choice rests on, made once per release.

    Attributes:
        shelf: the catalogue.
        model: a factor model of it whose fold-in is learned, or None.
        factors: float64 (n_items, k), item factors of length 1; k may be 0.
        features: float64 (n_items, d); the covariance of whether two titles are known is the
            product of their features.
        noise: variance of what an answer says about its features.
        known: float64 (n_items,), probability that a visitor knows a title, before any answer.
    """

    shelf: Shelf
    model: FactorModel | None
    factors: Values
    features: Values
    noise: float
    known: Values

    @classmethod
    def of(cls, shelf: Shelf, model: FactorModel | None) -> Questions:
        """Prepares the choice.

        Args:
            shelf: the catalogue.
            model: a factor model of it; without one, genres and decades alone must do.
        """
        most = max(int(shelf.n_ratings.max()), 1)
        known = KNOWN_AT_MOST * shelf.n_ratings / most
        units = np.zeros((len(shelf), 0)) if model is None else model.unit_factors
        if model is not None and not isinstance(model.ranker.fold_in, LearnedFoldIn):
            model = None
        if model is not None:
            features = covarying(model, shelf.n_ratings, known)
        else:
            blocks = {"factors": units, "genres": _genres(shelf), "decade": _decades(shelf)}
            alike = [_SHARES[name] ** 0.5 * block for name, block in blocks.items()]
            features = np.hstack(alike) * np.sqrt(known * (1 - known))[:, None]
        return cls(
            shelf=shelf,
            model=model,
            factors=np.asarray(units, np.float64),
            features=features,
            noise=_NOISE_WITHOUT if model is None else _NOISE,
            known=known,
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
            rated: ids of rated titles; a mapping to their ratings lets the list be foreseen.
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
        given = rated if isinstance(rated, Mapping) else {}
        ratings = np.array([given[int(self.shelf.item_ids[at])] for at in known if given])
        new = iter(self._greedy(known, ratings, unknown, open_, n - len(open_)))
        filled = (next(new, None) if at is None else at for at in places)
        return [int(self.shelf.item_ids[at]) for at in filled if at is not None]

    def _greedy(
        self,
        rated: Positions,
        ratings: Values,
        skipped: Positions,
        shown: list[int],
        n: int,
    ) -> list[int]:
        """Positions of the next n titles, the most telling first."""
        candidates = self._candidates([*rated, *skipped, *shown])
        if not n or not len(candidates):
            return []
        of = np.array([*candidates, *shown], np.intp)
        probability = self._probability(rated, skipped, of)
        spread = self._spread(rated, of)
        worth = np.ones(len(of))
        if len(ratings) and self.model is not None:
            likely = np.argsort(-probability * spread.narrowing(), kind="stable")[:_FORESEEN]
            worth = np.full(len(of), LEAST)
            worth[likely] = Foresight(self.model, rated, ratings).gains(self.shelf, of[likely])
        chosen: list[int] = []
        free = np.ones(len(candidates), np.bool_)
        apart = np.ones(len(candidates), np.bool_)
        for at, place in zip(shown, range(len(candidates), len(of)), strict=True):
            spread.expect(place, float(probability[place]))
            apart &= ~self._alike(at, candidates)
        while len(chosen) < n and free.any():
            value = (worth * np.sqrt(probability * spread.narrowing()))[: len(candidates)]
            # Something like what is on screen already only when there is nothing else.
            best = int(np.argmax(np.where(free, value + apart * value.max() + apart, -1)))
            at = int(candidates[best])
            chosen.append(at)
            free[best] = False
            apart &= ~self._alike(at, candidates)
            spread.expect(best, float(probability[best]))
        return chosen

    def _candidates(self, gone: list[int]) -> Positions:
        left = self.shelf.offered.copy()
        left[gone] = False
        by_popularity = self.shelf.by_popularity
        return by_popularity[left[by_popularity]][:CANDIDATES]

    def _probability(self, rated: Positions, skipped: Positions, of: Positions) -> Values:
        """Probability that the visitor knows each title, float64 (n,), given what was known."""
        asked = np.concatenate([rated, skipped])
        rows, prior = self.features[asked], self.known[asked]
        surprise = np.repeat([1.0, 0.0], [len(rated), len(skipped)]) - prior
        # What the features do not explain of knowing a title is its own.
        own = np.maximum(prior * (1 - prior) - (rows**2).sum(axis=1), _FLOOR)
        weighed = rows.T / own
        moved = np.linalg.solve(np.eye(rows.shape[1]) + weighed @ rows, weighed @ surprise)
        return np.asarray(np.clip(self.known[of] + self.features[of] @ moved, 5e-4, 1))

    def _spread(self, rated: Positions, of: Positions) -> Spread:
        """The Gaussian process at some titles after the answers that were ratings."""
        rows = self.features[rated]
        precision = np.eye(rows.shape[1]) + rows.T @ rows / self.noise
        left = np.asarray(np.linalg.solve(precision, self.features[of].T).T, np.float64)
        return Spread(self.features[of], left, left @ self._importance, self.noise)

    @cached_property
    def _importance(self) -> Values:
        """A root of what narrowing down is worth, float64 (d, d): well-known titles count more."""
        if self.model is None:
            # Genres and decades say too little of what people know together: all count alike.
            return np.eye(self.features.shape[1])
        weighted = self.features * np.sqrt(self.known)[:, None]
        values, vectors = np.linalg.eigh(self.features.T @ weighted)
        return np.asarray(vectors * np.sqrt(np.maximum(values, 0)))

    def _alike(self, position: int, others: Positions) -> NDArray[np.bool_]:
        """Which of the others are of a title's franchise, or next to it in factor space."""
        near = self.factors[others] @ self.factors[position] > _ALIKE
        franchise = self.shelf.franchises.first
        return np.asarray(near | (franchise[others] == franchise[position]))


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
