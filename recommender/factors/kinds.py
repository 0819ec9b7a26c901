"""What may be stored in a release: every kind of model and what it holds, and other parts.

A new kind of model, readout, fold-in or weights is stored by adding its class here;
`recommender.factors.packing` does the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from recommender.data.franchise import Franchises
from recommender.data.scale import RatingScale
from recommender.factors.blend import BlendModel
from recommender.factors.classic import CentredFoldIn, ImplicitFoldIn, NonNegativeRidgeFoldIn
from recommender.factors.faithfulness import Faithfulness
from recommender.factors.fold_in import NoFoldIn, RidgeFoldIn
from recommender.factors.item_item import ItemItemModel, NeighbourWeights, ReducedWeights
from recommender.factors.learned import LearnedFoldIn
from recommender.factors.model import FactorModel, Readout
from recommender.factors.naming import Evidence, FactorName
from recommender.factors.rank_index import RankIndex
from recommender.factors.regions import Region
from recommender.factors.survey import Basis, Picture, Survey
from recommender.factors.weighted import NonNegativeFoldIn, WeightedFoldIn

AnyPart = Survey | RankIndex | Franchises
"""What has a file of its own and is no model."""
Part = TypeVar("Part", Survey, RankIndex, Franchises)


@dataclass(frozen=True)
class Kind:
    """A class that can be stored.

    Attributes:
        cls: the dataclass.
        shapes: field -> its array's dimensions, separated by spaces. A dimension is a letter with
            an optional factor and summand, as in "2+3k"; a letter means the same number throughout
            a value and what is inside it.
        keeps: of the letters of what it is inside of, those that mean the same here; None for all.
    """

    cls: type[Any]
    shapes: Mapping[str, str] = field(default_factory=dict)
    keeps: str | None = None


KINDS: Mapping[str, Kind] = {
    "factor-model": Kind(FactorModel, {"item_ids": "n", "item_factors": "n k"}, keeps="n"),
    "item-item-model": Kind(
        ItemItemModel, {"item_ids": "n", "intercept": "n", "modelled": "m"}, keeps="n"
    ),
    "blend-model": Kind(BlendModel, keeps="n"),
    "readout": Kind(Readout, {"offset": "n", "offset_variance": "n"}),
    "rating-scale": Kind(RatingScale),
    ReducedWeights.kind: Kind(ReducedWeights, {"giving": "m r", "taking": "m r"}),
    NeighbourWeights.kind: Kind(NeighbourWeights, {"neighbours": "m q", "values": "m q"}),
    NoFoldIn.kind: Kind(NoFoldIn),
    RidgeFoldIn.kind: Kind(RidgeFoldIn, {"penalty": "1+k 1+k"}),
    WeightedFoldIn.kind: Kind(WeightedFoldIn, {"gram": "k k"}),
    NonNegativeFoldIn.kind: Kind(NonNegativeFoldIn, {"gram": "k k"}),
    LearnedFoldIn.kind: Kind(LearnedFoldIn, {"matrix": "2+3k k"}),
    ImplicitFoldIn.kind: Kind(ImplicitFoldIn, {"penalty": "1+h 1+h"}),
    NonNegativeRidgeFoldIn.kind: Kind(NonNegativeRidgeFoldIn, {"average": "k"}),
    CentredFoldIn.kind: Kind(CentredFoldIn),
    "rank-index": Kind(
        RankIndex,
        {"centres": "c d", "lowest": "d", "extent": "d", "sizes": "c", "lists": "w"},
    ),
    "franchises": Kind(Franchises, {"first": "n"}),
    "survey": Kind(Survey, {"placed": "m"}),
    "picture": Kind(Picture, {"places": "m d"}, keeps="m"),
    "faithfulness": Kind(Faithfulness),
    "region": Kind(Region),
    "basis": Kind(Basis, {"turn": "k k", "stability": "k"}),
    "factor-name": Kind(FactorName),
    "evidence": Kind(Evidence),
}
"""What can be stored, by the name it has in a file. Names are kept for ever."""
