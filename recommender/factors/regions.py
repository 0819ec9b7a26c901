"""Words for the regions of a map: what the titles in one place have in common, where data says so.

The map is looked at through overlapping round windows. A word is proposed for a window where half
of the titles has it much more often than titles that are as well known elsewhere, and kept if the
other half says so too; chance is what shuffling gives, corrected for all windows and words looked
at, as for the names of factors (see `naming`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.factors.fold_in import Array
from recommender.factors.traits import Traits, sentence, traits

_RADIUS, _APART, _STEP = 0.14, 0.26, 0.07
_SHUFFLES, _SURE = 99, 0.05
_REGIONS, _WORDS, _USES = 14, 2, 2
_FEWEST, _LEAST_LIFT = 12, 1.5


@dataclass(frozen=True)
class Region:
    """A place on the map with a name.

    Attributes:
        name: one or two words: "Horror, 1980s".
        x: where the label stands: the middle of the titles in the window that have the first word.
        y: likewise.
        titles: titles in the window.
        share: of these that have the first word, in 0..1.
        overall: share of all titles on the map that have it.
        p_value: of the weakest word on the half that did not propose it, corrected.
    """

    name: str
    x: float
    y: float
    titles: int
    share: float
    overall: float
    p_value: float


def regions(places: NDArray[np.floating], catalogue: pd.DataFrame, seed: int = 0) -> list[Region]:
    """Names the regions of a 2-D picture.

    Args:
        places: (n_titles, 2), in -1..1, finite: the titles that shape the picture.
        catalogue: these titles, in the same order.
        seed: of the halves and the shuffles.

    Returns:
        At most `_REGIONS` regions whose every word holds, most striking first, none on another. No
        word names more than two regions.
    """
    about = traits(catalogue)
    if not about.words:
        return []
    generator = np.random.default_rng(seed)
    order = generator.permutation(len(places))
    choosing, testing = np.sort(order[::2]), np.sort(order[1::2])
    windows = _windows(places, choosing)
    inside = np.linalg.norm(places[:, None] - windows, axis=2) <= _RADIUS
    here, there = (_Surplus(inside[half], about.rows(half)) for half in (choosing, testing))
    chance = [surplus.max(initial=0) for surplus in here.by_chance(generator)]
    found = np.where(here.surplus > np.quantile(chance, 1 - _SURE), here.surplus, 0)
    found[_lift(inside[choosing], about.has[choosing]) < _LEAST_LIFT] = 0
    proposed = _spread(found, windows)
    chance = [(proposed * surplus).max(initial=0) for surplus in there.by_chance(generator)]
    rarer = len(chance) - np.searchsorted(np.sort(chance), there.surplus, "left")
    p_values = (1 + rarer) / (1 + len(chance))
    kept = np.where(proposed & (p_values <= _SURE), found, 0)
    named = []
    for window in np.argsort(-kept.max(axis=1, initial=0), kind="stable"):
        words = np.argsort(-kept[window], kind="stable")
        words = words[kept[window, words] > 0]
        if len(words):
            here = inside[:, window]
            x, y = np.median(places[here & about.has[:, words[0]]], axis=0)
            named.append(
                Region(
                    name=sentence([about.words[word] for word in words]),
                    x=float(x),
                    y=float(y),
                    titles=int(here.sum()),
                    share=float(about.has[here, words[0]].mean()),
                    overall=float(about.share[words[0]]),
                    p_value=float(p_values[window, words].max()),
                )
            )
    return named


def _windows(places: NDArray[np.floating], choosing: NDArray[np.intp]) -> Array:
    """The middles of the windows that hold enough of the choosing titles, float64 (n, 2)."""
    line = np.arange(-1, 1 + _STEP / 2, _STEP)
    middles = np.column_stack([axis.ravel() for axis in np.meshgrid(line, line)])
    near = np.linalg.norm(places[choosing, None] - middles, axis=2) <= _RADIUS
    return np.asarray(middles[near.sum(axis=0) >= _FEWEST])


class _Surplus:
    """How many more titles in each window have each trait than are expected there.

    What is expected counts how well known the titles of a window are: that is no word here.

    Attributes:
        surplus: (n_windows, n_traits), in standard deviations.
    """

    def __init__(self, inside: NDArray[np.bool_], about: Traits) -> None:
        self._about = about
        has = about.has.astype(np.float64)
        has[:, about.of_popularity] = 0
        residual = about.centred(has)
        expected = has - residual
        self._windows = np.ascontiguousarray(inside.T, np.float32)
        self._residual = residual.astype(np.float32)
        variance = self._windows @ (expected * (1 - expected)).astype(np.float32)
        self._deviation = np.sqrt(np.maximum(variance, 1))
        self.surplus = self._windows @ self._residual / self._deviation

    def by_chance(self, generator: np.random.Generator) -> Iterator[NDArray[np.floating]]:
        """The surplus if the titles had each other's traits, time and again."""
        for _ in range(_SHUFFLES):
            order = self._about.shuffled(generator, within_bands=True)
            yield self._windows @ self._residual[order] / self._deviation


def _lift(inside: NDArray[np.bool_], has: NDArray[np.bool_]) -> Array:
    """How many times as common each trait is in each window as overall, (windows, traits)."""
    share = inside.T.astype(np.float64) @ has / np.maximum(inside.sum(axis=0), 1)[:, None]
    return np.asarray(share / np.maximum(has.mean(axis=0), 1e-9))


def _spread(found: NDArray[np.floating], windows: Array) -> NDArray[np.bool_]:
    """Chooses the most striking windows that do not lie on one another, with their words."""
    chosen = np.zeros(found.shape, bool)
    left = found.copy()
    taken: list[int] = []
    while len(taken) < _REGIONS and left.any():
        window = int(left.max(axis=1).argmax())
        words = np.argsort(-left[window], kind="stable")[:_WORDS]
        chosen[window, words[left[window, words] > 0]] = True
        taken.append(window)
        left[np.linalg.norm(windows - windows[window], axis=1) < _APART] = 0
        left[:, chosen.sum(axis=0) >= _USES] = 0
    return chosen
