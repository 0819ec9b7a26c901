"""Differences between models: paired by visitor, and beyond chance only if they are."""

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, ttest_ind, ttest_rel

from recommender.evaluation import differences as module
from recommender.evaluation.differences import between, by_visitor, differences, holm
from tests.evaluation.test_few_ratings import all_cells, outcome


def samples(**values):
    return {name: dict(enumerate(array)) for name, array in values.items()}


def test_the_examples_in_the_docstrings_run():
    results = doctest.testmod(module)
    assert results.attempted == 1
    assert results.failed == 0


def test_a_visitor_has_the_mean_of_the_showings_that_have_the_figure():
    outcomes = [
        *(outcome(0, k=k, ndcg=value) for k, value in ((3, 0.2), (5, 0.4), (10, np.nan))),
        *all_cells(1, ndcg=np.nan),
    ]
    assert by_visitor(outcomes, "ndcg") == {0: pytest.approx(0.3)}


def test_a_small_but_steady_difference_counts_although_the_intervals_overlap():
    generator = np.random.default_rng(0)
    visitors = generator.uniform(0, 1, 400)
    steady = visitors - 0.01 + generator.normal(0, 0.02, 400)
    (pair,) = differences(samples(good=visitors, less=steady))
    assert (pair["first"], pair["second"]) == ("good", "less")
    assert pair["value"] == pytest.approx(0.01, abs=0.003)
    assert 0 < pair["low"] < pair["value"] < pair["high"] < 0.02
    assert pair["beyond_chance"]
    # Without pairing by visitor the same means would tell nothing.
    (pair,) = differences(samples(good=visitors, less=generator.permutation(steady)))
    assert not pair["beyond_chance"]


def test_the_interval_is_that_of_a_paired_t_test_for_many_visitors():
    first, second = np.random.default_rng(3).uniform(0, 1, (2, 2000))
    (pair,) = differences(samples(a=first, b=second))
    expected = ttest_rel(first, second).confidence_interval()
    assert (pair["low"], pair["high"]) == pytest.approx(tuple(expected), abs=2e-4)


def test_equal_models_do_not_differ():
    values = np.random.default_rng(1).uniform(0, 1, 50)
    (pair,) = differences(samples(one=values, other=values))
    assert pair == {
        "first": "one",
        "second": "other",
        "value": 0,
        "low": 0,
        "high": 0,
        "beyond_chance": False,
    }


def test_only_visitors_whom_both_have_a_figure_for_are_compared():
    (pair,) = differences({"a": {0: 1.0, 1: 0.5, 2: 0.25}, "b": {1: 0.25, 2: 0.125, 7: 1.0}})
    assert pair["value"] == 0.1875


def test_of_models_that_are_alike_few_tables_hold_a_false_claim():
    generator = np.random.default_rng(5)
    wrong = 0
    for _ in range(400):
        visitors = generator.uniform(0, 1, 60)
        noisy = {f"{n}": visitors + generator.normal(0, 0.1, 60) for n in range(5)}
        wrong += any(pair["beyond_chance"] for pair in differences(samples(**noisy)))
    # Ten pairs tested one by one would be wrong in about a quarter of the tables.
    assert wrong / 400 < 0.08


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holms_claims_lie_between_bonferronis_and_those_of_single_tests(chances):
    claims = np.array(holm(chances))
    values = np.array(chances)
    assert claims[values <= 0.05 / len(values)].all()
    assert not claims[values > 0.05].any()
    # Whoever guards against any false claim makes no more than who allows for a share of them.
    assert claims.sum() <= (false_discovery_control(values) <= 0.05 + 1e-12).sum()


def test_different_people_are_compared_as_by_welch_for_many_visitors():
    generator = np.random.default_rng(5)
    first, second = generator.normal(0.30, 0.2, 3000), generator.normal(0.29, 0.1, 1500)
    found, chance = between(first, second)
    welch = ttest_ind(first, second, equal_var=False)
    interval = welch.confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), abs=1e-5)
    assert chance == pytest.approx(welch.pvalue, abs=1e-3)


def test_people_who_are_all_alike_differ_by_no_chance():
    assert between(np.ones(5), np.ones(7))[1] == 1.0
    assert between(np.ones(5), np.zeros(7))[1] == 0.0
