"""What all MovieLens formats share: terms of use, genres, and the assembly of a data set.

Source: the README files of ml-100k, ml-1m, ml-10m and ml-latest-small (GroupLens). The readers of
the single formats say where a movie and a rating stand; here they become one data set.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.data import catalogue
from recommender.data.dataset import DataSet, Provenance
from recommender.data.numbers import NumberTable
from recommender.data.places import Locate, kept
from recommender.data.ratings import Ratings
from recommender.data.scale import MOVIE_SCALE
from recommender.data.tables import TextRow, refuse, refuse_repeated, whole_number
from recommender.data.titles import Title, parse
from recommender.errors import DataError

NO_GENRES = "(no genres listed)"
URL = "https://grouplens.org/datasets/movielens/"
_CITATION = (
    "F. Maxwell Harper and Joseph A. Konstan. 2015. The MovieLens Datasets: History and Context. "
    "ACM Transactions on Interactive Intelligent Systems (TiiS) 5, 4: 19:1–19:19. "
    "https://doi.org/10.1145/2827872"
)
_LICENCE = (
    "Research use; acknowledge the source; {redistribution}; no commercial use without permission "
    "of GroupLens; no endorsement by the University of Minnesota implied."
)
LICENCE = _LICENCE.format(redistribution="redistribution under the same conditions")
OLD_LICENCE = _LICENCE.format(redistribution="no redistribution without separate permission")
"""The terms of ml-100k, ml-1m and ml-10m."""

RATING_TYPES = {"userId": "int64", "movieId": "int64", "rating": "float32", "timestamp": "int64"}
"""The columns of every MovieLens ratings file, in their order."""


@dataclass(frozen=True)
class Movie:
    """A movie as a catalogue file has it.

    Attributes:
        item_id: The movieId.
        title: Its title, or None if the data set has lost it.
        genres: Its genres.
        place: Where it stands, for errors.
    """

    item_id: int
    title: Title | None
    genres: list[str]
    place: str


@dataclass(frozen=True)
class RatingColumns:
    """The columns of a ratings file, parallel, as `RATING_TYPES` says, and what names a row."""

    users: NDArray[np.int64]
    items: NDArray[np.int64]
    values: NDArray[np.float32]
    timestamps: NDArray[np.int64]
    locate: Locate

    @classmethod
    def of(cls, table: NumberTable) -> RatingColumns:
        """Take them from a table that was read with `RATING_TYPES`."""
        users, items, values, timestamps = (table.columns[name] for name in RATING_TYPES)
        return cls(users, items, values, timestamps, table.locate)


def split_genres(text: str) -> list[str]:
    """Split "Action|Sci-Fi"; the MovieLens text for none, or an empty text, gives []."""
    genres = [genre.strip() for genre in text.split("|")]
    return [genre for genre in genres if genre and genre != NO_GENRES]


def movies_of(rows: Sequence[TextRow]) -> list[Movie]:
    """Read movies from rows with the columns movieId, title (with year) and genres.

    Args:
        rows: The rows of a catalogue file.

    Returns:
        A movie a row.

    Raises:
        DataError: If an id is no whole number or a title is empty.
    """
    movies = []
    offences = []
    for row in rows:
        item_id = whole_number(row.fields["movieId"])
        if item_id is None:
            found = row.fields["movieId"]
            offences.append((row.place, f"movieId must be a whole number, not {found!r}"))
        elif not row.fields["title"]:
            offences.append((row.place, f"movie {item_id} has an empty title"))
        else:
            title = parse(row.fields["title"])
            genres = split_genres(row.fields["genres"])
            movies.append(Movie(item_id, title, genres, row.place))
    refuse(offences)
    return movies


def assemble(
    movies: Sequence[Movie],
    ratings: RatingColumns,
    *,
    name: str,
    licence: str,
    files: Mapping[str, str],
    drop_unknown: bool = False,
) -> DataSet:
    """Make a data set of movies and ratings.

    Args:
        movies: The catalogue, in any order.
        ratings: The ratings, in any order.
        name: The data set's name, for the provenance.
        licence: Its terms of use.
        files: File name to SHA-256.
        drop_unknown: Leave out ratings of ids that are no movie, and count them, instead of
            refusing the file: for a set whose README says that there are such ids.

    Returns:
        The data set; a movie without a title is shown as "Untitled movie <id>" and counted in
        `mended`.

    Raises:
        DataError: If a movie id occurs twice, a rated movie is not in the catalogue, a user rates
            a movie twice, or no rating is left.
        RatingError: If a rating is off the scale.
    """
    refuse_repeated("movie", [(movie.item_id, movie.place) for movie in movies])
    item_ids = [movie.item_id for movie in movies]
    dropped = {}
    if drop_unknown:
        known = np.isin(ratings.items, item_ids)
        dropped = {"ratings of ids that are no movie": int((~known).sum())}
        ratings = _keep(ratings, known)
        if not known.any():
            raise DataError(f"{name}: no rating is of a movie in the catalogue; no rating is left.")
    coded = Ratings.from_columns(
        ratings.users,
        ratings.items,
        ratings.values,
        item_ids=item_ids,
        scale=MOVIE_SCALE,
        timestamps=ratings.timestamps,
        locate=ratings.locate,
    )
    titles = [movie.title or Title(f"Untitled movie {movie.item_id}", (), None) for movie in movies]
    untitled = sum(movie.title is None for movie in movies)
    return DataSet(
        domain="movies",
        catalogue=catalogue.build(
            coded,
            item_ids,
            titles=[title.display for title in titles],
            alternatives=[list(title.alternatives) for title in titles],
            years=[title.year for title in titles],
            genres=[movie.genres for movie in movies],
            kinds=["movie"] * len(movies),
        ),
        ratings=coded,
        provenance=Provenance(name=name, citation=_CITATION, licence=licence, url=URL, files=files),
        dropped=dropped,
        mended={"movies without a title, shown as “Untitled movie <id>”": untitled},
    )


def _keep(ratings: RatingColumns, mask: NDArray[np.bool_]) -> RatingColumns:
    return RatingColumns(
        ratings.users[mask],
        ratings.items[mask],
        ratings.values[mask],
        ratings.timestamps[mask],
        kept(ratings.locate, mask),
    )
