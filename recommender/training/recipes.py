"""What a release of a domain holds: which algorithms, with which hyper-parameters.

An algorithm's own defaults are those that suit movies; where another domain, or the size of a
release, wants something else, it stands here. A domain that is not named takes the defaults.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recommender.algorithms import configure
from recommender.algorithms.contract import Algorithm

RELEASED = (
    "blend",
    "taste-als",
    "few-shot-linear",
    "funk-svd",
    "nmf",
    "gradient-mf",
    "embedding-mf",
    "centred-svd",
    "bias",
    "popularity",
)
"""What a release holds unless told otherwise: the house models, one for each kind of classic that
people know from elsewhere, and the two baselines."""

_SMALL = {"gradient-mf": {"k": 20}, "embedding-mf": {"k": 32}}
_ANIME_TASTE = {"k": 128, "unrated_weight": 0.1, "regularisation": 0.003}

_WANTED: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "movies": _SMALL,
    "anime": _SMALL | {"taste-als": _ANIME_TASTE, "blend": _ANIME_TASTE},
}


def recipe(domain: str, name: str, **parameters: Any) -> Algorithm:
    """Returns an algorithm as a domain wants it.

    Args:
        domain: "movies", …
        name: of a registered algorithm.
        parameters: hyper-parameters that are decided already.

    Returns:
        The algorithm; what `parameters` leaves open is what suits the domain.

    Raises:
        ParameterError: no such algorithm or hyper-parameter, or a value out of bounds.
    """
    wanted = _WANTED.get(domain, {}).get(name, {})
    return configure(name, **{**wanted, **parameters})


def recipes(domain: str) -> dict[str, Algorithm]:
    """Returns what a release of a domain holds, by model name."""
    return {name: recipe(domain, name) for name in RELEASED}
