"""The Spark engine beside the local one: the same people, asked about the same ratings.

Both fit anime without the people of the protocol's first fold, who are then asked. Spark runs on
two cores of this machine (`local[2]`); seconds and CPU seconds are of the fit, the processes of
Spark included, memory is the most that all processes of an engine held during the fit and the
answers. Needs pyspark, Java, and the Kaggle files in `anime` of TASTEMAP_DATA.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.family import Peak, cpu_seconds
from benchmarks.table import print_table
from recommender.data import load
from recommender.data.ratings import Ratings
from recommender.errors import TastemapError
from recommender.evaluation import few_ratings
from recommender.evaluation.differences import by_visitor
from recommender.evaluation.metrics import Estimate
from recommender.factors.model import Model
from recommender.settings import Settings
from recommender.spark.train import ALGORITHMS as NAMES
from recommender.training.recipes import recipe

DOMAIN, FOLD = "anime", few_ratings.TEST_FOLDS[0]
_SPARK = {"spark.ui.enabled": "false", "spark.driver.memory": "3g"}


def main() -> None:
    folder = Settings.from_environment().data
    if folder is None or not (folder / DOMAIN).is_dir():
        print(f"TASTEMAP_DATA names no folder with {DOMAIN}\n")
        return
    source = str(folder / DOMAIN)
    rows, found = [], {}
    for engine in ("local", "spark"):
        # A process of its own, so that memory is that of the engine alone.
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.spark", engine, source],
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode:
            print(f"{engine}: it failed\n")
            return
        found[engine] = json.loads(done.stdout.splitlines()[-1])
    for name in NAMES:
        local, spark = (found[engine][name] for engine in ("local", "spark"))
        for label in ("ndcg", "rmse"):
            ours, theirs = local[label], spark[label]
            apart = Estimate.mean(np.array([theirs[user] - ours[user] for user in ours]))
            rows.append(
                [
                    name,
                    label,
                    len(ours),
                    *(f"{np.mean(list(f.values())):.4f}" for f in (ours, theirs)),
                ]
            )
            rows[-1] += [f"{apart.value:+.4f} ({apart.low:+.4f} to {apart.high:+.4f})"]
    print_table(["model", "figure", "people", "local", "Spark", "difference, 95 %"], rows)
    print()
    costs = [
        [name, engine, *(f"{found[engine][name][cost]:.0f}" for cost in ("seconds", "cpu", "mib"))]
        for name in NAMES
        for engine in found
    ]
    print_table(["model", "engine", "s", "CPU s", "MiB"], costs)


def measured(engine: str, source: str) -> dict[str, dict[str, object]]:
    """What an engine's models give and take, by name."""
    peak, results = Peak(), {}

    def measure(name: str, fit: Callable[[], Model], people: Ratings, counts: np.ndarray) -> None:
        peak.reset()
        started, used = time.perf_counter(), cpu_seconds()
        model = fit()
        costs = {"seconds": time.perf_counter() - started, "cpu": cpu_seconds() - used}
        visitors = np.flatnonzero(people.user_counts())
        outcomes = few_ratings.asked({name: model}, people, visitors, counts)[name]
        results[name] = {**costs, "mib": peak.mib} | {
            label: {str(people.user_ids[u]): v for u, v in by_visitor(outcomes, label).items()}
            for label in ("ndcg", "rmse")
        }

    if engine == "local":
        ratings = load(DOMAIN, source).ratings
        inside = (few_ratings.visitor_folds(ratings) == FOLD)[ratings.users]
        training, people = ratings.subset(~inside), ratings.subset(inside)
        with threadpool_limits(1):
            for name in NAMES:
                algorithm = recipe(DOMAIN, name)
                measure(name, lambda a=algorithm: a.fit(training).model, people, training.counts())
        return results
    from recommender.spark.fit import fit
    from recommender.spark.material import read
    from recommender.spark.session import session
    from recommender.spark.train import chosen_people

    with session("local[2]", _SPARK) as spark:
        crowd, _ = read(spark, DOMAIN, source)
        asked, others = chosen_people(crowd, crowd.n_users, seed=0)
        people, sample, training = (
            crowd.collected(asked),
            crowd.collected(others),
            crowd.without(asked),
        )
        for name in NAMES:
            algorithm = recipe(DOMAIN, name)
            measure(name, lambda a=algorithm: fit(a, training, sample, 0), people, training.counts)
    return results


if __name__ == "__main__":
    try:
        print(json.dumps(measured(*sys.argv[1:])))
    except TastemapError as error:
        sys.exit(str(error))
