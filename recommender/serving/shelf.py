"""The catalogue laid out for quick answers: arrays by position, made once per release.

A data frame is good to look at and slow to ask one title of. Everything in `serving` counts titles
by their position in the catalogue, as models do, and finds names and numbers here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.data import catalogue as catalogues
from recommender.data.franchise import Franchises

Positions = NDArray[np.intp]
Label = TypeVar("Label", bound=Hashable)


@dataclass(frozen=True, eq=False)
class Shelf:
    """A catalogue as arrays, read-only and shared by all visitors.

    Attributes:
        item_ids: int64 (n_items,), ascending.
        titles: n_items display titles.
        years: int16 (n_items,), 0 if unknown.
        episodes: int16 (n_items,), 0 if unknown.
        kinds: n_items kinds, "TV" and the like; "" where unknown, and everywhere if all are alike.
        genres: n_items tuples of genres.
        offered: bool (n_items,), whether a title may be offered: recommended, found, put up for
            rating. A rating of any other counts as well.
        n_ratings: int64 (n_items,).
        by_popularity: intp (n_items,), positions with the most rated title first; of two titles
            with as many ratings the one with the lower item id.
        position: item_id -> position.
        stored: the franchises, where the release has them.
    """

    item_ids: NDArray[np.int64]
    titles: tuple[str, ...]
    years: NDArray[np.int16]
    episodes: NDArray[np.int16]
    kinds: tuple[str, ...]
    genres: tuple[tuple[str, ...], ...]
    offered: NDArray[np.bool_]
    n_ratings: NDArray[np.int64]
    by_popularity: Positions
    position: Mapping[int, int]
    stored: Franchises | None = None

    @classmethod
    def of(
        cls, catalogue: pd.DataFrame, *, adult: bool = False, stored: Franchises | None = None
    ) -> Shelf:
        """Lays out a checked catalogue (see `recommender.data.catalogue`).

        Args:
            catalogue: the catalogue.
            adult: whether titles for adults only are offered.
            stored: its franchises, if they are known.
        """
        item_ids = catalogue.index.to_numpy(np.int64, copy=True)
        n_ratings = catalogue["n_ratings"].to_numpy(np.int64, copy=True)
        years = catalogue["year"].fillna(0).to_numpy(np.int16, copy=True)
        episodes = catalogue["episodes"].fillna(0).to_numpy(np.int16, copy=True)
        by_popularity = np.argsort(-n_ratings, kind="stable")
        offered = np.full(len(catalogue), True) if adult else ~catalogues.adult(catalogue)
        for array in (item_ids, n_ratings, years, episodes, by_popularity, offered):
            array.flags.writeable = False
        return cls(
            item_ids=item_ids,
            titles=tuple(catalogue["title"]),
            years=years,
            episodes=episodes,
            kinds=_telling(catalogue["kind"]),
            genres=_shared(map(tuple, catalogue["genres"])),
            offered=offered,
            n_ratings=n_ratings,
            by_popularity=by_popularity,
            position=_Position(item_ids),
            stored=stored,
        )

    @cached_property
    def all_genres(self) -> tuple[str, ...]:
        """The genres of the titles that are offered, in alphabetical order."""
        distinct, of = self._genres
        offered = (distinct[at] for at in np.unique(of[self.offered]).tolist())
        return tuple(sorted({genre for genres in offered for genre in genres}))

    def of_genres(self, genres: Iterable[str]) -> NDArray[np.bool_]:
        """Which titles have at least one of some genres, bool (n_items,)."""
        wanted = frozenset(genres)
        distinct, of = self._genres
        return np.array([not wanted.isdisjoint(some) for some in distinct], np.bool_)[of]

    def of_kinds(self, kinds: Iterable[str]) -> NDArray[np.bool_]:
        """Which titles are of one of some kinds, bool (n_items,)."""
        wanted = frozenset(kinds)
        distinct, of = self._kinds
        return np.array([kind in wanted for kind in distinct], np.bool_)[of]

    @cached_property
    def _genres(self) -> tuple[list[tuple[str, ...]], NDArray[np.int32]]:
        return _numbered(self.genres)

    @cached_property
    def _kinds(self) -> tuple[list[str], NDArray[np.int32]]:
        return _numbered(self.kinds)

    @cached_property
    def franchises(self) -> Franchises:
        """Which titles belong together."""
        if self.stored is not None:
            return self.stored
        return Franchises.find(self.titles, self.years, self.genres, self.by_popularity)

    @cached_property
    def all_kinds(self) -> tuple[str, ...]:
        """The kinds of the titles that are offered, the most frequent first; without ""."""
        counts = Counter(
            kind for kind, there in zip(self.kinds, self.offered, strict=True) if there
        )
        return tuple(kind for kind, _ in counts.most_common() if kind)

    def __len__(self) -> int:
        return len(self.item_ids)

    def positions(self, item_ids: Iterable[int]) -> Positions:
        """Returns the positions of those ids that are in the catalogue, intp, in their order."""
        found = (self.position.get(item_id) for item_id in item_ids)
        return np.array([at for at in found if at is not None], np.intp)

    def named(self, position: int) -> str:
        """Returns "Heat (1995)", or "Heat" where the year is unknown."""
        year = int(self.years[position])
        return f"{self.titles[position]} ({year})" if year else self.titles[position]


class _Position(Mapping[int, int]):
    """item_id -> position, by bisection: a dict of a million takes 100 MiB."""

    def __init__(self, item_ids: NDArray[np.int64]) -> None:
        self._ids = item_ids.data

    def __getitem__(self, item_id: int) -> int:
        try:
            at = bisect_left(self._ids, item_id)
        except TypeError:
            raise KeyError(item_id) from None
        if at == len(self._ids) or self._ids[at] != item_id:
            raise KeyError(item_id)
        return at

    def __iter__(self) -> Iterator[int]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)


def _telling(kinds: pd.Series) -> tuple[str, ...]:
    """The kinds without those that tell nothing."""
    mute = {catalogues.UNKNOWN_KIND} if kinds.nunique() > 1 else set(kinds)
    return _shared("" if kind in mute else kind for kind in kinds)


def _shared(labels: Iterable[Label]) -> tuple[Label, ...]:
    """The labels of titles; those that are equal are one object."""
    known: dict[Label, Label] = {}
    return tuple(known.setdefault(label, label) for label in labels)


def _numbered(labels: Iterable[Label]) -> tuple[list[Label], NDArray[np.int32]]:
    """The distinct labels, and which of them each title has."""
    number: dict[Label, int] = {}
    of = np.array([number.setdefault(label, len(number)) for label in labels], np.int32)
    return list(number), of
