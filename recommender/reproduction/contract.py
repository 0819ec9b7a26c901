"""What a rerun of a reference system is: the data it wants, and rows of figures out of it.

What a system published stands beside what came out here. A figure that it did not publish, or that
the text we have does not give, is None; nothing is filled in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from recommender.algorithms.contract import Progress
from recommender.data.dataset import DataSet

Figure = int | float | str


@dataclass(frozen=True)
class Row:
    """One figure, rounded to what it is good for.

    Attributes:
        what: what was counted, measured or listed, with its unit.
        ours: what came out here.
        published: what the system published, or None.
        note: what makes the two differ, or what else is to know; "" for nothing.
    """

    what: str
    ours: Figure
    published: Figure | None = None
    note: str = ""


@dataclass(frozen=True)
class System:
    """A reference system.

    Attributes:
        title: what it was, in a line.
        domain: of its data.
        data: names of data sets that it can run on, its own first.
        run: reruns it; takes the data, the seed and the progress callback.
        seed: its own, if it told; else 0.
    """

    title: str
    domain: str
    data: tuple[str, ...]
    run: Callable[[DataSet, int, Progress], list[Row]]
    seed: int = 0


def part(progress: Progress, start: float, end: float) -> Progress:
    """The progress callback of a step that takes the share from `start` to `end` of the whole."""

    def tell(done: float, phrase: str) -> None:
        progress(start + (end - start) * done, phrase)

    return tell
