"""The factor models of a release to look at, each named once and then shared by all visitors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from recommender.data import catalogue as catalogues
from recommender.factors.blend import factor_models
from recommender.factors.comparison import Comparison, compare
from recommender.factors.model import FactorModel
from recommender.factors.side_by_side import Side, side_by_side
from recommender.factors.space import Space, known, named_space
from recommender.factors.survey import READABLE
from recommender.factors.tour import Step, tour
from recommender.releases.release import Release
from recommender.serving.served import ServedRelease


def factor_spaces(release: Release) -> dict[str, FactorModel]:
    """Name -> model of all that have factors, the ranker's own first, then the best at ranking."""
    found = {
        name: model
        for name, model in release.models.items()
        if isinstance(model, FactorModel) and model.item_factors.shape[1]
    }
    own = next(factor_models(release.models[release.ranker]), None)
    reports = release.evaluation.get("few_ratings", {})
    quality = {name: report["mean"]["ndcg@10"]["value"] for name, report in reports.items()}
    return dict(
        sorted(found.items(), key=lambda pair: (pair[1] is not own, -quality.get(pair[0], 0.0)))
    )


def shown(release: ServedRelease, *, rated: bool = True) -> NDArray[np.bool_]:
    """Which titles to show, bool (n_items,): those offered and, if `rated`, with enough ratings."""
    return release.shelf.offered & known(release.catalogue) if rated else release.shelf.offered


@lru_cache(maxsize=24)
def space(release: Release, name: str, basis: str) -> Space:
    """A factor model of a release in one of the two bases, named."""
    model, survey = factor_spaces(release)[name], release.survey
    if name == survey.model:
        return Space.of(model, survey.basis(basis))
    return named_space(model, release.catalogue, basis)


@dataclass(frozen=True, eq=False)
class Pair:
    """Two factor models compared and drawn.

    Attributes:
        comparison: of the titles that are shown and have factors in both.
        sides: their pictures.
    """

    comparison: Comparison
    sides: tuple[Side, Side]


@lru_cache(maxsize=4)
def pair(first: ServedRelease, one: str, second: ServedRelease, other: str) -> Pair:
    """Two factor models, of one release or of two, beside each other.

    Raises:
        ParameterError: they have too few titles in common.
    """
    ids = first.shelf.item_ids[shown(first)]
    ids = np.intersect1d(ids, second.shelf.item_ids[shown(second)])
    compared = compare(factor_spaces(first)[one], factor_spaces(second)[other], ids.tolist())
    return Pair(compared, side_by_side(compared))


@lru_cache(maxsize=4)
def guided_tour(release: ServedRelease) -> tuple[Step, ...]:
    """The steps of the guided tour that hold on the release."""
    models = factor_spaces(release)
    if not models:
        return ()
    readable = space(release, next(iter(models)), READABLE)
    adult = catalogues.adult(release.catalogue)
    ranker, franchises = release.models[release.ranker], release.shelf.franchises
    return tour(models, release.catalogue, ranker, readable, franchises, adult)
