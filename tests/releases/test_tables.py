from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.errors import DataError, ReleaseError
from recommender.releases import tables
from tests.releases import helpers

words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
titles = words.filter(lambda text: text.strip())


@st.composite
def catalogues(draw: st.DrawFn) -> pd.DataFrame:
    ids = sorted(draw(st.sets(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=6)))

    def column(values: st.SearchStrategy) -> list:
        return draw(st.lists(values, min_size=len(ids), max_size=len(ids)))

    counts = np.array(column(st.integers(0, 2**31 - 1)), np.int32)
    means = np.array(column(st.floats(0.5, 10, width=32)), np.float32)
    return pd.DataFrame(
        {
            "title": pd.array(column(titles), dtype="str"),
            "alternatives": pd.Series(column(st.lists(words, max_size=3)), dtype="object"),
            "year": pd.array(column(st.none() | st.integers(-(2**15), 2**15 - 1)), "Int16"),
            "genres": pd.Series(column(st.lists(words, max_size=3)), dtype="object"),
            "kind": pd.array(column(titles), dtype="str"),
            "episodes": pd.array(column(st.none() | st.integers(1, 2**15 - 1)), "Int16"),
            "n_ratings": counts,
            "mean_rating": np.where(counts > 0, means, np.float32(np.nan)),
        }
    ).set_index(pd.Index(ids, dtype="int64", name="item_id"))


@given(catalogues())
@settings(max_examples=60, deadline=None)
def test_storing_a_catalogue_changes_nothing_in_it(catalogue: pd.DataFrame) -> None:
    data = tables.pack_catalogue(catalogue)

    pd.testing.assert_frame_equal(tables.unpack_catalogue(data), catalogue, check_exact=True)
    assert tables.pack_catalogue(catalogue) == data


def test_the_name_of_a_genre_is_one_object_however_many_titles_have_it() -> None:
    catalogue = tables.unpack_catalogue(tables.pack_catalogue(helpers.catalogue()))

    names = [name for genres in catalogue["genres"] for name in genres]
    assert len(names) > len(set(names)) == len({id(name) for name in names})


def test_a_catalogue_of_schema_2_opens_without_episodes() -> None:
    data = helpers.without_episodes(tables.pack_catalogue(helpers.catalogue()))

    catalogue = tables.unpack_catalogue(data)

    assert catalogue["episodes"].isna().all()
    unknown = helpers.catalogue().assign(episodes=pd.array([None] * len(catalogue), "Int16"))
    pd.testing.assert_frame_equal(catalogue, unknown, check_exact=True)


def test_storing_an_atlas_changes_nothing_in_it() -> None:
    atlas = helpers.atlas()
    atlas.iloc[:2] = np.array([[-1, 0, 1], [-0.0, 1e-30, 0.5]], np.float32)

    again = tables.unpack_atlas(tables.pack_atlas(atlas))

    pd.testing.assert_frame_equal(again, atlas, check_exact=True)


def test_files_are_compressed_with_zstd() -> None:
    for data in (tables.pack_catalogue(helpers.catalogue()), tables.pack_atlas(helpers.atlas())):
        group = pq.ParquetFile(BytesIO(data)).metadata.row_group(0)
        assert {group.column(i).compression for i in range(group.num_columns)} == {"ZSTD"}


def rewritten(name: str, value: Any, *, nullable: bool = False) -> bytes:
    """The catalogue as a file of the right columns with another value for item 10."""
    table = pq.read_table(BytesIO(tables.pack_catalogue(helpers.catalogue())))
    at = table.schema.names.index(name)
    field = table.schema.field(at).with_nullable(nullable)
    values = table[name].to_pylist()
    values[3] = value
    sink = BytesIO()
    pq.write_table(table.set_column(at, field, pa.array(values, field.type)), sink)
    return sink.getvalue()


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (rewritten("title", None, nullable=True), ReleaseError, "its columns are not"),
        (rewritten("title", " "), DataError, "item id 10: title must not be empty"),
        (rewritten("item_id", 7), DataError, "Item id 7 occurs more than once"),
        (rewritten("item_id", 1000), DataError, "must be ascending by item_id"),
        (rewritten("genres", ["Drama", None]), DataError, "item id 10: genres must be a list"),
        (rewritten("episodes", 0, nullable=True), DataError, "item id 10: episodes must be 1 or"),
        (rewritten("n_ratings", -1), DataError, "item id 10: n_ratings must not be negative"),
        (rewritten("mean_rating", np.nan), DataError, "item id 10: mean_rating must be a number"),
    ],
)
def test_a_catalogue_is_checked_when_it_is_read(
    data: bytes, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        tables.unpack_catalogue(data)


@pytest.mark.parametrize("cut", [0, 1, 8, 100, -1, -8, -100])
def test_a_file_that_is_cut_off_is_refused(cut: int) -> None:
    data = tables.pack_catalogue(helpers.catalogue())

    with pytest.raises(ReleaseError, match="it is no readable Parquet file"):
        tables.unpack_catalogue(data[:cut])
