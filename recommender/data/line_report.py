"""Every wrong line of a ratings file, with its number, its field and the mend.

Reading a data set stops at the first kind of mistake and names three places: enough for whoever
downloaded it. Whoever made the file wants to mend it in one go. This goes through it line by line,
in eight bytes a line; it is for files that were refused, a good one never pays for it.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

import numpy as np

from recommender.data.files import Source
from recommender.data.numbers import as_text, wrong_with
from recommender.data.readers import RatingsFile
from recommender.data.tables import Layout, data_rows, read_header, require

LISTED = 200
"""Lines that a report lists; the rest is counted."""
_EVERY = 1 << 16
_LONGEST = 80
_FORMULA = re.compile(r"\s*[=+\-@][\w.]*\(|\s*[=+\-@].*\|.*!", re.ASCII)
"""What a spreadsheet would run: "=HYPERLINK(…", "@SUM(…", "=cmd|'/C …'!A0"."""


@dataclass(frozen=True)
class BadLine:
    """A line that cannot be used.

    Attributes:
        file: the name of the file.
        line: its number, from 1; 0 if the whole file is meant.
        field: the column, or "" if the line as a whole is meant.
        found: what stands there, at most 80 characters of it.
        mend: what is wrong and what to do about it.
    """

    file: str
    line: int
    field: str
    found: str
    mend: str


class _Found:
    """The first lines that were found, and how many there are."""

    def __init__(self) -> None:
        self.bad: list[BadLine] = []
        self.total = 0

    def add(self, file: str, line: int, field: str, found: str, mend: str) -> None:
        self.total += 1
        if len(self.bad) < LISTED:
            self.bad.append(BadLine(file, line, field, found[:_LONGEST], mend))


def bad_ratings(
    source: Source,
    ratings: RatingsFile,
    item_ids: Collection[int],
    progress: Callable[[int], None] = lambda lines: None,
) -> tuple[list[BadLine], int]:
    """Finds what is wrong with a ratings file.

    Args:
        source: where it is.
        ratings: which file, and how it is written.
        item_ids: of the titles there are.
        progress: told the lines read.

    Returns:
        The first `LISTED` wrong lines, in the order of the file, and how many there are. An unknown
        title and a rating that occurs again are wrong only where the format does not allow them.

    Raises:
        DataError: the file as a whole is wrong: missing, empty, binary, without a column.
    """
    file, header = ratings.name, read_header(source, ratings.name, ratings.layout)
    require(file, ratings.columns, header)
    checked = [(header.index(name), name, kind) for name, kind in ratings.columns.items()]
    (user_at, _, _), (item_at, item, _), (value_at, value, _) = checked[:3]
    known, scale = frozenset(item_ids), ratings.scale
    allowed = frozenset(scale.values) | ratings.unrated
    found, keys = _Found(), array("q")
    for number, (line, fields) in enumerate(_rows(source, ratings)):
        if number % _EVERY == 0:
            progress(number)
        wrong = wrong_with(fields, checked, len(header))
        if wrong is not None:
            column, mend = wrong
            text = fields[header.index(column)] if column else ",".join(fields)
            found.add(file, line, column, text, f"{mend}; correct or remove the line")
            continue
        keys.append(hash((int(fields[user_at]), int(fields[item_at]))))
        rating = float(fields[value_at])
        if rating not in allowed and not scale.contains(rating):
            mend = f"ratings go from {scale}; correct or remove it"
            found.add(file, line, value, fields[value_at], mend)
        if not ratings.tolerant and int(fields[item_at]) not in known:
            mend = "no title of the catalogue has this id; add the title or remove the line"
            found.add(file, line, item, fields[item_at], mend)
    if not ratings.tolerant:
        _add_repeats(found, keys, source, ratings, (user_at, item_at))
    return sorted(found.bad, key=lambda bad: bad.line), found.total


def _add_repeats(
    found: _Found, keys: array[int], source: Source, ratings: RatingsFile, at: tuple[int, int]
) -> None:
    ordered = np.sort(np.frombuffer(keys, np.int64)) if keys else np.zeros(0, np.int64)
    twice = frozenset(np.unique(ordered[1:][ordered[1:] == ordered[:-1]]).tolist())
    if not twice:
        return
    first: dict[tuple[str, str], int] = {}
    for line, fields in _rows(source, ratings):
        if len(fields) <= max(at):
            continue
        user, item = (fields[position].strip() for position in at)
        if not (user.isdigit() and item.isdigit()) or hash((int(user), int(item))) not in twice:
            continue
        before = first.setdefault((user, item), line)
        if before != line:
            mend = f"user {user} has rated {item} already, in line {before}; keep one of them"
            found.add(ratings.name, line, "", f"{user}, {item}", mend)


def bad_titles(source: Source, name: str, layout: Layout) -> tuple[list[BadLine], int]:
    """Finds fields of a catalogue file that a spreadsheet would run as a formula.

    Args:
        source: where it is.
        name: its name.
        layout: how it is written.

    Returns:
        The first `LISTED` such lines, and how many there are.
    """
    header, found = read_header(source, name, layout), _Found()
    with source.open(name) as file, as_text(file) as text:
        for line, fields in data_rows(text, name, layout):
            for at, value in enumerate(fields):
                if _FORMULA.match(value):
                    column = header[at] if at < len(header) else ""
                    mend = "it begins like a formula of a spreadsheet; correct or remove it"
                    found.add(name, line, column, value, mend)
    return found.bad, found.total


def _rows(source: Source, ratings: RatingsFile) -> Iterator[tuple[int, list[str]]]:
    with source.open(ratings.name) as file, as_text(file) as text:
        yield from data_rows(text, ratings.name, ratings.layout)
