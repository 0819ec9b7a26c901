"""People and their ratings in blocks, as workers see them, and sums over all blocks.

A row of the cluster's table is a person: `user` int, `items` array<int>, `values` array<float>.
Arrow hands them over by the ten thousand, so work on a block is NumPy and nothing is done in Python
for a single rating.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from recommender.spark.session import without_pandas

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Block:
    """Some people with all their ratings, sorted by title.

    Attributes:
        users: int32 (n_users,), their ids.
        ends: int64 (n_users,), where each one's ratings end.
        items: int32 (n,), positions of titles.
        values: float32 (n,), ratings.
    """

    users: NDArray[np.int32]
    ends: NDArray[np.int64]
    items: NDArray[np.int32]
    values: NDArray[np.float32]

    @classmethod
    def of(cls, batch: Any) -> Block:
        """Takes it from an Arrow record batch or table."""
        import pyarrow.compute as pc

        items, values = (batch.column(name) for name in ("items", "values"))
        lengths = np.asarray(pc.list_value_length(items))
        return cls(
            np.asarray(batch.column("user")),
            np.cumsum(lengths, dtype=np.int64),
            np.asarray(pc.list_flatten(items)),
            np.asarray(pc.list_flatten(values)),
        )

    @property
    def counts(self) -> NDArray[np.int64]:
        """Ratings of each person, int64 (n_users,)."""
        return np.diff(self.ends, prepend=0)

    @property
    def rows(self) -> NDArray[np.intp]:
        """Whose each rating is, by position among `users`: intp (n,)."""
        return np.repeat(np.arange(len(self.users)), self.counts)

    def matrix(self, values: NDArray[Any], n_items: int) -> Any:
        """Numbers (n,), one a rating, as scipy.sparse.csr_array (n_users, n_items)."""
        from scipy.sparse import csr_array

        starts = np.concatenate(([0], self.ends))
        return csr_array((values, self.items, starts), shape=(len(self.users), n_items))


Make = Callable[..., Callable[[Block], Any]]
"""Called on a worker, once for a part of the people, with arrays that were sent there; what it
returns is then called with every block."""


def summed(people: DataFrame, make: Make, *arrays: NDArray[Any]) -> Numbers:
    """Sums what blocks come to: on the workers, then pairs of sums, the last ones here.

    Args:
        people: the table.
        make: of functions that turn a block into a float64 vector, always of one length.
        arrays: handed to `make`.

    Returns:
        float64, the sum; zero-length where there is nobody.
    """
    context = people.sparkSession.sparkContext
    broadcasts = [context.broadcast(array) for array in arrays]

    def of_part(batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow as pa

        work, total = make(*(array.value for array in broadcasts)), None
        for batch in batches:
            found = work(Block.of(batch))
            total = found if total is None else total + found
        if total is not None:
            yield pa.record_batch({"sum": pa.array([total.tobytes()], pa.binary())})

    sums = _mapped(people, of_part, "sum binary").rdd.map(lambda row: np.frombuffer(row[0]))
    total = sums.treeAggregate(np.zeros(0), _added, _added)
    for array in broadcasts:
        array.unpersist()
    return np.asarray(total)


def sent(spark: SparkSession, **columns: Any) -> DataFrame:
    """Sends a small table to the cluster, each column an array."""
    import pyarrow as pa

    with without_pandas():
        return spark.createDataFrame(pa.table(columns))


def _mapped(people: DataFrame, work: Callable[[Iterator[Any]], Iterator[Any]], to: str) -> Any:
    with without_pandas():
        return people.mapInArrow(work, to)


def _added(one: Numbers, other: Numbers) -> Numbers:
    return one + other if len(one) and len(other) else (one if len(one) else other)


def unrolled(people: DataFrame, make: Make, *arrays: NDArray[Any]) -> DataFrame:
    """Turns people into rows for MLlib.

    Args:
        people: the table.
        make: of functions that turn a block into (users, items, ratings), each (n,).
        arrays: handed to `make`.

    Returns:
        DataFrame with columns user int, item int and rating float.
    """
    context = people.sparkSession.sparkContext
    broadcasts = [context.broadcast(array) for array in arrays]

    def of_part(batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow as pa

        work = make(*(array.value for array in broadcasts))
        for batch in batches:
            users, items, ratings = work(Block.of(batch))
            columns = {
                "user": pa.array(users, pa.int32()),
                "item": pa.array(items, pa.int32()),
                "rating": pa.array(ratings.astype(np.float32), pa.float32()),
            }
            yield pa.record_batch(columns)

    rows: DataFrame = _mapped(people, of_part, "user int, item int, rating float")
    return rows
