"""Are the ten nearest titles in factor space of a kind: shared genres and franchises.

Against ten titles drawn from those that are as well known, among titles with at least five ratings.
Shared genres: genres that both have over genres that either has, averaged over the ten. Franchise
found: of the titles whose franchise (`recommender/data/franchise.py`) has another title, how many
have such a one among the ten.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

import recommender
from benchmarks.table import print_table
from recommender.errors import ReleaseError
from recommender.factors.blend import factor_models
from recommender.factors.naming import FEWEST_RATINGS
from recommender.factors.neighbourhoods import nearest
from recommender.factors.traits import traits

N, DRAWS = 10, 20


def main() -> None:
    rows = []
    for domain in ("movies", "anime"):
        try:
            release = recommender.open_release(domain)
        except ReleaseError as error:
            print(f"{domain}: {error}\n")
            continue
        known = release.catalogue["n_ratings"].to_numpy() >= FEWEST_RATINGS
        catalogue = release.catalogue[known]
        genres = sorted({genre for names in catalogue["genres"] for genre in names})
        has = np.array([[genre in names for genre in genres] for names in catalogue["genres"]])
        franchise = release.shelf.franchises.first[known]
        bands = traits(catalogue).bands
        random = [_like_known(bands, seed) for seed in range(DRAWS)]
        chance = np.mean([_figures(near, has, franchise) for near in random], axis=0)
        for name, model in release.models.items():
            for part in factor_models(model):
                if part.item_factors.shape[1]:
                    unit = part.unit_factors[known]
                    near, _ = nearest(unit, unit, N, np.arange(len(unit)))
                    found = _figures(near, has, franchise)
                    figures = [
                        f"{value:.3f}" for value in (found[0], chance[0], *found[1:], chance[1])
                    ]
                    rows.append([domain, name, len(unit), *figures])
    print_table(
        ["domain", "model", "titles", "shared genres", "chance", "franchise found", "chance"], rows
    )


def _figures(
    near: NDArray[np.intp], has: NDArray[np.bool_], franchise: NDArray[np.intp]
) -> list[float]:
    """Mean share of genres in common, and the share of titles that find their franchise."""
    both = (has[:, None] & has[near]).sum(axis=2)
    either = (has[:, None] | has[near]).sum(axis=2)
    parts = np.bincount(franchise)[franchise] > 1
    found = (franchise[near] == franchise[:, None]).any(axis=1)
    return [float((both / np.maximum(either, 1)).mean()), float(found[parts].mean())]


def _like_known(bands: NDArray[np.intp], seed: int) -> NDArray[np.intp]:
    """For each title as many others as neighbours, drawn from those as well known."""
    generator = np.random.default_rng(seed)
    near = np.empty((len(bands), N), np.intp)
    for band in np.unique(bands):
        members = np.flatnonzero(bands == band)
        steps = np.argsort(generator.random((len(members), len(members) - 1)), axis=1)[:, :N] + 1
        near[members] = members[(np.arange(len(members))[:, None] + steps) % len(members)]
    return near
