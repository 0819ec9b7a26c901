"""MyAnimeList: the XML that "Export My List" gives, usually gzipped.

`<myanimelist>` holds `<myinfo>` and an `<anime>` for every title with series_animedb_id (the
catalogue's own id), series_title, my_score (1 to 10, 0 for none), my_status ("Plan to Watch" and
others, in old exports as numbers) and dates as 2016-05-30, 0000-00-00 for none. Tools of other
sites write the same layout.
"""

from __future__ import annotations

from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import Locator

from recommender.errors import DataError
from recommender.serving.importers import Entry, Importer, Reading, collect, names_of, number
from recommender.serving.uploads import LONGEST, Upload, limit_entries

_HIGHEST = 10
_PLANNED = frozenset({"plan to watch", "6"})
_FIELDS = frozenset(
    {"series_animedb_id", "series_title", "my_score", "my_status", "my_finish_date"}
)
# A title may be too long, a little, and is then said to be; anything vast is cut off.
_MOST_TEXT = 2 * LONGEST


class _Handler(ContentHandler):
    """Collects place and fields of the `<anime>` elements as they pass by."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.rows: list[tuple[str, dict[str, str]]] = []
        self.root = ""
        self.manga = False
        self._depth = 0
        self._place = ""
        self._field = ""
        self._fields: dict[str, str] = {}
        self._locator: Locator | None = None

    def setDocumentLocator(self, locator: Locator) -> None:  # noqa: N802
        self._locator = locator

    def startElement(self, name: str, attrs: object) -> None:  # noqa: N802
        self._depth += 1
        if self._depth == 1:
            self.root = name
        elif self._depth == 2:
            self.manga |= name == "manga"
            line = self._locator.getLineNumber() if self._locator else None
            self._fields, self._place = {}, f"{self.path}:{line or 1}"
        elif self._depth == 3 and name in _FIELDS:
            self._field, self._fields[name] = name, ""

    def characters(self, content: str) -> None:
        if self._field and self._depth == 3 and len(self._fields[self._field]) < _MOST_TEXT:
            self._fields[self._field] += content[:_MOST_TEXT]

    def endElement(self, name: str) -> None:  # noqa: N802
        self._depth -= 1
        if self._depth == 2:
            self._field = ""
        elif self._depth == 1 and name == "anime":
            limit_entries(self._place, len(self.rows))
            self.rows.append((self._place, self._fields))


def _entry(place: str, fields: dict[str, str]) -> Entry:
    texts = {name: fields.get(name, "").strip() for name in _FIELDS}
    item_id = number("series_animedb_id", texts["series_animedb_id"])
    return Entry(
        place,
        names_of(texts["series_title"]),
        item_id=int(item_id) if item_id else None,
        score=number("my_score", texts["my_score"]),
        planned=texts["my_status"].lower() in _PLANNED,
        date=texts["my_finish_date"],
    )


def _recognises(upload: Upload) -> bool:
    return not upload.is_zip and upload.begins(upload.paths[0]) == "<"


def _read(upload: Upload) -> Reading:
    (path,) = upload.paths
    handler = _Handler(path)
    upload.parse_xml(path, handler)
    if handler.manga and not handler.rows:
        raise DataError(f"{path} is a list of manga; choose “Anime List” when you export.")
    if handler.root != "myanimelist":
        raise DataError(
            f"{path} is XML, but not MyAnimeList's: it begins with another element than "
            "<myanimelist>. Bring the file that “Export My List” gives."
        )
    entries, skipped = collect(handler.rows, _entry, _HIGHEST)
    return Reading("MyAnimeList", "anime", _HIGHEST, "1 to 10", entries, skipped)


IMPORTER = Importer(
    service="MyAnimeList",
    domain="anime",
    steps=(
        "On myanimelist.net, open your profile menu and choose “Account Settings”, then “Export”; "
        "or go to myanimelist.net/panel.php?go=export.",
        "Choose “Anime List” and press “Export My List”.",
        "Bring the file animelist_….xml.gz as it is.",
    ),
    recognises=_recognises,
    read=_read,
)
