"""`python -m recommender train --engine spark`: from an address to a release.

Everything is fitted twice: without a sample of the people whom the few-ratings protocol may ask,
from another random start, for the evaluation and to see which factors come again; then on
everybody, for the release. The sample is drawn from the protocol's first fold, so the people are
among those whom the local engine asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from recommender.algorithms.contract import Algorithm, Progress, silent
from recommender.algorithms.solvers.rater import LARGEST_SAMPLE
from recommender.data.ratings import Ratings
from recommender.evaluation import few_ratings
from recommender.evaluation.held_out import evaluate, require
from recommender.factors.model import FactorModel
from recommender.releases import Registry
from recommender.spark.crowd import Crowd
from recommender.spark.fit import check, fit
from recommender.spark.material import read
from recommender.spark.session import session
from recommender.training.finish import champion_of, picture, to_survey, write_release
from recommender.training.recipes import recipe

ALGORITHMS = ("taste-als", "explicit-als")
HELD_OUT = 1000
"""People of a fold who evaluate, where there are as many."""


def train(
    domain: str,
    place: str,
    *,
    master: str,
    models: Path,
    algorithms: Mapping[str, Algorithm] | None = None,
    options: Mapping[str, str] | None = None,
    held_out: int = HELD_OUT,
    seed: int = 0,
    progress: Progress = silent,
) -> Path:
    """Trains a release on a cluster; the first release of a domain becomes its champion.

    Args:
        domain: "movies", …
        place: a folder as path or address; see `recommender.spark.source`.
        master: of the cluster, as Spark has it.
        models: the models folder, of this machine.
        algorithms: model name -> algorithm; by default `ALGORITHMS` as the domain wants them.
        options: Spark's own settings, by name.
        held_out: how many people evaluate, at least one; of the protocol's first fold, so no more
            than a tenth of those whom it may ask.
        seed: of every fit.
        progress: told about every step.

    Returns:
        The folder of the release.

    Raises:
        EngineError: pyspark, Java or the master is missing, or Spark gives up.
        DataError: the data cannot be used.
        RatingError: a rating is off the scale.
        ParameterError: an algorithm that the engine does not fit.
        ReleaseError: the release cannot be written.
    """
    chosen = dict(algorithms or {name: recipe(domain, name) for name in ALGORITHMS})
    for algorithm in chosen.values():
        check(algorithm)
    registry = Registry(models)
    registry.sweep()
    champion = champion_of(registry, domain)
    progress(0.0, "opening the session")
    # Small solves, as here, take longer to share out than to do.
    with threadpool_limits(1), session(master, options or {}) as spark:
        progress(0.03, "reading the data")
        crowd, material = read(spark, domain, place)
        progress(0.1, "choosing whom to keep out")
        asked, others = chosen_people(crowd, held_out, seed)
        people, sample = crowd.collected(asked), crowd.collected(others)
        without = crowd.without(asked)
        require(people, without.counts)
        again = _fitted(chosen, without, sample, seed + 1, progress, 0.1)
        progress(0.5, "evaluating")
        evaluation = evaluate(
            again, people, sample, material.catalogue, without.counts, without.n_users, seed + 1
        )
        fitted = _fitted(chosen, crowd, sample, seed, progress, 0.55)
    surveyed = to_survey(fitted)
    progress(0.95, f"surveying {surveyed}")
    pictured = picture(
        surveyed, fitted[surveyed], again[surveyed], material.catalogue, seed, champion
    )
    folder = write_release(
        material,
        chosen,
        fitted,
        pictured,
        evaluation,
        people,
        models=models,
        seed=seed,
        parameters={"engine": "spark", "held_out": len(asked)},
    )
    progress(1.0, f"wrote {folder.name}")
    return folder


def _fitted(
    algorithms: Mapping[str, Algorithm],
    crowd: Crowd,
    sample: Ratings,
    seed: int,
    progress: Progress,
    start: float,
) -> dict[str, FactorModel]:
    models = {}
    for number, (name, algorithm) in enumerate(algorithms.items()):
        progress(start + 0.4 * number / len(algorithms), f"fitting {name}")
        models[name] = fit(algorithm, crowd, sample, seed)
    return models


def chosen_people(
    crowd: Crowd, held_out: int, seed: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Chooses people whose ratings come to the driver.

    Args:
        crowd: all people.
        held_out: how many evaluate, at most.
        seed: of the choice of the others.

    Returns:
        Ids of those who evaluate, of the protocol's first fold, and of some others, by whom the
        rater is learned and calibrated; int32, ascending.

    Raises:
        DataError: fewer people have enough ratings to evaluate than there are folds.
    """
    users, counts = crowd.activity()
    folds = few_ratings.folds_of(counts, users)
    fold = users[folds == few_ratings.TEST_FOLDS[0]]
    generator = np.random.default_rng(few_ratings.SPLIT_SEED)
    asked = np.sort(generator.permutation(fold)[:held_out])
    rest = np.setdiff1d(users, asked, assume_unique=True)
    generator = np.random.default_rng(seed)
    return asked, np.sort(generator.permutation(rest)[:LARGEST_SAMPLE])
