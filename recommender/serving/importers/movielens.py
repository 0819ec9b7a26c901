"""MovieLens: the ratings that movielens.org exports, or ratings.csv of one user of a data set.

The site writes movie_id, imdb_id, tmdb_id, rating, average_rating, title ("Heat (1995)"); the data
sets have userId, movieId, rating, timestamp. Half stars up to 5, and MovieLens ids are the
catalogue's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from recommender.data.titles import parse
from recommender.errors import DataError
from recommender.serving.importers import (
    Entry,
    Importer,
    Reading,
    UnusableError,
    collect,
    names_of,
    number,
)
from recommender.serving.uploads import Upload

_HIGHEST = 5
_LAYOUTS = (("movie_id", "rating", "title"), ("movieId", "rating"))


def _layout(upload: Upload) -> tuple[str, ...] | None:
    header = () if upload.is_zip else upload.header(upload.paths[0])
    return next((columns for columns in _LAYOUTS if set(columns) <= set(header)), None)


def _recognises(upload: Upload) -> bool:
    return _layout(upload) is not None


def _entry(place: str, fields: Mapping[str, str]) -> Entry:
    name = "movie_id" if "movie_id" in fields else "movieId"
    item_id = number(name, fields[name])
    if item_id is None:
        raise UnusableError(f"{name} is empty; give the film's number")
    title = parse(fields.get("title", ""))
    return Entry(
        place,
        names_of(title.display, *title.alternatives),
        title.year,
        item_id=int(item_id),
        score=number("rating", fields["rating"]),
        date=fields.get("timestamp", "").zfill(12),
    )


def _of_one_user(
    rows: Iterable[tuple[str, Mapping[str, str] | None]],
) -> Iterator[tuple[str, Mapping[str, str] | None]]:
    users = set()
    for place, fields in rows:
        users |= {fields["userId"]} if fields and "userId" in fields else set()
        if len(users) > 1:
            raise DataError(
                f"{place}: this is a data set, with ratings of several users; bring the lines of "
                "one userId."
            )
        yield place, fields


def _read(upload: Upload) -> Reading:
    rows = upload.rows(upload.paths[0], _layout(upload) or _LAYOUTS[0])
    entries, skipped = collect(_of_one_user(rows), _entry, _HIGHEST)
    return Reading("MovieLens", "movies", _HIGHEST, "half stars up to 5", entries, skipped)


IMPORTER = Importer(
    service="MovieLens",
    domain="movies",
    steps=(
        "On movielens.org, open the menu with your name and choose “import/export”.",
        "Under “export data”, choose “export ratings”.",
        "Bring the file movielens-ratings.csv.",
    ),
    recognises=_recognises,
    read=_read,
)
