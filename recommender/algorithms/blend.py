"""Blend: `taste-als` and `few-shot-linear` vote on the order; ratings are those of `taste-als`.

The two see different things, factors and pairs of titles, and err on different visitors. Both are
fitted on the same ratings; scores are standardised for each visitor and added.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import ClassVar

from recommender.algorithms.contract import Algorithm, parameter
from recommender.algorithms.ensemble import Ensemble
from recommender.algorithms.few_shot_linear import FewShotLinear
from recommender.algorithms.taste_als import TasteAls
from recommender.factors.blend import BlendModel
from recommender.factors.model import Model


@dataclass(frozen=True)
class Blend(Ensemble):
    """Weighted sum of two rankers' z-scores; other hyper-parameters are the members' defaults."""

    name: ClassVar[str] = "blend"
    summary: ClassVar[str] = "Two models vote: one knows tastes, one knows pairs of titles."

    weight: float = parameter(
        0.2, 0.0, 1.0, "weight of few-shot-linear; taste-als has the rest", ranks=True
    )
    k: int = parameter(TasteAls.k, 1, 1024, "number of factors of taste-als", ranks=True)
    unrated_weight: float = parameter(
        TasteAls.unrated_weight, 1e-3, 1.0, "weight of a title without a rating there", ranks=True
    )
    regularisation: float = parameter(
        TasteAls.regularisation, 1e-6, 10.0, "penalty of the factors per rating there", ranks=True
    )
    power: float = parameter(
        TasteAls.power, 0.1, 10.0, "how much more a high rating counts than a low there", ranks=True
    )
    item_shrinkage: float = parameter(
        TasteAls.item_shrinkage, 0.0, 1000.0, "ratings at the mean lent to every title there"
    )
    rating_regularisation: float = parameter(
        TasteAls.rating_regularisation, 1e-3, 1000.0, "first penalty of the rater there"
    )
    bias_regularisation: float = parameter(
        TasteAls.bias_regularisation, 1e-3, 1000.0, "first penalty of the rater's bias there"
    )
    prior_strength: float = parameter(
        TasteAls.prior_strength, 0.0, 100.0, "weight of how tastes vary among users there"
    )
    rating_decay: float = parameter(
        TasteAls.rating_decay, 0.0, 10.0, "penalty of the rater there for every rating"
    )
    shown: int = parameter(
        FewShotLinear.shown,
        *(1, 100),
        "titles that a user is thought to show few-shot-linear",
        ranks=True,
    )
    penalty: float = parameter(
        FewShotLinear.penalty, 1e-3, 1e6, "penalty of the weights of few-shot-linear", ranks=True
    )
    rank: int = parameter(
        FewShotLinear.rank, 1, 4096, "rank at which few-shot-linear is stored", tuned=False
    )

    @property
    def members(self) -> tuple[Algorithm, ...]:
        """`taste-als`, which also predicts ratings, and `few-shot-linear`."""
        return self._member(TasteAls), self._member(FewShotLinear)

    def _member(self, kind: type[Algorithm]) -> Algorithm:
        own = {item.name for item in fields(self)}
        return kind(**{n: getattr(self, n) for item in fields(kind) if (n := item.name) in own})

    def combine(self, models: Sequence[Model]) -> BlendModel:
        """Lets the two vote."""
        return BlendModel(tuple(models), (1 - self.weight, self.weight))
