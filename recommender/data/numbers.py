"""Tables of numbers, read by the column at full speed: ratings files of up to 109 million rows.

pyarrow parses them on all cores into narrow arrays and skips columns that nobody asked for, so
memory holds little more than the numbers themselves. Whatever it refuses is looked for again, line
by line, so that the error can name the line; a good file never pays for that.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
from numpy.typing import NDArray

from recommender.data.files import Source
from recommender.data.places import SHOWN, Locate
from recommender.data.tables import (
    Layout,
    data_rows,
    miscounted,
    read_header,
    require,
    whole_number,
    wrong_lines,
)
from recommender.errors import DataError

_NUMBER = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*", re.ASCII)
_ARROW = {
    "int16": pa.int16(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "float32": pa.float32(),
}


@dataclass(frozen=True)
class NumberTable:
    """The columns of a table of numbers, and what names its rows.

    Attributes:
        columns: Name to array (n,) of the type that was asked for.
        locate: Names rows by file and line; reads the file again.
    """

    columns: Mapping[str, NDArray[Any]]
    locate: Locate


def read_numbers(
    source: Source, name: str, types: Mapping[str, str], layout: Layout
) -> NumberTable:
    """Read columns of numbers.

    Args:
        source: Where the file is.
        name: Its name.
        types: The columns to read, each "int16", "int32", "int64" or "float32"; further columns
            are skipped.
        layout: How the file is written.

    Returns:
        The columns, at least one row.

    Raises:
        DataError: If the file is missing, empty, in another encoding, lacks a column, or has a
            row with too few or too many fields or a field that is no number.
    """
    header = read_header(source, name, layout)
    require(name, types, header)
    # pyarrow knows separators of one character only. Between the two colons of "::" it sees a
    # field, which must be empty.
    gaps = [f"gap {i}" for i in range(len(header) - 1)] if layout.separator == "::" else []
    names = [name for pair in zip_longest(header, gaps) for name in pair if name is not None]
    kinds = {column: _ARROW[kind] for column, kind in types.items()}
    kinds |= {gap: pa.null() for gap in gaps}
    try:
        with source.open(name) as file:
            table = pacsv.read_csv(
                file,
                read_options=pacsv.ReadOptions(
                    column_names=names,
                    skip_rows=0 if layout.header else 1,
                ),
                parse_options=pacsv.ParseOptions(
                    delimiter=layout.separator[0], quote_char='"' if layout.quoted else False
                ),
                convert_options=pacsv.ConvertOptions(
                    column_types=kinds, include_columns=list(kinds), null_values=[""]
                ),
            )
    except pa.ArrowInvalid as error:
        raise _diagnosis(source, name, types, layout, len(header), str(error)) from error
    if any(table.column(column).null_count for column in types):
        raise _diagnosis(source, name, types, layout, len(header), "a field is empty")
    if table.num_rows == 0:
        raise DataError(f"{name} has no rows; the file must hold data.")
    columns = {}
    for column in types:
        # Into memory of numpy's: pyarrow's would not go back to the system when it is freed.
        columns[column] = np.concatenate([part.to_numpy() for part in table.column(column).chunks])
        table = table.drop_columns(column)
    pa.default_memory_pool().release_unused()
    return NumberTable(columns, partial(_locate, source, name, layout))


def _locate(source: Source, name: str, layout: Layout, rows: Sequence[int]) -> list[str]:
    wanted = set(rows)
    lines: dict[int, int] = {}
    with source.open(name) as file, as_text(file) as text:
        for row, (line, _) in enumerate(data_rows(text, name, layout)):
            if row in wanted:
                lines[row] = line
                if len(lines) == len(wanted):
                    break
    return [f"{name}:{lines[row]}" for row in rows]


def as_text(file: IO[bytes]) -> io.TextIOWrapper:
    """Opens a file for counting lines and finding fields that are no numbers."""
    # Numbers are ASCII: no need to refuse what else stands there.
    return io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")


def _diagnosis(
    source: Source,
    name: str,
    types: Mapping[str, str],
    layout: Layout,
    n_fields: int,
    reason: str,
) -> DataError:
    """Find the lines that pyarrow did not accept."""
    named: list[str] = []
    first, total = "", 0
    header = read_header(source, name, layout)
    checked = [(header.index(column), column, kind) for column, kind in types.items()]
    with source.open(name) as file, as_text(file) as text:
        for line, fields in data_rows(text, name, layout):
            wrong = wrong_with(fields, checked, n_fields)
            if wrong is not None:
                total += 1
                first = first or wrong[1]
                if len(named) < SHOWN:
                    named.append(f"{name}:{line}")
    if total:
        return wrong_lines(named, first, total)
    return DataError(f"{name} cannot be read: {reason}.")


def wrong_with(
    fields: Sequence[str], checked: Sequence[tuple[int, str, str]], n_fields: int
) -> tuple[str, str] | None:
    """Says what is wrong with a line of numbers.

    Args:
        fields: of the line.
        checked: position, name and type of each column to check, as `read_numbers` has them.
        n_fields: that a line must have.

    Returns:
        The column, "" for the line as a whole, and what it must be; None if all is well.
    """
    if len(fields) != n_fields:
        return "", miscounted(len(fields), n_fields)
    for position, column, kind in checked:
        if kind != "float32":
            number = whole_number(fields[position])
            if number is None:
                return column, f"{column} must be a whole number, not {fields[position]!r}"
            limits = np.iinfo(kind)
            if not limits.min <= number <= limits.max:
                what = f"from {limits.min:,} to {limits.max:,}, not {number}"
                return column, f"{column} must be {what}"
        elif not _NUMBER.fullmatch(fields[position]):
            return column, f"{column} must be a number, not {fields[position]!r}"
    return None
