"""MovieLens with "::" between fields: ml-1m and ml-10m.

ratings.dat (UserID::MovieID::Rating::Timestamp) and movies.dat (MovieID::Title::Genres), without
header lines. ml-1m is known by its users.dat. It is Latin-1, and its README says that "some
MovieIDs do not correspond to a movie due to accidental duplicate entries and/or test entries":
ratings of such ids are left out and counted. ml-10m is UTF-8 and makes no such reservation.
"""

from recommender.data.dataset import DataSet
from recommender.data.files import Source
from recommender.data.movielens import (
    OLD_LICENCE,
    RATING_TYPES,
    URL,
    RatingColumns,
    assemble,
    movies_of,
)
from recommender.data.numbers import read_numbers
from recommender.data.readers import FolderReader, RatingsFile
from recommender.data.scale import MOVIE_SCALE
from recommender.data.tables import Layout, read_rows

_FILES = ("ratings.dat", "movies.dat")
_MOVIES = ("movieId", "title", "genres")


def _read(source: Source) -> DataSet:
    is_1m = "users.dat" in source
    rows = read_rows(
        source, "movies.dat", _MOVIES, Layout("::", _MOVIES), "latin-1" if is_1m else "utf-8"
    )
    ratings = read_numbers(source, "ratings.dat", RATING_TYPES, Layout("::", tuple(RATING_TYPES)))
    return assemble(
        movies_of(rows),
        RatingColumns.of(ratings),
        name="MovieLens ml-1m" if is_1m else "MovieLens ml-10m",
        licence=OLD_LICENCE,
        files=source.sha256(*_FILES),
        drop_unknown=is_1m,
    )


READER = FolderReader(
    name="MovieLens dat (ml-1m, ml-10m)",
    domain="movies",
    url=URL,
    files=_FILES,
    read=_read,
    ratings=(
        RatingsFile("ratings.dat", RATING_TYPES, Layout("::", tuple(RATING_TYPES)), MOVIE_SCALE),
    ),
    titles=("movies.dat", Layout("::", _MOVIES)),
)
