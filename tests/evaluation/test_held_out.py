"""Models that were fitted elsewhere get the figures that the protocol gives them."""

import json
from dataclasses import replace

import numpy as np
import pytest

from recommender.algorithms import configure
from recommender.errors import DataError
from recommender.evaluation import few_ratings, report, summary
from recommender.evaluation.held_out import evaluate, require
from recommender.releases import Registry, write
from recommender.serving import evaluated, measures, open_release
from tests.releases import village

FOLD = 2
ALGORITHMS = {"bias": configure("bias"), "popularity": configure("popularity")}


@pytest.fixture(scope="module")
def parts():
    ratings = village.data().ratings
    inside = few_ratings.visitor_folds(ratings) == FOLD
    training = ratings.subset(~inside[ratings.users])
    return ratings.subset(inside[ratings.users]), training


@pytest.fixture(scope="module")
def found(parts):
    people, training = parts
    models = {name: algorithm.fit(training).model for name, algorithm in ALGORITHMS.items()}
    n_users = int(np.count_nonzero(training.user_counts()))
    catalogue = village.data().catalogue
    return evaluate(models, people, training, catalogue, training.counts(), n_users, 5)


def test_people_who_like_nothing_are_refused_before_anything_is_fitted(parts):
    people, training = parts
    require(people, training.counts())
    dull = replace(people, values=np.full_like(people.values, people.scale.low))
    with pytest.raises(DataError, match="keep out more people"):
        require(dull, training.counts())


def test_the_figures_are_those_of_the_protocol(found, parts):
    ratings = village.data().ratings
    outcomes = few_ratings.run_fold(ALGORITHMS, ratings, FOLD)
    for name, theirs in outcomes.items():
        assert found["few_ratings"][name] == summary.summarise(theirs, ratings.n_items)
    assert found["visitors"] == np.count_nonzero(parts[0].user_counts())
    assert found["seed"] == 5
    [pair] = found["differences"]["ndcg@10"]
    means = [
        found["few_ratings"][pair[end]]["mean"]["ndcg@10"]["value"] for end in ("first", "second")
    ]
    assert pair["value"] == pytest.approx(means[0] - means[1], abs=2e-4)


def test_all_hidden_ratings_are_counted_once_in_the_errors(found, parts):
    people, _ = parts
    visitors = np.flatnonzero(people.user_counts())
    known = np.zeros(people.n_items, bool)
    hidden = sum(len(one.hidden) for one in few_ratings.showings(people, visitors, known))
    assert found["rating_errors"].keys() == {"bias"}
    assert found["rating_errors"]["bias"]["ratings"] == hidden
    assert len(found["differences"]["rmse"]) == 0


def test_it_says_what_a_whole_evaluation_says_but_for_what_is_not_measured(found):
    whole = report.evaluate(village.data(), ALGORITHMS, workers=1)
    assert found.keys() == whole.keys()
    for part in ("few_ratings", "lists", "rating_errors"):
        for name, entry in whole[part].items():
            assert found[part][name].keys() == entry.keys()
    assert found["cross_validation"] == {}
    assert all(set(cost) == {"answer_ms"} for cost in found["cost"].values())
    json.dumps(found, allow_nan=False)


def test_pages_show_it(found, tmp_path):
    draft = replace(village.draft(), evaluation=found)
    Registry(tmp_path).promote("movies", write(draft, tmp_path).name)
    release = open_release("movies", tmp_path)
    table = measures.table(release)
    assert "RMSE, known users" not in table.columns.get_level_values(0)
    assert "Answer, ms" in table.columns.get_level_values(0)
    assert set(evaluated.cells(release)["model"]) == ALGORITHMS.keys()
    assert len(evaluated.errors(release, "genre"))
    assert len(evaluated.ranges(release)) == 6
