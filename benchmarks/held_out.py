"""Held-out visitors for benchmarks of serving: models that have not seen them, half a list each.

A bundled release knows everybody, so each fold of the few-ratings protocol has its visitors left
out and the house model fitted on the others. Half of a visitor's ratings stand for what can be
shown; the other half is hidden, and what is liked there is to be found.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from recommender.data import DataSet, load
from recommender.data.ratings import Ratings
from recommender.evaluation.few_ratings import visitor_folds
from recommender.factors.model import Model, Positions, Taste
from recommender.serving.shelf import Shelf
from recommender.training.recipes import recipe


@dataclass(frozen=True, eq=False)
class HeldOut:
    """A visitor.

    Attributes:
        seen: position -> rating of what can be shown, in random order.
        liked: positions of the hidden titles that were liked, at least one.
    """

    seen: Mapping[int, float]
    liked: Positions


@dataclass(frozen=True, eq=False)
class Fold:
    """A fold's visitors and the model of everybody else.

    Attributes:
        number: which fold.
        ratings: of everybody.
        users: positions of the visitors among the users.
        model: fitted without them.
        shelf: the catalogue, counting the ratings of the others.
        n_users: users that the model is fitted on.
    """

    number: int
    ratings: Ratings
    users: Positions
    model: Model
    shelf: Shelf
    n_users: int

    @cached_property
    def visitors(self) -> list[HeldOut]:
        """The visitors who like something of their hidden half."""
        ends = np.cumsum(self.ratings.user_counts())
        found = []
        for user in self.users.tolist():
            rows = np.arange(ends[user - 1] if user else 0, ends[user])
            rows = np.random.default_rng(user).permutation(rows)
            seen, hidden = np.array_split(rows, 2)
            items, values = self.ratings.items.astype(np.intp), self.ratings.values
            liked = hidden[values[hidden] >= self.ratings.scale.liked]
            if len(liked):
                profile = zip(items[seen].tolist(), values[seen].tolist(), strict=True)
                found.append(HeldOut(dict(profile), items[liked]))
        return found

    def taste(self, ratings: Mapping[int, float]) -> Taste:
        """Folds somebody in by position."""
        return taste(self.model, ratings)


def taste(model: Model, ratings: Mapping[int, float]) -> Taste:
    """Folds somebody into a model by position."""
    return model.taste(np.array(list(ratings), np.intp), np.array(list(ratings.values())))


def folds(domain: str, numbers: Iterable[int], algorithm: str) -> Iterator[Fold]:
    """Yields folds, each with its model fitted anew.

    Args:
        domain: "movies" or "anime".
        numbers: which folds.
        algorithm: what to fit, as a release of the domain wants it.
    """
    data = data_set(domain)
    of_user = visitor_folds(data.ratings)
    for number in numbers:
        inside = of_user == number
        training = data.ratings.subset(~inside[data.ratings.users])
        counts = training.counts().astype(np.int64)
        yield Fold(
            number=number,
            ratings=data.ratings,
            users=np.flatnonzero(inside),
            model=recipe(domain, algorithm).fit(training).model,
            shelf=Shelf.of(data.catalogue.assign(n_ratings=counts)),
            n_users=int(np.count_nonzero(~inside)),
        )


def data_set(domain: str) -> DataSet:
    """Movies as an installed package ships them; any other domain from $TASTEMAP_DATA/domain."""
    folder = os.environ.get("TASTEMAP_DATA", "")
    return load(domain, None if domain == "movies" else f"{folder}/{domain}")
