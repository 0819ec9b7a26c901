"""The catalogue laid out for quick answers: arrays by position, made once per release.

A data frame is good to look at and slow to ask one title of. Everything in `serving` counts titles
by their position in the catalogue, as models do, and finds names and numbers here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.data import catalogue as catalogues
from recommender.data.franchise import Franchises

Positions = NDArray[np.intp]


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

    @classmethod
    def of(cls, catalogue: pd.DataFrame, *, adult: bool = False) -> Shelf:
        """Lays out a checked catalogue (see `recommender.data.catalogue`).

        Args:
            catalogue: the catalogue.
            adult: whether titles for adults only are offered.
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
            genres=tuple(map(tuple, catalogue["genres"])),
            offered=offered,
            n_ratings=n_ratings,
            by_popularity=by_popularity,
            position=MappingProxyType({int(id_): at for at, id_ in enumerate(item_ids)}),
        )

    @cached_property
    def all_genres(self) -> tuple[str, ...]:
        """The genres of the titles that are offered, in alphabetical order."""
        offered = zip(self.genres, self.offered, strict=True)
        return tuple(sorted({genre for genres, there in offered if there for genre in genres}))

    def of_genres(self, genres: Iterable[str]) -> NDArray[np.bool_]:
        """Which titles have at least one of some genres, bool (n_items,)."""
        return self._marked(self._of_genre, genres)

    def of_kinds(self, kinds: Iterable[str]) -> NDArray[np.bool_]:
        """Which titles are of one of some kinds, bool (n_items,)."""
        return self._marked(self._of_kind, kinds)

    def _marked(
        self, marks: Mapping[str, NDArray[np.bool_]], names: Iterable[str]
    ) -> NDArray[np.bool_]:
        marked = np.zeros(len(self), np.bool_)
        for name in names:
            if name in marks:
                marked |= marks[name]
        return marked

    @cached_property
    def _of_genre(self) -> Mapping[str, NDArray[np.bool_]]:
        return {
            genre: np.array([genre in genres for genres in self.genres], np.bool_)
            for genre in self.all_genres
        }

    @cached_property
    def _of_kind(self) -> Mapping[str, NDArray[np.bool_]]:
        return {
            kind: np.array([kind == other for other in self.kinds], np.bool_)
            for kind in self.all_kinds
        }

    @cached_property
    def franchises(self) -> Franchises:
        """Which titles belong together."""
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


def _telling(kinds: pd.Series) -> tuple[str, ...]:
    """The kinds without those that tell nothing."""
    mute = {catalogues.UNKNOWN_KIND} if kinds.nunique() > 1 else set(kinds)
    return tuple("" if kind in mute else kind for kind in kinds)
