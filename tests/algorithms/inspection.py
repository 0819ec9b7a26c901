"""How the contract looks at a fit: all its arrays, its bits, its visitors."""

from dataclasses import fields, is_dataclass

import numpy as np

from recommender.factors.packing import pack
from tests.algorithms import worlds


def arrays_in(value):
    """Every array that a tree of dataclasses holds."""
    if isinstance(value, np.ndarray):
        yield value
    elif is_dataclass(value):
        for item in fields(value):
            yield from arrays_in(getattr(value, item.name))


def same(one, other):
    """Whether two fits are equal to the last bit."""
    (tensors, specification), (others, other_specification) = pack(one.model), pack(other.model)
    return (
        specification == other_specification
        and tensors.keys() == others.keys()
        and all(np.array_equal(tensors[key], others[key]) for key in tensors)
        and one.losses == other.losses
        and np.array_equal(one.user_weights, other.user_weights)
    )


def visitors(ratings):
    """A visitor without ratings, one with one, one with few and one with many."""
    busiest = worlds.ratings_of(ratings, int(ratings.user_counts().argmax()))
    shown = list(busiest.items())
    return [{}, dict(shown[:1]), dict(shown[:5]), busiest]


def refused_values(item):
    """Values that a hyper-parameter must refuse, each with what the message must say."""
    if "options" in item.metadata:
        words = f"must be one of {', '.join(item.metadata['options'])}"
        yield from [(value, words) for value in ("nonsense", "", 1, None, True)]
        return
    whole = isinstance(item.default, int)
    low, high = item.metadata["low"], item.metadata["high"]
    bounds, step = f"must lie in {low:g}..{high:g}", 1 if whole else 1e-6
    yield from [(low - step, bounds), (high + step, bounds)]
    kind = "must be a whole number" if whole else "must be a number"
    yield from [("3", kind), (None, kind), (True, kind)]
    if whole:
        yield (item.default + 0.5, kind)
    else:
        yield from [(float("nan"), bounds), (float("inf"), bounds)]
