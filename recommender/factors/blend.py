"""A blend: models that look at taste differently vote on the order.

Scores of different models have no common unit, so each member's are brought to mean 0 and standard
deviation 1 over the catalogue, for this visitor, and added with weights. That is linear once the
visitor is known: a member's contributions divided by its standard deviation stay exact, and the
centring goes to the start.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recommender.data.scale import RatingScale
from recommender.factors.fold_in import Array, frozen
from recommender.factors.model import FactorModel, Model, Positions, Prediction, Taste


@dataclass(frozen=True, eq=False)
class BlendModel(Model):
    """A weighted sum of the members' standardised scores.

    Attributes:
        members: at least one model, all of one catalogue and scale.
        weights: one per member, finite.
    """

    members: tuple[Model, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.members or len(self.members) != len(self.weights):
            raise ValueError(f"{len(self.members)} members with {len(self.weights)} weights")
        if not np.isfinite(self.weights).all():
            raise ValueError("a weight is not finite")
        first = self.members[0]
        for other in self.members[1:]:
            if other.scale != first.scale or not np.array_equal(other.item_ids, first.item_ids):
                raise ValueError("the members are not of one catalogue and scale")

    @property
    def item_ids(self) -> NDArray[np.int64]:  # type: ignore[override]
        """The members' item ids, int64 (n_items,), sorted."""
        return self.members[0].item_ids

    @property
    def scale(self) -> RatingScale:  # type: ignore[override]
        """The members' rating scale."""
        return self.members[0].scale

    @property
    def predicts_ratings(self) -> bool:
        """Whether a member does."""
        return any(member.predicts_ratings for member in self.members)

    def vectors(self, some: slice) -> NDArray[np.float32] | None:
        """One, and the members' vectors side by side, float32 (n, d); see `Model`."""
        parts = [member.vectors(some) for member in self.members]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        return np.column_stack([np.ones(len(known[0]), np.float32), *known])

    def taste(self, rated: Positions, ratings: Array) -> BlendTaste:
        """Folds a visitor in by positions, into every member."""
        tastes = tuple(member.taste(rated, ratings) for member in self.members)
        return BlendTaste(self, rated, ratings, tastes)


@dataclass(frozen=True, eq=False)
class BlendTaste(Taste):
    """A visitor of a blend.

    Attributes:
        members: the visitor's taste under each member.
    """

    model: BlendModel
    rated: Positions
    ratings: Array
    members: tuple[Taste, ...]

    @cached_property
    def scores(self) -> Array:
        """Score of every title, float64 (n_items,)."""
        scores = np.zeros(len(self.model.item_ids))
        for member, weight, (mean, deviation) in self._standardised:
            scores += weight * (member.scores - mean) / deviation
        return frozen(scores)

    def scores_of(self, positions: Positions) -> Array:
        """Scores of some titles, float64 (n,)."""
        scores = np.zeros(len(positions))
        for member, weight, (mean, deviation) in self._standardised:
            scores += weight * (member.scores_of(positions) - mean) / deviation
        return scores

    @property
    def query(self) -> Array | None:
        """The members' queries, each in its own unit, and what centres them; see `Taste`."""
        parts = []
        start = 0.0
        for member, weight, (mean, deviation) in self._standardised:
            query = member.query
            if query is None:
                return None
            start -= weight * mean / deviation
            parts.append(weight * query / deviation)
        return np.concatenate([[start], *parts])

    def predict(self, positions: Positions) -> Prediction | None:
        """What the first member that predicts ratings says."""
        for member, taste in zip(self.model.members, self.members, strict=True):
            if member.predicts_ratings:
                return taste.predict(positions)
        return None

    def contributions(self, positions: Positions) -> tuple[Array, Array]:
        """Adds up the members' contributions, each in its own unit; see `Taste`."""
        start = np.zeros(len(positions))
        parts = np.zeros((len(positions), len(self.rated)))
        for member, weight, (mean, deviation) in self._standardised:
            own_start, own_parts = member.contributions(positions)
            start += weight * (own_start - mean) / deviation
            parts += weight * own_parts / deviation
        return start, parts

    @cached_property
    def _standardised(self) -> list[tuple[Taste, float, tuple[float, float]]]:
        """Each member's taste with its weight and its scores' mean and standard deviation."""
        units = [member.spread for member in self.members]
        return list(zip(self.members, self.model.weights, units, strict=True))


def factor_models(model: Model) -> Iterator[FactorModel]:
    """The factor models in a model: itself, or those among the members of a blend, in order."""
    if isinstance(model, FactorModel):
        yield model
    elif isinstance(model, BlendModel):
        for member in model.members:
            yield from factor_models(member)
