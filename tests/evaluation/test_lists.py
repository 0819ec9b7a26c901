"""What kind of titles are recommended: counted once a visitor, in one space for all models."""

from dataclasses import replace

import numpy as np
import pytest

from recommender.evaluation.lists import Titles, summarise
from recommender.evaluation.metrics import diversity
from tests.evaluation.test_few_ratings import all_cells, outcome


@pytest.fixture(scope="module")
def titles(village):
    return Titles.of(village.ratings)


def test_titles_rated_by_the_same_people_lie_in_like_directions(village, titles):
    ratings = village.ratings
    rated = np.zeros((ratings.n_users, ratings.n_items))
    rated[ratings.users, ratings.items] = 1
    known = np.argsort(-ratings.counts())[:60]
    columns = rated[:, known] / np.linalg.norm(rated[:, known], axis=0)
    vectors = titles.vectors[known] / np.linalg.norm(titles.vectors[known], axis=1, keepdims=True)
    pairs = np.triu_indices(60, 1)
    correlation = np.corrcoef((columns.T @ columns)[pairs], (vectors @ vectors.T)[pairs])[0, 1]
    assert correlation > 0.6


def test_the_vectors_are_the_same_every_time(village, titles):
    assert np.array_equal(titles.vectors, Titles.of(village.ratings).vectors)


def test_a_list_of_well_known_titles_is_less_novel(village, titles):
    order = np.argsort(-village.ratings.counts())
    best, rest = (
        summarise(all_cells(0, recommended=order[start : start + 10]), titles) for start in (0, 200)
    )
    assert best["novelty"]["value"] < rest["novelty"]["value"] - 1
    assert best["novelty"]["value"] == pytest.approx(
        titles.information[order[:10]].mean(), abs=1e-4
    )


def test_each_visitor_counts_once_and_has_an_interval(titles):
    outcomes = [*all_cells(0), outcome(1, recommended=range(10, 20))]
    found = summarise(outcomes, titles)
    each = [diversity(titles.vectors[start : start + 10]) for start in (0, 10)]
    assert found["diversity"]["value"] == pytest.approx(np.mean(each), abs=1e-4)
    assert found["diversity"]["low"] < found["diversity"]["high"]
    assert found["coverage"] == round(20 / len(titles.information), 4)


def test_many_lists_are_described_as_few_are(titles):
    few = all_cells(0) + all_cells(1, recommended=range(5, 15))
    many = [replace(one, user=one.user + 2 * copy) for copy in range(600) for one in few]
    for name in ("novelty", "diversity"):
        assert summarise(many, titles)[name]["value"] == summarise(few, titles)[name]["value"]
