"""Making a folder of synthetic ratings: in a published format, measured, marked, never half.

Ratings are written block by block as they are drawn, so memory does not grow with their number but
for a few bytes a user. `--data FOLDER` then takes the folder as it takes the set that it is like.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.contract import Progress
from recommender.data.dataset import DataSet
from recommender.data.ratings import Ratings
from recommender.data.synthetic import mark, provenance_of
from recommender.errors import DataError
from recommender.releases.files import flush_folder, unfinished
from recommender.synthesis.crowd import Crowd, check, gathered
from recommender.synthesis.drawing import Dials, Drawn, blocks
from recommender.synthesis.ranking import ranking
from recommender.synthesis.tally import Figure, Tally, as_drawn, as_ratings, directions
from recommender.synthesis.tuning import dials, strength
from recommender.synthesis.world import World, chances, learnt
from recommender.training.recipes import recipe

if TYPE_CHECKING:
    from recommender.data.readers import FolderReader

RANK = 64
"""Of the tastes: more of them cost time, and are noise."""


@dataclass(frozen=True, eq=False)
class Made:
    """Synthetic ratings that lie in a folder.

    Attributes:
        place: the folder.
        strength: how much taste decides beside popularity, as found.
        figures: real beside synthetic.
    """

    place: Path
    strength: float
    figures: tuple[Figure, ...]


def synthesise(
    data: DataSet,
    n_users: int,
    n_ratings: int,
    place: Path,
    *,
    seed: int = 0,
    rank: int = RANK,
    ranked: bool = False,
    progress: Progress,
) -> Made:
    """Makes ratings like real ones and writes them.

    Args:
        data: the real ones.
        n_users: users to make.
        n_ratings: ratings that they give together.
        place: the folder to write, which must not be there.
        seed: fixes every rating.
        rank: of the tastes.
        ranked: also measure, on as many ratings as are real, how well they can be ranked by.
        progress: told about every step.

    Returns:
        What was made.

    Raises:
        ParameterError: there cannot be so many ratings of so many users.
        DataError: the folder is there, or cannot be written.
    """
    from threadpoolctl import threadpool_limits

    if place.exists():
        raise DataError(f"{place} is there already; remove it or name another folder with --out.")
    real = data.ratings
    check(chances(real.counts(), seed), n_users, n_ratings)
    reader = _format(data.domain)
    # One thread for each block, so that the bits do not depend on the number of cores.
    with threadpool_limits(1):
        world = learnt(
            real,
            # As people differ: a rater that is sparing with taste predicts better, but draws worse.
            recipe(data.domain, "taste-als", k=rank, prior_strength=1.0),
            seed,
            lambda done, phrase: progress(0.2 * done, f"learning from the real ratings: {phrase}"),
        )
        crowd = gathered(world, n_users, n_ratings, seed)
        found = strength(world, real, seed, lambda done, word: progress(0.2 + 0.2 * done, word))
        progress(0.4, "setting popularity and the scale")
        set_so = dials(world, crowd, found)
        tally = Tally(real.n_items, real.scale)

        def told(drawn: Drawn) -> Drawn:
            tally.add(drawn)
            progress(0.4 + 0.5 * drawn.first / n_users, f"drawing {n_ratings:,} ratings")
            return drawn

        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with unfinished(place.parent, place.name) as folder:
                _write(map(told, blocks(world, crowd, set_so)), data, reader, folder)
                progress(0.9, "comparing with the real ratings")
                figures = _compared(data, tally, world, crowd, set_so)
                if ranked:
                    progress(0.92, "ranking real and synthetic ratings")
                    figures += ranking(data, _of_real_size(data, world, found, seed))
                origin = provenance_of(data.provenance, n_users, n_ratings, seed)
                facts: dict[str, Any] = {
                    "users": n_users,
                    "ratings": n_ratings,
                    "seed": seed,
                    "strength": found,
                    "like": dict(data.provenance.files),
                    "figures": [asdict(figure) for figure in figures],
                }
                mark(folder, origin, facts)
                flush_folder(folder)
                os.rename(folder, place)
                flush_folder(place.parent)
        except OSError as error:
            raise DataError(f"{place} cannot be written: {error.strerror or error}.") from error
    progress(1.0, "done")
    return Made(place, found, tuple(figures))


def _of_real_size(data: DataSet, world: World, strength: float, seed: int) -> Ratings:
    """As many synthetic ratings, of as many users, as are real."""
    users = int((data.ratings.user_counts() > 0).sum())
    crowd = gathered(world, users, len(data.ratings), seed)
    return as_ratings(blocks(world, crowd, dials(world, crowd, strength)), data.ratings)


def _compared(
    data: DataSet, tally: Tally, world: World, crowd: Crowd, set_so: Dials
) -> list[Figure]:
    real = data.ratings
    known = Tally(real.n_items, real.scale)
    known.add(as_drawn(real))
    n_users = min(len(crowd.people), int((real.user_counts() > 0).sum()))
    # Drawn again rather than kept: it is the same, and costs seconds.
    sample = as_ratings(blocks(world, crowd, set_so, n_users), real)
    sides = [
        {**side.figures(), **directions(ratings, n_users)}
        for side, ratings in ((known, real), (tally, sample))
    ]
    return [Figure(name, sides[0][name], sides[1][name]) for name in sides[0]]


def _write(drawn: Iterable[Drawn], data: DataSet, reader: FolderReader, folder: Path) -> None:
    """Writes titles and ratings as the reader's format."""
    assert reader.titles is not None
    assert reader.write_titles is not None
    reader.write_titles(data.catalogue, folder / reader.titles[0])
    into = reader.ratings[0]
    item_ids = data.ratings.item_ids
    with (folder / into.name).open("wb") as file:
        file.write((into.layout.separator.join(into.columns) + "\n").encode())
        for block in drawn:
            file.write(_lines(block, item_ids, tuple(into.columns), into.layout.separator))
        file.flush()
        os.fsync(file.fileno())


def _lines(
    drawn: Drawn, item_ids: NDArray[np.int64], columns: tuple[str, ...], separator: str
) -> bytes:
    """A block as lines of text; columns beyond user, title and rating, such as a time, are 0."""
    import pyarrow as pa
    import pyarrow.csv as pacsv

    users = np.arange(drawn.first + 1, drawn.first + 1 + len(drawn.counts))
    known = (np.repeat(users, drawn.counts), item_ids[drawn.items], drawn.values)
    nothing = np.zeros(len(drawn.items), np.int8)
    table = pa.table([*known, *[nothing] * (len(columns) - len(known))], names=list(columns))
    sink = pa.BufferOutputStream()
    pacsv.write_csv(table, sink, pacsv.WriteOptions(include_header=False, delimiter=separator))
    return bytes(sink.getvalue())


def _format(domain: str) -> FolderReader:
    from recommender.data.readers import FolderReader, all_readers

    for reader in all_readers():
        if isinstance(reader, FolderReader) and reader.domain == domain and reader.write_titles:
            return reader
    raise DataError(f"No format of {domain} can be written.")
