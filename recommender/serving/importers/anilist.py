"""AniList: a list saved from its API as JSON, or the file of the account's data download.

From the API comes a `MediaListCollection` with lists of entries: score, status ("PLANNING", …),
media with idMal (the catalogue's own id), title (romaji, english, …) and startDate or seasonYear,
and, if asked for, the user's mediaListOptions.scoreFormat, which says what the scores mean:
POINT_100, POINT_10_DECIMAL, POINT_10, POINT_5 or POINT_3. Without it the highest score tells.

The data download (gdpr_data.json) names titles by AniList's numbers alone: series_id, series_type
(0 for anime), status (1 for planned), score (0 to 100). AniList began with the numbers of
MyAnimeList and counts on its own from 20,000; only those below can be told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

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

_FORMATS = {
    "POINT_100": (100, "1 to 100"),
    "POINT_10_DECIMAL": (10, "1 to 10 with decimals"),
    "POINT_10": (10, "1 to 10"),
    "POINT_5": (5, "stars up to 5"),
    "POINT_3": (3, "three smileys"),
}
_OWN_NUMBERS = 20_000
_ANIME, _PLANNED = 0, 1
_BY_NUMBER = (
    "AniList's data download names titles by number alone, and newer ones cannot be told from it. "
    "A list saved with titles gives you more."
)


def _recognises(upload: Upload) -> bool:
    if upload.is_zip or upload.begins(upload.paths[0]) != "{":
        return False
    whole = upload.json(upload.paths[0])
    return _collection(whole) is not None or _downloaded(whole) is not None


def _read(upload: Upload) -> Reading:
    (path,) = upload.paths
    whole = upload.json(path)
    collection = _collection(whole)
    if collection is None:
        rows = _downloaded(whole) or []
        highest, scale = _FORMATS["POINT_100"]
        note = _BY_NUMBER if any(_is_own(row) for row in rows) else ""
    else:
        rows = [row for rows in _lists(collection) for row in rows]
        highest, scale = _format(whole, rows)
        stated = _stated(whole) is not None
        note = "" if stated else f"The file does not say what its scores mean; read as {scale}."
    entry = _downloaded_entry if collection is None else _entry
    entries, skipped = collect(_places(path, rows), entry, highest)
    return Reading("AniList", "anime", highest, scale, entries, skipped, note)


def _places(path: str, rows: list[Any]) -> Iterator[tuple[str, Any]]:
    return ((f"{path}, entry {count}", row) for count, row in enumerate(rows, start=1))


def _collection(whole: Any) -> Any:
    """Finds the collection in what an API answered; None if there is none."""
    for name in ("data", "MediaListCollection"):
        if isinstance(whole, dict) and name in whole:
            whole = whole[name]
    return whole if any(True for _ in _lists(whole)) else None


def _lists(collection: Any) -> Iterator[list[Any]]:
    lists = collection.get("lists") if isinstance(collection, dict) else None
    for one in lists if isinstance(lists, list) else []:
        entries = one.get("entries") if isinstance(one, dict) else None
        if isinstance(entries, list):
            yield entries


def _downloaded(whole: Any) -> list[Any] | None:
    """The entries of a data download; None if it is none."""
    rows = whole.get("lists") if isinstance(whole, dict) else None
    if isinstance(rows, list) and any(isinstance(row, dict) and "series_id" in row for row in rows):
        return rows
    return None


def _stated(whole: Any) -> str | None:
    """The format that the file states, wherever in its outer levels the user's options are."""
    if not isinstance(whole, dict):
        return None
    for name in ("data", "MediaListCollection", "User", "Viewer", "user", "mediaListOptions"):
        if name in whole and (found := _stated(whole[name])):
            return found
    stated = whole.get("scoreFormat")
    return stated if isinstance(stated, str) and stated in _FORMATS else None


def _format(whole: Any, rows: list[Any]) -> tuple[int, str]:
    """The best score and the scale in words."""
    stated = _stated(whole)
    if stated is None:
        scores = [_score(row) or 0 for row in rows if isinstance(row, dict)]
        best = max(scores, default=0)
        whole_numbers = all(float(score).is_integer() for score in scores)
        if best > 10:
            stated = "POINT_100"
        elif best > 5 or not whole_numbers:
            stated = "POINT_10" if whole_numbers else "POINT_10_DECIMAL"
        else:
            stated = "POINT_5" if best > 3 else "POINT_3"
    return _FORMATS[stated]


def _score(row: dict[str, Any]) -> float | None:
    score = row.get("score")
    return score if isinstance(score, (int, float)) and not isinstance(score, bool) else None


def _entry(place: str, row: Any) -> Entry:
    media = row.get("media") if isinstance(row, dict) else None
    titles = media.get("title") if isinstance(media, dict) else None
    if not isinstance(media, dict) or media.get("type", "ANIME") != "ANIME":
        raise UnusableError("it is about no anime")
    started = media.get("startDate")
    named = titles if isinstance(titles, dict) else {}
    item_id = media.get("idMal")
    return Entry(
        place,
        names_of(*(named.get(name) for name in ("userPreferred", "romaji", "english", "native"))),
        year_of(started.get("year") if isinstance(started, dict) else media.get("seasonYear")),
        item_id=item_id if type(item_id) is int else None,
        score=_score(row),
        planned=row.get("status") == "PLANNING",
    )


def _downloaded_entry(place: str, row: Any) -> Entry:
    if not isinstance(row, dict) or row.get("series_type") != _ANIME:
        raise UnusableError("it is about no anime")
    item_id = row.get("series_id")
    if type(item_id) is not int or _is_own(row):
        raise UnusableError("it has AniList's own number and no title")
    planned = row.get("status") == _PLANNED
    return Entry(place, item_id=item_id, score=_score(row), planned=planned)


def _is_own(row: Any) -> bool:
    """Whether an entry of a download has a number that only AniList knows."""
    item_id = row.get("series_id") if isinstance(row, dict) else None
    return type(item_id) is int and item_id >= _OWN_NUMBERS and row.get("series_type") == _ANIME


IMPORTER = Importer(
    service="AniList",
    domain="anime",
    steps=(
        "On anilist.co, open “Settings” and “Account”, and request your data under “GDPR”; "
        "it is a file gdpr_data.json that names titles by number alone.",
        "A list saved with titles gives more: any tool that writes MyAnimeList's XML, or the JSON "
        "of a MediaListCollection with idMal and title.",
        "Bring the JSON or XML.",
    ),
    recognises=_recognises,
    read=_read,
)
