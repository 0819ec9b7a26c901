"""Metrics agree with their definitions, with scikit-learn, and at the edges."""

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata
from sklearn.metrics import mean_absolute_error, ndcg_score, root_mean_squared_error

from recommender.evaluation import metrics
from recommender.evaluation.metrics import (
    Estimate,
    mae,
    ndcg,
    percentiles,
    recall,
    reciprocal_rank,
    rmse,
)

ratings = st.lists(
    st.tuples(st.integers(1, 10), st.integers(1, 10)).map(lambda pair: (pair[0] / 2, pair[1] / 2)),
    min_size=1,
    max_size=20,
)


def flags(text):
    """ "x..x" -> hit, miss, miss, hit."""
    return np.array([letter == "x" for letter in text], bool)


def test_the_examples_in_the_docstrings_run():
    results = doctest.testmod(metrics)
    assert results.attempted >= 6
    assert results.failed == 0


@given(st.integers(2, 60), st.data(), st.integers(1, 20))
def test_ndcg_is_that_of_scikit_learn(n_items, data, depth):
    relevant = data.draw(st.sets(st.integers(0, n_items - 1), min_size=1))
    order = data.draw(st.permutations(range(n_items)))
    truth, scores = np.zeros((1, n_items)), np.zeros((1, n_items))
    truth[0, list(relevant)] = 1
    scores[0, order] = np.arange(n_items, 0, -1)
    hits = np.isin(order, list(relevant))
    expected = ndcg_score(truth, scores, k=depth)
    assert ndcg(hits, len(relevant), depth) == pytest.approx(expected)
    assert ndcg(hits[:depth], len(relevant), depth) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("hits", "n_relevant", "expected"),
    [
        ("..........", 3, 0.0),
        ("xxx.......", 3, 1.0),
        ("xxxxxxxxxx", 10, 1.0),
        ("xxxxxxxxxx", 500, 1.0),
        (".........x", 1, 1 / np.log2(11)),
        ("..........x", 1, 0.0),
        ("x", 1, 1.0),
        ("", 4, 0.0),
    ],
)
def test_ndcg_at_the_edges(hits, n_relevant, expected):
    assert ndcg(flags(hits), n_relevant) == pytest.approx(expected)


def test_a_hit_further_up_is_worth_more():
    values = [ndcg(flags("." * rank + "x" + "." * (9 - rank)), 2) for rank in range(10)]
    assert values == sorted(values, reverse=True)
    assert len(set(values)) == 10


@pytest.mark.parametrize(
    ("hits", "n_relevant", "expected"),
    [
        ("x...x" + "." * 15, 4, 0.5),
        ("x" * 20, 500, 1.0),
        ("x" * 10 + "." * 10, 500, 0.5),
        ("." * 20 + "x", 1, 0.0),
        ("." * 20, 7, 0.0),
    ],
)
def test_recall_is_the_share_found_of_those_that_fit(hits, n_relevant, expected):
    assert recall(flags(hits), n_relevant) == expected


def test_the_reciprocal_rank_of_the_first_title_is_one():
    assert [reciprocal_rank(rank) for rank in (1, 2, 10)] == [1, 0.5, 0.1]


@given(ratings)
def test_rmse_and_mae_are_those_of_scikit_learn(pairs):
    predicted, actual = np.array(pairs).T
    assert rmse(predicted, actual) == pytest.approx(root_mean_squared_error(actual, predicted))
    assert mae(predicted, actual) == pytest.approx(mean_absolute_error(actual, predicted))
    assert mae(predicted, actual) <= rmse(predicted, actual) + 1e-12


@given(st.lists(st.integers(0, 9), min_size=1, max_size=40))
def test_a_percentile_is_the_middle_of_the_ranks_of_equals(counts):
    expected = (rankdata(counts) - 0.5) / len(counts)
    np.testing.assert_allclose(percentiles(np.array(counts)), expected)


def test_an_interval_holds_the_true_mean_in_about_95_of_100_cases():
    generator = np.random.default_rng(0)
    estimates = [Estimate.mean(generator.normal(3, 2, size=80)) for _ in range(2000)]
    held = np.mean([estimate.low <= 3 <= estimate.high for estimate in estimates])
    assert 0.93 < held < 0.965


def test_the_interval_of_a_single_sample_is_the_sample():
    assert Estimate.mean(np.array([0.3])) == Estimate(0.3, 0.3, 0.3)


def test_an_estimate_is_rounded_for_json():
    rounded = Estimate(1 / 3, 0.25, 0.41666).rounded()
    assert rounded == {"value": 0.3333, "low": 0.25, "high": 0.4167}
