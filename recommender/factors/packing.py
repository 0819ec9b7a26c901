"""Taking models and the like apart into tensors and a specification, and putting them together.

Each is a tree of frozen dataclasses, so one walk over their annotated fields packs them all:
arrays become named tensors, everything else becomes JSON. What may appear in a file is what `KINDS`
lists (`recommender.factors.kinds`); nothing is looked up by a name that a file chooses, and nothing
is executed. `recommender.releases` writes the two halves to disk.
"""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import fields
from types import MappingProxyType, NoneType, UnionType
from typing import Any, ClassVar, Union, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from recommender.errors import ReleaseError, TastemapError
from recommender.factors.kinds import KINDS, AnyPart, Kind, Part
from recommender.factors.model import Model

Tensors = Mapping[str, NDArray[Any]]
Specification = Mapping[str, Any]

_ROOT = "model"
_DIMENSION = re.compile(r"(?:(\d+)\+)?(\d*)([a-z])")


def _nowhere(name: str) -> Model | None:
    return None


def pack(
    value: Model | AnyPart,
    stored: Mapping[str, Model] = MappingProxyType({}),
) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Takes a model, a survey, a rank index or franchises apart.

    Args:
        value: of a kind that `KINDS` lists, with all it holds.
        stored: name -> models that are stored elsewhere; where a model holds one of them, its name
            is packed in its place.

    Returns:
        The tensors by the path of their field ("ranker.fold_in.gram"), in C order, and the
        specification, JSON without NaN or infinities. What occurs twice is stored once.

    Raises:
        ReleaseError: something in it is of no known kind, or breaks its field's declaration;
            the message names the field's path.
    """
    walk = _Packing({id(other): name for name, other in stored.items() if other is not value})
    root = Model if isinstance(value, Model) else type(value)
    specification: dict[str, Any] = walk.value(value, root, "", "", {})
    return walk.tensors, specification


def unpack(
    tensors: Tensors, specification: Specification, stored: Callable[[str], Model | None] = _nowhere
) -> Model:
    """Puts together what `pack` took apart; the arrays come out read-only.

    Args:
        tensors: name -> array.
        specification: as `pack` returned it, also by way of JSON.
        stored: gives the model that is stored elsewhere by that name, None if there is none.

    Returns:
        A model with bit-equal arrays; if they were in C order before, with bit-equal answers.

    Raises:
        ReleaseError: an unknown kind, a missing or surplus field or tensor, a wrong type, dtype or
            shape, a number that is not finite, or a model that is not stored elsewhere; the message
            names the field's path.
    """
    model: Model = _unpacked(Model, _Unpacking(tensors, stored), specification)
    return model


def unpack_part(kind: type[Part], tensors: Tensors, specification: Specification) -> Part:
    """Puts together the part of a release that `pack` took apart; see `unpack`."""
    part: Part = _unpacked(kind, _Unpacking(tensors, _nowhere), specification)
    return part


def _unpacked(root: type, walk: _Unpacking, specification: Specification) -> Any:
    value = walk.value(specification, root, "", "", {})
    if walk.surplus:
        raise ReleaseError(f"{walk.surplus[0]}: a tensor that belongs to no field")
    return value


_Sizes = dict[str, int]


class _Walk(ABC):
    """The walk over the declared fields, the same in both directions."""

    sequence: ClassVar[type[tuple[Any, ...]] | type[list[Any]]]

    def value(self, value: Any, hint: Any, path: str, shape: str, sizes: _Sizes) -> Any:
        """Returns the other form of a value that is declared as `hint`."""
        hint, optional = _without_none(hint)
        if value is None and optional:
            return None
        if get_origin(hint) is np.ndarray:
            return self.array(value, hint, path, shape, sizes)
        if get_origin(hint) is tuple:
            return self.many(value, get_args(hint)[0], path, shape, sizes)
        if hint in _SCALARS:
            return _scalar(value, hint, path)
        return self.part(value, hint, path, sizes)

    def fields(self, values: Any, kind: Kind, path: str, sizes: _Sizes) -> dict[str, Any]:
        """Returns the other form of a part's fields; `values` has them as attributes or keys."""
        if kind.keeps is not None:
            sizes = {letter: size for letter, size in sizes.items() if letter in kind.keeps}
        hints, result = get_type_hints(kind.cls), {}
        for key in (item.name for item in fields(kind.cls)):
            value = values[key] if isinstance(values, Mapping) else getattr(values, key)
            at, shape = f"{path}.{key}".lstrip("."), kind.shapes.get(key, "")
            result[key] = self.value(value, hints[key], at, shape, sizes)
        return result

    def many(self, value: Any, hint: Any, path: str, shape: str, sizes: _Sizes) -> Any:
        """Returns the other form of a tuple, in JSON a list, of values declared as `hint`."""
        if not isinstance(value, self.sequence):
            raise ReleaseError(f"{path}: must be a {self.sequence.__name__}, not {_shown(value)}")
        members = [self.value(v, hint, f"{path}.{i}", shape, sizes) for i, v in enumerate(value)]
        return members if self.sequence is tuple else tuple(members)

    @abstractmethod
    def array(self, value: Any, hint: Any, path: str, shape: str, sizes: _Sizes) -> Any:
        """Returns the other form of an array."""

    @abstractmethod
    def part(self, value: Any, hint: Any, path: str, sizes: _Sizes) -> Any:
        """Returns the other form of a dataclass of some kind that is a `hint`."""


class _Packing(_Walk):
    """From values to tensors and the specification."""

    sequence = tuple

    def __init__(self, stored: Mapping[int, str]) -> None:
        self._stored = stored
        self.tensors: dict[str, NDArray[Any]] = {}
        self._first: dict[int, str] = {}  # id of an array or a part -> the path it is stored at

    def array(self, value: Any, hint: Any, path: str, shape: str, sizes: _Sizes) -> Any:
        _check_array(value, hint, path, shape, sizes)
        name = self._first.setdefault(id(value), path)
        if name == path:
            self.tensors[path] = np.ascontiguousarray(value)
        return {"tensor": name, "dtype": str(value.dtype), "shape": list(value.shape)}

    def part(self, value: Any, hint: Any, path: str, sizes: _Sizes) -> Any:
        name = next((name for name, kind in KINDS.items() if kind.cls is type(value)), None)
        if name is None or not isinstance(value, hint):
            raise ReleaseError(
                f"{path or _ROOT}: cannot store a {type(value).__name__} as {hint.__name__}"
            )
        if id(value) in self._stored:
            return {"model": self._stored[id(value)]}
        first = self._first.setdefault(id(value), path)
        if first != path:
            return {"same": first}
        return {"kind": name, **self.fields(value, KINDS[name], path, sizes)}


class _Unpacking(_Walk):
    """From tensors and the specification to values."""

    sequence = list

    def __init__(self, tensors: Tensors, stored: Callable[[str], Model | None]) -> None:
        self._tensors = tensors
        self._stored = stored
        self._arrays: dict[str, NDArray[Any]] = {}
        self._parts: dict[str, Any] = {}

    @property
    def surplus(self) -> list[str]:
        """Names of the tensors that no field has asked for."""
        return sorted(set(self._tensors) - set(self._arrays))

    def array(self, value: Any, hint: Any, path: str, shape: str, sizes: _Sizes) -> Any:
        _check_object(value, path, {"tensor", "dtype", "shape"})
        name = value["tensor"]
        if not isinstance(name, str) or name not in self._tensors:
            raise ReleaseError(f"{path}: there is no tensor {_shown(name)}")
        array = self._arrays.setdefault(name, self._tensors[name].view())
        array.flags.writeable = False
        if str(array.dtype) != value["dtype"] or list(array.shape) != value["shape"]:
            raise ReleaseError(
                f"{path}: tensor {name} is {array.dtype} {list(array.shape)}, not "
                f"{_shown(value['dtype'])} {_shown(value['shape'])} as specified"
            )
        _check_array(array, hint, path, shape, sizes)
        return array

    def part(self, value: Any, hint: Any, path: str, sizes: _Sizes) -> Any:
        _check_object(value, path)
        if set(value) == {"same"}:
            first = self._parts.get(value["same"]) if isinstance(value["same"], str) else None
            if not isinstance(first, hint):
                raise ReleaseError(
                    f"{path}: there is no {hint.__name__} at {_shown(value['same'])}"
                )
            return first
        if set(value) == {"model"}:
            other = self._stored(value["model"]) if isinstance(value["model"], str) else None
            if not path or not isinstance(other, hint):
                raise ReleaseError(
                    f"{path or _ROOT}: there is no {hint.__name__} {_shown(value['model'])}"
                )
            return other
        name = value.get("kind")
        kind = KINDS.get(name) if isinstance(name, str) else None
        if kind is None:
            raise ReleaseError(f"{path or _ROOT}: unknown kind {_shown(name)}")
        if not issubclass(kind.cls, hint):
            raise ReleaseError(f"{path or _ROOT}: {name} is no {hint.__name__}")
        _check_object(value, path, {"kind", *(item.name for item in fields(kind.cls))})
        values = self.fields(value, kind, path, sizes)
        try:
            part = self._parts[path] = kind.cls(**values)
        except (ValueError, TastemapError) as error:
            raise ReleaseError(f"{path or _ROOT}: {error}") from error
        return part


_SCALARS = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}


def _scalar(value: Any, hint: type, path: str) -> Any:
    """Returns the plain value; a whole number passes for a float, true and false for no number."""
    plain = value.item() if isinstance(value, np.generic) else value
    allowed = (int, float) if hint is float else hint
    if not isinstance(plain, allowed) or isinstance(plain, bool) is not (hint is bool):
        raise ReleaseError(f"{path}: must be {_SCALARS[hint]}, not {_shown(value)}")
    if isinstance(plain, float) and not math.isfinite(plain):
        raise ReleaseError(f"{path}: {plain} is not finite")
    if isinstance(plain, int) and plain.bit_length() > 63:
        raise ReleaseError(f"{path}: {_shown(plain)} is too large")
    return plain


def _check_array(array: Any, hint: Any, path: str, shape: str, sizes: _Sizes) -> None:
    """Checks an array against its annotation and against the sizes seen so far, adding new ones."""
    dtype = np.dtype(get_args(get_args(hint)[1])[0])
    if not isinstance(array, np.ndarray):
        raise ReleaseError(f"{path}: must be an array, not {type(array).__name__}")
    if array.dtype != dtype:
        raise ReleaseError(f"{path}: must be {dtype}, not {array.dtype}")
    dimensions = shape.split()
    if array.ndim != len(dimensions):
        raise ReleaseError(f"{path}: must have the shape ({shape}), not {array.shape}")
    for size, dimension in zip(array.shape, dimensions, strict=True):
        found = _DIMENSION.fullmatch(dimension)
        assert found is not None
        summand, factor, letter = int(found[1] or 0), int(found[2] or 1), found[3]
        known = sizes.setdefault(letter, (size - summand) // factor)
        if size != summand + factor * known:
            wanted = f"with {letter} = {known}"
            raise ReleaseError(f"{path}: must have the shape ({shape}) {wanted}, not {array.shape}")
    if not np.isfinite(array).all():
        raise ReleaseError(f"{path}: holds numbers that are not finite")


def _without_none(hint: Any) -> tuple[Any, bool]:
    """Splits `X | None` into X and True."""
    if get_origin(hint) not in (Union, UnionType):
        return hint, False
    kinds = [kind for kind in get_args(hint) if kind is not NoneType]
    return kinds[0], True


def _check_object(given: Any, path: str, keys: set[str] | None = None) -> None:
    """Refuses what is no JSON object, or has not exactly these keys if they are named."""
    if not isinstance(given, Mapping):
        raise ReleaseError(f"{path or _ROOT}: must be an object, not {_shown(given)}")
    wrong = set() if keys is None else keys ^ set(given)
    for key in sorted(wrong):
        what = "an unknown field" if key in given else "missing"
        raise ReleaseError(f"{path}.{key}: {what}".lstrip("."))


def _shown(value: Any) -> str:
    """Returns a value for a message, shortened: a file may hold anything."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
