"""Where a data set lies for Spark, and its ratings as a table that is checked like any other.

A folder, local or in an object store, that holds the files of a published format with commas: the
catalogue as the format has it, and the ratings as the format's CSV or, of the same name and
columns, as Parquet; either may be a folder of parts. Workers read the ratings, so a local folder
has to be there for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.data.readers import FolderReader, RatingsFile, all_readers
from recommender.data.synthetic import MARK
from recommender.errors import DataError, RatingError
from recommender.spark.blocks import sent

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


_SAYING = ("README.txt", MARK)
"""Files that say what the ratings are."""


@dataclass(frozen=True)
class Found:
    """A data set that has been found.

    Attributes:
        reader: of its format.
        file: the format's ratings file.
        ratings: address of the ratings; Parquet if it ends so.
        catalogue: name of the catalogue file.
        beside: name -> bytes of the files that are small: the catalogue and what says whence the
            ratings come.
    """

    reader: FolderReader
    file: RatingsFile
    ratings: str
    catalogue: str
    beside: Mapping[str, bytes]

    @property
    def columns(self) -> tuple[str, str, str]:
        """The columns of user, title and rating."""
        user, title, rating, *_ = self.file.columns
        return user, title, rating


def find(spark: SparkSession, domain: str, place: str) -> Found:
    """Looks for a data set.

    Args:
        spark: the session.
        domain: "movies", …
        place: a folder, as path or address.

    Raises:
        DataError: there is none, or in no format that the engine reads.
    """
    # Not as_uri(): Hadoop takes an address as it is, without escapes.
    home = place if "://" in place else f"file://{Path(place).expanduser().absolute()}"
    readers = [
        (reader, file, reader.titles[0])
        for reader in all_readers()
        if isinstance(reader, FolderReader) and reader.domain == domain and reader.titles
        for file in reader.ratings
        if file.layout.header is None and file.layout.separator == ","
    ]
    if not readers:
        raise DataError(f"Spark reads no data sets of {domain}.")
    names = _names(spark, home)
    for reader, file, catalogue in readers:
        for name in (file.name, str(Path(file.name).with_suffix(".parquet"))):
            if name in names and catalogue in names:
                beside = {
                    one: _bytes(spark, f"{home}/{one}")
                    for one in (catalogue, *_SAYING)
                    if one in names
                }
                return Found(reader, file, f"{home}/{name}", catalogue, beside)
    wants = "; ".join(
        f"{catalogue} with {file.name}, or the same as .parquet" for _, file, catalogue in readers
    )
    held = ", ".join(sorted(names)[:8]) or "nothing"
    raise DataError(f"{place} holds {held}. Spark reads {domain} from {wants}.")


def _bytes(spark: SparkSession, address: str) -> bytes:
    content = spark.read.format("binaryFile").load(address)
    return bytes(content.select("content").collect()[0][0])


def _names(spark: SparkSession, home: str) -> list[str]:
    java, context = spark._jvm, spark._jsc
    path = java.org.apache.hadoop.fs.Path(home)
    files = path.getFileSystem(context.hadoopConfiguration())
    if not files.exists(path):
        raise DataError(f"{home} does not exist; name a folder that holds a data set.")
    return [status.getPath().getName() for status in files.listStatus(path)]


def people(
    spark: SparkSession, found: Found, item_ids: NDArray[np.int64]
) -> tuple[DataFrame, int, int]:
    """Reads the ratings: one row a person.

    Args:
        spark: the session.
        found: where they are.
        item_ids: of the catalogue, ascending.

    Returns:
        A kept table with columns user int, items array<int> (ascending positions in `item_ids`),
        values array<float> and again bigint (entries that a later one replaced); the number of
        entries in the file, and of those that are of no title.

    Raises:
        DataError: a line is no entry, or, where the format does not bear that, of no title.
        RatingError: a rating is off the scale.
    """
    from pyspark.sql import functions as sql

    file, scale = found.file, found.file.scale
    names = found.columns
    if found.ratings.endswith(".parquet"):
        raw = spark.read.parquet(found.ratings)
    else:
        # Quotes within quotes are doubled, as everywhere but in Spark.
        raw = spark.read.option("header", True).option("escape", '"').csv(found.ratings)
    if missing := [name for name in names if name not in raw.columns]:
        raise DataError(f"{found.ratings}: the columns {', '.join(missing)} are missing.")
    user, title, rating = (sql.col(f"`{name}`") for name in names)
    known = sent(spark, title=item_ids, item=np.arange(len(item_ids), dtype=np.int32))
    entries = raw.select(
        sql.concat_ws(",", user, title, rating).alias("text"),
        user.try_cast("int").alias("user"),
        title.try_cast("long").alias("title"),
        rating.try_cast("float").alias("value"),
        # Of two entries of a pair the later one stays.
        sql.monotonically_increasing_id().alias("row"),
    ).join(sql.broadcast(known), "title", "left")
    bad = sql.col("user").isNull() | sql.col("title").isNull() | sql.col("value").isNull()
    unrated = sql.col("value").isin([float(value) for value in file.unrated])
    off = ~bad & ~unrated & ~sql.col("value").isin([float(value) for value in scale.values])
    unknown = ~bad & sql.col("item").isNull()
    counted = entries.agg(
        sql.count("*"),
        *(sql.count_if(what) for what in (bad, off, unknown)),
        *(sql.min(sql.when(what, sql.col("text"))) for what in (bad, off, unknown)),
    )
    n, n_bad, n_off, n_unknown, *examples = counted.collect()[0]
    where = f"{found.ratings} ({','.join(names)})"
    if n_bad:
        raise DataError(
            f"{where}: {n_bad:,} lines are no entry, such as {examples[0]!r}; user and title must "
            "be whole numbers, users' below 2,147,483,648, and ratings numbers."
        )
    if n_off:
        raise RatingError(
            f"{where}: {n_off:,} ratings are off the scale from {scale}, such as {examples[1]!r}."
        )
    if n_unknown and not file.tolerant:
        raise DataError(
            f"{where}: {n_unknown:,} ratings are of no title in the catalogue, such as "
            f"{examples[2]!r}."
        )
    # As many parts as the files have, so that they stay small, and one for every core at least.
    parts = max(raw.rdd.getNumPartitions(), spark.sparkContext.defaultParallelism)
    per_pair = (
        entries.filter(sql.col("item").isNotNull())
        .select("user", "item", "value", "row")
        .repartition(parts, "user")
        .groupBy("user", "item")
        .agg(sql.max_by("value", "row").alias("value"), (sql.count("*") - 1).alias("again"))
    )
    rated = sql.when(~unrated, sql.struct("item", "value"))
    table = (
        per_pair.groupBy("user")
        .agg(
            sql.sort_array(sql.collect_list(rated)).alias("rated"), sql.sum("again").alias("again")
        )
        .select(
            "user",
            sql.col("rated.item").alias("items"),
            sql.col("rated.value").alias("values"),
            "again",
        )
        .persist()
    )
    return table, n, n_unknown
