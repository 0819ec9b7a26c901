"""The contract of an algorithm: hyper-parameters in, a fitted model out.

An algorithm is a frozen dataclass whose fields are its hyper-parameters, each declared with a
sentence by `parameter`, a number within bounds, or by `choice`, one of several words; the
constructor only checks and stores them. `fit` learns from ratings and returns a `Fit`: the
immutable model and what training showed on the way. The tests that every algorithm inherits are in
`tests/algorithms/contract.py`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from recommender.data.ratings import Ratings
from recommender.errors import ParameterError
from recommender.factors.model import Model

Progress = Callable[[float, str], None]
"""Called with the share done in 0..1 and a phrase on what is being done; the phrase is a `Step`
where an iteration has ended whose training loss is known."""


class Step(str):
    """A phrase with the training loss of the iteration that has ended.

    Whoever only reads the words of progress need not know of it; whoever puts words before it
    keeps the loss by `within`.

    Attributes:
        loss: the training loss.
        of: what is being fitted, "" until somebody has said it.
    """

    loss: float
    of: str

    def __new__(cls, phrase: str, loss: float, of: str = "") -> Step:
        """A phrase like any other, with a loss."""
        step = super().__new__(cls, phrase)
        step.loss, step.of = loss, of
        return step


def within(name: str, phrase: str) -> str:
    """Puts what a phrase is about before it: "funk-svd: gradient descent"."""
    said = f"{name}: {phrase}"
    return Step(said, phrase.loss, phrase.of or name) if isinstance(phrase, Step) else said


def silent(done: float, phrase: str) -> None:
    """The progress callback that says nothing."""


def parameter(
    default: float,
    low: float,
    high: float,
    meaning: str,
    *,
    tuned: bool = True,
    ranks: bool = False,
) -> Any:
    """Declares a hyper-parameter of an algorithm.

    Args:
        default: its default; an int makes it a whole number.
        low: lowest value allowed.
        high: highest value allowed.
        meaning: one sentence for the command line and the pages.
        tuned: whether a search tries other values unasked; not where it buys quality with time.
        ranks: whether it is for the order of titles alone, though the algorithm predicts ratings.

    Returns:
        A dataclass field.
    """
    return field(
        default=default,
        metadata={"low": low, "high": high, "meaning": meaning, "tuned": tuned, "ranks": ranks},
    )


def choice(default: str, options: tuple[str, ...], meaning: str, *, tuned: bool = True) -> Any:
    """Declares a hyper-parameter that is one of several words.

    Args:
        default: one of the options.
        options: the words allowed.
        meaning: one sentence for the command line and the pages.
        tuned: whether a search tries the others unasked; not where they mean the same.

    Returns:
        A dataclass field.
    """
    return field(
        default=default,
        metadata={"options": options, "meaning": meaning, "tuned": tuned},
    )


@dataclass(frozen=True, eq=False)
class Fit:
    """The result of fitting.

    Attributes:
        model: the fitted model.
        user_weights: float64 (n_users, 1 + k), every training user's `[bias, factors]` under the
            model's ranker, or None if the algorithm trains nothing per user.
        losses: training loss after each iteration, if the algorithm has one.
    """

    model: Model
    user_weights: NDArray[np.float64] | None = None
    losses: tuple[float, ...] = ()


@dataclass(frozen=True)
class Algorithm(ABC):
    """A recipe with its hyper-parameters.

    Raises:
        ParameterError: a hyper-parameter is of the wrong type or out of its bounds.
    """

    name: ClassVar[str]
    """Its name everywhere: file, command line, release, page."""
    summary: ClassVar[str]
    """What it does, in one plain sentence for a visitor."""
    predicts_ratings: ClassVar[bool] = True
    """Whether numbers of its models can be read as ratings."""

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            wanted = _unmet(value, item.default, item.metadata)
            if wanted:
                raise ParameterError(f"{self.name}: {item.name} {wanted}, not {value!r}")

    @property
    def rater(self) -> Algorithm | None:
        """The algorithm that predicts the ratings: itself or a member of it, None if none does."""
        return self if self.predicts_ratings else None

    @abstractmethod
    def fit(self, ratings: Ratings, *, seed: int = 0, progress: Progress = silent) -> Fit:
        """Learns from ratings.

        Args:
            ratings: training ratings, at least one; titles without ratings stay in the model.
            seed: fixes everything random; the same ratings and seed give the same model.
            progress: told about every iteration.

        Returns:
            The fitted model with finite numbers.
        """


def _unmet(value: Any, default: Any, declared: Mapping[str, Any]) -> str | None:
    """Says what a hyper-parameter must be and is not; None if all is well."""
    if "options" in declared:
        allowed = isinstance(value, str) and value in declared["options"]
        return None if allowed else f"must be one of {', '.join(declared['options'])}"
    whole = isinstance(default, int)
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
        return "must be a whole number" if whole else "must be a number"
    low, high = declared["low"], declared["high"]
    return None if low <= value <= high else f"must lie in {low:g}..{high:g}"
