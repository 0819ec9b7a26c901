"""How far a picture can be believed: do neighbours on it belong together, do those who do lie near?

Trustworthiness and continuity (Venna and Kaski 2001, Neighborhood preservation in nonlinear
projection methods): both count, for each title, how far down the other list its near titles are.
1 is faithful; places at random give about one half.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.factors.fold_in import Array


@dataclass(frozen=True)
class Faithfulness:
    """What a picture does to neighbourhoods.

    Attributes:
        trustworthiness: falls where titles lie near on the picture that are unlike in the factors.
        continuity: falls where titles that are alike in the factors were torn apart.
        neighbours: size of the neighbourhoods.
        titles: how many titles the picture was checked against.
    """

    trustworthiness: float
    continuity: float
    neighbours: int
    titles: int


def faithfulness(
    unit_factors: NDArray[np.float32],
    places: NDArray[np.floating],
    neighbours: int = 10,
    sample: int = 1000,
    seed: int = 0,
) -> Faithfulness:
    """Compares the neighbours on a picture with those by cosine.

    Args:
        unit_factors: float32 (n, k), of the titles on the picture.
        places: (n, d), their coordinates, finite.
        neighbours: size of a neighbourhood, 1 <= neighbours < n / 2.
        sample: titles whose neighbourhoods are looked at; all if there are no more.
        seed: of the choice among them.

    Returns:
        The two shares, in 0..1.
    """
    n = len(places)
    if not 1 <= neighbours < n / 2:
        raise ValueError(f"{neighbours} neighbours among {n} titles")
    chosen = np.arange(n)
    if n > sample:
        chosen = np.sort(np.random.default_rng(seed).choice(n, sample, replace=False))
    exact = np.asarray(places, np.float64)
    squares = (exact**2).sum(axis=1)
    lost = {"trustworthiness": 0.0, "continuity": 0.0}
    for block in np.array_split(chosen, -(-len(chosen) // 256)):
        apart = 1.0 - unit_factors[block].astype(np.float64) @ unit_factors.T.astype(np.float64)
        drawn = squares - 2 * (exact[block] @ exact.T)
        by_factors, by_picture = _ranks(apart, block), _ranks(drawn, block)
        lost["trustworthiness"] += _excess(by_factors, by_picture, neighbours)
        lost["continuity"] += _excess(by_picture, by_factors, neighbours)
    most = len(chosen) * neighbours * (2 * n - 3 * neighbours - 1) / 2
    shares = {name: 1 - excess / most for name, excess in lost.items()}
    return Faithfulness(**shares, neighbours=neighbours, titles=n)


def _ranks(distances: Array, own: NDArray[np.intp]) -> NDArray[np.intp]:
    """The rank of each title by distance, 1 for the nearest, 0 for the title itself."""
    distances[np.arange(len(own)), own] = -np.inf
    order = np.argsort(distances, axis=1, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(distances.shape[1])[None, :], axis=1)
    return ranks


def _excess(ranks: NDArray[np.intp], others: NDArray[np.intp], neighbours: int) -> float:
    """By how much `ranks` exceed the neighbourhood among those that are neighbours by `others`."""
    near = (others >= 1) & (others <= neighbours)
    return float(np.maximum(ranks[near] - neighbours, 0).sum())
