"""A data set: the ratings of a domain, the titles they refer to, and where all of it comes from.

What `recommender.data.load` returns and training starts from. The provenance goes into every
release that is made of it, because the licences ask for it and because a checksum is the only way
to tell later which file a model has seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
import pandas as pd

from recommender.data import catalogue as catalogues
from recommender.data.coding import blocks
from recommender.data.ratings import Ratings
from recommender.data.scale import RatingScale
from recommender.data.watched import Watched
from recommender.errors import DataError


@dataclass(frozen=True)
class Provenance:
    """Where data comes from and what it may be used for.

    Attributes:
        name: The data set's own name ("MovieLens Latest Datasets (small)").
        citation: The reference that the publisher asks for.
        licence: The terms of use in a sentence.
        url: Where the publisher offers it.
        files: File name to SHA-256 (64 hex digits) of what was read.
    """

    name: str
    citation: str
    licence: str
    url: str
    files: Mapping[str, str]

    def __post_init__(self) -> None:
        """Freeze the mapping."""
        object.__setattr__(self, "files", MappingProxyType(dict(self.files)))


@dataclass(frozen=True, eq=False)
class DataSet:
    """Everything there is to learn from.

    Attributes:
        domain: "movies", "anime", …
        catalogue: The titles, as `recommender.data.catalogue` describes.
        ratings: The ratings; `ratings.item_ids` equals `catalogue.index`.
        provenance: Where it comes from.
        dropped: Reason to number of rows left out (at least one), as the format documents them.
        mended: Reason to number of titles kept with something made good, such as a lost title.
        watched: What users have watched and not rated, or None if the format does not tell. No pair
            is in `ratings` too; users who have rated nothing are among `ratings.user_ids`.
    """

    domain: str
    catalogue: pd.DataFrame
    ratings: Ratings
    provenance: Provenance
    dropped: Mapping[str, int] = field(default_factory=dict)
    mended: Mapping[str, int] = field(default_factory=dict)
    watched: Watched | None = None

    def __post_init__(self) -> None:
        """Check that the parts belong together.

        Raises:
            DataError: If the catalogue is none, or it or the watched titles are not those of the
                ratings.
        """
        catalogues.check(self.catalogue)
        if not np.array_equal(self.catalogue.index.to_numpy(), self.ratings.item_ids):
            raise DataError("The catalogue and the ratings of a data set list different item ids.")
        if not np.array_equal(self.catalogue["n_ratings"].to_numpy(), self.ratings.counts()):
            raise DataError("The catalogue's n_ratings are not the counts of the ratings.")
        if self.watched is not None:
            _check_watched(self.watched, self.ratings)
        for name in ("dropped", "mended"):
            counts = {reason: n for reason, n in getattr(self, name).items() if n}
            object.__setattr__(self, name, MappingProxyType(counts))


def _check_watched(watched: Watched, ratings: Ratings) -> None:
    for name, n in (("users", ratings.n_users), ("items", ratings.n_items)):
        if getattr(watched, name).max(initial=-1) >= n:
            raise DataError(f"Watched.{name} must be positions in the ratings, below {n}.")
    starts = np.concatenate(([0], np.cumsum(ratings.user_counts())))
    n_items = np.int64(ratings.n_items)
    for block in blocks(len(watched)):
        users, items = watched.users[block], watched.items[block]
        theirs = slice(starts[users[0]], starts[users[-1] + 1])
        rated = ratings.users[theirs] * n_items + ratings.items[theirs]
        if np.isin(users * n_items + items, rated, assume_unique=True).any():
            raise DataError("A title is either rated or watched without a rating, never both.")


def watched_as_ratings(data: DataSet, value: float = -1.0) -> DataSet:
    """Take "watched, not rated" for a rating: a mistake, made only to reproduce who made it.

    The reference system R1 (docs/reference-systems.md) read the -1 of the Anime Recommendations
    Database as the lowest rating of a scale from -1 to 10, and so taught its model that people
    dislike what they choose to watch. Nothing that Tastemap shows is trained on this.

    Args:
        data: A data set that tells what was watched.
        value: The rating of a watched title, below the scale and a whole number of steps from it.

    Returns:
        The data set with a rating for every watched title, on a scale that goes down to `value`;
        without timestamps, `watched` None.

    Raises:
        DataError: If the data set does not tell what was watched.
        RatingError: If the scale cannot go down to `value`.
    """
    if data.watched is None:
        raise DataError(f"{data.provenance.name} does not tell what was watched and not rated.")
    known, watched = data.ratings, data.watched
    scale = RatingScale(
        low=value, high=known.scale.high, step=known.scale.step, liked=known.scale.liked
    )
    ratings = Ratings.from_columns(
        known.user_ids[np.concatenate([known.users, watched.users])],
        known.item_ids[np.concatenate([known.items, watched.items])],
        np.concatenate([known.values, np.full(len(watched), value, dtype=np.float32)]),
        item_ids=known.item_ids,
        user_ids=known.user_ids,
        scale=scale,
    )
    return replace(
        data, catalogue=catalogues.count(data.catalogue, ratings), ratings=ratings, watched=None
    )
