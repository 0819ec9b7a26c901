"""A million titles: what finds a visitor's best 20, how fast, how surely, in what memory.

The titles are made like those of the anime release, and its held-out people are the visitors (see
`benchmarks/large/world.py`); their ratings are those of the Kaggle files: name their folder, or one
above them, as TASTEMAP_DATA. Every library names 200 candidates, which are scored exactly; recall
is the share of the exact best 20 among those listed. Times are those of the processor, on one
thread. Memory is what a process that searches takes beyond Python and numpy and does not come from
a file (anonymous pages).

usearch and hnswlib are peers only: `pip install usearch hnswlib`; what is not there is left out.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import numpy as np
import psutil
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from benchmarks.large.nearest import LIBRARIES, Library
from benchmarks.large.served import DIALS, LENGTH, anonymous, processor_ms
from benchmarks.large.world import World, draft, likeness, visitors, world
from benchmarks.table import print_table, summary
from recommender.errors import DataError
from recommender.factors.fold_in import Array
from recommender.factors.model import Positions
from recommender.factors.rank_index import LEAST, RankIndex, build
from recommender.releases import write

TITLES, COMPARED, ASKED = 1_000_000, 100_000, 100
SIZES = (50_000, 100_000, 200_000, 400_000)
FILTERS = ("none", "Sports")


def main() -> None:
    threadpool_limits(1)
    print(f"### libraries, {COMPARED:,} titles\n")
    compared = world(COMPARED)
    try:
        _libraries(LIBRARIES, compared, visitors(compared, ASKED))
    except DataError as error:
        print(error)
        return
    print("\n### sizes\n")
    _sizes()
    print(f"\n### {TITLES:,} titles\n")
    large = world(TITLES)
    header = ["axis 1", "1 to 4", "1 to 16", *(f"{at} %" for at in (10, 50, 90, 99)), "longest"]
    print_table(["share of the spectrum, lengths at", *header], likeness(large))
    print()
    _libraries(LIBRARIES[:4], large, visitors(large, ASKED))
    print("\n### a release of them\n")
    _process(large)


def _libraries(
    libraries: Sequence[Library], large: World, people: Sequence[tuple[Positions, Array]]
) -> None:
    model = large.model
    queries = np.array([model.taste(at, ratings).query for at, ratings in people])
    genres = large.release.catalogue["genres"].tolist()
    allowed = {name: _has(name, genres)[large.source] for name in FILTERS}
    with TemporaryDirectory() as name:
        folder = Path(name)
        vectors = model.vectors(slice(None))
        np.save(folder / "vectors.npy", vectors)
        np.savez(folder / "asked.npz", queries=queries, **allowed)
        best = {
            name: np.array([_best(vectors, query, passing) for query in queries])
            for name, passing in allowed.items()
        }
        np.savez(folder / "best.npz", **best)
        del vectors
        rows = []
        for number, library in enumerate(libraries):
            if not library.there:
                continue
            path = folder / str(number)
            started = process_time()
            library.build(model, path)
            seconds = process_time() - started
            with ProcessPoolExecutor(1, get_context("spawn")) as pool:
                found = pool.submit(_measured, number, folder).result()
            size = path.stat().st_size / 2**20
            rows.append([library.name, f"{seconds:.0f}", f"{size:.0f}", *found])
            path.unlink()
    passing = [f"{name} ({share.mean():.0%} pass)" for name, share in allowed.items()]
    columns = [f"{filter_}: {what}" for filter_ in passing for what in ("ms", "95 %", "recall")]
    print_table(["library", "build s", "file MiB", "memory MiB", *columns], rows)


def _has(genre: str, genres: Sequence[list[str]]) -> NDArray[np.bool_]:
    return np.array([genre == "none" or genre in of for of in genres])


def _best(
    vectors: NDArray[np.float32], query: NDArray[np.float64], allowed: NDArray[np.bool_]
) -> NDArray[np.intp]:
    scores = np.where(allowed, vectors @ query.astype(np.float32), -np.inf)
    likely = np.argpartition(scores, -LEAST)[-LEAST:]
    return likely[np.argsort(-(vectors[likely] @ query), kind="stable")[:LENGTH]]


def _measured(number: int, folder: Path) -> list[str]:
    """Memory, and for every filter the times and recall of one library, in a process of its own."""
    threadpool_limits(1)
    vectors = np.load(folder / "vectors.npy", mmap_mode="r")
    asked, best = np.load(folder / "asked.npz"), np.load(folder / "best.npz")
    queries, cells = asked["queries"], []
    allowed = {name: asked[name] for name in FILTERS}
    before = anonymous()
    search = LIBRARIES[number].open(folder / str(number), vectors)
    for name, passing in allowed.items():
        times, shares = [], []
        for query, known in zip(queries, best[name], strict=True):
            started = process_time()
            candidates = search(query, LEAST, passing)
            scores = vectors[candidates] @ query
            listed = candidates[np.argsort(-scores, kind="stable")[:LENGTH]]
            times.append(1000 * (process_time() - started))
            shares.append(np.isin(known, listed).mean())
        cells += [*summary(times), f"{np.mean(shares):.3f}"]
    return [f"{anonymous() - before:.0f}", *cells]


def _sizes() -> None:
    """Fold-in and list of a visitor by both ways, where a release is small enough for both."""
    rows = []
    for size in SIZES:
        large = world(size)
        people, index = visitors(large, 30), build("house", large.model)
        cells = []
        for named in (None, index):
            cells += summary([processor_ms(partial(_listed, large, *p, named)) for p in people])
        rows.append([f"{size:,}", *cells])
    print_table(["titles", "all scored: ms", "95 %", "rank index: ms", "95 %"], rows)


def _listed(large: World, at: Positions, ratings: Array, index: RankIndex | None) -> Positions:
    """A visitor's list, best first."""
    taste = large.model.taste(at, ratings)
    if index is None:
        scores = taste.scores
        candidates = np.flatnonzero(scores >= np.partition(scores, -LEAST)[-LEAST])
    else:
        candidates = index.candidates(taste.query, LEAST, np.ones(len(index), np.bool_))
    order = np.argsort(-taste.scores_of(candidates), kind="stable")
    return candidates[order[:LENGTH]]


def _process(large: World) -> None:
    """A release of a million titles on disk, and two processes that serve it."""
    started = process_time()
    index = build("taste-als", large.model)
    print(f"built the index in {process_time() - started:.0f} s\n")
    with TemporaryDirectory() as name:
        started = process_time()
        folder = write(draft(large, index), Path(name))
        size = sum(path.stat().st_size for path in folder.iterdir()) / 2**20
        print(f"wrote the release in {process_time() - started:.0f} s, {size:.0f} MiB\n")
        program = f"from benchmarks.large.served import serve; serve({str(folder)!r})"
        command = [sys.executable, "-c", program]
        servers = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(2)
        ]
        told = [[server.stdout.readline() for _ in range(3 + len(DIALS))] for server in servers]
        memory = [psutil.Process(server.pid).memory_full_info().uss / 2**20 for server in servers]
        servers[1].communicate("")
        rest = servers[0].communicate("go on\n")[0]
    rows = [line.strip().split("|") for line in [*told[0], *rest.splitlines()]]
    print_table(["what", "ms", "resident MiB", "from no file MiB"], rows)
    print(f"\nEach of two such processes has {min(memory):.0f} MiB to itself.")
