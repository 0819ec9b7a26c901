"""A cluster of separate processes trains a release, also if a worker dies on the way."""

import json
import threading

import pandas as pd
import pytest

from recommender.cli import arguments, main
from recommender.evaluation.few_ratings import visitor_folds
from recommender.releases import Registry
from recommender.serving import open_release
from recommender.spark.train import train
from tests.releases import village
from tests.spark.conftest import SETTINGS
from tests.training.trainings import until, write_movielens

QUICK = ["taste-als:k=4,iterations=3,subsets=2", "explicit-als:k=4,iterations=3"]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """The village with its ratings as Parquet."""
    folder = write_movielens(village.data(), tmp_path_factory.mktemp("data") / "village")
    pd.read_csv(folder / "ratings.csv").to_parquet(folder / "ratings.parquet")
    (folder / "ratings.csv").unlink()
    return folder


def test_two_workers_train_a_release_that_serves(running, place, tmp_path, capsys):
    options = [word for name in QUICK for word in ("--algorithm", name)]
    options += [word for pair in SETTINGS.items() for word in ("--spark", "=".join(pair))]
    command = ["train", "--engine", "spark", "--master", running.master, "--domain", "movies"]
    command += ["--data", str(place), "--models", str(tmp_path), "--held-out", "6", "--json"]
    assert main([*command, *options]) == 0, capsys.readouterr().err
    written = json.loads(capsys.readouterr().out)
    assert written["champion"]
    release = Registry(tmp_path).open("movies")
    assert release.id == written["release"]
    assert len(release.models) == 2
    data = village.data()
    facts = release.manifest
    assert facts["training"]["parameters"] == {"engine": "spark", "held_out": 6}
    assert facts["data"]["ratings"] == len(data.ratings)
    assert facts["models"][release.ranker]["algorithm"] == "taste-als"
    evaluation = release.evaluation
    assert evaluation["visitors"] == 6 <= (visitor_folds(data.ratings) == 0).sum()
    assert evaluation["few_ratings"][release.ranker]["mean"]["ndcg@10"]["value"] > 0.3
    for part in ("lists", "rating_errors", "cost"):
        assert evaluation[part].keys() == release.models.keys()
    visitor = open_release("movies", tmp_path).fold_in({int(data.catalogue.index[3]): 5.0})
    assert len(visitor.recommend(5)) == 5


def test_a_worker_that_is_killed_in_mid_training_does_not_stop_it(running, place, tmp_path):
    stages = []

    def kill_when_computing():
        """Waits until the cluster computes, and kills a worker that has a part in it."""
        from pyspark import SparkContext

        tracker = SparkContext._active_spark_context.statusTracker()
        stages.extend(
            until(lambda: running.executors(1) and tracker.getActiveStageIds(), pause=0.01)
        )
        running.kill(1)

    killer = threading.Thread(target=kill_when_computing)

    def told(done, phrase):
        if phrase.startswith("fitting taste-als") and not killer.ident:
            killer.start()

    folder = train(
        "movies",
        str(place),
        master=running.master,
        models=tmp_path,
        algorithms=arguments.algorithms(QUICK[:1], "movies"),
        options=SETTINGS,
        held_out=6,
        progress=told,
    )
    killer.join()
    assert stages
    assert running.workers[1].poll() is not None
    release = Registry(tmp_path).open("movies", folder.name)
    assert release.evaluation["few_ratings"][release.ranker]["mean"]["ndcg@10"]["value"] > 0.3
