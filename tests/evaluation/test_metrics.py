"""Metrics agree with their definitions, with trec_eval, scikit-learn, SciPy, and at the edges."""

import doctest

import numpy as np
import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import entropy, rankdata
from sklearn.metrics import (
    average_precision_score,
    mean_absolute_error,
    ndcg_score,
    root_mean_squared_error,
)
from sklearn.metrics.pairwise import cosine_distances

from recommender.evaluation import metrics
from recommender.evaluation.metrics import (
    Estimate,
    average_precision,
    calibration,
    coverage,
    diversity,
    mae,
    ndcg,
    percentiles,
    precision,
    recall,
    reciprocal_rank,
    rmse,
    self_information,
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
    assert results.attempted >= 14
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


@given(st.integers(2, 60), st.data())
def test_a_ranked_list_is_judged_as_trec_eval_judges_it(n_items, data):
    relevant = data.draw(st.sets(st.integers(0, n_items - 1), min_size=1))
    order = data.draw(st.permutations(range(n_items)))
    judged = pytrec_eval.RelevanceEvaluator(
        {"visitor": {f"{item}": 1 for item in relevant}},
        {"ndcg_cut.10", "recall.20", "P.10", "map_cut.10", "recip_rank"},
    ).evaluate({"visitor": {f"{item}": float(-place) for place, item in enumerate(order)}})
    expected, hits, n_relevant = judged["visitor"], np.isin(order, list(relevant)), len(relevant)
    assert ndcg(hits, n_relevant) == pytest.approx(expected["ndcg_cut_10"])
    assert precision(hits) == pytest.approx(expected["P_10"])
    assert reciprocal_rank(1 + int(hits.argmax())) == pytest.approx(expected["recip_rank"])
    # There, titles that cannot fit into the list count as missed; here they do not.
    share = recall(hits, n_relevant) * min(20, n_relevant) / n_relevant
    assert share == pytest.approx(expected["recall_20"])
    found = average_precision(hits, n_relevant) * min(10, n_relevant) / n_relevant
    assert found == pytest.approx(expected["map_cut_10"])


@given(st.lists(st.booleans(), min_size=1, max_size=40).filter(any))
def test_average_precision_of_a_whole_ranking_is_that_of_scikit_learn(hits):
    n = len(hits)
    expected = average_precision_score(hits, np.arange(n, 0, -1))
    assert average_precision(np.array(hits), sum(hits), n) == pytest.approx(expected)


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


# --- what kind of titles


@given(st.lists(st.integers(1, 50), min_size=1, max_size=30))
def test_the_surprise_of_a_title_drawn_by_its_share_is_the_entropy(counts):
    information = self_information(np.array(counts), sum(counts))
    shares = np.array(counts) / sum(counts)
    assert shares @ information == pytest.approx(entropy(counts, base=2), abs=1e-12)


def test_a_title_that_nobody_rated_is_as_surprising_as_one_that_a_single_user_did():
    assert self_information(np.array([0, 1, 2, 64]), 64).tolist() == [6, 6, 5, 0]


@given(st.integers(2, 12), st.integers(1, 5), st.integers(0, 99))
def test_diversity_is_the_mean_of_scikit_learns_distances(n, k, seed):
    vectors = np.random.default_rng(seed).normal(size=(3, n, k))
    vectors[0, 0] = 0  # a title without factors is like no other
    pairs = np.triu_indices(n, 1)
    expected = [cosine_distances(one)[pairs].mean() for one in vectors]
    np.testing.assert_allclose(diversity(vectors), expected, atol=1e-9)


@pytest.mark.parametrize(
    ("vectors", "expected"), [([[1, 2], [2, 4]], 0), ([[1, 0], [-3, 0]], 2), ([[0, 0], [1, 0]], 1)]
)
def test_diversity_at_the_edges(vectors, expected):
    assert diversity(np.array(vectors, float)) == pytest.approx(expected)


def test_coverage_counts_a_title_once():
    assert coverage(np.array([[0, 1, 2], [2, 1, 0]]), 12) == 0.25


# --- ranges


def test_ranges_of_normal_errors_hold_what_they_promise_at_every_level():
    generator = np.random.default_rng(1)
    spread = generator.uniform(0.5, 2, 200_000)
    rating, margin = np.full(len(spread), 3.0), 1.2815515655446004 * spread
    actual = generator.normal(3, spread)
    levels = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95]
    held = calibration(rating, rating - margin, rating + margin, actual, levels)
    np.testing.assert_allclose(held, levels, atol=0.005)


def test_at_the_level_of_the_ranges_those_inside_are_counted():
    generator = np.random.default_rng(2)
    rating, actual = generator.uniform(1, 5, (2, 1000))
    margin = generator.uniform(0.1, 2, 1000)
    low, high = np.clip([rating - margin, rating + margin], 1, 5)
    inside = ((low <= actual) & (actual <= high)).mean()
    assert calibration(rating, low, high, actual, [0.8])[0] == pytest.approx(inside, abs=0.002)


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
