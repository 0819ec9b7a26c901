"""What the commands of the command line have in common: answers, tables, the progress bar."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recommender.algorithms.contract import Progress


@dataclass(frozen=True)
class Answer:
    """The outcome of a command: a JSON value, and a text that says the same to a person."""

    value: Any
    text: str


def table(heading: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Lays cells out in columns; those that hold numbers stand to the right."""
    widths = [
        max(map(len, column)) for column in zip(*filter(None, [heading, *lines]), strict=True)
    ]
    rows = [*([heading] if heading else []), *lines]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if cell[:1].isdigit() else cell.ljust(width)
            for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    )


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Shows a bar on standard error, if somebody looks at it."""
    from tqdm import tqdm

    layout = "{l_bar}{bar}| {elapsed}"
    with tqdm(total=100, file=sys.stderr, disable=None, bar_format=layout) as bar:

        def show(done: float, phrase: str) -> None:
            bar.set_description(phrase, refresh=False)
            bar.update(max(100 * done - bar.n, 0))
            bar.refresh()

        yield show
