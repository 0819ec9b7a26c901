"""One file per algorithm; dropping a file in registers it.

A module `some_name.py` beside this one that defines an `Algorithm` named `some-name` is the whole
registration. Modules are imported when their algorithm is asked for, so listing the names costs no
training library.
"""

from __future__ import annotations

from dataclasses import fields
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, cast

from recommender.algorithms.contract import Algorithm
from recommender.errors import ParameterError

_NOT_ALGORITHMS = {"contract", "ensemble"}


def names() -> list[str]:
    """Names of all registered algorithms, sorted."""
    modules = (m.name for m in iter_modules(__path__) if not m.ispkg)
    return sorted(name.replace("_", "-") for name in modules if name not in _NOT_ALGORITHMS)


def algorithm(name: str) -> type[Algorithm]:
    """Returns the algorithm of that name.

    Raises:
        ParameterError: there is no such algorithm; the message lists those there are.
    """
    if name not in names():
        raise ParameterError(f"no algorithm {name!r}; there are {', '.join(names())}")
    module = import_module(f"{__name__}.{name.replace('-', '_')}")
    for value in vars(module).values():
        is_algorithm = isinstance(value, type) and issubclass(value, Algorithm)
        if is_algorithm and getattr(value, "name", None) == name:
            return cast(type[Algorithm], value)
    raise TypeError(f"{module.__name__} defines no Algorithm named {name!r}")


def configure(name: str, /, **parameters: Any) -> Algorithm:
    """Returns the algorithm of that name with hyper-parameters.

    Raises:
        ParameterError: an unknown algorithm or parameter, or a value out of bounds.
    """
    kind = algorithm(name)
    known = [item.name for item in fields(kind)]
    for parameter in parameters:
        if parameter not in known:
            raise ParameterError(
                f"{name} has no parameter {parameter!r}; it has {', '.join(known) or 'none'}"
            )
    return kind(**parameters)
