"""The values of this package: a release as it is opened, and the draft that it is written from.

A release is immutable: its id names when it was made and what is in it. `format` turns a draft into
a folder and a folder into a release.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from recommender.data.dataset import Provenance
from recommender.data.franchise import Franchises
from recommender.data.scale import RatingScale
from recommender.factors.model import Model
from recommender.factors.rank_index import RankIndex
from recommender.factors.survey import Survey


@dataclass(frozen=True, eq=False)
class Release:
    """A release, opened and checked.

    Attributes:
        id: "20261121-1432-ab12cd": date and time (UTC) it was made, hash of its content.
        domain: "movies", "anime", …
        created: the same moment to the second, in UTC.
        folder: where it lies.
        scale: the domain's rating scale.
        catalogue: the titles, as `recommender.data.catalogue` describes.
        atlas: float32 columns x, y, z in [-1, 1], indexed like the catalogue.
        models: name -> model; every model's `item_ids` are the catalogue's index.
        survey: pictures, names and the like of one model's embedding.
        ranker: name of the model that orders titles unless another is chosen.
        rater: name of the model that predicts ratings unless another is chosen.
        evaluation: what `recommender.evaluation.report` found out about the models.
        manifest: release.json as it was read.
        index: names what one of the models may put first; None where all titles are scored.
        franchises: those of the catalogue, where it is so large that finding them takes long.
    """

    id: str
    domain: str
    created: datetime
    folder: Path
    scale: RatingScale
    catalogue: pd.DataFrame
    atlas: pd.DataFrame
    models: Mapping[str, Model]
    survey: Survey
    ranker: str
    rater: str
    evaluation: Mapping[str, Any]
    manifest: Mapping[str, Any]
    index: RankIndex | None = None
    franchises: Franchises | None = None


@dataclass(frozen=True)
class ListedRelease:
    """A line in the list of releases.

    Attributes:
        id: its id.
        created: when it was made, in UTC; None if it does not open.
        size: of all its files, bytes.
        champion: it is the one that serves.
        previous: it is the one to roll back to.
        broken: why it does not open, or None.
    """

    id: str
    created: datetime | None
    size: int
    champion: bool
    previous: bool
    broken: str | None


@dataclass(frozen=True)
class Recipe:
    """What a model was fitted with.

    Attributes:
        algorithm: the algorithm's name.
        parameters: its hyper-parameters, JSON values.
        summary: what it does, a sentence for a visitor.
    """

    algorithm: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    summary: str = ""


@dataclass(frozen=True, eq=False)
class ReleaseDraft:
    """Everything a release is written from. Checked when it is written, not before.

    Attributes:
        domain: lower-case letters, digits and hyphens.
        created: a moment with a time zone.
        scale: the domain's rating scale.
        catalogue: see `Release`.
        atlas: see `Release`.
        models: name -> fitted model; a name is lower-case letters, digits and hyphens.
        survey: of one of the models, or of a member of one.
        recipes: for each model what it was fitted with.
        ranker: name of the model that orders titles by default.
        rater: name of the model that predicts ratings by default; it must be able to.
        evaluation: JSON values.
        provenance: where the ratings come from.
        n_ratings: ratings that training saw.
        n_users: users that training saw.
        dropped: reason -> rows of the data files that were left out.
        mended: reason -> titles that were kept with something made good.
        seed: of everything random.
        parameters: what else the training was told, JSON values.
        index: see `Release`.
    """

    domain: str
    created: datetime
    scale: RatingScale
    catalogue: pd.DataFrame
    atlas: pd.DataFrame
    models: Mapping[str, Model]
    survey: Survey
    recipes: Mapping[str, Recipe]
    ranker: str
    rater: str
    evaluation: Mapping[str, Any]
    provenance: Provenance
    n_ratings: int
    n_users: int
    dropped: Mapping[str, int] = field(default_factory=dict)
    mended: Mapping[str, int] = field(default_factory=dict)
    seed: int = 0
    parameters: Mapping[str, Any] = field(default_factory=dict)
    index: RankIndex | None = None
