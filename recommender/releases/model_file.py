"""A model, the survey or the rank index of one, or franchises as a safetensors file, and back.

The tensors are those of `recommender.factors.packing`, its specification stands in the header as
metadata, so a model file can be read on its own, but for members of a blend that are models of the
release themselves: those stand in their own files. Format: an 8-byte length, a JSON header, the
numbers (https://huggingface.co/docs/safetensors). Neither half can hold code. The library writes;
it would copy what it reads, so reading is done here: tensors are views of the file's bytes, which
may be mapped into memory.
"""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Mapping
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

from recommender.errors import ReleaseError
from recommender.factors import packing
from recommender.factors.kinds import AnyPart, Part
from recommender.factors.model import Model
from recommender.factors.packing import Specification, Tensors, pack, unpack
from recommender.releases import files

_LENGTH_BYTES = 8
_HEADER_LIMIT = 1 << 20
_SPECIFICATION = "tastemap"
_METADATA = "__metadata__"
_UNREADABLE = "it is no readable safetensors file"
_DTYPES: Mapping[str, np.dtype[Any]] = {
    "F64": np.dtype("<f8"),
    "F32": np.dtype("<f4"),
    "F16": np.dtype("<f2"),
    "I64": np.dtype("<i8"),
    "I32": np.dtype("<i4"),
}


def pack_model(model: Model, stored: Mapping[str, Model]) -> bytes:
    """Returns a model as a safetensors file; the same model gives the same bytes.

    Args:
        model: the model.
        stored: name -> models that have files of their own.

    Raises:
        ReleaseError: it cannot be stored; the message names the field.
    """
    return _file(*pack(model, stored))


def unpack_model(data: bytes | memoryview, stored: Callable[[str], Model | None]) -> Model:
    """Returns the model in a safetensors file.

    Args:
        data: the file.
        stored: gives the model that has a file of its own under a name.

    Raises:
        ReleaseError: it is no such file, or the model in it is not whole; the message names the
            field.
    """
    return unpack(*_contents(data), stored)


def pack_part(part: AnyPart) -> bytes:
    """Returns a survey, a rank index or franchises as a safetensors file.

    Raises:
        ReleaseError: it cannot be stored; the message names the field.
    """
    return _file(*pack(part))


def unpack_part(kind: type[Part], data: bytes | memoryview) -> Part:
    """Returns the survey, the rank index or the franchises in a safetensors file.

    Args:
        kind: which of them.
        data: the file.

    Raises:
        ReleaseError: it is no such file, or what is in it is not whole; the message names the
            field.
    """
    return packing.unpack_part(kind, *_contents(data))


def _file(tensors: Tensors, specification: Specification) -> bytes:
    # One entry only: the order of several would differ from run to run.
    metadata = {_SPECIFICATION: json.dumps(specification, sort_keys=True, allow_nan=False)}
    return save(dict(tensors), metadata)


def _contents(data: bytes | memoryview) -> tuple[Tensors, Specification]:
    # The header is measured before anything parses it: a forged length must cost nothing.
    length = int.from_bytes(data[:_LENGTH_BYTES], "little")
    if not 0 < length <= min(_HEADER_LIMIT, len(data) - _LENGTH_BYTES):
        raise ReleaseError(f"its header claims {length:,} bytes: it is cut off or forged")
    header = files.from_json(bytes(data[_LENGTH_BYTES : _LENGTH_BYTES + length]))
    metadata = header.pop(_METADATA, None)
    text = metadata.get(_SPECIFICATION) if isinstance(metadata, dict) else None
    if not isinstance(text, str):
        raise ReleaseError("its header says nothing about a model")
    specification = files.from_json(text.encode())
    return _tensors(header, memoryview(data), _LENGTH_BYTES + length), specification


def _tensors(header: Mapping[str, Any], data: memoryview, at: int) -> Tensors:
    """Views of a file's tensors, which the header lists as they lie: one by one from `at` on."""
    tensors, begin = {}, at
    for name, entry in header.items():
        tensors[name] = _tensor(name, entry, data[begin:], at - begin)
        at += tensors[name].nbytes
    if at != len(data):
        raise ReleaseError(f"{_UNREADABLE}: {len(data) - at:,} bytes belong to no tensor")
    return tensors


def _tensor(name: str, entry: Any, data: memoryview, at: int) -> NDArray[Any]:
    try:
        dtype, shape, place = _DTYPES[entry["dtype"]], entry["shape"], entry["data_offsets"]
        size = dtype.itemsize * prod(operator.index(length) for length in shape)
        if min(shape, default=0) < 0 or place != [at, at + size] or at + size > len(data):
            raise ValueError(f"it cannot lie at {place}")
        array = np.ndarray(shape, dtype, data, at)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ReleaseError(f"{_UNREADABLE}: tensor {name[:60]!r}: {error}"[:300]) from error
    if not array.flags.aligned:
        raise ReleaseError(f"{_UNREADABLE}: tensor {name[:60]!r} is not aligned to its dtype")
    return array
