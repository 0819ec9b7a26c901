"""What a visitor takes along: the list as a CSV file, the link as a QR code.

The CSV is Tastemap's own; `recommender.serving.importers.tastemap` says what is in it and reads it
back.
"""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

from recommender.serving.importers.tastemap import COLUMNS, safe_cell
from recommender.serving.session import PLACES, State
from recommender.serving.shelf import Shelf

LONGEST_CODE = 1_273
"""Most letters of a QR code: what version 25 holds, 117 modules wide. A phone reads that off a
screen; of more it often cannot make out the modules."""

_MODULE, _QUIET = 6, 4


def to_csv(state: State, shelf: Shelf) -> bytes:
    """A visitor's list as CSV in UTF-8, no cell of which a spreadsheet takes for a formula.

    Args:
        state: the visitor's.
        shelf: its catalogue; of titles that are not in it the name stays empty.
    """
    rows: list[tuple[int, str, float | None]] = [
        (item_id, "rated", rating) for item_id, rating in state.rated
    ]
    for place in PLACES:
        rows += [(item_id, place, None) for item_id in getattr(state, place)]
    text = StringIO()
    file = csv.writer(text, lineterminator="\r\n")
    file.writerow(COLUMNS)
    for item_id, status, rating in rows:
        at = shelf.position.get(item_id)
        title, year = ("", 0) if at is None else (shelf.titles[at], int(shelf.years[at]))
        cells = {
            "domain": safe_cell(state.domain),
            "item_id": str(item_id),
            "title": safe_cell(title),
            "year": str(year or ""),
            "status": status,
            "rating": "" if rating is None else f"{rating:g}",
        }
        file.writerow([cells[column] for column in COLUMNS])
    # The mark at the start tells spreadsheets that it is UTF-8.
    return text.getvalue().encode("utf-8-sig")


def to_code(link: str) -> bytes | None:
    """A link as a QR code.

    Args:
        link: the whole address.

    Returns:
        A black and white PNG with the quiet zone that readers need; None for a link that is longer
        than `LONGEST_CODE`.
    """
    import segno

    if len(link.encode()) > LONGEST_CODE:
        return None
    picture = BytesIO()
    code = segno.make(link, error="l", boost_error=False, micro=False)
    code.save(picture, kind="png", scale=_MODULE, border=_QUIET)
    return picture.getvalue()
