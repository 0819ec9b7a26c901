"""A model, or the survey of one, as a safetensors file, and back.

The tensors are those of `recommender.factors.packing`, its specification stands in the header as
metadata, so a model file can be read on its own, but for members of a blend that are models of the
release themselves: those stand in their own files. Format: an 8-byte length, a JSON header, the
numbers (https://huggingface.co/docs/safetensors). Neither half can hold code.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from safetensors import SafetensorError
from safetensors.numpy import load, save

from recommender.errors import ReleaseError
from recommender.factors import packing
from recommender.factors.model import Model
from recommender.factors.packing import Specification, Tensors, pack, unpack
from recommender.factors.survey import Survey
from recommender.releases import files

_LENGTH_BYTES = 8
_HEADER_LIMIT = 1 << 20
_SPECIFICATION = "tastemap"


def pack_model(model: Model, stored: Mapping[str, Model]) -> bytes:
    """Returns a model as a safetensors file; the same model gives the same bytes.

    Args:
        model: the model.
        stored: name -> models that have files of their own.

    Raises:
        ReleaseError: it cannot be stored; the message names the field.
    """
    return _file(*pack(model, stored))


def unpack_model(data: bytes, stored: Callable[[str], Model | None]) -> Model:
    """Returns the model in a safetensors file.

    Args:
        data: the file.
        stored: gives the model that has a file of its own under a name.

    Raises:
        ReleaseError: it is no such file, or the model in it is not whole; the message names the
            field.
    """
    return unpack(*_contents(data), stored)


def pack_survey(survey: Survey) -> bytes:
    """Returns a survey as a safetensors file.

    Raises:
        ReleaseError: it cannot be stored; the message names the field.
    """
    return _file(*pack(survey))


def unpack_survey(data: bytes) -> Survey:
    """Returns the survey in a safetensors file.

    Raises:
        ReleaseError: it is no such file, or the survey in it is not whole; the message names the
            field.
    """
    return packing.unpack_survey(*_contents(data))


def _file(tensors: Tensors, specification: Specification) -> bytes:
    # One entry only: the order of several would differ from run to run.
    metadata = {_SPECIFICATION: json.dumps(specification, sort_keys=True, allow_nan=False)}
    return save(dict(tensors), metadata)


def _contents(data: bytes) -> tuple[Tensors, Specification]:
    # The header is measured before anything parses it: a forged length must cost nothing.
    length = int.from_bytes(data[:_LENGTH_BYTES], "little")
    if not 0 < length <= min(_HEADER_LIMIT, len(data) - _LENGTH_BYTES):
        raise ReleaseError(f"its header claims {length:,} bytes: it is cut off or forged")
    header = files.from_json(data[_LENGTH_BYTES : _LENGTH_BYTES + length])
    metadata = header.get("__metadata__")
    text = metadata.get(_SPECIFICATION) if isinstance(metadata, dict) else None
    if not isinstance(text, str):
        raise ReleaseError("its header says nothing about a model")
    specification = files.from_json(text.encode())
    try:
        return load(data), specification
    except (SafetensorError, KeyError, ValueError) as error:
        raise ReleaseError(f"it is no readable safetensors file ({error})") from error
