"""What a request means: its algorithms with their hyper-parameters, its search, its data.

The same words are read when a training is asked for, so that a mistake is told at once, and when it
begins.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal, cast

from recommender.algorithms.contract import Algorithm, Progress
from recommender.data import known
from recommender.data.dataset import DataSet
from recommender.data.readers import all_readers
from recommender.errors import DataError
from recommender.evaluation.search_space import Space, Values, grid, search_space
from recommender.training.job import JobRequest
from recommender.training.recipes import recipe, recipes

SEARCH_SHARE = 0.4
"""Of a training's progress, where there is a search before it."""


def algorithms(request: JobRequest) -> dict[str, Algorithm]:
    """The algorithms of a request by model name, the one to be tuned as it is before.

    Raises:
        ParameterError: no such algorithm or hyper-parameter, or a value out of bounds.
    """
    wanted = {
        name: recipe(request.domain, name, **parameters)
        for name, parameters in request.algorithms.items()
    }
    chosen = wanted or recipes(request.domain)
    if request.search is not None and request.search.algorithm not in chosen:
        name = request.search.algorithm
        chosen[name] = recipe(request.domain, name)
    return chosen


def space(request: JobRequest) -> Space | None:
    """What the search of a request tries, or None; `ParameterError` if it cannot be."""
    asked = request.search
    if asked is None:
        return None
    algorithm = algorithms(request)[asked.algorithm]
    wanted = {name: Values(values) if values else None for name, values in asked.space.items()}
    found = search_space(algorithm, wanted, request.algorithms.get(asked.algorithm, {}))
    if asked.method == "grid":
        grid(found)
    return found


def searched(
    request: JobRequest, data: DataSet, folder: Path, workers: int, progress: Progress
) -> tuple[dict[str, Algorithm], str]:
    """Searches as a request asks, on the tuning fold: nobody whom the judgement asks is in it.

    Args:
        request: with a search.
        data: the data.
        folder: for the study.
        workers: processes.
        progress: told about every trial.

    Returns:
        The algorithms with the best setting that was found, or as they were if none is better by
        more than chance; and a sentence that says which.
    """
    # Imported here: asking for a training must not cost the library that searches.
    from recommender.evaluation.objective import OBJECTIVES
    from recommender.evaluation.tuning import Search, tune

    asked, allowed, chosen = request.search, space(request), algorithms(request)
    assert asked is not None
    assert allowed is not None
    before = chosen[asked.algorithm]
    objective = OBJECTIVES[asked.objective]
    method = cast(Literal["model", "random", "grid"], asked.method)
    search = Search(before, allowed, objective, method, request.seed)
    found = tune(
        search, data.ratings, folder, trials=asked.trials, workers=workers, progress=progress
    )
    tried = f"{len(found.trials)} settings of {asked.algorithm} were tried"
    if found.better is None:
        return chosen, f"{tried}; none is better than before by more than chance, so it stays."
    chosen[asked.algorithm] = replace(before, **found.better.parameters)
    values = ", ".join(
        f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in found.better.parameters.items()
    )
    gain = found.better.against(found.defaults)
    return chosen, (
        f"{tried}; the best, {values}, changes {objective.label} by {gain.value:+.4f} "
        f"({gain.low:+.4f} to {gain.high:+.4f}) on the tuning fold."
    )


def check(request: JobRequest) -> None:
    """Refuses what cannot be trained.

    Raises:
        DataError: no such domain.
        ParameterError: an algorithm, a hyper-parameter or the search cannot be.
    """
    domains = sorted({reader.domain for reader in all_readers()})
    if request.domain not in domains:
        raise DataError(f"There is no domain {request.domain!r}; there is {', '.join(domains)}.")
    algorithms(request)
    space(request)


def find_source(named: str | None, state: Path) -> Path | None:
    """Finds the data set that a request names.

    Args:
        named: a path, or a name among the uploads, in TASTEMAP_DATA or the cache; None for the data
            that a package ships.
        state: TASTEMAP_STATE.

    Returns:
        An absolute path, or None.

    Raises:
        DataError: there is nothing there.
    """
    if named is None or not named.strip():
        return None
    uploaded = state / "uploads" / named
    if Path(named).name == named and uploaded.is_dir():
        return uploaded.absolute()
    found = known.source(Path(named).expanduser())
    if found is None or not found.exists():
        raise DataError(f"{named} does not exist; name a folder or zip that holds a data set.")
    return found.absolute()
