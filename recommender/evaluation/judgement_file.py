"""A judgement as a file: written whole, and believed only if it is whole when it is read."""

from __future__ import annotations

import json
import math
import os
from dataclasses import MISSING, asdict, fields, is_dataclass
from datetime import datetime
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from recommender.errors import JobError
from recommender.evaluation.judgement import Judgement

_LARGEST = 1 << 20


def to_json(judgement: Judgement) -> dict[str, Any]:
    """The judgement as a JSON value, with what follows from it for who reads no Python."""
    value = asdict(judgement) | {"judged": judgement.judged.isoformat()}
    return value | {"passed": judgement.passed, "reasons": list(judgement.reasons)}


def write(judgement: Judgement, path: Path) -> None:
    """Writes a judgement; whoever reads meanwhile finds what was there before.

    Raises:
        OSError: the disk refuses.
    """
    unfinished = path.with_name(f".{path.name}.writing")
    try:
        with unfinished.open("w", encoding="utf-8") as file:
            json.dump(to_json(judgement), file, allow_nan=False, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise


def read(path: Path) -> Judgement | None:
    """Reads a judgement.

    Args:
        path: of the file.

    Returns:
        The judgement; None if there is no such file.

    Raises:
        JobError: the file is not whole, or says of itself what does not follow from it.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise JobError(f"{path}: the judgement is too large; judge the release again.")
        value = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise JobError(f"{path}: it cannot be read ({error.strerror}).") from error
    except (ValueError, RecursionError) as error:
        raise JobError(f"{path}: it is no JSON ({error}); judge the release again.") from error
    try:
        judgement = _value(Judgement, value, "judgement")
        assert isinstance(judgement, Judgement)
        if judgement.passed is not value.get("passed") or not judgement.checks:
            raise ValueError("passed does not follow from the checks")
    except (TypeError, ValueError, KeyError, OverflowError) as error:
        raise JobError(f"{path}: {error}; judge the release again.") from error
    return judgement


def _value(kind: Any, value: Any, at: str) -> Any:
    """Reads a value of an annotated type; `TypeError` or `ValueError` if it is none."""
    if is_dataclass(kind) and isinstance(kind, type):
        if not isinstance(value, dict):
            raise TypeError(f"{at} must be an object")
        hints = get_type_hints(kind)
        # What came later has a default, and older files lack it.
        known = [item for item in fields(kind) if item.name in value or item.default is MISSING]
        missing = [item.name for item in known if item.name not in value]
        if missing:
            raise ValueError(f"{at} lacks {', '.join(missing)}")
        return kind(
            **{i.name: _value(hints[i.name], value[i.name], f"{at}.{i.name}") for i in known}
        )
    inner = get_args(kind)
    if get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise TypeError(f"{at} must be a list")
        kinds = [inner[0]] * len(value) if inner[-1] is Ellipsis else list(inner)
        return tuple(_value(k, v, f"{at}[{n}]") for n, (k, v) in _pairs(kinds, value, at))
    if NoneType in inner:
        return None if value is None else _value(inner[0], value, at)
    if kind is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError(f"{at} has no time zone")
        return moment
    allowed = int | float if kind is float else kind
    if isinstance(value, bool) is not (kind is bool) or not isinstance(value, allowed):
        raise TypeError(f"{at} must be a {kind.__name__}")
    if kind is float and not math.isfinite(value):
        raise ValueError(f"{at} is not finite")
    return kind(value)


def _pairs(kinds: list[Any], values: list[Any], at: str) -> Any:
    if len(kinds) != len(values):
        raise ValueError(f"{at} must have {len(kinds)} entries")
    return enumerate(zip(kinds, values, strict=True))
