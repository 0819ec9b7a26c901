"""Ratings as index-coded triplets: what every algorithm is fitted on and every protocol splits.

A reader hands over the columns of a file; `Ratings.from_columns` checks them against the catalogue
and the scale, codes users and items as positions and sorts. From then on the value is immutable,
and its order does not depend on the order of the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np
from numpy.typing import ArrayLike, NDArray

from recommender.data.coding import (
    ascending,
    blocks,
    distinct,
    frozen,
    order,
    positions,
    whole_numbers,
)
from recommender.data.places import Locate, by_row, places, tally
from recommender.data.scale import RatingScale
from recommender.errors import DataError, RatingError

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_DTYPES = {"user_ids": "int64", "item_ids": "int64", "users": "int32", "items": "int32"}
_DTYPES |= {"values": "float32", "timestamps": "int64"}


@dataclass(frozen=True, eq=False)
class Ratings:
    """Who rated what how; sorted by (user, item), each pair once, arrays read-only.

    Attributes:
        user_ids: int64 (n_users,), sorted, unique: the data set's own ids.
        item_ids: int64 (n_items,), sorted, unique: every title of the catalogue, unrated ones too.
        users: int32 (n,), positions in `user_ids`.
        items: int32 (n,), positions in `item_ids`.
        values: float32 (n,), ratings on `scale`.
        scale: The rating scale.
        timestamps: int64 (n,), seconds since 1970 UTC, or None if the data has none.
    """

    user_ids: NDArray[np.int64]
    item_ids: NDArray[np.int64]
    users: NDArray[np.int32]
    items: NDArray[np.int32]
    values: NDArray[np.float32]
    scale: RatingScale
    timestamps: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        """Check the promises above and freeze the arrays.

        Raises:
            DataError: If an array has another dtype or length, or the order is broken.
            RatingError: If a value is off the scale.
        """
        for name, dtype in _DTYPES.items():
            array = getattr(self, name)
            if array is None and name == "timestamps":
                continue
            object.__setattr__(self, name, frozen(f"Ratings.{name}", array, dtype))
        self._check_order()
        if _off_scale(self.values, self.scale).any():
            raise RatingError(f"Ratings.values must be on the scale {self.scale}.")

    def _check_order(self) -> None:
        lengths = {len(self.users), len(self.items), len(self.values)}
        if self.timestamps is not None:
            lengths.add(len(self.timestamps))
        if len(lengths) > 1:
            raise DataError(f"The columns of Ratings differ in length: {sorted(lengths)}.")
        for name in ("user_ids", "item_ids"):
            if (np.diff(getattr(self, name)) <= 0).any():
                raise DataError(f"Ratings.{name} must be sorted and unique.")
        for name, n in (("users", self.n_users), ("items", self.n_items)):
            codes = getattr(self, name)
            if len(codes) and (codes.min() < 0 or codes.max() >= n):
                raise DataError(f"Ratings.{name} must be positions from 0 to {n - 1}.")
        if not ascending(self.users, self.items):
            raise DataError("Ratings must be sorted by user, then item, each pair once.")

    @classmethod
    def from_columns(
        cls,
        users: ArrayLike,
        items: ArrayLike,
        values: ArrayLike,
        *,
        item_ids: ArrayLike,
        scale: RatingScale,
        user_ids: ArrayLike | None = None,
        timestamps: ArrayLike | None = None,
        locate: Locate = by_row,
    ) -> Ratings:
        """Check, code and sort the columns of a ratings file.

        Args:
            users: int (n,), user ids.
            items: int (n,), item ids, each one of `item_ids`.
            values: float (n,), ratings on `scale`.
            item_ids: int (n_items,), the unique ids of the catalogue, in any order.
            scale: The rating scale.
            user_ids: int (n_users,), the ids of all users, those without a rating too, in any
                order; None for those that occur in `users`.
            timestamps: int (n,), seconds since 1970 UTC, or None.
            locate: What names a row in an error.

        Returns:
            The ratings. Arrays that fit are shared, not copied.

        Raises:
            DataError: If an item is not in the catalogue, a user rates an item twice or is not
                among `user_ids`, ids are no whole numbers, or the columns differ in length.
            RatingError: If a rating is off the scale.
        """
        user_column = whole_numbers("users", users)
        item_column = whole_numbers("items", items)
        # A number too large for float32 becomes infinite, and so is off every scale.
        with np.errstate(over="ignore"):
            value_column = np.asarray(values, dtype=np.float32)
        ids = np.unique(whole_numbers("item_ids", item_ids)).astype(np.int64, copy=False)
        if not len(user_column) == len(item_column) == len(value_column):
            raise DataError(
                f"users, items and values differ in length: {len(user_column)}, "
                f"{len(item_column)}, {len(value_column)}."
            )

        item_codes = positions(item_column, ids)
        if (item_codes < 0).any():
            _refuse_unknown(item_column, item_codes < 0, locate)
        off_scale = _off_scale(value_column, scale)
        if off_scale.any():
            _refuse_off_scale(value_column, off_scale, scale, locate)
        everybody = distinct(
            user_column if user_ids is None else whole_numbers("user_ids", user_ids)
        )
        user_codes = positions(user_column, everybody)
        if (user_codes < 0).any():
            raise DataError("Every user who rates must be among user_ids.")

        stamps = None if timestamps is None else np.asarray(timestamps, dtype=np.int64)
        # Published files are mostly sorted already, and sorting 30 million rows costs memory.
        if not ascending(user_codes, item_codes):
            rows = order(user_codes, item_codes, len(ids))
            user_codes, item_codes = user_codes[rows], item_codes[rows]
            again = _repeats(user_codes, item_codes)
            if again.any():
                _refuse_duplicates(user_column, item_column, rows[again], locate)
            value_column = value_column[rows]
            stamps = None if stamps is None else stamps[rows]
        return cls(
            user_ids=everybody,
            item_ids=ids,
            users=user_codes,
            items=item_codes,
            values=value_column,
            scale=scale,
            timestamps=stamps,
        )

    def __len__(self) -> int:
        """Return the number of ratings."""
        return len(self.values)

    @property
    def n_users(self) -> int:
        """The number of users, those without a rating in a `subset` included."""
        return len(self.user_ids)

    @property
    def n_items(self) -> int:
        """The number of titles of the catalogue."""
        return len(self.item_ids)

    @property
    def fingerprint(self) -> str:
        """A short word that other users, titles or ratings would change."""
        content = 0
        for array in (self.users, self.items, self.values):
            content = crc32(np.ascontiguousarray(array).tobytes(), content)
        return f"{content:08x}"

    def counts(self) -> NDArray[np.int64]:
        """Count the ratings of every title: int64 (n_items,)."""
        return np.bincount(self.items, minlength=self.n_items).astype(np.int64, copy=False)

    def user_counts(self) -> NDArray[np.int64]:
        """Count the ratings of every user: int64 (n_users,)."""
        return np.bincount(self.users, minlength=self.n_users).astype(np.int64, copy=False)

    def subset(self, mask: NDArray[np.bool_]) -> Ratings:
        """Keep some of the ratings; `user_ids` and `item_ids`, and so all positions, stay.

        Args:
            mask: bool (n,), True for the ratings to keep.

        Returns:
            The kept ratings.

        Raises:
            DataError: If the mask is not bool or has another length.
        """
        if mask.dtype != np.bool_ or mask.shape != (len(self),):
            raise DataError(
                f"Ratings.subset takes a bool mask of shape ({len(self)},), "
                f"not {mask.dtype} of shape {mask.shape}."
            )
        return replace(
            self,
            users=self.users[mask],
            items=self.items[mask],
            values=self.values[mask],
            timestamps=None if self.timestamps is None else self.timestamps[mask],
        )

    def matrix(self) -> csr_array:
        """Lay the ratings out as a sparse float32 matrix (n_users, n_items), own memory."""
        # scipy.sparse takes 0.4 s to import, and only fitting needs it.
        from scipy.sparse import csr_array

        starts = np.concatenate(([0], np.cumsum(self.user_counts())))
        # scipy wants both index arrays of one type; int32 does up to two billion ratings.
        index = np.int32 if len(self) <= np.iinfo(np.int32).max else np.int64
        columns = self.items.astype(index)
        return csr_array(
            (self.values.copy(), columns, starts.astype(index)), shape=(self.n_users, self.n_items)
        )


def _off_scale(values: NDArray[np.float32], scale: RatingScale) -> NDArray[np.bool_]:
    # By blocks: the check works in float64 and would else need gigabytes for 30 million ratings.
    off = np.empty(len(values), dtype=np.bool_)
    for block in blocks(len(values)):
        off[block] = ~scale.contains(values[block])
    return off


def _repeats(users: NDArray[np.int32], items: NDArray[np.int32]) -> NDArray[np.bool_]:
    again = np.zeros(len(users), dtype=np.bool_)
    again[1:] = (users[1:] == users[:-1]) & (items[1:] == items[:-1])
    return again


def _refuse_unknown(items: NDArray[Any], bad: NDArray[np.bool_], locate: Locate) -> None:
    named = places(bad, locate)
    item = int(items[np.flatnonzero(bad)[0]])
    raise DataError(
        f"{named[0]}: item id {item} is not in the catalogue. Add the title to the catalogue file "
        f"or remove its ratings.{tally(named, int(bad.sum()))}"
    )


def _refuse_off_scale(
    values: NDArray[np.float32], bad: NDArray[np.bool_], scale: RatingScale, locate: Locate
) -> None:
    named = places(bad, locate)
    value = float(values[np.flatnonzero(bad)[0]])
    raise RatingError(
        f"{named[0]}: the rating {value:g} is off the scale; ratings go from {scale}. "
        f"Correct or remove it.{tally(named, int(bad.sum()))}"
    )


def _refuse_duplicates(
    users: NDArray[Any], items: NDArray[Any], again: NDArray[np.intp], locate: Locate
) -> None:
    rows = np.sort(again)
    named = places(rows, locate)
    user, item = int(users[rows[0]]), int(items[rows[0]])
    first: Sequence[int] = [int(np.flatnonzero((users == user) & (items == item))[0])]
    raise DataError(
        f"{named[0]}: user {user} rates item {item} a second time (first at "
        f"{locate(first)[0]}). Keep one of them.{tally(named, len(rows))}"
    )
