"""What the catalogue says of titles, as yes-or-no traits: genres, decades, kinds, how well known.

Factor names and the words of the atlas are both made of these, so that the same word means the same
thing wherever it stands.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.data.catalogue import ADULT_GENRES
from recommender.factors.fold_in import Array

FEWEST_TITLES = 20
_BANDS = 10


@dataclass(frozen=True, eq=False)
class Traits:
    """Traits of some titles.

    Attributes:
        words: one per trait: "horror", "1980s", "TV", "well known", …
        groups: what each is: "genre", "decade", "kind" or "popularity".
        has: bool (n_titles, n_traits).
        bands: intp (n_titles,), titles with about as many ratings have the same number.
    """

    words: tuple[str, ...]
    groups: tuple[str, ...]
    has: NDArray[np.bool_]
    bands: NDArray[np.intp]

    @property
    def of_popularity(self) -> NDArray[np.bool_]:
        """Which traits say how well known a title is, bool (n_traits,)."""
        return np.array([group == "popularity" for group in self.groups], bool)

    @property
    def share(self) -> Array:
        """The share of the titles that have each trait, float64 (n_traits,), in 0..1."""
        return np.asarray(self.has.sum(axis=0) / max(len(self.has), 1))

    def centred(self, values: Array) -> Array:
        """Values (n_titles, d) without what titles that are as well known have in common."""
        sums = np.zeros((self.bands.max(initial=0) + 1, values.shape[1]))
        np.add.at(sums, self.bands, values)
        sizes = np.bincount(self.bands, minlength=len(sums))
        return np.asarray(values - (sums / np.maximum(sizes, 1)[:, None])[self.bands])

    def shuffled(self, generator: np.random.Generator, within_bands: bool) -> NDArray[np.intp]:
        """A random order of the titles; within bands, each keeps how well known it is."""
        order = generator.permutation(len(self.bands))
        if not within_bands:
            return order
        shuffled = np.empty_like(order)
        # Both sides list the titles band by band, once in their order and once in a random one.
        shuffled[np.argsort(self.bands, kind="stable")] = order[
            np.argsort(self.bands[order], kind="stable")
        ]
        return shuffled

    def rows(self, chosen: NDArray[np.intp] | NDArray[np.bool_]) -> Traits:
        """The same traits of fewer titles."""
        return Traits(self.words, self.groups, self.has[chosen], self.bands[chosen])


def traits(catalogue: pd.DataFrame) -> Traits:
    """Reads the traits off a catalogue.

    Args:
        catalogue: the titles to speak of, with the columns genres, year, kind and n_ratings.

    Returns:
        The traits that at least `FEWEST_TITLES` have and as many have not. A title without genres
        or year has no trait of these; where every title is of one kind, that is no trait. Genres
        of titles for adults only are left out: the words are for everybody to read.
    """
    columns: list[tuple[str, str, NDArray[np.bool_]]] = []
    genres = [frozenset(names) for names in catalogue["genres"]]
    for genre in sorted(frozenset().union(*genres) - ADULT_GENRES):
        columns.append((_word(genre), "genre", np.array([genre in names for names in genres])))
    decades = catalogue["year"].fillna(0).to_numpy(np.int64) // 10 * 10
    for decade in np.unique(decades[decades > 0]):
        columns.append((f"{decade}s", "decade", decades == decade))
    kinds = catalogue["kind"].to_numpy()
    for kind in sorted({*kinds} - {"unknown"}):
        columns.append((_word(kind), "kind", kinds == kind))
    share = _share_below(catalogue["n_ratings"].to_numpy())
    columns += [("well known", "popularity", share >= 0.75)]
    columns += [("little known", "popularity", share < 0.25)]
    kept = [c for c in columns if FEWEST_TITLES <= c[2].sum() <= len(catalogue) - FEWEST_TITLES]
    has = np.column_stack([c[2] for c in kept]) if kept else np.zeros((len(catalogue), 0), bool)
    bands = np.minimum(share * _BANDS, _BANDS - 1).astype(np.intp)
    return Traits(tuple(c[0] for c in kept), tuple(c[1] for c in kept), has, bands)


def sentence(words: list[str]) -> str:
    """Words as one phrase that starts with a capital letter: "Horror, thriller"."""
    phrase = ", ".join(words)
    return phrase[:1].upper() + phrase[1:]


def _share_below(counts: NDArray[np.int32]) -> Array:
    """The share of titles with fewer ratings than each, ties by their middle, in 0..1."""
    ordered = np.sort(counts)
    below = np.searchsorted(ordered, counts, "left") + np.searchsorted(ordered, counts, "right")
    return np.asarray(below / 2 / max(len(counts), 1))


def _word(name: str) -> str:
    return name if name.isupper() else name.lower()
