"""A search finds what was planted, survives being killed, and never asks about the test folds."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic, sleep
from typing import ClassVar

import numpy as np
import pytest
import surprise
from surprise.model_selection import GridSearchCV

from recommender.algorithms import configure
from recommender.algorithms.bias import Bias
from recommender.algorithms.contract import choice, parameter
from recommender.algorithms.popularity import Popularity
from recommender.algorithms.solvers.surprise_data import trainset
from recommender.data.splits import by_rating
from recommender.errors import DataError, ParameterError, StudyError
from recommender.evaluation.few_ratings import (
    TEST_FOLDS,
    run,
    tuning_visitors,
    visitor_folds,
)
from recommender.evaluation.metrics import Estimate
from recommender.evaluation.objective import OBJECTIVES, measure, sample_size
from recommender.evaluation.search_space import Range, Values, search_space
from recommender.evaluation.study import margin, opened
from recommender.evaluation.summary import summarise
from recommender.evaluation.tuning import Search, tune
from tests.releases import village as village_release

BEST = 3.0


@dataclass(frozen=True)
class Planted(Popularity):
    """Popularity that gets noisier the further `x` is from its best, and by the wrong word."""

    x: float = parameter(30.0, 1e-3, 1e3, "best at 3")
    word: str = choice("poor", ("poor", "good"), "best if good")

    def fit(self, ratings, *, seed=0, **settings):
        if self.x > 100:
            raise ParameterError("x is too large to work with")
        fit = super().fit(ratings, seed=seed, **settings)
        spread = abs(np.log10(self.x / BEST)) + 0.5 * (self.word == "poor")
        noise = np.random.default_rng(0).normal(size=ratings.n_items)
        offset = np.log1p(ratings.counts()) + spread * noise
        ranker = replace(fit.model.ranker, offset=offset.astype(np.float32))
        return replace(fit, model=replace(fit.model, ranker=ranker))


@dataclass(frozen=True)
class Witness(Bias):
    """Biases that remember the ratings they were trained on."""

    trained: ClassVar[list] = []

    def fit(self, ratings, **settings):
        self.trained.append(ratings)
        return super().fit(ratings, **settings)


def planted(method="model", seed=0, **ranges):
    algorithm = Planted()
    return Search(algorithm, search_space(algorithm, ranges), OBJECTIVES["ndcg"], method, seed)


def settings(found):
    """Every trial's parameters and figures, however the trials are ordered."""
    return sorted((sorted(t.parameters.items()), t.figures) for t in found.trials)


# --- what is found


@pytest.fixture(scope="module")
def found(village, tmp_path_factory):
    """What forty trials by the model found, on one worker, and what it told on the way."""
    told = []
    outcome = tune(
        planted(x=Range(1e-3, 1e3)),
        village.ratings,
        tmp_path_factory.mktemp("study"),
        workers=1,
        progress=lambda share, phrase: told.append((share, phrase)),
    )
    return outcome, told


def test_a_planted_optimum_is_found(found):
    outcome, _ = found
    assert outcome.better is outcome.trials[0]
    assert outcome.better.parameters["x"] == pytest.approx(BEST, rel=0.7)
    assert outcome.better.against(outcome.defaults).value > 0.02


def test_a_trial_that_the_algorithm_refuses_ends_nothing(found):
    outcome, _ = found
    assert outcome.refused > 0
    assert len(outcome.trials) + outcome.refused == 40
    assert all(trial.parameters["x"] <= 100 for trial in outcome.trials)


def test_progress_ends_at_one_and_says_how_good_the_best_is(found):
    outcome, told = found
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert told[-1][1] == (
        f"tuning: 40 of 40 trials, best NDCG@10 {outcome.better.estimate.value:.4f}"
    )


def test_trials_are_best_first_and_compared_with_the_defaults_visitor_by_visitor(found):
    outcome, _ = found
    values = [trial.estimate.value for trial in outcome.trials]
    assert values == sorted(values, reverse=True)
    best, plain = outcome.trials[0], outcome.defaults
    assert plain.parameters == {"x": 30.0}
    deltas = np.subtract(best.figures, plain.figures)
    assert best.against(plain).value == pytest.approx(deltas.mean())
    assert best.against(plain).low < deltas.mean() < best.against(plain).high


@pytest.mark.parametrize("method", ["random", "grid"])
def test_bounds_are_never_left_and_words_are_tried(village, tmp_path, method):
    search = planted(method, x=Range(2.0, 25.0), word=None)
    found = tune(search, village.ratings, tmp_path, trials=12, workers=2)
    tried = [trial.parameters for trial in found.trials]
    assert all(2 <= parameters["x"] <= 25 for parameters in tried)
    assert {parameters["word"] for parameters in tried} == {"poor", "good"}
    if method == "grid":
        assert len({tuple(parameters.values()) for parameters in tried}) == len(tried) == 10
        best = found.trials[0].parameters
        assert (best["x"], best["word"]) in {(2.0, "good"), (3.76, "good")}


def test_a_search_gives_up_when_nothing_gets_better(village, tmp_path):
    worse = Values((60.0, 70.0, 80.0, 90.0, 95.0))
    found = tune(planted("grid", x=worse), village.ratings, tmp_path, patience=2, workers=1)
    values = [trial.estimate.value for trial in found.trials]
    # The last two that were tried are no better than one before them.
    assert 2 < len(values) < 5


def test_where_nothing_is_better_there_is_no_better_one(village, tmp_path):
    search = replace(planted(x=Values((30.0, 50.0))), method="grid")
    found = tune(search, village.ratings, tmp_path, workers=1)
    assert found.better is None
    assert found.trials[0].figures == found.defaults.figures


def test_a_lead_that_may_be_the_luck_of_the_best_of_ten_is_none(village, tmp_path):
    search = planted("grid", x=Values(tuple(18 + at / 3 for at in range(10))))
    found = tune(search, village.ratings, tmp_path, workers=1)
    lead = found.trials[0].against(found.defaults)
    assert lead.low > 0, "alone it would count"
    assert found.better is None


# --- going on


def test_with_one_worker_a_search_in_two_parts_ends_as_one_in_one_part(village, tmp_path):
    search = planted(seed=5)
    at_once = tune(search, village.ratings, tmp_path / "a", trials=16, workers=1)
    tune(search, village.ratings, tmp_path / "b", trials=7, workers=1)
    in_parts = tune(search, village.ratings, tmp_path / "b", trials=16, workers=1)
    assert settings(in_parts) == settings(at_once)


def test_a_killed_search_goes_on_where_it_was(village, tmp_path):
    """A real process, killed in the middle; its workers go with it."""
    folder = tmp_path / "killed"
    process = subprocess.Popen(
        [sys.executable, "-m", __name__, str(folder)],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    journal = folder / "journal.log"
    waiting_until = monotonic() + 60
    while not (journal.exists() and journal.read_bytes().count(b'"figures"') >= 3):
        assert process.poll() is None
        assert monotonic() < waiting_until
        sleep(0.02)
    workers = list(children(process.pid))
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert workers
    while any(Path(f"/proc/{worker}").exists() for worker in workers):
        assert monotonic() < waiting_until
        sleep(0.05)
    assert list(tmp_path.glob("tastemap-*")) == []  # what the workers were given
    with journal.open("ab") as torn:
        torn.write(b'{"op_code": 6, "trial_')
    lock = journal.with_name("journal.log.lock")
    if not lock.is_symlink():  # it is one if the process was killed while it wrote
        lock.symlink_to(journal)
    done = journal.read_bytes().count(b'"figures"')
    resumed = tune(SLOW, village.ratings, folder, trials=SLOW_TRIALS, workers=1)
    assert 3 <= done < SLOW_TRIALS
    assert len(resumed.trials) == SLOW_TRIALS
    whole = tune(SLOW, village.ratings, tmp_path / "whole", trials=SLOW_TRIALS, workers=1)
    assert settings(resumed) == settings(whole)


SLOW_TRIALS = 30
SLOW = planted(seed=8, x=Range(0.1, 90.0))


def children(pid: int) -> Iterator[int]:
    """The processes that a process has started, that are alive."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        yield from map(int, (task / "children").read_text().split())


def test_a_folder_belongs_to_one_search(village, tmp_path):
    tune(planted(x=Range(1.0, 9.0)), village.ratings, tmp_path, trials=1, workers=1)
    with pytest.raises(StudyError, match="with other parameters, seed; name another --study"):
        tune(planted(seed=1, x=Range(1.0, 8.0)), village.ratings, tmp_path, workers=1)


def test_a_folder_belongs_to_one_process_at_a_time(village, tmp_path):
    with (
        opened(tmp_path, {}, higher_is_better=True),
        pytest.raises(StudyError, match="in use by another process"),
    ):
        tune(planted(), village.ratings, tmp_path, workers=1)


def test_no_trial_begins_after_the_time_is_up_and_that_of_earlier_runs_counts(village, tmp_path):
    none = tune(planted(), village.ratings, tmp_path, seconds=0.0, workers=1)
    assert (none.trials, none.better) == ((), None)
    assert none.seconds > 0
    one = tune(planted(), village.ratings, tmp_path, seconds=none.seconds + 1e-6, workers=1)
    assert len(one.trials) == 1
    assert one.seconds > none.seconds
    assert tune(planted(), village.ratings, tmp_path, seconds=one.seconds, workers=1) == one


def test_the_best_of_many_has_to_be_further_ahead_than_a_single_one():
    """Of forty settings that are all alike, one is better beyond chance, taken for itself."""
    assert margin(Estimate(0.3, 0.1, 0.5), trials=1) == pytest.approx(0.2)
    draws = np.random.default_rng(0).normal(size=(200, 40, 30))
    best = [max((Estimate.mean(d) for d in some), key=lambda one: one.value) for some in draws]
    assert np.mean([lead.value > margin(lead, 1) for lead in best]) > 0.5
    assert np.mean([lead.value > margin(lead, 40) for lead in best]) < 0.15


# --- what is looked at


def test_the_figure_is_that_of_the_protocol_for_the_visitors_who_tune(village):
    algorithm = configure("taste-als", k=4, iterations=2, subsets=2)
    inside = tuning_visitors(village.ratings)
    outcomes = run({"it": algorithm}, village.ratings, inside, seed=3)["it"]
    mean = summarise(outcomes, village.ratings.n_items)["mean"]
    for name, label in (("ndcg", "ndcg@10"), ("rmse", "rmse"), ("mae", "mae")):
        figures = measure(OBJECTIVES[name], algorithm, village.ratings, 0, seed=3)
        assert np.mean(figures) == pytest.approx(mean[label]["value"], abs=1e-4)
    visitors = sample_size(OBJECTIVES["ndcg"], algorithm, village.ratings)
    assert visitors == inside.sum()


@pytest.mark.parametrize("name", ["ndcg", "rmse", "mae"])
def test_only_who_tunes_is_asked_and_everybody_else_trains(village, name):
    ratings, objective = village.ratings, OBJECTIVES[name]
    inside = tuning_visitors(ratings)
    assert not np.isin(visitor_folds(ratings)[inside], TEST_FOLDS).any()
    Witness.trained.clear()
    figures = measure(objective, Witness(), ratings, 0, seed=0)
    (training,) = Witness.trained
    assert not inside[training.users].any()
    assert len(training) == np.count_nonzero(~inside[ratings.users])
    assert len(figures) == sample_size(objective, Witness(), ratings) == inside.sum()


@pytest.mark.parametrize("name", ["cv-rmse", "cv-mae"])
def test_in_cross_validation_nobody_of_a_test_fold_is_asked(village, name):
    """What they rated and no fit has seen could be anything else."""
    ratings, objective = village.ratings, OBJECTIVES[name]
    tested = np.isin(visitor_folds(ratings), TEST_FOLDS)[ratings.users]
    Witness.trained.clear()
    honest = measure(objective, Witness(), ratings, 0, seed=0)
    (seen,) = Witness.trained
    places = [r.users.astype(np.int64) * ratings.n_items + r.items for r in (ratings, seen)]
    hidden = tested & ~np.isin(*places)
    forged = replace(ratings, values=np.where(hidden, np.float32(0.5), ratings.values))
    assert np.count_nonzero(forged.values != ratings.values) > 100
    assert measure(objective, Witness(), forged, 0, seed=0) == honest
    assert sample_size(objective, Witness(), ratings) == np.count_nonzero(~tested)


def test_the_cross_validated_grid_is_surprises_own(village, tmp_path):
    """scikit-surprise's GridSearchCV on the same folds gives the same errors and the same best."""
    ratings = village.ratings
    own = ratings.subset(~np.isin(visitor_folds(ratings), TEST_FOLDS)[ratings.users])
    allowed = {"k": (2, 8), "regularisation": (0.02, 0.2)}
    algorithm = configure("funk-svd", engine="surprise", epochs=5)
    space = search_space(algorithm, {name: Values(values) for name, values in allowed.items()})
    search = Search(algorithm, space, OBJECTIVES["cv-rmse"], "grid")
    found = tune(search, ratings, tmp_path, workers=1)

    class Folds:
        def get_n_folds(self):
            return 5

        def split(self, data):
            for training, test in by_rating(ratings, 5):
                kept = test.subset(np.isin(test.users, own.users))
                yield (
                    trainset(training),
                    list(zip(kept.users, kept.items, kept.values, strict=True)),
                )

    theirs = GridSearchCV(
        surprise.SVD,
        {
            "n_factors": [2, 8],
            "reg_all": [0.02, 0.2],
            "lr_all": [algorithm.learning_rate],
            "n_epochs": [5],
            "random_state": [0],
        },
        measures=["rmse"],
        cv=Folds(),
    )
    theirs.fit(None)
    results = theirs.cv_results
    for trial in found.trials:
        row = results["params"].index(
            {
                "n_factors": trial.parameters["k"],
                "reg_all": trial.parameters["regularisation"],
                "lr_all": algorithm.learning_rate,
                "n_epochs": 5,
                "random_state": 0,
            }
        )
        errors = [results[f"split{fold}_test_rmse"][row] for fold in range(5)]
        np.testing.assert_allclose(trial.figures, errors, rtol=1e-4)
    assert found.trials[0].parameters["k"] == theirs.best_params["rmse"]["n_factors"]


def test_cross_validation_gives_up_on_what_stays_behind(village, tmp_path):
    algorithm = configure("bias")
    space = search_space(algorithm, {"item_shrinkage": Range(0.5, 1000.0)})
    search = Search(algorithm, space, OBJECTIVES["cv-rmse"], "random")
    found = tune(search, village.ratings, tmp_path, trials=20, workers=2)
    assert found.stopped_early > 0
    assert len(found.trials) + found.stopped_early == 20
    assert all(len(trial.figures) == 5 for trial in found.trials)


def test_too_few_visitors_are_told_with_what_to_do_instead(village):
    ratings = village.ratings.subset(village.ratings.users < 20)
    with pytest.raises(DataError, match=r"larger data .* or with --objective cv-rmse"):
        sample_size(OBJECTIVES["ndcg"], configure("bias"), ratings)
    assert sample_size(OBJECTIVES["cv-rmse"], configure("bias"), ratings) == len(ratings)


def test_what_predicts_no_ratings_is_not_tuned_for_them(village, tmp_path):
    search = replace(planted(), objective=OBJECTIVES["rmse"])
    with pytest.raises(ParameterError, match="predicts no ratings"):
        tune(search, village.ratings, tmp_path)


if __name__ == "__main__":
    tune(SLOW, village_release.data().ratings, Path(sys.argv[1]), trials=SLOW_TRIALS, workers=1)
