"""Importers: one module per service that gives its users their list, found by listing this package.

A module `importers/<service>.py` offers a constant `IMPORTER`. It knows the published layout of one
export and nothing of the catalogue: it turns a file into entries, each with its place, the numbers
and names that identify the title, and what the visitor says of it. What an entry means here is
found in `recommender.serving.bring_list`. There is no registry to edit: adding a service is adding
a file.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeVar

from recommender.serving.uploads import LONGEST, Upload, limit_entries

Row = TypeVar("Row")

_NUMBER = re.compile(r"[+-]?[0-9]{1,9}(?:\.[0-9]{0,9})?")
_YEAR = re.compile(r"(?:18|19|20)[0-9]{2}")


@dataclass(frozen=True)
class Entry:
    """A title in somebody's list.

    Attributes:
        place: where it stands, as "ratings.csv:17".
        names: what the service calls it, the most usual name first; may be empty if there is an id.
        year: year of release, None if it is not given.
        item_id: the catalogue's own id, None if the service has others.
        score: on the scale of the service; None for a title without a rating.
        planned: whether an unrated title is yet to be watched; any other has been watched.
        date: when it was rated or watched, as text that sorts by time; "" if unknown.
    """

    place: str
    names: tuple[str, ...] = ()
    year: int | None = None
    item_id: int | None = None
    score: float | None = None
    planned: bool = False
    date: str = ""

    @property
    def called(self) -> str:
        """What to call it: "Heat (1995)", or its number where no name is given."""
        if not self.names:
            return f"number {self.item_id}"
        return f"{self.names[0]} ({self.year})" if self.year else self.names[0]


@dataclass(frozen=True)
class Skipped:
    """A line that is no entry of a title.

    Attributes:
        place: where it stands.
        why: what it is instead, or what is wrong with it, a sentence without its full stop.
    """

    place: str
    why: str


@dataclass(frozen=True)
class Reading:
    """What a file says.

    Attributes:
        service: whose export it is, as "Letterboxd".
        domain: "movies" or "anime".
        highest: the best score on the service's scale, which starts a step above 0.
        scale: that scale in words, as "half stars up to 5".
        entries: the titles, in the order of the file.
        skipped: the other lines.
        note: a sentence about the file that the visitor should know, or "".
    """

    service: str
    domain: str
    highest: float
    scale: str
    entries: tuple[Entry, ...]
    skipped: tuple[Skipped, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Importer:
    """Reads the export of one service.

    Attributes:
        service: its name.
        domain: the domain of its lists; "" if a list says itself which one it is of.
        steps: how to get the file, one sentence a step, with the names of the menus.
        recognises: whether a file looks like such an export; raises `DataError` for a damaged one.
        read: reads one; raises `DataError` with file, line and mend.
    """

    service: str
    domain: str
    steps: tuple[str, ...]
    recognises: Callable[[Upload], bool]
    read: Callable[[Upload], Reading]


@cache
def all_importers() -> tuple[Importer, ...]:
    """Returns the `IMPORTER` of every module in this package, by module name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(importlib.import_module(f"{__name__}.{name}").IMPORTER for name in names)


class UnusableError(Exception):
    """A line that is no entry of a title: why, a sentence without its full stop."""


def collect(
    rows: Iterable[tuple[str, Row | None]], entry: Callable[[str, Row], Entry], highest: float
) -> tuple[tuple[Entry, ...], tuple[Skipped, ...]]:
    """Makes entries of the rows of a file and accounts for those that are none.

    Args:
        rows: place and content of each; None for a line with too few or too many fields.
        entry: makes an entry of place and content, or raises `UnusableError`. A score of 0 is none.
        highest: the best score that there is.

    Returns:
        The entries and the skipped lines, each in the order of the file.

    Raises:
        DataError: there are too many rows.
    """
    entries, skipped = [], []
    for count, (place, row) in enumerate(rows):
        limit_entries(place, count)
        try:
            if row is None:
                raise UnusableError("it has more or fewer fields than the header line")
            entries.append(_checked(entry(place, row), highest))
        except UnusableError as why:
            skipped.append(Skipped(place, str(why)))
    return tuple(entries), tuple(skipped)


def _checked(entry: Entry, highest: float) -> Entry:
    score = entry.score or None
    if not entry.names and entry.item_id is None:
        raise UnusableError("there is no title; give it one")
    if any(len(name) > LONGEST for name in entry.names):
        raise UnusableError(f"the title is longer than {LONGEST} characters; shorten it")
    if score is not None and not 0 < score <= highest:
        raise UnusableError(f"the rating of {entry.called} is not within 0 and {highest:g}")
    return replace(entry, score=score, planned=entry.planned and score is None)


def number(field: str, text: str) -> float | None:
    """Reads a number; None if the text is empty.

    Raises:
        UnusableError: it is something else.
    """
    if text and not _NUMBER.fullmatch(text):
        raise UnusableError(f"{field} is no number; give one or leave it empty")
    return float(text) if text else None


def names_of(*names: object) -> tuple[str, ...]:
    """Returns those of the names that are text, each once, with single spaces."""
    found = (" ".join(name.split()) for name in names if isinstance(name, str))
    return tuple(dict.fromkeys(name for name in found if name))


def year_of(value: object) -> int | None:
    """Reads a year from a number or text; None if it is none."""
    text = str(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else ""
    return int(text) if _YEAR.fullmatch(text.strip()) else None
