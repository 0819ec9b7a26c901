"""The truncated SVD is NumPy's, the same bits on every run, and bears what is degenerate."""

import numpy as np
import pytest
from scipy.sparse import csr_array, random_array

from recommender.algorithms.solvers.truncated_svd import truncated_svd


@pytest.fixture(params=[(40, 25), (25, 40)])
def matrix(request):
    return csr_array(random_array(request.param, density=0.3, rng=0))


@pytest.mark.parametrize("k", [1, 7, 24, 25, 100])
def test_it_is_the_best_approximation_of_its_rank(matrix, k):
    left, values, right = truncated_svd(matrix, k)
    u, s, v = np.linalg.svd(matrix.toarray(), full_matrices=False)
    k = min(k, len(s))
    assert len(values) == k
    np.testing.assert_allclose(values, s[:k], rtol=1e-10)
    np.testing.assert_allclose(left * values @ right.T, u[:, :k] * s[:k] @ v[:k], atol=1e-10)


def test_the_factors_are_orthonormal_with_a_fixed_sign(matrix):
    left, _, right = truncated_svd(matrix, 8)
    np.testing.assert_allclose(left.T @ left, np.eye(8), atol=1e-12)
    np.testing.assert_allclose(right.T @ right, np.eye(8), atol=1e-12)
    assert (right[np.abs(right).argmax(axis=0), np.arange(8)] > 0).all()


def test_every_run_gives_the_same_bits(matrix):
    for one, other in zip(truncated_svd(matrix, 8), truncated_svd(matrix, 8), strict=True):
        assert np.array_equal(one, other)


def test_there_are_no_more_factors_than_the_rank():
    generator = np.random.default_rng(0)
    low = csr_array(generator.normal(size=(30, 3)) @ generator.normal(size=(3, 20)))
    for k in (10, 20):
        left, values, right = truncated_svd(low, k)
        assert len(values) == 3
        np.testing.assert_allclose(left * values @ right.T, low.toarray(), atol=1e-10)


def test_where_all_is_zero_there_are_no_factors():
    left, values, right = truncated_svd(csr_array((4, 6)), 3)
    assert (left.shape, values.shape, right.shape) == ((4, 0), (0,), (6, 0))
