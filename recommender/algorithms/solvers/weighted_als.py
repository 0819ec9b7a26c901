"""Weighted alternating least squares over rated and unrated cells.

Minimises sum over rated cells (t - u v)^2 + a0 sum over unrated cells (u v)^2, each row penalised
by lambda (n_rated + a0 n_unrated) |u|^2 (Hu, Koren and Volinsky 2008; Steck 2010; Rendle,
Krichene, Zhang and Koren 2021). Rows with equally many ratings are solved together, in
blocks that bound the memory.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.factors.rotation import upright

Array = NDArray[np.float64]

_BLOCK = 1 << 21
"""Numbers that a block of rated titles' factors holds at most, about."""


def weighted_als(
    targets: Any,
    k: int,
    unrated_weight: float,
    regularisation: float,
    iterations: int,
    seed: int,
    progress: Callable[[float, float], None],
) -> tuple[Array, Array]:
    """Factorises a matrix of targets.

    Args:
        targets: scipy.sparse.csr_array (n_users, n_items), target of each rated cell.
        k: number of factors.
        unrated_weight: a0 in [0, 1]; with 0 only rated cells count.
        regularisation: lambda > 0.
        iterations: sweeps over users and items.
        seed: fixes the random start.
        progress: told the share done and the loss after each sweep.

    Returns:
        User factors (n_users, k) that are the exact row solution for the returned item factors
        (n_items, k). Columns of the item factors are their principal axes, longest first, each
        with its entry of largest magnitude positive.
    """
    transposed = targets.T.tocsr()
    start = np.random.default_rng(seed)
    items = start.normal(0, 0.3 / np.sqrt(k), (targets.shape[1], k))
    for sweep in range(iterations):
        users = solve_rows(targets, items, unrated_weight, regularisation)
        items = solve_rows(transposed, users, unrated_weight, regularisation)
        loss = objective(targets, users, items, unrated_weight, regularisation)
        progress((sweep + 1) / iterations, loss)
    items = principal_axes(items)
    return solve_rows(targets, items, unrated_weight, regularisation), items


def objective(
    targets: Any, users: Array, items: Array, unrated_weight: float, regularisation: float
) -> float:
    """What the factorisation makes as small as it can.

    The sum over all cells comes from two Gram matrices, that over the rated ones from the cells.

    Args:
        targets: scipy.sparse.csr_array (n_users, n_items).
        users: float64 (n_users, k).
        items: float64 (n_items, k).
        unrated_weight: a0 in [0, 1].
        regularisation: lambda.
    """
    everywhere = float(np.sum((users.T @ users) * (items.T @ items)))
    total = unrated_weight * everywhere
    n_users, n_items = targets.shape
    rows = np.repeat(np.arange(n_users), np.diff(targets.indptr))
    columns, n = targets.indices, len(targets.data)
    step = max(_BLOCK // max(items.shape[1], 1), 1)
    for start in range(0, n, step):
        cells = slice(start, start + step)
        product = np.einsum("ij,ij->i", users[rows[cells]], items[columns[cells]])
        error = targets.data[cells] - product
        total += float(error @ error - unrated_weight * (product @ product))
    for factors, counts, n_others in (
        (users, np.diff(targets.indptr), n_items),
        (items, np.bincount(columns, minlength=n_items), n_users),
    ):
        weights = counts + unrated_weight * (n_others - counts)
        total += regularisation * float(weights @ np.einsum("ij,ij->i", factors, factors))
    return total


def solve_rows(targets: Any, others: Array, unrated_weight: float, regularisation: float) -> Array:
    """Solves every row's normal equations given the other side's factors.

    Args:
        targets: scipy.sparse.csr_array (n_rows, n_others).
        others: float64 (n_others, k).
        unrated_weight: a0 in [0, 1].
        regularisation: lambda > 0.

    Returns:
        float64 (n_rows, k); a row without ratings is zero.
    """
    solution = np.zeros((targets.shape[0], others.shape[1]))
    # In the axes of the Gram matrix every row's penalised matrix is diagonal but for what it rated.
    spectrum, axes = np.linalg.eigh(unrated_weight * (others.T @ others))
    rotated = others @ axes
    counts = np.diff(targets.indptr)
    for n_rated in np.unique(counts[counts > 0]):
        n_unrated = len(others) - n_rated
        diagonal = spectrum + regularisation * (n_rated + unrated_weight * n_unrated)
        rows = np.flatnonzero(counts == n_rated)
        for block in np.array_split(rows, -(-rows.size * n_rated * others.shape[1] // _BLOCK)):
            cells = targets.indptr[block][:, None] + np.arange(n_rated)
            rated = rotated[targets.indices[cells]]
            values = targets.data[cells].astype(np.float64)[..., None]
            solution[block] = _solve_alike(rated, values, diagonal, 1 - unrated_weight)
    return np.asarray(solution @ axes.T)


def _solve_alike(rated: Array, values: Array, diagonal: Array, weight: float) -> Array:
    """Solves (diagonal + weight X'X) u = X' t for rows with as many ratings each.

    With fewer ratings than factors the n x n system of the push-through identity is the smaller
    one: (D + w X'X)^-1 X' t = D^-1 X' (1 + w X D^-1 X')^-1 t.

    Args:
        rated: float64 (rows, n, k), X.
        values: float64 (rows, n, 1), t.
        diagonal: float64 (k,), D.
        weight: w.

    Returns:
        float64 (rows, k).
    """
    n, k = rated.shape[1:]
    if n < k:
        scaled = rated / diagonal
        inner = weight * (scaled @ rated.transpose(0, 2, 1)) + np.eye(n)
        return np.asarray((scaled * np.linalg.solve(inner, values)).sum(axis=1))
    across = rated.transpose(0, 2, 1)
    outer = weight * (across @ rated) + np.diag(diagonal)
    return np.asarray(np.linalg.solve(outer, across @ values)[..., 0])


def principal_axes(items: Array) -> Array:
    """Rotates item factors to their principal axes.

    A rotation changes no dot product with equally rotated user factors, and makes factors
    comparable: the first is the one that tells titles apart most.

    Args:
        items: float64 (n_items, k).

    Returns:
        float64 (n_items, k), columns orthogonal, longest first, each with its entry of largest
        magnitude positive.
    """
    values, axes = np.linalg.eigh(items.T @ items)
    rotated = items @ axes[:, np.argsort(-values, kind="stable")]
    return np.asarray(rotated * upright(rotated))
