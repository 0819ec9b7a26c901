"""The pipeline: a data set and algorithms in, an evaluated release out.

Every step's result is a value of another package; this module only orders them. The models are
evaluated on splits of the data, by other processes, while they are fitted once more on all of it
and surveyed here; the evidence decides which of them ranks and which predicts ratings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from threadpoolctl import threadpool_limits

from recommender.algorithms.contract import Algorithm, Progress, silent, within
from recommender.algorithms.ensemble import fit_together
from recommender.data import load
from recommender.data.dataset import DataSet
from recommender.errors import ParameterError
from recommender.evaluation.few_ratings import Outcome
from recommender.evaluation.judgement import rivals
from recommender.evaluation.report import Examined, examine
from recommender.releases import Registry, Release
from recommender.training.beside import beside, joined
from recommender.training.finish import Material, champion_of, picture, to_survey, write_release
from recommender.training.recipes import recipes


def train(
    domain: str,
    *,
    models: Path,
    source: str | Path | None = None,
    algorithms: Mapping[str, Algorithm] | None = None,
    seed: int = 0,
    workers: int | None = None,
    progress: Progress = silent,
) -> Path:
    """Trains a release and writes it; the first release of a domain becomes its champion.

    Args:
        domain: "movies" or "anime".
        models: the models folder.
        source: a data set's folder or zip; None for the data that a package ships.
        algorithms: model name -> algorithm; by default those of `recipes`. The embedding of the
            first that has one is surveyed.
        seed: of every fit; the same data, seed and parameters give the same release.
        workers: processes for the evaluation; by default one per core.
        progress: told about every step.

    Returns:
        The folder of the release.

    Raises:
        DataError: the data cannot be used.
        ParameterError: no algorithm gives factors, which the atlas and the survey need.
        ReleaseError: the release cannot be written.
    """
    progress(0.0, "reading the data")
    data = load(domain, source)
    chosen = algorithms or recipes(domain)
    trained = train_on(data, chosen, models=models, seed=seed, workers=workers, progress=progress)
    return trained.folder


@dataclass(frozen=True, eq=False)
class Trained:
    """A release that has been written, and what a judgement needs.

    Attributes:
        folder: of the release.
        champion: what served before, or None.
        outcomes: of its models and of the champion's recipe; see `judgement.judge`.
        refused: why the champion's recipe could not be fitted, or None.
    """

    folder: Path
    champion: Release | None
    outcomes: Mapping[str, Sequence[Outcome]]
    refused: str | None


def train_on(
    data: DataSet,
    algorithms: Mapping[str, Algorithm],
    *,
    models: Path,
    seed: int = 0,
    workers: int | None = None,
    rivalled: bool = False,
    progress: Progress = silent,
) -> Trained:
    """Trains a release on a data set and writes it; arguments and errors as `train`.

    Args:
        data: the data set.
        algorithms: model name -> algorithm.
        models: the models folder.
        seed: of every fit.
        workers: processes for the evaluation.
        rivalled: also ask the champion's recipe about the same visitors.
        progress: told about every step.
    """
    domain, chosen = data.domain, dict(algorithms)
    registry = Registry(models)
    registry.sweep()
    champion = champion_of(registry, domain)
    beaten, refused = _rivals(champion) if rivalled else ({}, None)
    evaluating, fitting = joined(progress, (0.8, 0.19))
    work = partial(_examine, data, chosen, beaten, seed, workers)
    with beside(work, evaluating) as evaluated:
        # One thread, so that the order of additions and with it every bit is the same each time.
        with threadpool_limits(1):
            fits = fit_together(
                chosen,
                data.ratings,
                seed=seed,
                progress=lambda done, phrase: fitting(0.4 * done, within("fitting", phrase)),
            )
            fitted = {name: fit.model for name, fit in fits.items()}
            surveyed = to_survey(fitted)
            fitting(0.4, f"fitting {surveyed} from another start")
            again = chosen[surveyed].fit(data.ratings, seed=seed + 1).model
            fitting(0.6, f"surveying {surveyed}")
            pictured = picture(surveyed, fitted[surveyed], again, data.catalogue, seed, champion)
        fitting(1.0, "evaluating")
        examined = evaluated.result()
    progress(0.99, "writing the release")
    folder = write_release(
        Material.of(data),
        chosen,
        fitted,
        pictured,
        examined.report,
        data.ratings,
        models=models,
        seed=seed,
    )
    progress(1.0, f"wrote {folder.name}")
    return Trained(folder, champion, examined.outcomes, refused)


def _examine(
    data: DataSet,
    algorithms: Mapping[str, Algorithm],
    beaten: Mapping[str, Algorithm],
    seed: int,
    workers: int | None,
    progress: Progress,
) -> Examined:
    return examine(data, algorithms, rivals=beaten, seed=seed, workers=workers, progress=progress)


def _rivals(champion: Release | None) -> tuple[dict[str, Algorithm], str | None]:
    """The champion's recipe, or why it cannot be fitted."""
    try:
        return (rivals(champion) if champion else {}), None
    except ParameterError as error:
        return {}, str(error)
