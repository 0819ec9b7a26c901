"""Models of other libraries as the few-ratings protocol asks them: `benchmarks.peers` runs them.

A `Peer` is an `Algorithm`, so the protocol that judges Tastemap's models judges it unchanged: it is
fitted without the visitors, then gets a visitor's ratings and scores every title. One module per
library, each with its `PEERS`, where every model says what a visitor whom it has never seen is to
it: most libraries take one in themselves, and where one does not, the stand-in is described there.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from recommender.algorithms.contract import Algorithm, Fit, Progress, silent
from recommender.data.ratings import Ratings
from recommender.data.scale import RatingScale
from recommender.factors.fold_in import Array
from recommender.factors.model import Model, Positions, Prediction, Taste

LIBRARIES = {
    "implicit": "implicit",
    "irspack": "irspack",
    "lenskit": "lenskit",
    "scikit-surprise": "surprise",
}
"""The name to install -> the name to import, which is the adapter's too."""

Settings = Mapping[str, Any]
Answer = Callable[[Positions, Array], tuple[Array, Array | None]]
"""From a visitor's positions and ratings to a score of every title, NaN where the library has none,
and predicted ratings of all titles if it predicts any."""


@dataclass(frozen=True)
class Peer(Algorithm):
    """A model of another library; without settings it has the defaults of that library.

    Attributes:
        settings: what it gets beside the defaults, as pairs; the library checks them.
    """

    newcomer: ClassVar[str]
    """How a visitor who was not in training gets in."""
    candidates: ClassVar[tuple[Settings, ...]]
    """The settings tried beside the defaults; as many for every peer."""

    settings: tuple[tuple[str, Any], ...] = ()

    def __post_init__(self) -> None:
        """The contract's checks are about parameters with declared bounds."""

    @classmethod
    def choices(cls) -> list[Peer]:
        """The model with its defaults and with each of the settings tried."""
        return [cls(), *(cls(tuple(settings.items())) for settings in cls.candidates)]

    def fit(self, ratings: Ratings, *, seed: int = 0, progress: Progress = silent) -> Fit:
        """Trains the library's model on one thread."""
        import_module(LIBRARIES[library(type(self))])
        # Only now: a limit holds for the thread pools that are loaded. It is for the answers too.
        threadpool_limits(1)
        answer = self.train(ratings, dict(self.settings), seed)
        return Fit(PeerModel(ratings.item_ids, ratings.scale, answer, self.predicts_ratings))

    @abstractmethod
    def train(self, ratings: Ratings, settings: dict[str, Any], seed: int) -> Answer:
        """Trains on the ratings and returns how the model answers a visitor."""


@dataclass(frozen=True, eq=False)
class PeerModel(Model):
    """A trained model of another library."""

    item_ids: NDArray[np.int64]
    scale: RatingScale
    answer: Answer
    rates: bool

    @property
    def predicts_ratings(self) -> bool:
        """Whether its numbers can be read as ratings."""
        return self.rates

    def taste(self, rated: Positions, ratings: Array) -> PeerTaste:
        """Hands a visitor to the library."""
        return PeerTaste(self, rated, ratings)


@dataclass(frozen=True, eq=False)
class PeerTaste(Taste):
    """What a model of another library says to a visitor."""

    model: PeerModel
    rated: Positions
    ratings: Array

    @cached_property
    def _answer(self) -> tuple[Array, Array | None]:
        return self.model.answer(self.rated, self.ratings)

    @cached_property
    def scores(self) -> Array:
        """Score of every title; those that the library cannot score come last."""
        scores = np.asarray(self._answer[0], np.float64)
        known = np.isfinite(scores)
        return np.where(known, scores, scores[known].min(initial=0) - 1)

    def predict(self, positions: Positions) -> Prediction | None:
        """Predicted ratings; the libraries give no range, so it is the prediction itself."""
        rating = self._answer[1]
        if rating is None:
            return None
        clipped = self.model.scale.clip(np.asarray(rating, np.float64)[positions])
        return Prediction(clipped, clipped, clipped)

    def contributions(self, positions: Positions) -> tuple[Array, Array]:
        """The libraries do not say what a rating brings."""
        raise NotImplementedError("models of other libraries are not explained")


def peers() -> list[type[Peer]]:
    """The models of all libraries, installed or not."""
    modules = (import_module(f"{__name__}.with_{name}") for name in LIBRARIES.values())
    return [peer for module in modules for peer in module.PEERS]


def library(peer: type[Peer]) -> str:
    """The library of a model, by the name to install."""
    name = peer.__module__.rsplit(".with_")[-1]
    return next(library for library, module in LIBRARIES.items() if module == name)


def installed() -> dict[str, str]:
    """The libraries that are here -> their versions."""
    return {library: version(library) for library, name in LIBRARIES.items() if find_spec(name)}


def feedback(ratings: Ratings, settings: dict[str, Any]) -> tuple[csr_matrix, Callable[..., Any]]:
    """Ratings as libraries for implicit feedback take them.

    Args:
        ratings: training ratings.
        settings: its "ones", taken out here, says that a rating counts as 1 whatever it is; by
            default it counts as it is.

    Returns:
        Users who rated x all titles, and the function that makes such a row of a visitor.
    """
    ones = settings.pop("ones", False)
    matrix = csr_matrix(ratings.matrix()[np.unique(ratings.users)])
    if ones:
        matrix.data[:] = 1

    def row(rated: Positions, values: Array) -> csr_matrix:
        given = np.ones(len(rated)) if ones else values
        shape = (1, ratings.n_items)
        return csr_matrix((given.astype(np.float32), (np.zeros_like(rated), rated)), shape=shape)

    return matrix, row
