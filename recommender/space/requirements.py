"""Whether requirements.txt is what the app runs with here.

Every line must be met by what is installed, so that what was tried here is what the Space installs,
and every package that the code imports must come with it, but for an extra's own.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, packages_distributions, requires, version
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

_NAME = "requirements.txt"
_EXTRA = "recommender/spark/"
"""Whoever runs this installs what it needs, from requirements-spark.txt; no Space does."""


def faults(folder: Path, sizes: Mapping[str, int]) -> Iterator[str]:
    """Yields what is wrong with the requirements of a Space.

    Args:
        folder: what is to be published.
        sizes: its files by path.
    """
    wanted: list[Requirement] = []
    for number, line in enumerate((folder / _NAME).read_text(encoding="utf-8").splitlines(), 1):
        text = line.partition(" #")[0].strip()
        if not text or text.startswith("#"):
            continue
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            yield f"{_NAME}, line {number}: {text!r} is no package with a range; write one."
            continue
        if requirement.url:
            yield f"{_NAME}, line {number}: {requirement.name} comes from an address; name a range."
        elif fault := _unmet(requirement):
            yield f"{_NAME}, line {number}: {fault}"
        wanted.append(requirement)
    there = _closure(wanted)
    own = {path.partition("/")[0].removesuffix(".py") for path in sizes}
    owners = packages_distributions()
    missing: dict[str, str] = {}
    for path in sizes:
        if path.endswith(".py") and not path.startswith(_EXTRA):
            for module in _imported(folder / path) - own - sys.stdlib_module_names:
                names = {canonicalize_name(name) for name in owners.get(module, ())}
                if not names & there:
                    missing.setdefault(module, path)
    for module, path in sorted(missing.items()):
        yield f"{_NAME}: nothing in it brings {module}, which {path} imports; add its package."


def _unmet(requirement: Requirement) -> str | None:
    try:
        here = version(requirement.name)
    except PackageNotFoundError:
        return f"{requirement.name} is not installed here, so it was not tried; install it."
    if not requirement.specifier.contains(here, prereleases=True):
        return f"{requirement} leaves out {here}, which runs here; let the range hold it."
    return None


def _closure(wanted: list[Requirement]) -> set[str]:
    """The names of all packages that come with those wanted, as far as they are installed."""
    found: set[str] = set()
    waiting = list(wanted)
    while waiting:
        one = waiting.pop()
        extras = one.extras or {""}
        name = canonicalize_name(one.name)
        if one.marker is not None and not one.marker.evaluate():
            continue
        if name in found and not one.extras:
            continue
        found.add(name)
        try:
            listed = map(Requirement, requires(name) or ())
        except PackageNotFoundError:
            continue
        for needed in listed:
            marker = needed.marker
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in extras):
                needed.marker = None
                waiting.append(needed)
    return found


def _imported(path: Path) -> set[str]:
    """The names of the packages that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_bytes(), str(path))):
        if isinstance(node, ast.Import):
            found |= {one.name.partition(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found
