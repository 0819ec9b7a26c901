"""Every algorithm is searched for its job, and what is written down is what the code has."""

import json
from dataclasses import fields, replace
from pathlib import Path

import pytest

from recommender.algorithms import configure, names
from recommender.cli.searches import described
from recommender.evaluation.few_ratings import TEST_FOLDS, run_fold
from recommender.evaluation.summary import summarise
from recommender.training import searches
from recommender.training.recipes import recipe
from tests.releases import village

DOCS = Path(__file__).parents[2] / "docs"
RECORDS = sorted(DOCS.glob("tuning-*.json"))
SMALL = {"bias": configure("bias", user_shrinkage=900.0), "popularity": configure("popularity")}


@pytest.fixture
def found(tmp_path):
    """Searches two algorithms, of which one has nothing to search."""

    def found(seconds):
        ratings = village.data().ratings
        minutes = seconds / 60
        return searches.search("movies", ratings, tmp_path, minutes=minutes, algorithms=SMALL)

    return found


# --- what is searched for what


def test_every_hyper_parameter_that_is_worth_it_is_searched_once():
    every = {name: recipe("movies", name) for name in names()}
    plan = searches.stages(every)
    for name, algorithm in every.items():
        searched = [p for stage in plan if stage.name == name for p in stage.parameters]
        wanted = {item.name for item in fields(algorithm) if item.metadata["tuned"]}
        assert len(searched) == len(set(searched))
        assert set(searched) == (wanted if name != "blend" else {"weight"})


def test_what_only_orders_titles_is_judged_by_the_order_and_the_rest_by_ratings():
    plan = {s.label: s.parameters for s in searches.stages({"t": configure("taste-als")})}
    assert plan["taste-als-ndcg"] == ("k", "unrated_weight", "regularisation", "power")
    assert "prior_strength" in plan["taste-als-rmse"]
    assert {s.figure for s in searches.stages({"e": configure("ease")})} == {"ndcg"}
    assert {s.figure for s in searches.stages({"f": configure("funk-svd")})} == {"rmse"}


def test_a_blend_comes_last_with_what_was_decided_for_its_members():
    every = {name: configure(name) for name in ("blend", "few-shot-linear", "taste-als")}
    assert [stage.name for stage in searches.stages(every)][-1] == "blend"
    decided = every | {"taste-als": configure("taste-als", k=7, power=1.0)}
    blend = searches.with_members(every["blend"], decided)
    assert (blend.k, blend.power, blend.weight) == (7, 1.0, every["blend"].weight)
    assert blend.members[0] == decided["taste-als"]


# --- what comes out


def test_a_poor_setting_is_left_and_the_test_folds_say_by_how_much(found, tmp_path):
    (bias,) = decisions = found(seconds=2)
    assert bias.before == SMALL["bias"]
    assert bias.after == replace(bias.before, **bias.found.better.parameters)
    ratings = village.data().ratings
    tested = searches.judged(decisions, ratings, tmp_path / "tested.jsonl")
    verdict = tested["bias"]["rmse"]
    assert verdict.difference.high < 0
    outcomes = [
        outcome
        for fold in TEST_FOLDS
        for outcome in run_fold({"it": bias.after}, ratings, fold)["it"]
    ]
    mean = summarise(outcomes, ratings.n_items)["mean"]["rmse"]
    assert verdict.after.rounded() == mean
    sides = verdict.after.value - verdict.before.value
    assert verdict.difference.value == pytest.approx(sides)


def test_it_goes_on_where_it_was(found):
    (some,), (more,) = found(seconds=0.3), found(seconds=1)
    assert set(map(str, some.found.trials)) < set(map(str, more.found.trials))


# --- the record


@pytest.mark.parametrize("domain", ["movies", "anime"])
def test_every_algorithm_with_something_to_search_has_been_searched(domain):
    records = [json.loads(file.read_text()) for file in RECORDS]
    found = {s["algorithm"] for r in records if r["domain"] == domain for s in r["searches"]}
    every = {name: recipe(domain, name) for name in names()}
    assert found == {stage.name for stage in searches.stages(every)}


@pytest.mark.parametrize("file", RECORDS, ids=lambda file: file.stem)
def test_the_defaults_are_what_the_search_found(file):
    record = json.loads(file.read_text())
    for name, chosen in record["chosen"].items():
        algorithm = recipe(record["domain"], name)
        searched = {
            key for s in record["searches"] if s["algorithm"] == name for key in s["searched"]
        }
        for key in searched:
            assert getattr(algorithm, key) == chosen[key], (name, key)


@pytest.mark.parametrize("file", RECORDS, ids=lambda file: file.stem)
def test_the_table_is_that_of_the_record(file):
    assert described(json.loads(file.read_text())) in (DOCS / "tuning.md").read_text()


@pytest.mark.parametrize("file", RECORDS, ids=lambda file: file.stem)
def test_on_the_test_folds_nothing_became_worse_beyond_chance(file):
    for name, figures in json.loads(file.read_text())["test_folds"].items():
        if "ndcg" in figures:
            assert figures["ndcg"]["difference"]["high"] >= 0, name
        if "rmse" in figures:
            assert figures["rmse"]["difference"]["low"] <= 0, name
