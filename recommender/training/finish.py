"""From fitted models to a release: its pictures, which model ranks and which rates, its folder.

What every way of training does at its end, whichever engine fitted the models.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from recommender.algorithms.contract import Algorithm
from recommender.data.dataset import DataSet, Provenance
from recommender.data.ratings import Ratings
from recommender.data.scale import RatingScale
from recommender.errors import ParameterError, ReleaseError
from recommender.factors.atlas import atlas
from recommender.factors.blend import factor_models
from recommender.factors.model import FactorModel, Model
from recommender.factors.survey import Survey, survey
from recommender.releases import Recipe, Registry, Release, ReleaseDraft, write
from recommender.training.indexing import indexed


@dataclass(frozen=True, eq=False)
class Material:
    """What a release says of its data; attributes as those of `ReleaseDraft`."""

    domain: str
    scale: RatingScale
    catalogue: pd.DataFrame
    provenance: Provenance
    n_ratings: int
    n_users: int
    dropped: Mapping[str, int]
    mended: Mapping[str, int]

    @classmethod
    def of(cls, data: DataSet) -> Material:
        """That of a data set which is whole in this process."""
        ratings = data.ratings
        return cls(
            domain=data.domain,
            scale=ratings.scale,
            catalogue=data.catalogue,
            provenance=data.provenance,
            n_ratings=len(ratings),
            n_users=int(np.count_nonzero(ratings.user_counts())),
            dropped=data.dropped,
            mended=data.mended,
        )


def champion_of(registry: Registry, domain: str) -> Release | None:
    """What serves, for comparison; None without one, or if it is broken."""
    try:
        return registry.open(domain)
    except ReleaseError:
        return None


def to_survey(models: Mapping[str, Model]) -> str:
    """The name of the model whose embedding is surveyed: the first that is or holds one.

    Raises:
        ParameterError: none is or holds one.
    """
    for owner, candidate in models.items():
        if embeddings := [m for m in factor_models(candidate) if m.item_factors.shape[1]]:
            return next((n for n, model in models.items() if model is embeddings[0]), owner)
    raise ParameterError(
        f"None of {', '.join(models)} has factors, and the atlas is drawn from them; "
        "train taste-als with them."
    )


def picture(
    name: str,
    model: Model,
    again: Model,
    catalogue: pd.DataFrame,
    seed: int,
    champion: Release | None,
) -> tuple[pd.DataFrame, Survey]:
    """Draws the atlas of a model's embedding and surveys it.

    Args:
        name: of the model.
        model: one that `to_survey` has chosen.
        again: the same algorithm's from another random start.
        catalogue: the titles.
        seed: of everything random.
        champion: whose pictures the new ones keep the orientation of.

    Returns:
        The atlas and the survey.
    """
    embedding = _embedding(model)
    places = atlas(embedding, catalogue["n_ratings"].to_numpy(np.int64))
    previous = champion.survey if champion else None
    found = survey(name, embedding, _embedding(again), catalogue, seed=seed, previous=previous)
    return places, found


def write_release(
    material: Material,
    algorithms: Mapping[str, Algorithm],
    fitted: Mapping[str, Model],
    pictured: tuple[pd.DataFrame, Survey],
    evaluation: Mapping[str, Any],
    people: Ratings,
    *,
    models: Path,
    seed: int,
    parameters: Mapping[str, Any] | None = None,
) -> Path:
    """Writes a release; the first of a domain becomes its champion.

    Args:
        material: what it was learned from.
        algorithms: model name -> algorithm.
        fitted: model name -> model.
        pictured: atlas and survey; see `picture`.
        evaluation: of the models; it decides which ranks and which rates.
        people: ratings of those who are asked what the index of a very large catalogue misses.
        models: the models folder.
        seed: of the fits.
        parameters: what else the training was told, JSON values.

    Returns:
        Its folder.

    Raises:
        ReleaseError: it cannot be written.
    """
    draft = ReleaseDraft(
        **{item.name: getattr(material, item.name) for item in fields(material)},
        created=datetime.now(UTC),
        atlas=pictured[0],
        models=fitted,
        survey=pictured[1],
        recipes={name: Recipe(a.name, asdict(a), a.summary) for name, a in algorithms.items()},
        ranker=_best_ranker(evaluation),
        rater=_best_rater(evaluation, fitted),
        evaluation=evaluation,
        seed=seed,
        parameters=parameters or {},
    )
    folder = write(indexed(draft, people), models)
    registry = Registry(models)
    if len(registry.ids(draft.domain)) == 1:
        registry.promote(draft.domain, folder.name)
    return folder


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
