"""The catalogue: the titles of a domain, as a data frame with a fixed shape.

Indexed by `item_id` (int64, unique, ascending), with exactly these columns:

- title: str, for display ("The Matrix")
- alternatives: list[str], further names to find it by (a.k.a., the original language)
- year: Int16, NA if unknown
- genres: list[str], empty if unknown
- kind: str ("movie", "TV", …; `UNKNOWN_KIND` if unknown)
- episodes: Int16, 1 or more, NA if unknown
- n_ratings: int32
- mean_rating: float32, on the rating scale, NaN without ratings

Readers build it, a release stores it and checks it again on opening.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.data.ratings import Ratings
from recommender.errors import DataError

DTYPES = {
    "title": "str",
    "alternatives": "object",
    "year": "Int16",
    "genres": "object",
    "kind": "str",
    "episodes": "Int16",
    "n_ratings": "int32",
    "mean_rating": "float32",
}
"""The columns in their order, each with its pandas dtype; `object` columns hold lists of str."""

UNKNOWN_KIND = "unknown"
"""The kind of a title whose kind nobody has written down."""

ADULT_GENRES = frozenset({"Hentai", "Erotica"})
"""Genres of titles for adults only, as MyAnimeList names them. Its "Ecchi" is not one of them."""


def build(
    ratings: Ratings,
    item_ids: Sequence[int],
    *,
    titles: Sequence[str],
    alternatives: Sequence[list[str]],
    years: Sequence[int | None],
    genres: Sequence[list[str]],
    kinds: Sequence[str],
    episodes: Sequence[int | None] | None = None,
) -> pd.DataFrame:
    """Put a catalogue together and count its ratings.

    Args:
        ratings: The ratings; their `item_ids` are those given here.
        item_ids: The unique ids, in any order; the other columns are parallel to it.
        titles: Display titles.
        alternatives: Further names.
        years: Years, None if unknown.
        genres: Genres.
        kinds: Kinds.
        episodes: Numbers of episodes, None if unknown; None where no title's is known.

    Returns:
        The checked catalogue, ascending by item id.

    Raises:
        DataError: If `check` finds something, or the ids are not those of the ratings.
    """
    frame = pd.DataFrame(
        {
            "title": pd.array(list(titles), dtype="str"),
            "alternatives": pd.Series(list(alternatives), dtype="object"),
            "year": pd.array(list(years), dtype="Int16"),
            "genres": pd.Series(list(genres), dtype="object"),
            "kind": pd.array(list(kinds), dtype="str"),
            "episodes": pd.array(
                [None] * len(titles) if episodes is None else list(episodes), dtype="Int16"
            ),
        }
    )
    frame.index = pd.Index(list(item_ids), dtype="int64", name="item_id")
    return count(frame.sort_index(), ratings)


def count(frame: pd.DataFrame, ratings: Ratings) -> pd.DataFrame:
    """Count the ratings of every title, in place of what a catalogue said of other ratings.

    Args:
        frame: A catalogue, with or without its columns n_ratings and mean_rating.
        ratings: The ratings of its titles.

    Returns:
        The checked catalogue of these ratings, a copy.

    Raises:
        DataError: If `check` finds something, or the ids are not those of the ratings.
    """
    if not np.array_equal(frame.index.to_numpy(), ratings.item_ids):
        raise DataError(
            "The titles of the catalogue are not those of the ratings; build both anew."
        )
    sums = np.bincount(ratings.items, weights=ratings.values, minlength=ratings.n_items)
    return with_counts(frame, ratings.counts(), np.asarray(sums, np.float64))


def with_counts(
    frame: pd.DataFrame, n_ratings: NDArray[np.int64], sums: NDArray[np.float64]
) -> pd.DataFrame:
    """Give the titles numbers of ratings that were counted elsewhere.

    Args:
        frame: As in `count`.
        n_ratings: int64 (n_items,), ratings of each title.
        sums: float64 (n_items,), their sums.

    Returns:
        The checked catalogue, a copy.

    Raises:
        DataError: If `check` finds something.
    """
    means = np.full(len(frame), np.nan)
    np.divide(sums, n_ratings, out=means, where=n_ratings > 0)
    return check(
        frame.assign(n_ratings=n_ratings.astype(np.int32), mean_rating=means.astype(np.float32))
    )


def adult(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Say of every title of a catalogue whether it is for adults only: bool (n_items,)."""
    return np.array([not ADULT_GENRES.isdisjoint(genres) for genres in frame["genres"]], np.bool_)


def check(frame: pd.DataFrame) -> pd.DataFrame:
    """Return `frame` if it is a catalogue.

    Args:
        frame: What claims to be one.

    Returns:
        The same frame.

    Raises:
        DataError: With the column and the first offending item id.
    """
    if list(frame.columns) != list(DTYPES):
        raise DataError(
            f"A catalogue has the columns {', '.join(DTYPES)}, in this order; "
            f"this one has {', '.join(map(str, frame.columns))}."
        )
    _check_index(frame.index)
    for column, dtype in DTYPES.items():
        if str(frame[column].dtype) != dtype:
            raise DataError(
                f"Catalogue column {column} must have dtype {dtype}, not {frame[column].dtype}."
            )
    for column in ("alternatives", "genres"):
        good = [
            isinstance(names, list) and all(isinstance(name, str) and name for name in names)
            for names in frame[column]
        ]
        _refuse(frame, ~np.array(good, dtype=bool), f"{column} must be a list of non-empty texts")
    for column in ("title", "kind"):
        blank = frame[column].isna() | (frame[column].str.strip() == "")
        _refuse(frame, blank.to_numpy(dtype=bool), f"{column} must not be empty")
    none = (frame["episodes"] < 1).fillna(False).to_numpy(dtype=bool)
    _refuse(frame, none, "episodes must be 1 or more where they are known")
    rated = frame["n_ratings"].to_numpy()
    means = frame["mean_rating"].to_numpy()
    _refuse(frame, rated < 0, "n_ratings must not be negative")
    _refuse(
        frame,
        np.isnan(means) != (rated == 0),
        "mean_rating must be a number exactly where there are ratings",
    )
    return frame


def _check_index(index: pd.Index) -> None:
    if index.dtype != np.int64 or index.name != "item_id":
        raise DataError(
            f"A catalogue is indexed by item_id as int64, not by {index.name} as {index.dtype}."
        )
    repeated = index[index.duplicated()]
    if len(repeated):
        raise DataError(
            f"Item id {repeated[0]} occurs more than once in the catalogue; "
            f"{len(repeated):,} ids do. Ids must be unique."
        )
    if not index.is_monotonic_increasing:
        raise DataError("A catalogue must be ascending by item_id; sort it with sort_index().")


def _refuse(frame: pd.DataFrame, bad: np.ndarray, rule: str) -> None:
    if bad.any():
        item_id = frame.index[int(np.argmax(bad))]
        raise DataError(
            f"Catalogue, item id {item_id}: {rule} ({int(bad.sum()):,} titles are wrong)."
        )
