"""The k largest singular values of a sparse matrix, the same on every run.

SciPy's `svds` starts from a random vector and returns singular vectors in any order and with any
sign; here the start is fixed, the largest comes first and the sign follows a rule.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from recommender.algorithms.solvers.weighted_als import Array

_START = 0
_LEAST_VALUE = 1e-7
"""Singular values below this share of the largest are noise, and their vectors arbitrary."""


def truncated_svd(matrix: Any, k: int) -> tuple[Array, Array, Array]:
    """Returns the best approximation U S V' of rank at most k.

    Args:
        matrix: scipy.sparse.csr_array (n_rows, n_columns).
        k: number of singular values, >= 1; there may be fewer.

    Returns:
        U (n_rows, j), the j <= k positive singular values, largest first, and V (n_columns, j),
        each column with its entry of largest magnitude positive. U and V are orthonormal.
    """
    from scipy.sparse.linalg import svds

    dense = matrix.astype(np.float64)
    if not dense.data.any():
        return np.zeros((matrix.shape[0], 0)), np.zeros(0), np.zeros((matrix.shape[1], 0))
    if k < min(matrix.shape):
        start = np.random.default_rng(_START).normal(size=min(matrix.shape))
        left, values, right = svds(dense, k, v0=start)
    else:
        left, values, right = np.linalg.svd(dense.toarray(), full_matrices=False)
    order = np.argsort(-values, kind="stable")
    order = order[values[order] > _LEAST_VALUE * values.max()]
    left, values, right = left[:, order], values[order], right[order].T
    signs = np.where(right[np.abs(right).argmax(axis=0), np.arange(len(values))] < 0, -1.0, 1.0)
    return left * signs, values, right * signs
