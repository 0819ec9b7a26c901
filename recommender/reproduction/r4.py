"""R4: the dot product of two embeddings, Keras's, on the anime that many rated.

R4's own data, 24 million ratings of 2023, is fetched by the name below; with it the filters are
R4's. On a smaller set a title needs fewer ratings in proportion, while a user, of whom there are
fewer but who rates no less, needs as many. Because a sample says nothing of the size, the same
training then runs on synthetic ratings of exactly R4's numbers: for time and memory, not for its
error.
"""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms import configure
from recommender.algorithms.contract import Progress
from recommender.data.dataset import DataSet
from recommender.data.five_tastes import five_tastes
from recommender.data.ratings import Ratings
from recommender.data.scale import ANIME_SCALE
from recommender.data.splits import hold_out
from recommender.evaluation.cost import peak_mib
from recommender.evaluation.cross_validation import predict_known_users
from recommender.evaluation.metrics import rmse
from recommender.reproduction.contract import Row, System, part
from recommender.reproduction.lists import named

ROWS, USERS, TITLES = 12_563_786, 41_735, 3_448
"""What was left of R4's data after its filters."""

ALL_ROWS, PER_TITLE, PER_USER = 24_325_191, 1_000, 200
"""What was there, and the filters: more ratings than these."""

HELD_OUT = 100_000 / ROWS
VALIDATION = 0.1
BATCH, EPOCHS = 1_024, 5
MORE_EPOCHS = (10, 20, 40)
SHOWN = 10


def run(data: DataSet, seed: int, progress: Progress) -> list[Row]:
    """Reruns R4 on real ratings, then on as many as it had."""
    rows = on_ratings(data, seed, part(progress, 0.0, 0.2))
    return rows + at_full_size(ROWS, USERS, TITLES, seed, part(progress, 0.2, 1.0))


def filtered(ratings: Ratings) -> Ratings:
    """The ratings of titles and users with many, by R4's filters scaled down to their number."""
    enough = ratings.counts() > _per_title(ratings)
    eager = ratings.user_counts() > PER_USER
    return ratings.subset(enough[ratings.items] & eager[ratings.users])


def _per_title(ratings: Ratings) -> int:
    return round(PER_TITLE * min(1.0, len(ratings) / ALL_ROWS))


def on_ratings(
    data: DataSet, seed: int, progress: Progress, *, more_epochs: Sequence[int] = MORE_EPOCHS
) -> list[Row]:
    """What R4 did, on real ratings.

    Args:
        data: ratings, users with more than `PER_USER` among them.
        seed: of what is held out and of the training.
        progress: told about every step.
        more_epochs: numbers of epochs to try after R4's.

    Returns:
        The figures.
    """
    ratings = filtered(data.ratings)
    known, test = hold_out(ratings, HELD_OUT, seed)
    training, validation = hold_out(known, VALIDATION, seed)
    rows = [
        Row("ratings", len(data.ratings), ALL_ROWS),
        Row("a title is kept with more ratings than", _per_title(data.ratings), PER_TITLE),
        Row("a user is kept with more ratings than", PER_USER, PER_USER),
        Row("ratings kept", len(ratings), ROWS),
        Row("users kept", len(np.unique(ratings.users)), USERS),
        Row("anime kept", len(np.unique(ratings.items)), TITLES),
        Row("held out at random", len(test), 100_000),
    ]
    shown: list[Row] = []
    tries = (EPOCHS, *more_epochs)
    for done, epochs in enumerate(tries):
        step = part(progress, done / len(tries), (done + 1) / len(tries))
        algorithm = configure("embedding-mf", batch=BATCH, epochs=epochs, least_steps=1)
        fit = algorithm.fit(training, seed=seed, progress=step)
        steps = f"in {epochs * -(-len(training) // BATCH):,} steps"
        checked = predict_known_users(fit, training, validation)
        predicted = predict_known_users(fit, training, test)
        published = 1.1485 if epochs == EPOCHS else None
        rows += [
            Row(f"validation RMSE, {epochs} epochs", _error(checked, validation), note=steps),
            Row(f"test RMSE, {epochs} epochs", _error(predicted, test), published, steps),
        ]
        if epochs == EPOCHS:
            shown = _beside_actual(data, test, predicted, seed)
    return rows + shown


def _error(predicted: NDArray[np.float64], hidden: Ratings) -> float:
    return round(rmse(predicted, hidden.values.astype(np.float64)), 4)


def _beside_actual(
    data: DataSet, test: Ratings, predicted: NDArray[np.float64], seed: int
) -> list[Row]:
    """R4's table of predicted against actual ratings: some test rows at random."""
    chosen = np.random.default_rng(seed).permutation(len(test))[:SHOWN]
    return [
        Row(
            f"user {test.user_ids[test.users[row]]}, {named(data.catalogue, test.items[row])}",
            round(float(predicted[row]), 2),
            note=f"predicted; rated {test.values[row]:g}",
        )
        for row in np.sort(chosen)
    ]


def at_full_size(n: int, n_users: int, n_items: int, seed: int, progress: Progress) -> list[Row]:
    """The same training on synthetic ratings.

    Args:
        n: number of ratings.
        n_users: of users.
        n_items: of titles.
        seed: of what is held out and of the training.
        progress: told about every step.

    Returns:
        The figures.
    """
    phrase = "synthetic ratings"
    progress(0.0, phrase)
    training, test = hold_out(five_tastes(n, n_users, n_items, ANIME_SCALE), HELD_OUT, seed)
    algorithm = configure("embedding-mf", batch=BATCH, epochs=EPOCHS, least_steps=1)
    started = perf_counter()
    fit = algorithm.fit(training, seed=seed, progress=part(progress, 0.2, 0.9))
    seconds = perf_counter() - started
    error = _error(predict_known_users(fit, training, test), test)
    progress(1.0, "done")
    return [
        Row("synthetic: ratings", n, ROWS),
        Row("synthetic: users", n_users, USERS),
        Row("synthetic: anime", n_items, TITLES),
        Row(f"synthetic: seconds of {EPOCHS} epochs and the fold-in", round(seconds)),
        Row("synthetic: peak memory of the whole run, MiB", round(peak_mib())),
        Row("synthetic: test RMSE", error, note="its noise has standard deviation 1"),
    ]


SYSTEM = System(
    title="embedding dot product on MyAnimeList 2023, Keras",
    domain="anime",
    data=("myanimelist-dataset", "anime", "anime-recommendations-database"),
    run=run,
)
