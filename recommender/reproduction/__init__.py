"""The public reference systems, each rerun on its own data with its own settings.

One module a system, `r1.py`, `r2.py`, …, each with a constant `SYSTEM`; dropping a file in is the
whole registration. `docs/reference-systems.md` says what each did and where Tastemap does it.
"""

from __future__ import annotations

import re
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, cast

from recommender.errors import ParameterError

if TYPE_CHECKING:
    from recommender.reproduction.contract import System


def names() -> list[str]:
    """Names of all systems, by number."""
    modules = (module.name for module in iter_modules(__path__))
    return sorted((name for name in modules if re.fullmatch(r"r\d+", name)), key=_number)


def _number(name: str) -> int:
    return int(name[1:])


def system(name: str) -> System:
    """Returns the system of that name.

    Raises:
        ParameterError: there is no such system; the message lists those there are.
    """
    if name not in names():
        raise ParameterError(f"no reference system {name!r}; there are {', '.join(names())}")
    return cast("System", import_module(f"{__name__}.{name}").SYSTEM)
