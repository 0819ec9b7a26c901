"""Visitors of the app among those whom a model learns from.

They join a data set as users with negative ids, which no data set has. The protocols therefore know
them: they train and are never asked, so the people who test a model are the same with them and
without, and what their ratings do to its figures can be told person by person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from recommender.algorithms.contract import Algorithm, Progress, silent
from recommender.data import catalogue as catalogues
from recommender.data.dataset import DataSet
from recommender.data.ratings import Ratings
from recommender.errors import DataError
from recommender.evaluation.comparison import Learned, compare
from recommender.evaluation.few_ratings import Outcome
from recommender.evaluation.report import few_ratings_outcomes
from recommender.settings import Settings

if TYPE_CHECKING:
    from recommender.releases import Release
    from recommender.visitors.records import Kept

FILE = "visitors of the app"
"""Their ratings among the files of a data set; the checksum is of who rated what."""


@dataclass(frozen=True, eq=False)
class Joined:
    """A data set with visitors' ratings.

    Attributes:
        data: with them.
        without: the same as it was.
        people: visitors.
        ratings: theirs that are in it.
    """

    data: DataSet
    without: DataSet
    people: int
    ratings: int

    @property
    def share(self) -> float:
        """Of all ratings, 0 to 1."""
        return self.ratings / len(self.data.ratings)


def with_visitors(data: DataSet, settings: Settings) -> Joined:
    """Adds what visitors have let be kept.

    Args:
        data: a data set.
        settings: where the database is.

    Returns:
        Both.

    Raises:
        StorageError: the database cannot be read.
        DataError: no visitor has rated any of the titles, or the data set has negative user ids.
    """
    from recommender.storage import open_database
    from recommender.visitors.records import kept

    return join(data, kept(open_database(settings), data.domain))


def join(data: DataSet, found: Kept) -> Joined:
    """Adds ratings of visitors; those of titles or numbers that the data set does not know go."""
    known = data.ratings
    if known.user_ids.min(initial=0) < 0:
        raise DataError("A data set with negative user ids cannot be joined with visitors.")
    fits = np.isin(found.item_ids, known.item_ids) & known.scale.contains(found.values)
    if not fits.any():
        raise DataError(f"There are no ratings of visitors of {data.domain} to learn from.")
    people, who = np.unique(found.visitors[fits], return_inverse=True)
    n = len(people)
    times = known.timestamps
    ratings = Ratings.from_columns(
        np.concatenate([who - n, known.user_ids[known.users]]),
        np.concatenate([found.item_ids[fits], known.item_ids[known.items]]),
        np.concatenate([found.values[fits].astype(np.float32), known.values]),
        item_ids=known.item_ids,
        user_ids=np.concatenate([np.arange(-n, 0), known.user_ids]),
        scale=known.scale,
        timestamps=None if times is None else np.concatenate([found.at[fits] // 1000, times]),
    )
    watched = data.watched
    if watched is not None:
        watched = replace(watched, users=(watched.users + n).astype(np.int32))
    provenance = replace(
        data.provenance,
        name=f"{data.provenance.name} and {int(fits.sum()):,} ratings by {n:,} visitors",
        files={**data.provenance.files, FILE: found.sha256},
    )
    left_out = {"ratings of visitors of titles that it does not have": int((~fits).sum())}
    joined = replace(
        data,
        catalogue=catalogues.count(data.catalogue, ratings),
        ratings=ratings,
        provenance=provenance,
        dropped={**data.dropped, **left_out},
        watched=watched,
    )
    return Joined(joined, data, n, int(fits.sum()))


def effect(
    joined: Joined,
    algorithms: Mapping[str, Algorithm],
    challenger: Release,
    outcomes: Mapping[str, Sequence[Outcome]],
    *,
    workers: int | None = None,
    progress: Progress = silent,
) -> Learned:
    """Finds out what visitors' ratings did to a release: the same recipe, tested without them.

    Args:
        joined: what it learned from.
        algorithms: its ranker's and its rater's, by their names.
        challenger: the release.
        outcomes: what they gave the test visitors, having learned from visitors too.
        workers: processes; by default one per core.
        progress: told about every step.
    """
    seed = challenger.manifest["training"]["seed"]
    found = few_ratings_outcomes(
        joined.without, algorithms, seed=seed, workers=workers, progress=progress
    )
    # In the data with them the same people stand behind the visitors.
    without = {
        name: [replace(one, user=one.user + joined.people) for one in each]
        for name, each in found.items()
    }
    return Learned(
        joined.people,
        joined.ratings,
        joined.share,
        tuple(
            compare(figure, outcomes[model], without[model])
            for figure, model in (("NDCG@10", challenger.ranker), ("RMSE", challenger.rater))
        ),
    )
