"""Text tables whose rows know their lines: how a file is laid out, encoded and counted.

Catalogue files are small and full of text: Python's csv module reads them here, row by row, and
every row carries its place for the checks that follow. `numbers` reads the large tables of ratings
on the same footing. The first line of a file is line 1, and empty lines are skipped.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from recommender.data.files import Source
from recommender.data.places import SHOWN, tally
from recommender.errors import DataError

# How much of a file is searched for its header and for signs of another encoding.
_HEAD = 1 << 20
_WHOLE_NUMBER = re.compile(r"\s*[+-]?\d{1,18}\s*", re.ASCII)


@dataclass(frozen=True)
class Layout:
    r"""How a table is written.

    Attributes:
        separator: What stands between two fields: ",", "\t", "|" or "::".
        header: The column names, in order, of a file without a header line; None if it has one.
    """

    separator: str
    header: tuple[str, ...] | None = None

    @property
    def quoted(self) -> bool:
        """Whether a field may be in double quotes: only in comma separated values."""
        return self.separator == ","


@dataclass(frozen=True)
class TextRow:
    """A row of a catalogue file: its place ("movies.csv:17") and its fields by column."""

    place: str
    fields: Mapping[str, str]


def read_rows(
    source: Source, name: str, columns: Sequence[str], layout: Layout, encoding: str = "utf-8"
) -> list[TextRow]:
    """Read a catalogue file row by row.

    Args:
        source: Where the file is.
        name: Its name.
        columns: The columns that it must have.
        layout: How the file is written.
        encoding: "utf-8", or "latin-1" for the old sets: then UTF-8 is accepted too, since many
            copies have been converted, and no Latin-1 text is valid UTF-8 by accident.

    Returns:
        The rows, at least one; fields are stripped of surrounding space.

    Raises:
        DataError: If the file is missing, empty, in another encoding, lacks a column, or has a
            row with too few or too many fields.
    """
    header = read_header(source, name, layout)
    require(name, columns, header)
    with source.open(name) as file:
        text = as_text(file.read(), name, encoding)
    rows = []
    offences: list[tuple[str, str]] = []
    for line, fields in data_rows(io.StringIO(text, newline=""), name, layout):
        place = f"{name}:{line}"
        if len(fields) != len(header):
            offences.append((place, miscounted(len(fields), len(header))))
        else:
            stripped = (field.strip() for field in fields)
            rows.append(TextRow(place, dict(zip(header, stripped, strict=True))))
    refuse(offences)
    if not rows:
        raise DataError(f"{name} has no rows; the file must hold data.")
    return rows


def whole_number(text: str) -> int | None:
    """Read an id; None if the text is none."""
    return int(text) if _WHOLE_NUMBER.fullmatch(text) else None


def refuse(offences: Sequence[tuple[str, str]]) -> None:
    """Raise for rows that are wrong, if there are any.

    Args:
        offences: Place and what is wrong there, a sentence without its full stop.

    Raises:
        DataError: With the first offence, the next places and the count.
    """
    if offences:
        raise wrong_lines([place for place, _ in offences], offences[0][1], len(offences))


def refuse_repeated(noun: str, ids: Iterable[tuple[int, str]]) -> None:
    """Raise if an id of a catalogue occurs twice.

    Args:
        noun: What the ids stand for ("movie").
        ids: Id and place of every row.

    Raises:
        DataError: With the first id that occurs again, and where it stood first.
    """
    first: dict[int, str] = {}
    offences = []
    for item_id, place in ids:
        if item_id in first:
            what = f"{noun} id {item_id} occurs a second time (first at {first[item_id]})"
            offences.append((place, what))
        first.setdefault(item_id, place)
    refuse(offences)


def wrong_lines(named: Sequence[str], what: str, total: int) -> DataError:
    """Make the error for `total` wrong lines, the first of which are `named`."""
    return DataError(f"{named[0]}: {what}.{tally(named[:SHOWN], total)}")


def read_header(source: Source, name: str, layout: Layout) -> Sequence[str]:
    """Return the column names of a file, from its first line or its layout.

    Args:
        source: Where the file is.
        name: Its name.
        layout: How it is written.

    Returns:
        The names, in order.

    Raises:
        DataError: If the file is missing or empty, or looks like UTF-16.
    """
    with source.open(name) as file:
        head = file.read(_HEAD)
    if not head.strip():
        raise DataError(f"{name} is empty; the file must hold data.")
    _refuse_binary(head, name)
    if layout.header is not None:
        return layout.header
    first_line = as_text(head.splitlines()[0], name)
    return [column.strip() for column in next(csv.reader([first_line]))]


def require(name: str, columns: Collection[str], header: Sequence[str]) -> None:
    """Refuse a file (`DataError`) whose header lacks one of the columns or has it twice."""
    for column in columns:
        if list(header).count(column) > 1:
            raise DataError(f"{name}:1: the column {column} occurs twice; remove one of them.")
    missing = [column for column in columns if column not in header]
    if missing:
        raise DataError(
            f"{name}:1: the columns {', '.join(missing)} are missing; the header line has "
            f"{', '.join(header)}. Is this the file that the data set ships?"
        )


def data_rows(text: Iterable[str], name: str, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Yield line and fields of every row that is neither the header nor empty.

    Args:
        text: The lines of the file, with their ends.
        name: Its name, for errors.
        layout: How it is written.

    Yields:
        The line on which the row starts, and its fields as they are.

    Raises:
        DataError: If a quoted field does not end.
    """
    if len(layout.separator) == 1:
        rows = _with_lines(text, name, layout)
    else:
        rows = (
            (line, stripped.split(layout.separator) if stripped else [])
            for line, stripped in enumerate((each.rstrip("\r\n") for each in text), start=1)
        )
    if layout.header is None:
        next(rows, None)
    yield from ((line, fields) for line, fields in rows if fields)


def _with_lines(text: Iterable[str], name: str, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(
        text,
        delimiter=layout.separator,
        quoting=csv.QUOTE_MINIMAL if layout.quoted else csv.QUOTE_NONE,
        strict=True,  # else a quote that never ends swallows the rest of the file
    )
    line = 1
    try:
        for fields in reader:
            yield line, fields
            line = reader.line_num + 1  # a quoted field may hold line breaks
    except csv.Error as error:
        raise DataError(f"{name}:{line}: {error}; is there a quote too many?") from error


def miscounted(found: int, expected: int) -> str:
    """Say that a line has too few or too many fields."""
    return f"there are {found} fields instead of {expected}"


def as_text(data: bytes, name: str, encoding: str = "utf-8") -> str:
    """Decode a text file.

    Args:
        data: Its bytes, with or without a byte order mark.
        name: Its name, for errors.
        encoding: As in `read_rows`.

    Returns:
        The text.

    Raises:
        DataError: If the file is in another encoding, or no text.
    """
    _refuse_binary(data, name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if encoding == "utf-8":
            raise DataError(_misencoded(name, data, error.start, "UTF-8")) from error
    text = data.decode("latin-1")
    # Latin-1 has control characters there, Windows code pages have letters and quotes.
    foreign = re.search(r"[\x80-\x9f]", text)
    if foreign:
        raise DataError(_misencoded(name, data, foreign.start(), "Latin-1 or UTF-8"))
    return text


def _refuse_binary(data: bytes, name: str) -> None:
    """Refuse UTF-16 and what holds a NUL, as no text in UTF-8 does."""
    utf_16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if utf_16 or b"\x00" in data:
        raise DataError(_misencoded(name, data, 0 if utf_16 else data.find(b"\x00"), "UTF-8"))


def _misencoded(name: str, data: bytes, position: int, expected: str) -> str:
    line = data.count(b"\n", 0, position) + 1
    return (
        f"{name}:{line}: expected {expected} text, but byte {position:,} of the file is "
        f"0x{data[position]:02x}; save the file as UTF-8 or download it again."
    )
