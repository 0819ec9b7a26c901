"""Trakt: the zip of JSON files that "Export now" gives, or one of the files in it.

ratings-movies.json (rated_at, rating 1 to 10), watched-movies.json (plays, last_watched_at),
watched-history-1.json or history-1.json (watched_at), lists-watchlist.json or watchlist.json
(listed_at): lists of objects, the film in "movie" with title, year and ids (trakt, imdb, tmdb). In
older exports the files lie in folders. Shows and episodes stand in the same files: no films.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from recommender.errors import DataError
from recommender.serving.importers import (
    Entry,
    Importer,
    Reading,
    UnusableError,
    collect,
    names_of,
    year_of,
)
from recommender.serving.uploads import Upload

_HIGHEST = 10
_FILES = re.compile(
    r"(?:.*/)?(?:ratings-movies|watched-movies|(?:watched-)?history|(?:lists-)?watchlist)"
    r"(?:-[0-9]+)?\.json"
)
_DATES = ("rated_at", "last_watched_at", "watched_at", "listed_at")


def _files(upload: Upload) -> list[str]:
    """The files to read; of any other than a zip, the one there is if it looks the part."""
    if upload.is_zip:
        return [path for path in upload.paths if _FILES.fullmatch(path)]
    return [path for path in upload.paths if upload.begins(path) == "["]


def _recognises(upload: Upload) -> bool:
    files = _files(upload)
    if upload.is_zip or not files:
        return bool(files)
    rows = upload.json(files[0])
    return isinstance(rows, list) and any(
        isinstance(row, dict) and any(date in row for date in _DATES) for row in rows
    )


def _rows(upload: Upload) -> Iterator[tuple[str, tuple[Any, bool]]]:
    """Place and content of every row, and whether its file is a watchlist."""
    for path in _files(upload):
        rows = upload.json(path)
        if not isinstance(rows, list):
            raise DataError(f"{path} holds no list; export your data again.")
        for count, row in enumerate(rows, start=1):
            yield f"{path}, entry {count}", (row, "watchlist" in path.lower())


def _entry(place: str, content: tuple[Any, bool]) -> Entry:
    row, planned = content
    movie = row.get("movie") if isinstance(row, dict) else None
    if not isinstance(movie, dict):
        raise UnusableError("it is about no film")
    score = row.get("rating")
    if score is not None and (isinstance(score, bool) or not isinstance(score, (int, float))):
        raise UnusableError("rating is no number; give one or leave it out")
    if score is None and "listed_at" in row and not planned:
        raise UnusableError("it is in a list that says nothing about watching")
    date = next((row[name] for name in _DATES if isinstance(row.get(name), str)), "")
    names, year = names_of(movie.get("title")), year_of(movie.get("year"))
    return Entry(place, names, year, score=score, planned=planned, date=date)


def _read(upload: Upload) -> Reading:
    entries, skipped = collect(_rows(upload), _entry, _HIGHEST)
    return Reading("Trakt", "movies", _HIGHEST, "1 to 10", entries, skipped)


IMPORTER = Importer(
    service="Trakt",
    domain="movies",
    steps=(
        "On trakt.tv, open “Settings” and choose “Data”.",
        "Press “Export now”.",
        "Bring the zip as it is.",
    ),
    recognises=_recognises,
    read=_read,
)
