"""The ratings of a cluster as one value: the table, and what all of it comes to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.data.ratings import Ratings
from recommender.data.scale import RatingScale
from recommender.spark.blocks import Block, Numbers, sent, summed

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@dataclass(frozen=True, eq=False)
class Crowd:
    """People and their ratings in a cluster.

    Attributes:
        people: the table of `source.people`.
        item_ids: int64 (n_items,), of the catalogue.
        scale: of the ratings.
        counts: int64 (n_items,), ratings of each title.
        sums: float64 (n_items,), their sums.
        squares: sum of the squares of all ratings.
        n_users: people with a rating.
    """

    people: DataFrame
    item_ids: NDArray[np.int64]
    scale: RatingScale
    counts: NDArray[np.int64]
    sums: Numbers
    squares: float
    n_users: int

    @classmethod
    def of(cls, people: DataFrame, item_ids: NDArray[np.int64], scale: RatingScale) -> Crowd:
        """Counts a table."""
        n_items = len(item_ids)
        total = summed(people, _counting(n_items))
        if not len(total):
            total = np.zeros(2 * n_items + 2)
        counts, sums, (squares, n_users) = np.split(total, [n_items, 2 * n_items])
        return cls(
            people, item_ids, scale, counts.astype(np.int64), sums, float(squares), int(n_users)
        )

    @property
    def n_ratings(self) -> int:
        """The number of ratings."""
        return int(self.counts.sum())

    @property
    def mean(self) -> float:
        """The mean of all ratings."""
        return float(self.sums.sum()) / self.n_ratings

    @property
    def deviation(self) -> float:
        """Their standard deviation."""
        return float(np.sqrt(max(self.squares / self.n_ratings - self.mean**2, 0.0)))

    def activity(self) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Ids of the people with a rating, ascending, and how many ratings each has."""
        from pyspark.sql import functions as sql

        table = self.people.select("user", sql.size("items").alias("n")).filter("n > 0").toArrow()
        users, counts = (np.asarray(table.column(name)) for name in ("user", "n"))
        order = np.argsort(users)
        return users[order], counts[order].astype(np.int64)

    def fingerprint(self) -> str:
        """64 hex digits that other people, titles or ratings would change, in whatever order."""
        from pyspark.sql import functions as sql

        hashes = sql.xxhash64("user", "items", "values").cast("decimal(38,0)")
        total = self.people.agg(sql.sum(hashes)).collect()[0][0]
        return sha256(f"{self.n_users} {self.n_ratings} {total}".encode()).hexdigest()

    def without(self, users: NDArray[np.int32]) -> Crowd:
        """The same with some people left out, counted anew."""
        return Crowd.of(self._join(users, "left_anti"), self.item_ids, self.scale)

    def collected(self, users: NDArray[np.int32]) -> Ratings:
        """Brings the ratings of some people here, who are then its only users."""
        table = self._join(users, "left_semi").select("user", "items", "values").toArrow()
        block = Block.of(table.combine_chunks())
        return Ratings.from_columns(
            block.users[block.rows],
            self.item_ids[block.items],
            block.values,
            item_ids=self.item_ids,
            scale=self.scale,
        )

    def _join(self, users: NDArray[np.int32], how: str) -> DataFrame:
        from pyspark.sql import functions as sql

        chosen = sent(self.people.sparkSession, user=users)
        return self.people.join(sql.broadcast(chosen), "user", how)


def _counting(n_items: int) -> Callable[[], Callable[[Block], Numbers]]:
    def count(block: Block) -> Numbers:
        values = block.values.astype(np.float64)
        return np.concatenate(
            [
                np.bincount(block.items, minlength=n_items),
                np.bincount(block.items, values, n_items),
                [values @ values, np.count_nonzero(block.counts)],
            ]
        )

    return lambda: count
