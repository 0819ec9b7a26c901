"""Watched titles: what users have seen and not rated, kept apart from the ratings.

Some sites let a user list a title as watched without a number. That says that the user chose to
watch it, and nothing of how much it was liked, so it never becomes a rating. The pairs use the
positions of the ratings beside them in a `DataSet`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from recommender.data.coding import ascending, frozen, order, positions, whole_numbers
from recommender.errors import DataError


@dataclass(frozen=True, eq=False)
class Watched:
    """Who has watched what without rating it; sorted by (user, item), each pair once, read-only.

    Attributes:
        users: int32 (n,), positions in the `user_ids` of the ratings.
        items: int32 (n,), positions in the `item_ids` of the ratings.
    """

    users: NDArray[np.int32]
    items: NDArray[np.int32]

    def __post_init__(self) -> None:
        """Check the promises above and freeze the arrays.

        Raises:
            DataError: If an array has another dtype or length, a position is negative, or the order
                is broken.
        """
        for name in ("users", "items"):
            array = frozen(f"Watched.{name}", getattr(self, name), "int32")
            object.__setattr__(self, name, array)
            if (array < 0).any():
                raise DataError(f"Watched.{name} must not be negative.")
        if len(self.users) != len(self.items):
            raise DataError(
                f"The columns of Watched differ in length: {len(self.users)}, {len(self.items)}."
            )
        if not ascending(self.users, self.items):
            raise DataError("Watched pairs must be sorted by user, then item, each once.")

    @classmethod
    def from_columns(
        cls,
        users: ArrayLike,
        items: ArrayLike,
        *,
        user_ids: NDArray[np.int64],
        item_ids: NDArray[np.int64],
    ) -> Watched:
        """Code and sort the columns of a file.

        Args:
            users: int (n,), user ids, each one of `user_ids`.
            items: int (n,), item ids, each one of `item_ids`.
            user_ids: int64, sorted, unique: those of the ratings.
            item_ids: int64, sorted, unique: those of the ratings.

        Returns:
            The pairs.

        Raises:
            DataError: If an id is unknown, a pair occurs twice, or the columns differ in length.
        """
        user_codes = positions(whole_numbers("users", users), user_ids)
        item_codes = positions(whole_numbers("items", items), item_ids)
        if len(user_codes) == len(item_codes) and not ascending(user_codes, item_codes):
            rows = order(user_codes, item_codes, len(item_ids))
            user_codes, item_codes = user_codes[rows], item_codes[rows]
        return cls(user_codes, item_codes)

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.users)
