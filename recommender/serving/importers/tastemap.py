"""Tastemap's own CSV: what "Download as CSV" gives, to keep a list or to carry it elsewhere.

domain, item_id, title, year, status ("rated", "seen", "planned"; "skipped" and "dismissed" are
passed over), rating (on the domain's own scale, empty unless rated). A text that a spreadsheet
would take for a formula has an apostrophe before it; `plain_cell` takes that away again.
"""

from __future__ import annotations

from collections.abc import Mapping

from recommender.data.scale import ANIME_SCALE, MOVIE_SCALE
from recommender.errors import DataError
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

COLUMNS = ("domain", "item_id", "title", "year", "status", "rating")
"""The columns of the file, in their order."""

_SCALES = {"movies": MOVIE_SCALE, "anime": ANIME_SCALE}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")


def safe_cell(text: str) -> str:
    """Writes a text so that no spreadsheet takes it for a formula: "=1+1" as "'=1+1"."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def plain_cell(text: str) -> str:
    """Reads what `safe_cell` wrote."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


def _recognises(upload: Upload) -> bool:
    return not upload.is_zip and set(COLUMNS) <= set(upload.header(upload.paths[0]))


def _entry(place: str, fields: Mapping[str, str]) -> Entry:
    if fields["status"] not in ("rated", "seen", "planned"):
        raise UnusableError("it is neither rated nor seen nor planned")
    item_id = number("item_id", fields["item_id"])
    return Entry(
        place,
        names_of(plain_cell(fields["title"])),
        year_of(fields["year"]),
        item_id=None if item_id is None else int(item_id),
        score=number("rating", fields["rating"]),
        planned=fields["status"] == "planned",
    )


def _read(upload: Upload) -> Reading:
    (path,) = upload.paths
    domains = {fields["domain"] for _, fields in upload.rows(path, COLUMNS) if fields}
    if len(domains) != 1 or not domains <= set(_SCALES):
        raise DataError(
            f"{path}: the domain must be the same in every line, {' or '.join(_SCALES)}; bring a "
            "list of one domain."
        )
    (domain,) = domains
    scale = _SCALES[domain]
    entries, skipped = collect(upload.rows(path, COLUMNS), _entry, scale.high)
    return Reading("Tastemap", domain, scale.high, str(scale), entries, skipped)


IMPORTER = Importer(
    service="Tastemap",
    domain="",
    steps=(
        "In Tastemap, press “Share & keep” beside “Your ratings” and download the CSV.",
        "Bring the CSV.",
    ),
    recognises=_recognises,
    read=_read,
)
