"""Data: catalogue, ratings, rating scale, splits, and the readers of published formats.

`load` is the way in: it finds the reader for a source and returns a validated `DataSet`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from recommender.data.dataset import DataSet, Provenance, watched_as_ratings
from recommender.data.files import Source, open_source
from recommender.data.ratings import Ratings
from recommender.data.scale import ANIME_SCALE, MOVIE_SCALE, RatingScale
from recommender.data.watched import Watched
from recommender.errors import DataError

if TYPE_CHECKING:
    from recommender.data.readers import FolderReader

__all__ = [
    "ANIME_SCALE",
    "MOVIE_SCALE",
    "DataSet",
    "Provenance",
    "RatingScale",
    "Ratings",
    "Watched",
    "load",
    "watched_as_ratings",
]


def load(domain: str, source: str | Path | None = None) -> DataSet:
    """Read a data set of a domain.

    Args:
        domain: "movies", "anime", …: a domain that a reader knows.
        source: A folder or zip in a published format; None for what an installed package ships.

    Returns:
        The data set, checked.

    Raises:
        DataError: If the domain is unknown, no package ships it, the source is missing, in no known
            format or of another domain, or a file in it is wrong (the message names file and line).
        RatingError: If a rating is off the domain's scale.
    """
    # Importing the readers costs pyarrow.csv and more; opening a release needs none of it.
    from recommender.data.readers import FolderReader, PackageReader, all_readers
    from recommender.data.synthetic import as_marked

    readers = all_readers()
    domains = sorted({reader.domain for reader in readers})
    if domain not in domains:
        raise DataError(f"There is no domain {domain!r}; there is {', '.join(domains)}.")
    folder_readers = [reader for reader in readers if isinstance(reader, FolderReader)]
    of_domain = [reader for reader in folder_readers if reader.domain == domain]
    if source is None:
        for reader in readers:
            if isinstance(reader, PackageReader) and reader.domain == domain:
                return reader.read()
        sets = "; ".join(f"{reader.name}, {reader.url}" for reader in of_domain)
        raise DataError(
            f"No package ships {domain} ratings. Fetch one of these sets (python -m recommender "
            f"data lists them) and name its folder or zip as the source: {sets}."
        )

    opened = open_source(source)
    fitting = [reader for reader in folder_readers if reader.recognises(opened)]
    here = [reader for reader in fitting if reader.domain == domain]
    if len(here) == 1:
        return as_marked(here[0].read(opened), opened)
    if here:
        names = " and ".join(reader.name for reader in here)
        raise DataError(f"{opened.path} holds several formats ({names}); keep one of them there.")
    if fitting:
        raise DataError(
            f"{opened.path} holds {fitting[0].domain} ({fitting[0].name}), not {domain}; "
            f"load it as {fitting[0].domain}."
        )
    raise DataError(_unknown_format(opened, of_domain))


def _unknown_format(source: Source, readers: list[FolderReader]) -> str:
    wants = []
    for reader in readers:
        missing = reader.lacks(source)
        partly = len(missing) < len(reader.wants)
        lack = f" (missing here: {', '.join(missing)})" if partly else ""
        wants.append(f"{reader.name} wants {', '.join(reader.wants)}{lack}")
    held = ", ".join(sorted(source.members)[:8]) or "no files at its top or in a single folder"
    return f"{source.path} is in no known format; it holds {held}. {'; '.join(wants)}."
