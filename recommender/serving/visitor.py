"""What a model makes of one visitor's ratings, ready to show: the public side of a fold-in.

Titles are ordered by the ranker's score and by nothing else; the predicted rating stands beside it
and never sorts (DESIGN, section 5). Explanations are the model's own exact additive contributions.
`because` names the rated titles that set a title apart: those that give it noticeably more than
they give to well-known titles in general, so a title that lifts everything explains nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.data.scale import RatingScale
from recommender.errors import ParameterError, TitleError
from recommender.factors.fold_in import Array
from recommender.factors.model import Prediction, Taste
from recommender.factors.rank_index import RankIndex
from recommender.serving.dials import NEUTRAL, Dials
from recommender.serving.parts import REST, START, Part
from recommender.serving.picks import picks
from recommender.serving.shelf import Positions, Shelf

_WELL_KNOWN = 200
_NOTICEABLE = 0.1
_REASONS = 2


@dataclass(frozen=True, eq=False)
class Visitor:
    """A visitor folded into a model. Made by `ServedRelease.fold_in`.

    Attributes:
        shelf: the catalogue.
        scale: the domain's rating scale.
        model: name of the model that ranks.
        ratings: item_id -> rating of the rated titles that are in the catalogue.
        unknown: the ids given that are not in the catalogue.
        taste: what `model` makes of the ratings.
        rater: what the model that predicts ratings makes of them: `model` itself if it can, else
            the release's rater; None if that cannot either.
        seen: ids of titles that the visitor has watched and not rated.
        planned: ids of titles that the visitor means to watch.
        factors: float32 (n_items, k), item factors, to tell titles that are alike; None if no
            model has any.
        index: names what `model` may put first; None where every title is scored, as without
            ratings.
    """

    shelf: Shelf
    scale: RatingScale
    model: str
    ratings: Mapping[int, float]
    unknown: tuple[int, ...]
    taste: Taste
    rater: Taste | None
    seen: tuple[int, ...] = ()
    planned: tuple[int, ...] = ()
    factors: NDArray[np.float32] | None = None
    index: RankIndex | None = None

    @property
    def uses_ratings(self) -> bool:
        """Whether there are predicted ratings; if not, `match` is the number to show."""
        return self.rater is not None

    @cached_property
    def scores(self) -> Array:
        """What titles are ordered by, float64 (n_items,), by position.

        The ranker's scores; for a visitor without ratings the numbers of ratings, so that the
        titles most people know come first.
        """
        if not self.ratings:
            return self.shelf.n_ratings.astype(np.float64)
        return self.taste.scores

    def scores_of(self, positions: Positions) -> Array:
        """`scores` of some titles, float64 (n,); where there is an index, of those alone."""
        if self.index is None:
            return self.scores[positions]
        return self.taste.scores_of(positions)

    @cached_property
    def is_personal(self) -> bool:
        """Whether the ratings change the order of well-known titles; not so for a baseline."""
        if not self.ratings:
            return False
        moved = self._of_well_known[1].sum(axis=1)
        return bool(np.ptp(moved) > 1e-9 * max(1.0, float(np.abs(moved).max())))

    def recommend(
        self, n: int = 20, exclude: Iterable[int] = (), dials: Dials = NEUTRAL
    ) -> pd.DataFrame:
        """The titles that the ranker puts first, but for those rated, watched or not offered.

        Of titles with equal scores the one with more ratings comes first.

        Args:
            n: how many, >= 0; fewer if no more fit.
            exclude: ids of further titles to leave out; unknown ones do nothing.
            dials: filters, and what else than the score counts (`recommender.serving.picks`).

        Returns:
            DataFrame by rank (1, 2, …) with the columns item_id, title, score, predicted_rating,
            low and high (on the rating scale; NaN if nothing predicts ratings) and because (list
            of the titles of up to two rated ones that set this one apart; may be empty).

        Raises:
            ParameterError: `n` is negative.
        """
        columns: dict[str, Any] = dict(self.recommended(n, exclude, dials))
        columns["title"] = pd.array(columns["title"], dtype="str")
        columns["because"] = pd.Series(columns["because"], dtype="object")
        n_found = len(columns["title"])
        return pd.DataFrame(columns).set_index(pd.RangeIndex(1, n_found + 1, name="rank"))

    def recommended(
        self, n: int = 20, exclude: Iterable[int] = (), dials: Dials = NEUTRAL
    ) -> Mapping[str, NDArray[Any] | list[Any]]:
        """The columns of `recommend` by name, for whoever has no use for a data frame."""
        if n < 0:
            raise ParameterError(f"{n} recommendations are not possible; ask for 0 or more")
        order = picks(self, dials, exclude, n)
        predicted = self._predict(order)
        return {
            "item_id": self.shelf.item_ids[order],
            "title": [self.shelf.titles[at] for at in order],
            "score": self.scores_of(order),
            "predicted_rating": predicted.rating,
            "low": predicted.low,
            "high": predicted.high,
            "because": self._because(order),
        }

    def order(self, exclude: Iterable[int] = (), dials: Dials = NEUTRAL) -> Positions:
        """All titles that may be recommended, intp, the best first; see `recommend`."""
        return picks(self, dials, exclude)

    def predict(self, item_ids: Sequence[int]) -> Array:
        """Predicted ratings.

        Args:
            item_ids: titles, n of them.

        Returns:
            float64 (n,), on the rating scale; NaN for an unknown title, and everywhere if nothing
            predicts ratings.
        """
        known = np.array([item_id in self.shelf.position for item_id in item_ids], np.bool_)
        ratings = np.full(len(known), np.nan)
        ratings[known] = self._predict(self.shelf.positions(item_ids)).rating
        return ratings

    def match(self, item_ids: Sequence[int]) -> Array:
        """How well titles fit, for models whose numbers are no ratings.

        Args:
            item_ids: titles, n of them.

        Returns:
            float64 (n,) in 0..1: where the score lies between that of the middle title of the
            catalogue, 0, and that of the best one, 1; NaN for an unknown title.
        """
        middle, best = float(np.median(self.scores)), float(self.scores.max())
        positions = [self.shelf.position.get(item_id) for item_id in item_ids]
        scores = np.array([np.nan if at is None else self.scores[at] for at in positions])
        return np.clip((scores - middle) / max(best - middle, 1e-12), 0, 1)

    def explain(self, item_id: int) -> pd.DataFrame:
        """Splits the score of a title into what each rating brings.

        Args:
            item_id: a title of the catalogue.

        Returns:
            DataFrame with the columns item_id (Int64), title, rating and contribution, the largest
            by absolute value first. One row is the "Starting point" (item_id NA, rating NaN): what
            the title has before any rating counts. The contributions sum to the score.

        Raises:
            TitleError: the title is not in the catalogue.
        """
        parts = self.breakdowns([item_id], most=None)[item_id]
        return pd.DataFrame(
            {
                "item_id": pd.array([part.item_id for part in parts], dtype="Int64"),
                "title": pd.array([part.label for part in parts], dtype="str"),
                "rating": np.array([part.rating for part in parts], np.float64),
                "contribution": np.array([part.amount for part in parts]),
            }
        )

    def breakdowns(
        self, item_ids: Iterable[int], most: int | None = 10
    ) -> dict[int, tuple[Part, ...]]:
        """The explanations of many titles as plain values, cut to what a card can show.

        Args:
            item_ids: titles of the catalogue.
            most: summands to list of each, >= 2; the smallest are added up as "Your other ratings".
                None for all.

        Returns:
            item_id -> its parts, the largest by absolute value first, but the added-up ones last;
            they sum to the score.

        Raises:
            TitleError: a title is not in the catalogue.
        """
        ids = list(item_ids)
        start, amounts = self._contributions(np.array([self._position(i) for i in ids], np.intp))
        columns = np.column_stack([amounts, start])
        order = np.argsort(-np.abs(columns), axis=1, kind="stable")
        n = columns.shape[1]
        listed = n if most is None or n <= most else most - 1
        found = {}
        for item_id, row, by_size in zip(ids, columns, order, strict=True):
            parts = [self._part(at, float(row[at])) for at in by_size[:listed]]
            if listed < n:
                parts.append(Part(REST, float(row[by_size[listed:]].sum())))
            found[item_id] = tuple(parts)
        return found

    def _part(self, column: int, amount: float) -> Part:
        if column == len(self.taste.rated):
            return Part(START, amount)
        at = self.taste.rated[column]
        rating = float(self.taste.ratings[column])
        return Part(self.shelf.titles[at], amount, int(self.shelf.item_ids[at]), rating)

    def _because(self, positions: Positions) -> list[list[str]]:
        """For each title the rated ones that set it apart, the strongest first."""
        if not self.ratings:
            return [[] for _ in positions]
        usual_start, usual_amounts = self._usual
        start, amounts = self._contributions(positions)
        lift = amounts - usual_amounts
        apart = start - usual_start + lift.sum(axis=1)
        # Having chosen a title tells of taste even if it disappointed; but it is no reason to give.
        lift = np.where(self.taste.ratings > self.scale.middle, lift, 0)
        strongest = np.argsort(-lift, axis=1, kind="stable")[:, :_REASONS]
        return [
            [
                self.shelf.titles[self.taste.rated[at]]
                for at in row
                if min(lifts[at], given[at]) > 0 and lifts[at] >= _NOTICEABLE * whole
            ]
            for row, given, lifts, whole in zip(strongest, amounts, lift, apart, strict=True)
        ]

    @cached_property
    def _usual(self) -> tuple[float, Array]:
        """Start and parts of the score of a well-known title, on average."""
        start, amounts = self._of_well_known
        return float(start.mean()), np.asarray(amounts.mean(axis=0))

    @cached_property
    def _of_well_known(self) -> tuple[Array, Array]:
        return self._contributions(self.shelf.by_popularity[:_WELL_KNOWN])

    def _contributions(self, positions: Positions) -> tuple[Array, Array]:
        if not self.ratings:
            return self.scores[positions], np.empty((len(positions), 0))
        return self.taste.contributions(positions)

    def _predict(self, positions: Positions) -> Prediction:
        predicted = self.rater.predict(positions) if self.rater is not None else None
        if predicted is None:
            nothing = np.full(len(positions), np.nan)
            return Prediction(nothing, nothing, nothing)
        return predicted

    def _position(self, item_id: int) -> int:
        position = self.shelf.position.get(item_id)
        if position is None:
            raise TitleError(f"No title has the item id {item_id}; search for its name.")
        return position
