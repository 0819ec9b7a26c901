"""The first MovieLens set, ml-100k: u.data, u.item and u.genre.

u.data is tab separated (user, item, rating, timestamp), u.item is separated by "|" (id, title with
year, two dates, IMDb address, a 0 or 1 for each genre) and Latin-1, u.genre names the genres in
the order of those flags, all without header lines (README of ml-100k). Item 267 is called
"unknown" and has nothing else: a title that was lost. Some movies are there under two ids; each id
has its own ratings and stays a title of its own.
"""

from recommender.data.dataset import DataSet
from recommender.data.files import Source
from recommender.data.movielens import (
    OLD_LICENCE,
    RATING_TYPES,
    URL,
    Movie,
    RatingColumns,
    assemble,
)
from recommender.data.numbers import read_numbers
from recommender.data.readers import FolderReader, RatingsFile
from recommender.data.scale import MOVIE_SCALE
from recommender.data.tables import Layout, TextRow, read_rows, refuse, whole_number
from recommender.data.titles import parse

_FILES = ("u.data", "u.item", "u.genre")
_FACTS = ("movieId", "title", "release date", "video release date", "IMDb URL")
_UNKNOWN = "unknown"


def _read(source: Source) -> DataSet:
    rows = read_rows(
        source, "u.genre", ("genre", "position"), Layout("|", ("genre", "position")), "latin-1"
    )
    # In the order of the flags, which is that of the positions 0, 1, 2, … beside the names.
    genres = [row.fields["genre"] for row in rows]
    columns = (*_FACTS, *genres)
    items = read_rows(source, "u.item", columns, Layout("|", columns), "latin-1")
    table = read_numbers(source, "u.data", RATING_TYPES, Layout("\t", tuple(RATING_TYPES)))
    return assemble(
        _movies(items, genres),
        RatingColumns.of(table),
        name="MovieLens ml-100k",
        licence=OLD_LICENCE,
        files=source.sha256(*_FILES),
    )


def _movies(items: list[TextRow], genres: list[str]) -> list[Movie]:
    movies = []
    offences = []
    for row in items:
        item_id = whole_number(row.fields["movieId"])
        flags = {genre: row.fields[genre] for genre in genres}
        strange = [genre for genre, flag in flags.items() if flag not in ("0", "1")]
        if item_id is None:
            found = row.fields["movieId"]
            offences.append((row.place, f"movieId must be a whole number, not {found!r}"))
        elif not row.fields["title"]:
            offences.append((row.place, f"movie {item_id} has an empty title"))
        elif strange:
            found = flags[strange[0]]
            offences.append((row.place, f"the flag of {strange[0]} must be 0 or 1, not {found!r}"))
        else:
            title = None if row.fields["title"] == _UNKNOWN else parse(row.fields["title"])
            own = [genre for genre, flag in flags.items() if flag == "1" and genre != _UNKNOWN]
            movies.append(Movie(item_id, title, own, row.place))
    refuse(offences)
    return movies


READER = FolderReader(
    name="MovieLens ml-100k",
    domain="movies",
    url=URL,
    files=_FILES,
    read=_read,
    ratings=(RatingsFile("u.data", RATING_TYPES, Layout("\t", tuple(RATING_TYPES)), MOVIE_SCALE),),
)
