"""How every kernel is compiled: `compiled`, one set of options for all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

_Function = TypeVar("_Function", bound=Callable[..., Any])


def compiled(function: _Function) -> _Function:
    """Compiles a function at its first call and keeps the machine code on disk.

    The compiler may add up a sum in another order and fuse a product with a sum, without which no
    dot product would use vector instructions: results equal plain Python's but for rounding. NaN
    and infinities keep their meaning, so a descent that diverges is seen; a division by zero gives
    them as in NumPy. The interpreter's lock is released: Python threads run kernels side by side,
    without a threading layer of Numba's.
    """
    wrap = njit(
        cache=True,
        nogil=True,
        error_model="numpy",
        fastmath={"reassoc", "contract", "nsz"},
    )
    return cast(_Function, wrap(function))
