"""Where in a file something is wrong: the words that every data error shares.

Checks run over whole columns and find rows; a person wants the line in an editor. A `Locate` turns
rows into such places, and only when there is something to report, so reading a good file never
pays for it.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

SHOWN = 3
"""How many offending places a message names; the rest is counted."""

Locate = Callable[[Sequence[int]], list[str]]
"""From rows (0-based, in the order in which they were read) to places such as "ratings.csv:17"."""


def by_row(rows: Sequence[int]) -> list[str]:
    """Name rows of a table that came from no text file, counted from 0."""
    return [f"row {row}" for row in rows]


def kept(locate: Locate, mask: NDArray[np.bool_]) -> Locate:
    """Return what names the rows that a mask has kept, counted anew from 0.

    Args:
        locate: What names a row before.
        mask: bool, True for the kept rows.

    Returns:
        What names a kept row.
    """

    def locate_kept(rows: Sequence[int]) -> list[str]:
        before = np.flatnonzero(mask)
        return locate([int(before[row]) for row in rows])

    return locate_kept


def places(bad: NDArray[np.bool_] | NDArray[np.intp], locate: Locate) -> list[str]:
    """Name the first offending rows.

    Args:
        bad: A bool mask over all rows, or the offending row numbers, at least one.
        locate: What names a row.

    Returns:
        At most `SHOWN` places, in the order of the file.
    """
    rows = np.flatnonzero(bad) if bad.dtype == np.bool_ else np.sort(bad)
    return locate([int(row) for row in rows[:SHOWN]])


def tally(named: Sequence[str], total: int) -> str:
    """Say how often an offence occurs: "", or " 5 such lines: f.csv:2, f.csv:3, f.csv:4, …."."""
    if total == 1:
        return ""
    more = ", …" if total > len(named) else ""
    return f" {total:,} such lines: {', '.join(named)}{more}."
