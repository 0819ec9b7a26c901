"""What a release of a domain holds: which algorithms, with which hyper-parameters.

An algorithm's own defaults are those that suit movies; where another domain, or the size of a
release, wants something else, it stands here. A domain that is not named takes the defaults.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recommender.algorithms import configure
from recommender.algorithms.contract import Algorithm

_HOUSE = ("blend", "taste-als", "few-shot-linear")
_BASELINES = ("bias", "popularity")
_CLASSICS: Mapping[str, tuple[str, ...]] = {
    "movies": ("funk-svd", "nmf", "gradient-mf"),
    "anime": ("funk-svd", "embedding-mf", "centred-svd"),
}
"""Algorithms that people know from elsewhere, where they are known for this domain
(docs/reference-systems.md)."""

_ANIME_TASTE = {
    "k": 128,
    "unrated_weight": 0.1,
    "regularisation": 0.003,
    "item_shrinkage": 2.65,
    "rating_regularisation": 0.338,
    "bias_regularisation": 0.51,
    "prior_strength": 2.05,
    "rating_decay": 0.00314,
}
# From the searches that docs/tuning.md records.
_WANTED: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "movies": {
        "gradient-mf": {
            "k": 25,
            "epochs": 488,
            "learning_rate": 0.0695,
            "regularisation": 5.34,
            "bias_regularisation": 4.08,
        },
    },
    "anime": {
        "taste-als": _ANIME_TASTE,
        "blend": _ANIME_TASTE,
        "centred-svd": {"k": 20},
        "embedding-mf": {
            "k": 7,
            "epochs": 20,
            "learning_rate": 0.00239,
            "fold_in_regularisation": 0.617,
            "prior_strength": 1.28,
        },
        "explicit-als": {
            "k": 15,
            "regularisation": 0.128,
            "item_shrinkage": 0.724,
            "bias_regularisation": 1.74,
            "fold_in_regularisation": 5.11,
            "prior_strength": 1.04,
        },
        "funk-svd": {
            "k": 61,
            "epochs": 16,
            "learning_rate": 0.00866,
            "regularisation": 0.0996,
            "fold_in_regularisation": 2.19,
            "bias_regularisation": 1.33,
        },
        "gradient-mf": {
            "k": 118,
            "epochs": 123,
            "learning_rate": 0.925,
            "regularisation": 5.42,
            "bias_regularisation": 14.7,
        },
        "item-knn": {
            "neighbours": 385,
            "shrinkage": 39.9,
            "lowest": 0.033,
            "lent": 0.0409,
            "fewest_ratings": 2,
        },
        "nmf": {"k": 18, "popularity": 0.913},
        "surprise-nmf": {
            "k": 58,
            "epochs": 74,
            "regularisation": 0.154,
            "fold_in_regularisation": 29.4,
            "item_shrinkage": 9.78,
        },
        "svd-plus-plus": {
            "k": 10,
            "epochs": 5,
            "learning_rate": 0.016,
            "regularisation": 0.0243,
            "fold_in_regularisation": 6.02,
            "bias_regularisation": 1.37,
        },
    },
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
    """Returns what a release of a domain holds unless told otherwise, by model name."""
    names = (*_HOUSE, *_CLASSICS.get(domain, ("funk-svd",)), *_BASELINES)
    return {name: recipe(domain, name) for name in names}
