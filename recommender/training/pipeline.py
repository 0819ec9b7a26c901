"""The pipeline: a data set and algorithms in, an evaluated release out.

Every step's result is a value of another package; this module only orders them. The models are
evaluated on splits of the data, by other processes, while they are fitted once more on all of it
and surveyed here; the evidence decides which of them ranks and which predicts ratings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
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
from recommender.evaluation.report import evaluate
from recommender.factors.atlas import atlas
from recommender.factors.blend import factor_models
from recommender.factors.model import FactorModel, Model
from recommender.factors.survey import Survey, survey
from recommender.releases import Recipe, Registry, ReleaseDraft, write
from recommender.training.beside import beside, joined
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
    progress(0.0, f"read {len(data.ratings):,} ratings")
    chosen = dict(algorithms or recipes(domain))
    registry = Registry(models)
    registry.sweep()
    evaluating, fitting = joined(progress, (0.8, 0.19))
    work = partial(_evaluate, data, chosen, seed, workers)
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
                previous=_champions_survey(registry, domain),
            )
        fitting(1.0, "evaluating")
        evaluation = evaluated.result()
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
    folder = write(draft, models)
    registry = Registry(models)
    if len(registry.releases(domain)) == 1:
        registry.promote(domain, folder.name)
    progress(1.0, f"wrote {folder.name}")
    return folder


def _evaluate(
    data: DataSet,
    algorithms: Mapping[str, Algorithm],
    seed: int,
    workers: int | None,
    progress: Progress,
) -> dict[str, Any]:
    return evaluate(data, algorithms, seed=seed, workers=workers, progress=progress)


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


def _champions_survey(registry: Registry, domain: str) -> Survey | None:
    """The survey whose orientation is kept; None without one, or if the champion is broken."""
    try:
        champion = registry.aliases(domain).champion
        return registry.open(domain, champion).survey if champion else None
    except ReleaseError:
        return None


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
