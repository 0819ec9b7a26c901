"""The catalogue and the atlas as Parquet files, and back.

Columns, their order and their Arrow types are fixed here and checked before a file's data is read,
so what comes out does not depend on the versions of pandas that wrote and read it. Catalogues of
schema 2 had no episodes: those of their titles are unknown.
"""

from __future__ import annotations

from io import BytesIO
from itertools import islice

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from recommender.data import catalogue as catalogues
from recommender.errors import DataError, ReleaseError

_CATALOGUE = pa.schema(
    [
        pa.field("item_id", pa.int64(), nullable=False),
        pa.field("title", pa.string(), nullable=False),
        pa.field("alternatives", pa.list_(pa.string()), nullable=False),
        pa.field("year", pa.int16()),
        pa.field("genres", pa.list_(pa.string()), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("episodes", pa.int16()),
        pa.field("n_ratings", pa.int32(), nullable=False),
        pa.field("mean_rating", pa.float32(), nullable=False),
    ]
)
_CATALOGUE_2 = _CATALOGUE.remove(_CATALOGUE.get_field_index("episodes"))
AXES = ("x", "y", "z")
_ATLAS = pa.schema(
    [
        pa.field("item_id", pa.int64(), nullable=False),
        *(pa.field(axis, pa.float32(), nullable=False) for axis in AXES),
    ]
)


def pack_catalogue(catalogue: pd.DataFrame) -> bytes:
    """Returns a catalogue as a Parquet file (zstd).

    Raises:
        DataError: it is none.
    """
    return _pack(catalogues.check(catalogue), _CATALOGUE)


def unpack_catalogue(data: bytes | memoryview) -> pd.DataFrame:
    """Returns the catalogue in a Parquet file, checked.

    Raises:
        ReleaseError: the file is no Parquet file, or has other columns.
        DataError: it holds no catalogue.
    """
    table = _unpack(data, _CATALOGUE, _CATALOGUE_2)
    if table.schema.equals(_CATALOGUE_2):
        table = table.append_column("episodes", pa.nulls(len(table), pa.int16()))
    lists = {"alternatives", "genres"}
    columns = {
        name: pd.Series(_lists(table[name]), dtype=dtype)
        if name in lists
        else pd.Series(table[name].to_pandas(), dtype=dtype)
        for name, dtype in catalogues.DTYPES.items()
    }
    frame = pd.DataFrame(columns)
    frame.index = pd.Index(table["item_id"].to_numpy(), dtype=np.int64, name="item_id")
    return catalogues.check(frame)


def pack_atlas(atlas: pd.DataFrame) -> bytes:
    """Returns an atlas as a Parquet file (zstd).

    Raises:
        DataError: it is none.
    """
    return _pack(check_atlas(atlas), _ATLAS)


def unpack_atlas(data: bytes | memoryview) -> pd.DataFrame:
    """Returns the atlas in a Parquet file, checked.

    Raises:
        ReleaseError: the file is no Parquet file, or has other columns.
        DataError: it holds no atlas.
    """
    table = _unpack(data, _ATLAS)
    frame = pd.DataFrame({axis: table[axis].to_numpy() for axis in AXES})
    frame.index = pd.Index(table["item_id"].to_numpy(), dtype=np.int64, name="item_id")
    return check_atlas(frame)


def check_atlas(atlas: pd.DataFrame) -> pd.DataFrame:
    """Returns `atlas` if it is one: float32 x, y, z in [-1, 1] for every item id.

    Raises:
        DataError: with the column and the first offending item id.
    """
    if tuple(atlas.columns) != AXES or any(atlas[axis].dtype != np.float32 for axis in AXES):
        raise DataError(f"An atlas has the columns {', '.join(AXES)} as float32.")
    for axis in AXES:
        outside = ~(atlas[axis].abs() <= 1).to_numpy()
        if outside.any():
            first = int(np.argmax(outside))
            raise DataError(
                f"Atlas, item id {atlas.index[first]}: {axis} is {atlas[axis].iloc[first]}, not "
                "a number from -1 to 1."
            )
    return atlas


def _lists(column: pa.ChunkedArray) -> list[list[str]]:
    """Lists of texts. Equal texts, as the name of a genre, are one object, and equal lists are."""
    lists = column.combine_chunks()
    texts = lists.flatten().dictionary_encode(null_encoding="encode")
    distinct = texts.dictionary.to_pylist()
    listed = iter([distinct[at] for at in texts.indices.to_pylist()])
    known: dict[tuple[str, ...], list[str]] = {}
    found = (tuple(islice(listed, length)) for length in lists.value_lengths().to_pylist())
    return [known.get(some) or known.setdefault(some, list(some)) for some in found]


def _pack(frame: pd.DataFrame, schema: pa.Schema) -> bytes:
    columns = [frame.index.to_series(), *(frame[name] for name in schema.names[1:])]
    arrays = [_column(column, field.type) for column, field in zip(columns, schema, strict=True)]
    sink = BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), sink, compression="zstd")
    return sink.getvalue()


def _column(column: pd.Series, kind: pa.DataType) -> pa.Array:
    if isinstance(column.dtype, np.dtype):
        # As a plain array, so that NaN stays a number; taken for pandas' it would be a gap.
        return pa.array(column.to_numpy(), kind)
    return pa.array(column, kind)


def _unpack(data: bytes | memoryview, schema: pa.Schema, *earlier: pa.Schema) -> pa.Table:
    try:
        file = pq.ParquetFile(pa.BufferReader(data))
        if not any(file.schema_arrow.equals(known) for known in (schema, *earlier)):
            raise ReleaseError(f"its columns are not {', '.join(map(str, schema))}")
        table = file.read(use_threads=False)
        table.validate(full=True)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise ReleaseError(f"it is no readable Parquet file ({error})") from error
    return table
