"""The evaluation of a release as tables and sentences: what it says, and what nobody may claim."""

import copy
import json
from dataclasses import replace

import numpy as np
import pytest

from recommender.releases import Registry, write
from recommender.serving import evaluated
from recommender.serving.measures import METRICS, table
from recommender.serving.served import ServedRelease
from recommender.serving.verdicts import verdicts
from tests.releases import anime, village


def opened(folder, draft, **options):
    domain = draft.domain
    return ServedRelease.of(Registry(folder).open(domain, write(draft, folder).name), **options)


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    return opened(tmp_path_factory.mktemp("models"), village.draft())


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    """A release that was evaluated before there were differences."""
    return opened(tmp_path_factory.mktemp("models"), anime.draft())


def changed(release, folder, change):
    """The same models with another evaluation."""
    evaluation = copy.deepcopy(village.draft().evaluation)
    change(evaluation)
    return opened(folder, replace(village.draft(), evaluation=evaluation))


# --- the table


def test_every_model_has_a_row_and_every_metric_a_column(release):
    frame = table(release)
    assert set(frame.index) == set(release.models)
    assert list(frame.columns.get_level_values(0).unique()) == [metric.name for metric in METRICS]
    assert frame["NDCG@10", "value"].is_monotonic_decreasing


def test_the_figures_are_those_of_the_evaluation(release):
    frame, evaluation = table(release), release.evaluation
    mean = evaluation["few_ratings"]["taste"]["mean"]
    for end in ("value", "low", "high"):
        assert frame.loc["taste", ("MAP@10", end)] == mean["map@10"][end]
        assert frame.loc["taste", ("RMSE", end)] == mean["rmse"][end]
    assert frame.loc["bias", ("Coverage", "value")] == evaluation["lists"]["bias"]["coverage"]
    assert np.isnan(frame.loc["bias", ("Coverage", "low")])
    size = (release.folder / "taste.safetensors").stat().st_size
    assert frame.loc["taste", ("Size, MB", "value")] == size / 1e6


def test_a_model_without_ratings_has_no_rmse(release):
    frame = table(release)
    for name in ("RMSE", "RMSE, known users"):
        assert frame[name].isna().all(axis=1).to_dict() == {
            model: not release.models[model].predicts_ratings for model in frame.index
        }


def test_metrics_that_an_older_release_lacks_have_no_column(old):
    names = set(table(old).columns.get_level_values(0))
    assert "NDCG@10" in names
    assert not names & {"Novelty", "Diversity", "MAP@10", "Answer, ms"}


# --- curves, errors, ranges


def test_a_curve_has_a_point_for_every_number_of_ratings(release):
    frame = evaluated.curves(release, "ndcg@10", "popular")
    assert frame.groupby("model")["k"].agg(list).to_dict() == {
        name: [3, 5, 10, 20] for name in release.models
    }
    assert (frame["low"] <= frame["value"]).all()
    raters = set(evaluated.curves(release, "rmse", "uniform")["model"])
    assert raters == {"taste", "bias", "bias-too"}


def test_differences_change_sign_with_the_side(release):
    against_taste = evaluated.differences(release, "ndcg@10", "taste")
    against_bias = evaluated.differences(release, "ndcg@10", "bias")
    assert set(against_taste.index) == {"bias", "bias-too", "popularity"}
    assert against_taste.loc["bias", "value"] == -against_bias.loc["taste", "value"]
    assert against_taste.loc["bias", "low"] == -against_bias.loc["taste", "high"]
    assert (against_taste["low"] <= against_taste["value"]).all()
    assert against_taste["value"].is_monotonic_decreasing
    assert not against_bias.loc["bias-too", "beyond_chance"]


def test_predicted_counts_are_those_of_all_hidden_ratings(release):
    for name, report in release.evaluation["rating_errors"].items():
        counts = evaluated.predicted(release, name)
        assert counts.to_numpy().sum() == report["ratings"]
        assert counts.index.tolist() == counts.columns.tolist() == list(release.scale.values)


def test_ranges_are_there_for_every_level_of_every_rater(release):
    frame = evaluated.ranges(release)
    assert set(frame["model"]) == {"taste", "bias", "bias-too"}
    assert frame["within"].between(0.3, 1).all()


@pytest.mark.parametrize("adult", [False, True])
def test_genres_for_adults_only_are_shown_only_where_such_titles_are(release, tmp_path, adult):
    def rename(evaluation):
        for report in evaluation["rating_errors"].values():
            report["by_genre"][0]["genre"] = "Hentai"

    one = changed(release, tmp_path, rename)
    one = ServedRelease.of(one, adult=adult)
    assert ("Hentai" in set(evaluated.errors(one, "genre")["group"])) is adult


def test_bands_are_named_by_their_ranks(release):
    frame = evaluated.errors(release, "popularity")
    assert list(dict.fromkeys(frame["group"])) == ["1–100", "101–260"]


def test_cells_have_a_row_for_each_model_and_cell(release):
    frame = evaluated.cells(release)
    assert len(frame) == 8 * len(release.models)
    first = release.evaluation["few_ratings"]["taste"]["cells"][0]
    row = frame[(frame["model"] == "taste") & (frame["k"] == 3) & (frame["shown"] == "uniform")]
    assert row["ndcg@10 low"].item() == first["ndcg@10"]["low"]
    assert row["rmse"].item() == first["rmse"]


def test_tables_of_what_an_older_release_lacks_are_empty(old):
    assert evaluated.errors(old, "genre").empty
    assert evaluated.ranges(old).empty
    assert evaluated.differences(old, "ndcg@10", "house").empty
    assert verdicts(old) == []


# --- sentences


def test_the_best_of_both_jobs_is_named_and_whom_it_beats(release):
    said = " ".join(verdicts(release))
    assert "taste orders titles best" in said
    assert "popularity predicts no ratings: RMSE says nothing about it." in said
    assert said.count("RMSE 0.") == 1


def pairs(evaluation, figure, **changes):
    for pair in evaluation["differences"][figure]:
        pair.update(changes)


def test_a_lead_that_may_be_chance_is_not_called_one(release, tmp_path):
    one = changed(release, tmp_path, lambda found: pairs(found, "ndcg@10", beyond_chance=False))
    said = verdicts(one)[0]
    assert "ahead" not in said
    assert said.count("may be chance") == 3


def test_every_difference_beyond_chance_is_a_lead(release, tmp_path):
    one = changed(release, tmp_path, lambda found: pairs(found, "ndcg@10", beyond_chance=True))
    said = verdicts(one)[0]
    assert "may be chance" not in said
    for name in ("popularity", "bias", "bias-too"):
        assert name in said.split("ahead of")[1]


def test_the_best_rater_is_not_passed_off_as_the_best_ranker(release, tmp_path):
    def swap(evaluation):
        evaluation["few_ratings"]["bias"]["mean"]["rmse"]["value"] = 0.1

    said = " ".join(verdicts(changed(release, tmp_path, swap)))
    assert "bias predicts ratings best: RMSE 0.100" in said
    assert "bias-too comes out exactly alike." in said
    assert "These are two jobs: bias, first in predicting ratings, is number" in said


def test_the_evaluation_of_a_release_stays_small(release):
    per_model = len(json.dumps(release.evaluation, indent=2)) / len(release.models)
    assert 8 * per_model < 150_000
