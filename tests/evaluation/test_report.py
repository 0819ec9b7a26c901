"""The report depends on data, seed and algorithms alone, and a failure is told at once."""

import json
import os
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

import numpy as np
import pytest

from recommender.algorithms import configure
from recommender.algorithms.contract import Algorithm
from recommender.data.splits import by_rating
from recommender.errors import ParameterError
from recommender.evaluation import lists, rating_errors
from recommender.evaluation.cross_validation import held_out_errors
from recommender.evaluation.few_ratings import TEST_FOLDS, run_fold, visitor_folds
from recommender.evaluation.report import evaluate
from recommender.evaluation.summary import summarise

ALGORITHMS = {
    "taste": configure("taste-als", k=4, iterations=3, subsets=2),
    "popularity": configure("popularity"),
}


@pytest.fixture(scope="module")
def told():
    return []


@pytest.fixture(scope="module")
def report(village, told):
    return evaluate(
        village,
        ALGORITHMS,
        seed=4,
        workers=1,
        progress=lambda share, phrase: told.append((share, phrase)),
    )


def without_cost(report):
    return {key: value for key, value in report.items() if key != "cost"}


def test_the_number_of_processes_changes_nothing(village, report):
    other = evaluate(village, dict(reversed(ALGORITHMS.items())), seed=4, workers=2)
    assert without_cost(other) == without_cost(report)


def test_the_report_is_what_the_protocol_says_run_by_hand(village, report):
    for name, algorithm in ALGORITHMS.items():
        outcomes = [
            outcome
            for fold in TEST_FOLDS
            for outcome in run_fold({name: algorithm}, village.ratings, fold, seed=4)[name]
        ]
        expected = summarise(outcomes, village.ratings.n_items)
        assert report["few_ratings"][name] == expected


def test_the_report_is_json_and_says_on_how_many_visitors_it_rests(village, report):
    assert json.loads(json.dumps(report, allow_nan=False)) == report
    folds = visitor_folds(village.ratings)
    visitors = sum(int((folds == fold).sum()) for fold in TEST_FOLDS)
    assert report["seed"] == 4
    assert report["visitors"] == visitors
    for name in ALGORITHMS:
        assert {cell["visitors"] for cell in report["few_ratings"][name]["cells"]} == {visitors}


def test_what_is_recommended_and_where_ratings_are_off_is_that_of_all_folds(village, report):
    titles = lists.Titles.of(village.ratings)
    runs = [run_fold(ALGORITHMS, village.ratings, fold, seed=4) for fold in TEST_FOLDS]
    for name in ALGORITHMS:
        outcomes = [outcome for run in runs for outcome in run[name]]
        assert report["lists"][name] == lists.summarise(outcomes, titles)
    tallies = [
        rating_errors.tally(
            [outcome.guesses for outcome in run["taste"]],
            village.ratings.n_items,
            village.ratings.scale,
        )
        for run in runs
    ]
    expected = rating_errors.summarise(tallies, village.catalogue)
    assert report["rating_errors"] == {"taste": expected}


def test_every_pair_is_compared_by_visitors_and_only_raters_by_ratings(report):
    (pair,) = report["differences"]["ndcg@10"]
    means = {name: report["few_ratings"][name]["mean"]["ndcg@10"]["value"] for name in ALGORITHMS}
    assert (pair["first"], pair["second"]) == ("popularity", "taste")
    assert pair["value"] == pytest.approx(means["popularity"] - means["taste"], abs=2e-4)
    assert pair["low"] < pair["value"] < pair["high"]
    assert report["differences"]["rmse"] == []


def test_only_models_with_ratings_are_cross_validated(village, report):
    assert set(report["cross_validation"]) == {"taste"}
    by_hand = [
        held_out_errors(ALGORITHMS["taste"].fit(training, seed=4), training, test)
        for training, test in by_rating(village.ratings, 5)
    ]
    for number, error in enumerate(("rmse", "mae")):
        figure = report["cross_validation"]["taste"][error]
        assert figure["value"] == pytest.approx(np.mean(by_hand, axis=0)[number], abs=1e-4)
        assert figure["low"] < figure["value"] < figure["high"]
    assert report["cross_validation"]["taste"]["folds"] == 5


def test_what_a_fit_costs_is_measured_in_a_process_of_its_own(report):
    """Else the memory of the first fits would count as that of the later ones."""
    assert set(report["cost"]) == set(ALGORITHMS)
    light, heavy = report["cost"]["popularity"], report["cost"]["taste"]
    assert 0 <= light["fit_seconds"] < heavy["fit_seconds"]
    assert 0 < light["answer_ms"] < heavy["answer_ms"]
    assert 20 < light["peak_mib"] < heavy["peak_mib"]


def test_a_blend_is_cross_validated_as_its_rater_and_costs_what_its_members_cost(village):
    blend = configure("blend", k=3, rank=5)
    chosen = {"blend": blend, "taste": blend.members[0]}
    found = evaluate(village, chosen, workers=1)
    errors, cost = found["cross_validation"], found["cost"]
    assert errors["blend"] == errors["taste"]
    assert cost["blend"]["fit_seconds"] > cost["taste"]["fit_seconds"]
    assert cost["blend"]["peak_mib"] >= cost["taste"]["peak_mib"]


def test_progress_never_falls_and_reaches_one(report, told):
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    # Two algorithms on nine folds, one of them cross-validated, and what each costs.
    assert len(shares) == 2 * 9 + 5 + 2
    assert told[0][1] == "evaluating: 1 of 25 parts"


def test_a_fit_that_fails_is_told_with_its_own_reason(village):
    diverging = configure("funk-svd", learning_rate=1.0)
    with pytest.raises(ParameterError, match="diverged with learning_rate 1; lower it"):
        evaluate(village, {"funk-svd": diverging}, workers=1)


@dataclass(frozen=True)
class Doomed(Algorithm):
    """Its process ends in the middle of a fit, as under a lack of memory."""

    name = "doomed"
    summary = "Dies."

    def fit(self, ratings, *, seed=0, progress=None):
        os._exit(9)


def test_a_process_that_dies_is_told_at_once(village):
    with pytest.raises(BrokenProcessPool):
        evaluate(village, {"doomed": Doomed()}, workers=1)
