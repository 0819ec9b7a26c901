"""The compiled gradient descents against scikit-surprise, on synthetic ratings.

Funk SVD: a million ratings, 100 factors, 20 epochs, the same start; the time is the descent's
alone, the best of several rounds in which scikit-surprise, one thread and two take turns, so that a
busy moment of the machine decides nothing. Embeddings: 12.5 million ratings of 41,735 users and
3,448 titles, as many as reference system R4 had, 5 epochs of 100 dimensions in batches of 1,024.
Compiling is timed apart: it happens once, then the machine code lies on disk.
"""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing import get_context
from resource import RUSAGE_SELF, getrusage
from time import perf_counter

import numpy as np

from benchmarks.table import print_table
from recommender.data.five_tastes import five_tastes
from recommender.data.scale import ANIME_SCALE

SVD = {"k": 100, "epochs": 20, "learning_rate": 0.005, "regularisation": 0.02}
ROUNDS = 5


def main() -> None:
    compare_funk_svd()
    print()
    # In a process of its own: its peak memory is then its own.
    process = get_context("spawn").Process(target=train_embeddings)
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(process.exitcode)


def compare_funk_svd() -> None:
    import surprise

    from recommender.algorithms.solvers.kernels import sgd
    from recommender.algorithms.solvers.surprise_data import by_first_appearance, trainset

    ratings = five_tastes(1_100_000, 6_000, 3_700, ANIME_SCALE)
    hidden = np.random.default_rng(1).random(len(ratings)) < 1 / 11
    training, test = ratings.subset(~hidden), ratings.subset(hidden)
    users, items = by_first_appearance(training)
    place = np.zeros(ratings.n_items, np.int64)
    place[training.items] = items
    mean = training.values.mean(dtype=np.float64)

    def error(parts: sgd.Descent) -> float:
        """Test RMSE; every user and title of so dense a world has ratings in training."""
        i = place[test.items]
        dot = (parts.user_factors[test.users] * parts.item_factors[i]).sum(axis=1)
        predicted = mean + parts.user_bias[test.users] + parts.item_bias[i] + dot
        return float(np.sqrt(np.mean((ANIME_SCALE.clip(predicted) - test.values) ** 2)))

    def descend(threads: int, **changes: int) -> sgd.Descent:
        settings = SVD | changes | {"seed": 0, "threads": threads}
        return sgd.descend(
            users, items, training.values, **settings, progress=lambda done, loss: None
        )

    data = trainset(training)

    def peer() -> sgd.Descent:
        svd = surprise.SVD(n_factors=100, n_epochs=20, lr_all=0.005, reg_all=0.02, random_state=0)
        svd.fit(data)
        return sgd.Descent(svd.bu, svd.bi, svd.pu, svd.qi)

    started = perf_counter()
    descend(1, epochs=1)
    compiling = perf_counter() - started
    contestants: dict[str, Callable[[], sgd.Descent]] = {
        "scikit-surprise": peer,
        "kernel, threads 1": lambda: descend(1),
        "kernel, threads 2": lambda: descend(2),
    }
    seconds, states = dict.fromkeys(contestants, np.inf), {}
    for _ in range(ROUNDS):
        for name, work in contestants.items():
            started = perf_counter()
            states[name] = work()
            seconds[name] = min(seconds[name], perf_counter() - started)
    rows = [
        [name, f"{best:.2f}", f"{seconds['scikit-surprise'] / best:.1f}", f"{error(state):.4f}"]
        for (name, best), state in zip(seconds.items(), states.values(), strict=True)
    ]
    print(f"{len(training):,} ratings; first call with one epoch {compiling:.1f} s\n")
    header = ["funk-svd", f"seconds, best of {ROUNDS}", "times as fast", "test RMSE"]
    print_table(header, rows)


def train_embeddings() -> None:
    from recommender.algorithms import configure

    ratings = five_tastes(12_500_000, 41_735, 3_448, ANIME_SCALE)
    small = ratings.subset(ratings.users < 200)
    started = perf_counter()
    configure("embedding-mf", least_steps=1, epochs=1).fit(small)
    compiling = perf_counter() - started
    started = perf_counter()
    fit = configure("embedding-mf").fit(ratings)
    seconds = perf_counter() - started
    peak = getrusage(RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(ratings):,} ratings; first call on a few {compiling:.1f} s\n")
    figures = [f"{seconds:.0f}", f"{peak:.0f}", f"{fit.losses[-1]:.3f}"]
    print_table(["embedding-mf with its fold-in, seconds", "peak MiB", "last loss"], [figures])
