"""MovieLens as comma separated values: ml-latest-small, ml-20m, ml-25m, ml-32m, ml-latest.

ratings.csv (userId,movieId,rating,timestamp) and movies.csv (movieId,title,genres), UTF-8, with
header lines, as the README.txt of these sets describes. The largest has 32 million ratings.
"""

import csv
import re
from pathlib import Path

import pandas as pd

from recommender.data.dataset import DataSet
from recommender.data.files import Source
from recommender.data.movielens import (
    LICENCE,
    RATING_TYPES,
    URL,
    RatingColumns,
    assemble,
    movies_of,
)
from recommender.data.numbers import read_numbers
from recommender.data.readers import FolderReader, RatingsFile
from recommender.data.scale import MOVIE_SCALE
from recommender.data.tables import Layout, read_rows

_COMMAS = Layout(separator=",")
_FILES = ("ratings.csv", "movies.csv")


def _read(source: Source) -> DataSet:
    # The catalogue first: it is small, and what is wrong with it shows at once.
    movies = movies_of(read_rows(source, "movies.csv", ("movieId", "title", "genres"), _COMMAS))
    ratings = read_numbers(source, "ratings.csv", RATING_TYPES, _COMMAS)
    return assemble(
        movies,
        RatingColumns.of(ratings),
        name=_name(source),
        licence=LICENCE,
        files=source.sha256(*_FILES),
    )


def _name(source: Source) -> str:
    """Return the set's name from the README.txt beside it: "This dataset (ml-25m) describes …"."""
    if "README.txt" in source:
        with source.open("README.txt") as file:
            found = re.search(rb"\((ml-[a-z0-9-]+)\)", file.read(4096))
        if found:
            return f"MovieLens {found[1].decode('ascii')}"
    return "MovieLens (csv)"


def _write_titles(catalogue: pd.DataFrame, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("movieId", "title", "genres"))
        for item_id, row in catalogue.iterrows():
            names = "".join(f" (a.k.a. {name})" for name in row["alternatives"])
            year = "" if pd.isna(row["year"]) else f" ({int(row['year'])})"
            rows.writerow((item_id, f"{row['title']}{names}{year}", "|".join(row["genres"])))


READER = FolderReader(
    name="MovieLens csv (ml-latest-small to ml-32m)",
    domain="movies",
    url=URL,
    files=_FILES,
    read=_read,
    ratings=(RatingsFile("ratings.csv", RATING_TYPES, _COMMAS, MOVIE_SCALE),),
    titles=("movies.csv", _COMMAS),
    write_titles=_write_titles,
)
