"""What a release says of data that lies in a cluster: titles, counts, where it comes from.

The catalogue and the terms of use are the business of the format's own reader, which is handed the
catalogue file with a single rating; the counts are those of the cluster.
"""

from __future__ import annotations

import csv
import tempfile
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from recommender.data import catalogue as catalogues
from recommender.data.dataset import DataSet
from recommender.data.files import open_source
from recommender.data.readers import extent
from recommender.data.synthetic import MARK, as_marked
from recommender.data.tables import read_header, read_rows
from recommender.errors import DataError
from recommender.spark.crowd import Crowd
from recommender.spark.source import Found, find, people
from recommender.training.finish import Material

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def read(spark: SparkSession, domain: str, place: str) -> tuple[Crowd, Material]:
    """Reads a data set.

    Args:
        spark: the session.
        domain: "movies", …
        place: a folder, as path or address.

    Returns:
        Its ratings, in the cluster, and what a release says of it.

    Raises:
        DataError: it cannot be used.
        RatingError: a rating is off the scale.
    """
    found = find(spark, domain, place)
    alone = _with_one_rating(found)
    item_ids = alone.ratings.item_ids
    table, n_entries, n_unknown = people(spark, found, item_ids)
    crowd = Crowd.of(table, item_ids, found.file.scale)
    n_again = int(table.agg({"again": "sum"}).collect()[0][0] or 0)
    if n_again and not found.file.tolerant:
        raise DataError(
            f"{found.ratings}: {n_again:,} ratings are of a user and title rated before."
        )
    if not crowd.n_users:
        raise DataError(f"{found.ratings}: no rating is left; do the files belong together?")
    provenance, published = alone.provenance, found.reader.published
    if published is not None and MARK not in found.beside:
        citation = provenance.citation.removesuffix(extent(1, published))
        provenance = replace(provenance, citation=citation + extent(n_entries, published))
    files = {
        found.catalogue: sha256(found.beside[found.catalogue]).hexdigest(),
        f"{Path(found.ratings).name}: who rated what": crowd.fingerprint(),
    }
    dropped = {
        "entries of ids that are no title": n_unknown,
        "entries that a later one of the same user and title replaces": n_again,
    }
    return crowd, Material(
        domain=domain,
        scale=crowd.scale,
        catalogue=catalogues.with_counts(alone.catalogue, crowd.counts, crowd.sums),
        provenance=replace(provenance, files=files),
        n_ratings=crowd.n_ratings,
        n_users=crowd.n_users,
        dropped={reason: n for reason, n in dropped.items() if n},
        mended=alone.mended,
    )


def _with_one_rating(found: Found) -> DataSet:
    """The data set of the catalogue and a rating of its first title."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in found.beside.items():
            Path(folder, name).write_bytes(content)
        layout = found.file.layout
        first, *_ = read_header(open_source(folder), found.catalogue, layout)
        title = read_rows(open_source(folder), found.catalogue, [first], layout)[0].fields[first]
        with Path(folder, found.file.name).open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(found.file.columns)
            own = [1, title, found.file.scale.high]
            rows.writerow(own + [0] * (len(found.file.columns) - len(own)))
        source = open_source(folder)
        return as_marked(found.reader.read(source), source)
