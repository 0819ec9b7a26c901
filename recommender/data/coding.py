"""From ids to positions, and pairs of positions into order: what ratings and watched titles share.

Data sets have their own ids with gaps between them; everything that computes wants positions from
0 on. Columns are worked through by blocks, so that coding 100 million rows takes little more memory
than the rows themselves.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from recommender.errors import DataError

BLOCK = 1 << 20
"""Rows that are worked on at once."""


def blocks(n: int) -> Iterator[slice]:
    """Yield the slices that cut n rows into blocks."""
    for start in range(0, n, BLOCK):
        yield slice(start, start + BLOCK)


def whole_numbers(name: str, ids: ArrayLike) -> NDArray[Any]:
    """Return ids as an array of whole numbers.

    Args:
        name: What they are, for the error.
        ids: The ids.

    Returns:
        The array, integers of any width, shared with `ids` if that is one.

    Raises:
        DataError: If they are anything else.
    """
    array = np.asarray(ids)
    if array.size and array.dtype.kind not in "iu":
        raise DataError(f"{name} must be whole numbers, not {array.dtype}.")
    return array


def distinct(column: NDArray[Any]) -> NDArray[np.int64]:
    """Return the ids that occur in a column: int64, ascending, each once."""
    seen = [pd.unique(column[block]).astype(np.int64) for block in blocks(len(column))]
    return np.unique(np.concatenate([np.empty(0, dtype=np.int64), *seen]))


def positions(column: NDArray[Any], ids: NDArray[np.int64]) -> NDArray[np.int32]:
    """Find every id of a column among the known ones.

    Args:
        column: int (n,), ids.
        ids: int64, unique: the known ids.

    Returns:
        int32 (n,), positions in `ids`, -1 for an id that is not there.
    """
    index = pd.Index(ids)
    found = np.empty(len(column), dtype=np.int32)
    for block in blocks(len(column)):
        found[block] = index.get_indexer(pd.Index(column[block]))
    return found


def ascending(users: NDArray[np.int32], items: NDArray[np.int32]) -> bool:
    """Say whether pairs are sorted by user, then item, each once."""
    later = users[1:] > users[:-1]
    same = users[1:] == users[:-1]
    return bool((later | (same & (items[1:] > items[:-1]))).all())


def order(users: NDArray[np.int32], items: NDArray[np.int32], n_items: int) -> NDArray[np.intp]:
    """Return the rows in the order of user, then item; equal pairs stay in the order of the file.

    Args:
        users: int32 (n,), positions.
        items: int32 (n,), positions below `n_items`.
        n_items: Number of titles.

    Returns:
        intp (n,), row numbers.
    """
    keys = users.astype(np.int64)
    keys *= n_items
    keys += items
    return np.argsort(keys, kind="stable")


def frozen(name: str, array: NDArray[Any], dtype: str) -> NDArray[Any]:
    """Return a read-only view of a one-dimensional array, or say what it should have been.

    Args:
        name: What it is, for the error.
        array: The array.
        dtype: The dtype that it must have.

    Returns:
        The view.

    Raises:
        DataError: If the dtype or the number of dimensions is another.
    """
    if array.dtype != dtype or array.ndim != 1:
        raise DataError(
            f"{name} must be one-dimensional {dtype}, not {array.dtype} with shape {array.shape}."
        )
    view = array.view()
    view.flags.writeable = False
    return view
