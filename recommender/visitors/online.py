"""What happened after: which recommended titles visitors then rated, had seen or did not want.

A title counts as shown when a model has put it on a visitor's page for the first time, at the rank
that it had then; whether anybody scrolled to it nobody knows. Only consenting visitors are counted,
and not those who are set apart. Every visitor counts once: their own share is taken first, so that
one who rates hundreds does not speak for all, and the intervals are over visitors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, and_, case, func, select

from recommender.evaluation.differences import between, holm
from recommender.evaluation.metrics import Estimate
from recommender.storage.database import reading
from recommender.visitors.tables import EXPOSURE, VISITOR

RANKS = ((1, 3), (4, 8), (9, 1_000_000))
"""The ranks that are counted together, from and to: a look, the first page, further down."""
FEWEST = 30
"""Visitors on either side of a split below whom nothing is said."""
FIGURES = ("taken up", "liked", "not wanted", "rating")
"""Per visitor: shares of what was shown that were rated or seen, rated as liked, dismissed; and the
mean rating of what was rated."""


@dataclass(frozen=True)
class Tally:
    """What one visitor made of what one model showed at one rank.

    Attributes:
        visitor: pseudonym.
        model: its name.
        rank: from 1 on.
        assigned: the split gave the model to the visitor.
        shown: titles.
        rated: of those, were then rated.
        liked: of those, as liked.
        seen: were said to be seen, without a rating.
        dismissed: were not wanted.
        total: sum of the ratings.
    """

    visitor: str
    model: str
    rank: int
    assigned: bool
    shown: int
    rated: int
    liked: int
    seen: int
    dismissed: int
    total: float


@dataclass(frozen=True)
class Followed:
    """What visitors made of the recommendations of a model.

    Attributes:
        visitors: who were shown any.
        shown: titles, counted once a visitor.
        figures: of `FIGURES`, those that anybody has, with their intervals over visitors.
    """

    visitors: int
    shown: int
    figures: Mapping[str, Estimate]


@dataclass(frozen=True)
class Contest:
    """The two sides of a split.

    Attributes:
        first: model name.
        second: the other.
        sides: what the visitors of each made of it.
        differences: figure -> first minus second with its interval; none with fewer than `FEWEST`
            visitors on a side.
        beyond_chance: the figures that differ by more than chance, allowing for all of them.
    """

    first: str
    second: str
    sides: tuple[Followed, Followed]
    differences: Mapping[str, Estimate]
    beyond_chance: tuple[str, ...]


def tallies(engine: Engine, domain: str, liked: float, release: str | None = None) -> list[Tally]:
    """Counts what is kept.

    Args:
        engine: the database.
        domain: of which domain.
        liked: the rating from which on a title counts as liked.
        release: only what this release showed; None for all.

    Raises:
        StorageError: the database refuses.
    """

    def count(condition: object) -> object:
        return func.sum(case((condition, 1), else_=0))  # type: ignore[arg-type]

    rated = EXPOSURE.c.outcome == "rated"
    who = (EXPOSURE.c.visitor, EXPOSURE.c.model, EXPOSURE.c.rank, EXPOSURE.c.assigned)
    query = (
        select(
            *who,
            func.count(),
            count(rated),
            count(and_(rated, EXPOSURE.c.rating >= liked)),
            count(EXPOSURE.c.outcome == "seen"),
            count(EXPOSURE.c.outcome == "dismissed"),
            func.coalesce(func.sum(EXPOSURE.c.rating), 0.0),
        )  # type: ignore[call-overload]
        .join(VISITOR, VISITOR.c.visitor == EXPOSURE.c.visitor)
        .where(EXPOSURE.c.domain == domain, VISITOR.c.quarantine == "")
        .group_by(*who)
    )
    if release is not None:
        query = query.where(EXPOSURE.c.release == release)
    with reading(engine) as connection:
        return [Tally(*row) for row in connection.execute(query).all()]


def followed(found: Iterable[Tally]) -> Followed:
    """What visitors made of what they were shown; nobody gives zeros and no figures."""
    return _followed(_by_visitor(found))


def by_model(found: Sequence[Tally]) -> dict[str, Followed]:
    """Model -> what visitors made of it, the one that was shown most first."""
    models: dict[str, list[Tally]] = {}
    for one in found:
        models.setdefault(one.model, []).append(one)
    told = {model: followed(some) for model, some in models.items()}
    return dict(sorted(told.items(), key=lambda item: (-item[1].shown, item[0])))


def by_rank(found: Sequence[Tally]) -> dict[str, Followed]:
    """Ranks, as "1–3" -> what visitors made of the titles there."""
    told = {}
    for low, high in RANKS:
        name = f"{low}–{high}" if high < RANKS[-1][1] else f"from {low}"
        told[name] = followed(one for one in found if low <= one.rank <= high)
    return told


def contest(found: Iterable[Tally], first: str, second: str) -> Contest:
    """Compares the two models of a split: different people, so group beside group.

    Args:
        found: what was counted; only what the split assigned is looked at, whatever visitors chose
            later.
        first: model name.
        second: the other.
    """
    mine = [one for one in found if one.assigned]
    groups = [_by_visitor(one for one in mine if one.model == name) for name in (first, second)]
    differences: dict[str, Estimate] = {}
    chances: list[float] = []
    for figure in FIGURES:
        ones, others = (_samples(group, figure) for group in groups)
        if min(len(ones), len(others)) >= FEWEST:
            differences[figure], chance = between(ones, others)
            chances.append(chance)
    real = zip(differences, holm(chances), strict=True)
    return Contest(
        first,
        second,
        (_followed(groups[0]), _followed(groups[1])),
        differences,
        tuple(figure for figure, beyond in real if beyond),
    )


_Sums = NDArray[np.float64]


def _by_visitor(found: Iterable[Tally]) -> dict[str, _Sums]:
    """Visitor -> shown, rated, liked, seen, dismissed, total."""
    sums: dict[str, _Sums] = {}
    for one in found:
        counts = (one.shown, one.rated, one.liked, one.seen, one.dismissed, one.total)
        sums[one.visitor] = sums.get(one.visitor, np.zeros(6)) + counts
    return sums


def _followed(sums: Mapping[str, _Sums]) -> Followed:
    samples = {figure: _samples(sums, figure) for figure in FIGURES}
    return Followed(
        len(sums),
        int(sum(one[0] for one in sums.values())),
        {figure: Estimate.mean(values) for figure, values in samples.items() if len(values)},
    )


def _samples(sums: Mapping[str, _Sums], figure: str) -> NDArray[np.float64]:
    """A figure of each visitor who has it."""
    if not sums:
        return np.empty(0)
    shown, rated, liked, seen, dismissed, total = np.array(list(sums.values())).T
    values: NDArray[np.float64]
    if figure == "rating":
        values = total[rated > 0] / rated[rated > 0]
    else:
        part = {"taken up": rated + seen, "liked": liked, "not wanted": dismissed}[figure]
        values = part / shown
    return values
