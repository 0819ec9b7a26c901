"""Two models are as alike as their neighbourhoods, whatever way their axes point."""

import numpy as np
import pytest

from recommender.errors import ParameterError
from recommender.factors.comparison import (
    compare,
    factor_correlations,
    matched_factors,
    scree,
)
from tests.factors.made import factor_model, normal

FACTORS = normal(200, 5) * [5, 4, 3, 2, 1]
MODEL = factor_model(FACTORS)


def turn(k, seed=1):
    return np.linalg.qr(normal(k, k, seed=seed))[0]


def test_a_turned_model_is_the_same_model():
    comparison = compare(MODEL, factor_model(FACTORS @ turn(5)))
    assert comparison.overlap == pytest.approx(1, abs=0.001)
    assert comparison.moved == pytest.approx(0, abs=1e-6)
    np.testing.assert_allclose(comparison.second, comparison.first, atol=1e-6)


def test_another_number_of_factors_is_aligned_too():
    wider = np.column_stack([FACTORS, np.zeros((200, 3))]) @ turn(8)
    for pair in ((MODEL, factor_model(wider)), (factor_model(wider), MODEL)):
        comparison = compare(*pair)
        assert comparison.overlap == pytest.approx(1, abs=0.001)
        assert comparison.first.shape == comparison.second.shape == (200, 8)
        assert comparison.moved == pytest.approx(0, abs=1e-6)


def test_models_without_anything_in_common_overlap_by_chance():
    found = [compare(MODEL, factor_model(normal(200, 5, seed=s))) for s in range(1, 21)]
    assert found[0].chance == 10 / 199
    assert np.mean([c.overlap for c in found]) == pytest.approx(10 / 199, abs=0.005)


def test_the_titles_that_moved_are_found():
    changed = FACTORS.copy()
    changed[[3, 50]] *= -1
    titles = compare(MODEL, factor_model(changed @ turn(5))).titles
    assert set(titles["moved"].nlargest(2).index) == {30, 500}
    assert titles["moved"].drop([30, 500]).max() < 0.2
    assert titles["overlap"].loc[[30, 500]].max() < 0.3


def test_only_titles_that_both_know_are_compared():
    other = FACTORS[50:].copy()
    other[0] = 0
    comparison = compare(MODEL, factor_model(other, MODEL.item_ids[50:]))
    assert comparison.titles.index.tolist() == MODEL.item_ids[51:].tolist()
    assert comparison.overlap == 1
    some = compare(MODEL, MODEL, [*range(0, 500, 10), 7])
    assert some.titles.index.tolist() == list(range(0, 500, 10))


def test_too_few_titles_in_common_are_refused():
    with pytest.raises(ParameterError, match="10 titles in common"):
        compare(MODEL, MODEL, MODEL.item_ids[:10])


def test_shuffled_and_mirrored_factors_are_matched_again():
    order, signs = [3, 0, 4, 2, 1], np.array([1, -1, 1, -1, 1])
    noisy = FACTORS[:, order] * signs + 0.05 * normal(200, 5, seed=1)
    table = matched_factors(MODEL, factor_model(noisy))
    assert np.array(order)[table["other"]].tolist() == table.index.tolist() == [0, 1, 2, 3, 4]
    assert (np.sign(table["correlation"]) == signs[table["other"]]).all()
    assert table["correlation"].abs().min() > 0.99


def test_each_factor_is_matched_once_also_with_fewer():
    table = matched_factors(MODEL, factor_model(FACTORS[:, [4, 1, 2]]))
    assert table.to_dict("list")["other"] == [1, 2, 0]
    assert table.index.tolist() == [1, 2, 4]


def test_correlations_are_numpys_and_a_constant_factor_has_none():
    columns = np.column_stack([FACTORS, np.ones(200)])
    found = factor_correlations(columns)
    np.testing.assert_allclose(found[:5, :5], np.corrcoef(FACTORS.T))
    assert not found[5].any()


def test_the_scree_is_the_share_of_each_factor_and_ends_at_one():
    table = scree(FACTORS)
    np.testing.assert_allclose(table["share"], (FACTORS**2).sum(0) / (FACTORS**2).sum())
    assert table["cumulative"].iloc[-1] == pytest.approx(1)
    assert scree(np.zeros((3, 2)))["cumulative"].tolist() == [0, 0]
