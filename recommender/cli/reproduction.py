"""What `python -m recommender reproduce` does: rerun a reference system, lay its figures out."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from recommender.cli.output import Answer, progress_bar, table
from recommender.data import known
from recommender.errors import DataError

if TYPE_CHECKING:
    from recommender.reproduction.contract import Figure, Row, System


def reproduce(options: Namespace) -> Answer:
    """Reruns a reference system and puts what it published beside what came out."""
    from threadpoolctl import threadpool_limits

    from recommender import reproduction
    from recommender.data import load

    system = reproduction.system(options.system)
    place = known.source(options.data) if options.data else _own_data(options, system)
    data = load(system.domain, place)
    seed = system.seed if options.seed is None else options.seed
    started = perf_counter()
    # Many small solves: on one thread they are faster, and the bits do not depend on the cores.
    with progress_bar() as progress, threadpool_limits(1):
        rows = system.run(data, seed, progress)
    seconds = perf_counter() - started
    value = {
        "system": options.system,
        "title": system.title,
        "data": data.provenance.name,
        "ratings": len(data.ratings),
        "seed": seed,
        "seconds": round(seconds, 1),
        "rows": [asdict(row) for row in rows],
    }
    # Numbers and titles apart: a column of numbers is read down its right edge.
    listed = [row for row in rows if isinstance(row.ours, str)]
    measured = [row for row in rows if row not in listed]
    text = "\n\n".join(
        [
            f"{options.system.upper()}: {system.title}\n"
            f"{data.provenance.name}, {len(data.ratings):,} ratings; seed {seed}; {seconds:.0f} s",
            *(_laid_out(part) for part in (measured, listed) if part),
        ]
    )
    return Answer(value, text)


def _laid_out(rows: list[Row]) -> str:
    lines = [[row.what, _cell(row.published), _cell(row.ours), row.note] for row in rows]
    return table(["", "published", "ours", ""], lines)


def _own_data(options: Namespace, system: System) -> Path:
    """Finds the first of the data sets that a system can run on.

    Raises:
        DataError: none of them is here; the message says how to get one.
    """
    for name in system.data:
        if (found := known.find(Path(name))) is not None:
            return found
    from recommender.data.fetching.published import published

    fetchable = next(name for name in system.data if name in published())
    raise DataError(
        f"{options.system} runs on {' or '.join(system.data)}, and nothing of that name is in "
        f"TASTEMAP_DATA or fetched: python -m recommender data fetch {fetchable}; or name a folder "
        "or zip with --data."
    )


def _cell(figure: Figure | None) -> str:
    if figure is None:
        return ""
    return figure if isinstance(figure, str) else f"{figure:,}"
