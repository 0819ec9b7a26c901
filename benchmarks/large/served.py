"""A process that opens a release, makes lists, and tells what each step took: for large_catalogue.

It stands apart so that nothing of what makes the release counts as memory of what serves it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import process_time

import psutil
from threadpoolctl import threadpool_limits

from recommender.releases import open_folder
from recommender.serving.dials import NEUTRAL, Dials
from recommender.serving.served import ServedRelease

LENGTH = 20
_RATED = 10
DIALS = {
    "a list": NEUTRAL,
    "of one genre": Dials(genres=("Sports",)),
    "of TV since 2000": Dials(kinds=("TV",), first_year=2000),
    "surprising and varied": Dials(surprise=50, variety=50),
    "one of each franchise": Dials(one_per_franchise=True),
}
TYPED = ("naruto", "fullmetal alchemist brotherhod", "one pece 1999", "the movie", "spirited")


def serve(folder: str) -> None:
    """Prints "step|milliseconds|resident MiB|of it from no file", the further steps on request.

    A line that comes in asks for what a page needs besides lists.
    """
    threadpool_limits(1)
    _told("imports", 1000 * process_time())
    started = process_time()
    release = ServedRelease.of(open_folder(Path(folder)))
    _told("opening the release", 1000 * (process_time() - started))
    ids = release.catalogue.index[:: len(release.catalogue) // _RATED].tolist()

    def made(dials: Dials) -> None:
        release.fold_in(dict.fromkeys(ids, release.scale.high)).recommended(LENGTH, (), dials)

    _told("the first list", processor_ms(partial(made, NEUTRAL)))
    for what, dials in DIALS.items():
        made(dials)
        _told(what, median(processor_ms(partial(made, dials)) for _ in range(100)))
    if sys.stdin.readline():
        _told("warming up, the first search included", processor_ms(release.warm_up))
        searches = [processor_ms(partial(release.search, text)) for text in TYPED * 5]
        _told("a search", median(searches))
        _told("the slowest search", max(searches))


def processor_ms(work: Callable[[], object]) -> float:
    """Milliseconds of the processor that `work` takes, whatever else the machine does."""
    started = process_time()
    work()
    return 1000 * (process_time() - started)


def anonymous() -> float:
    """MiB of this process that come from no file."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Anonymous")) / 1024


def _told(what: str, milliseconds: float) -> None:
    resident = psutil.Process().memory_info().rss / 2**20
    print(f"{what}|{milliseconds:,.1f}|{resident:.0f}|{anonymous():.0f}", flush=True)
