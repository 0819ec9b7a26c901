"""IMDb: the CSV that exporting "Your ratings" gives, or a watchlist or list exported likewise.

Const (tt0113277), Your Rating (1 to 10), Date Rated, Title, Original Title, URL, Title Type, IMDb
Rating, Runtime (mins), Year, …; exports before 2024 lack Original Title, lists begin with Position
and have an empty Your Rating where the visitor gave none. The types of title have been written
"movie" and "Movie", "tvSeries" and "TV Series".
"""

from __future__ import annotations

from collections.abc import Mapping

from recommender.serving.importers import (
    Entry,
    Importer,
    Reading,
    UnusableError,
    collect,
    names_of,
    number,
    year_of,
)
from recommender.serving.uploads import Upload

_HIGHEST = 10
_COLUMNS = ("Const", "Title", "Title Type", "Year")
_NO_FILMS = frozenset(
    {
        *("tvseries", "tvminiseries", "tvepisode", "videogame", "musicvideo"),
        *("podcastseries", "podcastepisode"),
    }
)


def _recognises(upload: Upload) -> bool:
    return not upload.is_zip and set(_COLUMNS) <= set(upload.header(upload.paths[0]))


def _entry(place: str, fields: Mapping[str, str]) -> Entry:
    if "".join(fields["Title Type"].split()).lower() in _NO_FILMS:
        raise UnusableError(f"{fields['Title'][:80]} is no film")
    return Entry(
        place,
        names_of(fields["Title"], fields.get("Original Title")),
        year_of(fields["Year"]),
        score=number("Your Rating", fields.get("Your Rating", "")),
        planned="Position" in fields,
        date=fields.get("Date Rated", ""),
    )


def _read(upload: Upload) -> Reading:
    entries, skipped = collect(upload.rows(upload.paths[0], _COLUMNS), _entry, _HIGHEST)
    return Reading("IMDb", "movies", _HIGHEST, "1 to 10", entries, skipped)


IMPORTER = Importer(
    service="IMDb",
    domain="movies",
    steps=(
        "On imdb.com, open your profile menu and choose “Your ratings”.",
        "Open the menu with the three dots, choose “Export” and follow “Open exports page”.",
        "When the export is ready, download it and bring the CSV.",
    ),
    recognises=_recognises,
    read=_read,
)
