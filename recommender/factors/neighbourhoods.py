"""Nearest titles by cosine: exact, for many titles at once, in blocks that bound the memory."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.factors.model import Positions

_BLOCK = 1 << 22
"""Similarities that a block holds at most, about."""


def nearest(
    queries: NDArray[np.float32],
    rows: NDArray[np.float32],
    n: int,
    own: Positions | None = None,
) -> tuple[Positions, NDArray[np.float32]]:
    """The rows most similar to each query.

    Args:
        queries: float32 (n_queries, k), of length 1 or 0.
        rows: float32 (n_rows, k), likewise.
        n: how many, 0 <= n <= n_rows, less one where `own` is given.
        own: intp (n_queries,), the row that each query itself is, to be left out; None if none.

    Returns:
        Positions in `rows`, intp (n_queries, n), best first, ties by position; and the cosines,
        float32 (n_queries, n), in -1..1.
    """
    positions = np.empty((len(queries), n), np.intp)
    cosines = np.empty((len(queries), n), np.float32)
    if not n:
        return positions, cosines
    size = max(1, _BLOCK // max(len(rows), 1))
    for first in range(0, len(queries), size):
        block = slice(first, min(first + size, len(queries)))
        similarity = queries[block] @ rows.T
        if own is not None:
            similarity[np.arange(len(similarity)), own[block]] = -np.inf
        # The n-th largest bounds what is sorted; ties at the bound all stay in, then the first win.
        bound = -np.partition(-similarity, n - 1, axis=1)[:, n - 1 : n]
        for row, (values, least) in enumerate(zip(similarity, bound, strict=True), first):
            candidates = np.flatnonzero(values >= least)
            chosen = candidates[np.argsort(-values[candidates], kind="stable")[:n]]
            positions[row], cosines[row] = chosen, values[chosen]
    return positions, np.clip(cosines, -1, 1)
