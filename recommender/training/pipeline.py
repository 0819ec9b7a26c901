"""The pipeline: a data set and algorithms in, an evaluated release out.

Every step's result is a value of another package; this module only orders them. The models are
evaluated on splits of the data, by other processes, while they are fitted once more on all of it
and surveyed here; the evidence decides which of them ranks and which predicts ratings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from recommender.algorithms.contract import Algorithm, Progress, silent, within
from recommender.algorithms.ensemble import fit_together
from recommender.data import load
from recommender.data.dataset import DataSet
from recommender.errors import ParameterError, ReleaseError
from recommender.evaluation.few_ratings import Outcome
from recommender.evaluation.judgement import rivals
from recommender.evaluation.report import Examined, examine
from recommender.factors.atlas import atlas
from recommender.factors.blend import factor_models
from recommender.factors.model import FactorModel, Model
from recommender.factors.survey import survey
from recommender.releases import Recipe, Registry, Release, ReleaseDraft, write
from recommender.training.beside import beside, joined
from recommender.training.indexing import indexed
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
    champion = _champion(registry, domain)
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
            surveyed = _surveyed(fitted)
            fitting(0.4, f"fitting {surveyed} from another start")
            again = chosen[surveyed].fit(data.ratings, seed=seed + 1).model
            fitting(0.6, f"surveying {surveyed}")
            model = _embedding(fitted[surveyed])
            places = atlas(model, data.ratings.counts())
            surveyed_as = survey(
                surveyed,
                model,
                _embedding(again),
                data.catalogue,
                seed=seed,
                previous=champion.survey if champion else None,
            )
        fitting(1.0, "evaluating")
        examined = evaluated.result()
    evaluation = examined.report
    progress(0.99, "writing the release")
    draft = ReleaseDraft(
        domain=data.domain,
        created=datetime.now(UTC),
        scale=data.ratings.scale,
        catalogue=data.catalogue,
        atlas=places,
        models=fitted,
        survey=surveyed_as,
        recipes={name: Recipe(a.name, asdict(a), a.summary) for name, a in chosen.items()},
        ranker=_best_ranker(evaluation),
        rater=_best_rater(evaluation, fitted),
        evaluation=evaluation,
        provenance=data.provenance,
        n_ratings=len(data.ratings),
        n_users=int(np.count_nonzero(data.ratings.user_counts())),
        dropped=data.dropped,
        mended=data.mended,
        seed=seed,
    )
    folder = write(indexed(draft, data.ratings), models)
    if len(registry.ids(domain)) == 1:
        registry.promote(domain, folder.name)
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


def _champion(registry: Registry, domain: str) -> Release | None:
    """What serves, for comparison; None without one, or if it is broken."""
    try:
        return registry.open(domain)
    except ReleaseError:
        return None


def _rivals(champion: Release | None) -> tuple[dict[str, Algorithm], str | None]:
    """The champion's recipe, or why it cannot be fitted."""
    try:
        return (rivals(champion) if champion else {}), None
    except ParameterError as error:
        return {}, str(error)


def _surveyed(models: Mapping[str, Model]) -> str:
    """The name of the model whose embedding is surveyed: the first that is or holds one."""
    for owner, candidate in models.items():
        if embeddings := [m for m in factor_models(candidate) if m.item_factors.shape[1]]:
            return next((n for n, model in models.items() if model is embeddings[0]), owner)
    raise ParameterError(
        f"None of {', '.join(models)} has factors, and the atlas is drawn from them; "
        "train taste-als with them."
    )


def _embedding(model: Model) -> FactorModel:
    return next(found for found in factor_models(model) if found.item_factors.shape[1])


def _best_ranker(evaluation: Mapping[str, Any]) -> str:
    """The model with the highest mean NDCG@10 under the few-ratings protocol."""
    scores = {n: r["mean"]["ndcg@10"]["value"] for n, r in evaluation["few_ratings"].items()}
    return str(max(scores, key=lambda name: scores[name]))


def _best_rater(evaluation: Mapping[str, Any], models: Mapping[str, Model]) -> str:
    """The model with the lowest RMSE under the few-ratings protocol, averaged over its cells."""
    errors = {
        name: sum(cell["rmse"] for cell in report["cells"])
        for name, report in evaluation["few_ratings"].items()
        if models[name].predicts_ratings
    }
    return str(min(errors, key=lambda name: errors[name]))
