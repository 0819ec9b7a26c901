"""What a request means: its algorithms with their hyper-parameters, its search, its data.

The same words are read when a training is asked for, so that a mistake is told at once, and when it
begins.
"""

from __future__ import annotations

from pathlib import Path

from recommender import cli_arguments
from recommender.algorithms.contract import Algorithm
from recommender.data.readers import all_readers
from recommender.errors import DataError
from recommender.evaluation.search_space import Space, Values, grid, search_space
from recommender.training.job import JobRequest
from recommender.training.recipes import recipe, recipes


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
    found = cli_arguments.source(Path(named).expanduser())
    if found is None or not found.exists():
        raise DataError(f"{named} does not exist; name a folder or zip that holds a data set.")
    return found.absolute()
