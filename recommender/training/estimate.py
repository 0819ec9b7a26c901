"""What a training will take, before it starts: by the last one like it, else by measured fits.

A training that has run here tells best: same algorithms, its time and memory scaled by the number
of ratings. Without one, the champion's evaluation tells what each fit took on one thread and how
much memory; how often the protocols fit is known. What nobody has measured is guessed, and said to
be.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from recommender.algorithms.contract import Algorithm
from recommender.algorithms.ensemble import parts
from recommender.data.files import open_source
from recommender.data.readers import FolderReader, all_readers
from recommender.errors import ReleaseError
from recommender.evaluation.cross_validation import FOLDS
from recommender.evaluation.few_ratings import TEST_FOLDS
from recommender.releases import Registry, Release
from recommender.training import plan, processes
from recommender.training.folder import JobsFolder
from recommender.training.job import Estimate, JobRequest

_SHIPPED = 100_004
"""Ratings of the data that a package ships."""
_BARE_MIB, _START = 110, 8.0
"""Of a process with its libraries, and seconds until the first of them works."""
_GUESS_SECONDS, _GUESS_MIB = 2.0, 300
"""Of a fit of 100,000 ratings by an algorithm that nobody has measured."""
_EVALUATED = 0.7
"""Seconds that the protocols spend beside the fits, for each model and 1,000 users who test it, a
fold: asking it, and counting."""
_HEAD = 1 << 18


def estimate(
    request: JobRequest, source: Path | None, earlier: JobsFolder, models: Path
) -> Estimate:
    """Estimates a training.

    Args:
        request: what to train, checked.
        source: its data, found.
        earlier: trainings; those that ended well tell best.
        models: the models folder.

    Returns:
        The estimate.

    Raises:
        DataError: the data cannot be read.
    """
    n = count_ratings(request.domain, source)
    algorithms = plan.algorithms(request)
    for job in reversed(earlier.jobs()[0]):
        ended_well = job.state == "done" and job.started and job.ended and job.ratings
        if ended_well and _alike(job.request, request):
            assert job.started is not None
            assert job.ended is not None
            assert job.ratings is not None
            took, ratio = (job.ended - job.started).total_seconds(), n / job.ratings
            basis = (
                f"The same training took {_time(took)} on {job.ratings:,} ratings "
                f"(training {job.id}); here are about {n:,}."
            )
            return Estimate(took * ratio, int(job.peak_memory * ratio), basis)
    champion = _champion(request.domain, models)
    costs = _costs(champion, algorithms.values())
    measured_on = champion.manifest["data"]["ratings"] if champion else _SHIPPED
    ratio = max(n / measured_on, 0.01)
    workers = processes.spare_cores()
    unmeasured = [a.name for a in parts(algorithms.values()) if a.name not in costs]
    seconds, peaks = 0.0, [float(_BARE_MIB)]
    users = n / 150
    for algorithm in parts(algorithms.values()):
        cost = costs.get(algorithm.name, {})
        fit = cost.get("fit_seconds", _GUESS_SECONDS) * ratio
        fits = len(TEST_FOLDS) + 1 + (FOLDS if algorithm.rater else 0)
        seconds += fit * (fits / workers) + _EVALUATED * users / 1000 * len(TEST_FOLDS) / workers
        peaks.append(_BARE_MIB + (cost.get("peak_mib", _GUESS_MIB) - _BARE_MIB) * ratio)
    if request.search is not None:
        seconds += _search_seconds(request, costs, ratio) / workers
    mib = _BARE_MIB + max(peaks) * (workers + 1)
    basis = (
        f"From what each fit took in release {champion.id}, {measured_on:,} ratings on one thread; "
        f"here are about {n:,}. "
        if champion
        else f"No release of {request.domain} has been measured; a guess for about {n:,} ratings. "
    )
    if champion and unmeasured:
        basis += f"Guessed for {', '.join(unmeasured)}. "
    return Estimate(_START + seconds, int(mib * (1 << 20)), basis.strip())


def count_ratings(domain: str, source: Path | None) -> int:
    """About how many ratings a data set has, by the size of its file and its first lines."""
    if source is None:
        return _SHIPPED
    opened = open_source(source)
    sizes = []
    for reader in all_readers():
        if isinstance(reader, FolderReader) and reader.domain == domain:
            names = {*reader.files, *reader.one_of} if reader.recognises(opened) else ()
            sizes += [(_size(opened.path, opened.members[n]), n) for n in names if n in opened]
    if not sizes:
        return _SHIPPED
    # The ratings are by far the largest file of every format.
    size, name = max(sizes)
    with opened.open(name) as file:
        head = file.read(_HEAD)
    return max(int(size * head.count(b"\n") / max(len(head), 1)), 1)


def _size(path: Path, member: str) -> int:
    if path.is_dir():
        return (path / member).stat().st_size
    with zipfile.ZipFile(path) as archive:
        return archive.getinfo(member).file_size


def _alike(one: JobRequest, other: JobRequest) -> bool:
    return all(
        getattr(one, name) == getattr(other, name)
        for name in ("domain", "algorithms", "search", "visitors")
    )


def _champion(domain: str, models: Path) -> Release | None:
    try:
        return Registry(models).open(domain)
    except ReleaseError:
        return None


def _costs(
    champion: Release | None, algorithms: Iterable[Algorithm]
) -> dict[str, Mapping[str, Any]]:
    """Algorithm name -> what its fit took in the champion's evaluation."""
    if champion is None:
        return {}
    found = champion.evaluation.get("cost", {})
    named: Sequence[tuple[str, str]] = [
        (recipe["algorithm"], name) for name, recipe in champion.manifest["models"].items()
    ]
    return {algorithm: found[name] for algorithm, name in named if name in found}


def _search_seconds(
    request: JobRequest, costs: Mapping[str, Mapping[str, Any]], ratio: float
) -> float:
    from recommender.evaluation.search_space import grid

    asked = request.search
    assert asked is not None
    space = plan.space(request)
    assert space is not None
    trials = min(asked.trials, len(grid(space))) if asked.method == "grid" else asked.trials
    fit = costs.get(asked.algorithm, {}).get("fit_seconds", _GUESS_SECONDS) * ratio
    folds = FOLDS if asked.objective.startswith("cv-") else 1
    return float(fit * folds * (trials + 1))


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} minutes"
