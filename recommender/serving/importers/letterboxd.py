"""Letterboxd: the zip that "Export your data" gives, or one of the files in it.

ratings.csv (Date, Name, Year, Letterboxd URI, Rating: half stars up to 5), watched.csv and
watchlist.csv (the first four columns), diary.csv (also Rating, Rewatch, Tags, Watched Date), in
UTF-8. A film that was rated stands in several of them. Folders of the zip ("deleted", "likes",
"lists") say nothing about what was watched. A watchlist and a list of what was watched look alike:
the file's name tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from recommender.serving.importers import (
    Entry,
    Importer,
    Reading,
    collect,
    names_of,
    number,
    year_of,
)
from recommender.serving.uploads import Upload

_HIGHEST = 5
_FILES = ("ratings.csv", "diary.csv", "watched.csv", "watchlist.csv")
_COLUMNS = ("Name", "Year", "Letterboxd URI")
# The status that the name of the file gives its rows; no column is called so.
_STATUS, _PLANNED = "", "planned"


def _files(upload: Upload) -> dict[str, str]:
    """Bare name -> path of the files to read."""
    if upload.is_zip:
        return {name: path for name, path in upload.top.items() if name in _FILES}
    (path,) = upload.paths
    return {path: path} if set(_COLUMNS) <= set(upload.header(path)) else {}


def _recognises(upload: Upload) -> bool:
    files = _files(upload)
    return any(set(_COLUMNS) <= set(upload.header(path)) for path in files.values())


def _rows(upload: Upload) -> Iterator[tuple[str, Mapping[str, str] | None]]:
    for name, path in _files(upload).items():
        for place, fields in upload.rows(path, _COLUMNS):
            status = _PLANNED if "watchlist" in name.lower() else ""
            yield place, fields and {**fields, _STATUS: status}


def _entry(place: str, fields: Mapping[str, str]) -> Entry:
    return Entry(
        place,
        names_of(fields["Name"]),
        year_of(fields["Year"]),
        score=number("Rating", fields.get("Rating", "")),
        planned=fields[_STATUS] == _PLANNED,
        date=fields.get("Watched Date") or fields.get("Date", ""),
    )


def _read(upload: Upload) -> Reading:
    entries, skipped = collect(_rows(upload), _entry, _HIGHEST)
    return Reading("Letterboxd", "movies", _HIGHEST, "half stars up to 5", entries, skipped)


IMPORTER = Importer(
    service="Letterboxd",
    domain="movies",
    steps=(
        "On letterboxd.com, open your profile menu, then “Settings” and “Data”.",
        "Press “Export your data”.",
        "Bring the zip as it is.",
    ),
    recognises=_recognises,
    read=_read,
)
