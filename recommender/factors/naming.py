"""Names for factors, with the evidence for every word and an honest "no clear name".

A word (a genre, decade, kind, or how well known) is proposed on one half of the titles: it is
over-represented at a pole, and the titles that have it load higher or lower than those that are as
well known and have it not. It is kept if the other half says so too. Both times chance is what
shuffling the titles gives, corrected for all words looked at by the largest statistic of each
shuffle (Westfall and Young 1993, Resampling-Based Multiple Testing).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.factors.fold_in import Array
from recommender.factors.model import Positions
from recommender.factors.traits import Traits, sentence, traits

NO_NAME = "no clear name"
FEWEST_RATINGS = 5
"""Ratings that a title needs to be evidence."""
SURE = 0.05
"""The largest p-value of a word that holds; at most so likely is a wrong word anywhere."""

_SHUFFLES = 499
_LEAST_EFFECT, _LEAST_EFFECT_OF_POPULARITY, _SHRINKAGE = 0.3, 0.8, 10
_WORDS = 3
_POLE = 50


@dataclass(frozen=True)
class Evidence:
    """One word proposed for a pole of a factor.

    Attributes:
        word: "horror", "1980s", "TV", "well known", …
        group: "genre", "decade", "kind" or "popularity".
        pole: "+" or "-".
        effect: by how many standard deviations the loadings of titles with it lie farther towards
            the pole than those of titles without, on the half that did not propose it.
        at_pole: share of the 50 titles farthest towards the pole that have it, in 0..1.
        overall: share of all titles with enough ratings that have it, in 0..1.
        p_value: on the half that did not propose it, corrected for every word of every factor.
        holds: whether the p-value is at most `SURE`.
    """

    word: str
    group: str
    pole: str
    effect: float
    at_pole: float
    overall: float
    p_value: float
    holds: bool


@dataclass(frozen=True)
class FactorName:
    """What a factor is called.

    Attributes:
        factor: its number.
        name: made of the words that hold: "Horror, thriller ↔ children", "More horror",
            "Less horror"; `NO_NAME` if there are none.
        holds: whether it has a name.
        share: of the sum of squared loadings of all titles, in 0..1.
        evidence: every word proposed, also those that did not hold; strongest first, + before -.
    """

    factor: int
    name: str
    holds: bool
    share: float
    evidence: tuple[Evidence, ...]


def factor_names(
    item_factors: NDArray[np.floating], catalogue: pd.DataFrame, seed: int = 0
) -> tuple[FactorName, ...]:
    """Names every factor.

    Args:
        item_factors: (n_items, k), a model's or in turned axes.
        catalogue: its titles, in the same order.
        seed: of the halves and the shuffles.

    Returns:
        One name a factor, in order.
    """
    factors = np.asarray(item_factors, np.float64)
    known = catalogue["n_ratings"].to_numpy() >= FEWEST_RATINGS
    loadings = factors[known]
    about = traits(catalogue[known])
    generator = np.random.default_rng(seed)
    order = generator.permutation(len(loadings))
    choosing, testing = np.sort(order[::2]), np.sort(order[1::2])
    proposed = _proposed(about.rows(choosing), loadings[choosing], generator)
    held_out = _Comparison(about.rows(testing), loadings[testing])
    chance = [np.max(proposed * held_out.shuffled(generator), initial=0) for _ in range(_SHUFFLES)]
    strengths = proposed * held_out.correlations
    rarer = len(chance) - np.searchsorted(np.sort(chance), strengths, "left")
    p_values = (1 + rarer) / (1 + len(chance))
    poles = {sign: _pole(about, loadings, sign) for sign in (1, -1)}
    overall = about.share
    shares = (factors**2).sum(axis=0) / ((factors**2).sum() or 1)

    def evidence(trait: int, factor: int) -> Evidence:
        sign = int(proposed[trait, factor])
        return Evidence(
            word=about.words[trait],
            group=about.groups[trait],
            pole="+" if sign > 0 else "-",
            effect=float(sign * held_out.effects[trait, factor]),
            at_pole=float(poles[sign][trait, factor]),
            overall=float(overall[trait]),
            p_value=float(p_values[trait, factor]),
            holds=bool(p_values[trait, factor] <= SURE),
        )

    names = []
    for factor, share in enumerate(shares):
        rows = [evidence(int(trait), factor) for trait in np.flatnonzero(proposed[:, factor])]
        rows.sort(key=lambda row: (row.pole, -row.effect))
        name = _name(*([r.word for r in rows if r.holds and r.pole == pole] for pole in "+-"))
        names.append(FactorName(factor, name, name != NO_NAME, float(share), tuple(rows)))
    return tuple(names)


def genre_effects(item_factors: NDArray[np.floating], catalogue: pd.DataFrame) -> pd.DataFrame:
    """How far the titles of each genre lie towards a pole of each factor.

    Args:
        item_factors: (n_items, k), a model's or in turned axes.
        catalogue: its titles, in the same order.

    Returns:
        DataFrame indexed by factor with a column per genre: by how many standard deviations the
        loadings of its titles lie above those of as well known titles without it.
    """
    known = catalogue["n_ratings"].to_numpy() >= FEWEST_RATINGS
    about = traits(catalogue[known])
    effects = _Comparison(about, np.asarray(item_factors, np.float64)[known]).effects
    genres = [trait for trait, group in enumerate(about.groups) if group == "genre"]
    index = pd.RangeIndex(effects.shape[1], name="factor")
    return pd.DataFrame(effects[genres].T, index, [about.words[trait] for trait in genres])


class _Comparison:
    """How the titles with each trait load, against those without.

    Attributes:
        correlations: float64 (n_traits, k), of having the trait with the loading; for traits other
            than popularity, among titles that are about as well known.
        effects: float64 (n_traits, k), the difference of the means in standard deviations.
    """

    def __init__(self, about: Traits, loadings: Array) -> None:
        self._about = about
        self._has = _standardised(about.has.astype(np.float64))
        self._raw = _standardised(loadings)
        self._centred = _standardised(about.centred(loadings))
        everyone = np.arange(len(loadings))
        self.correlations = self._correlate(everyone, everyone)
        share = about.share[:, None]
        self.effects = self.correlations / np.sqrt(
            np.maximum(share * (1 - share), 1 / max(len(loadings), 1))
        )

    def shuffled(self, generator: np.random.Generator) -> Array:
        """The correlations if the titles had each other's loadings."""
        anywhere = self._about.shuffled(generator, within_bands=False)
        return self._correlate(anywhere, self._about.shuffled(generator, within_bands=True))

    def _correlate(self, raw: Positions, centred: Positions) -> Array:
        known = self._about.of_popularity
        result = np.empty((self._has.shape[1], self._raw.shape[1]))
        result[known] = self._has[:, known].T @ self._raw[raw]
        result[~known] = self._has[:, ~known].T @ self._centred[centred]
        return result / max(len(raw), 1)


def _proposed(about: Traits, loadings: Array, generator: np.random.Generator) -> NDArray[np.int8]:
    """The pole that each trait is proposed for, int8 (n_traits, k): 1, -1, or 0 for neither."""
    here = _Comparison(about, loadings)
    chance = np.array(
        [np.abs(here.shuffled(generator)).max(axis=0, initial=0) for _ in range(_SHUFFLES)]
    )
    p_values = (1 + (chance[:, None] >= np.abs(here.correlations)).sum(axis=0)) / (1 + len(chance))
    # What few titles have differs by chance already: shrunk as if a few more had it, no different.
    size = about.has.sum(axis=0)[:, None]
    effects = here.effects * size / (size + _SHRINKAGE)
    proposed = np.zeros(effects.shape, np.int8)
    least = np.where(about.of_popularity, _LEAST_EFFECT_OF_POPULARITY, _LEAST_EFFECT)[:, None]
    overall = about.share[:, None]
    for sign in (1, -1):
        good = (p_values <= SURE) & (sign * effects >= least)
        good &= _pole(about, loadings, sign) > overall
        strength = np.where(good, sign * effects, 0)
        best = np.argsort(-strength, axis=0, kind="stable")[:_WORDS]
        ranks = np.zeros(effects.shape, bool)
        np.put_along_axis(ranks, best, True, axis=0)
        proposed[ranks & good] = sign
    return proposed


def _pole(about: Traits, loadings: Array, sign: int) -> Array:
    """Share of the titles at one pole of each factor that have each trait, (n_traits, k)."""
    ends = np.argsort(-sign * loadings, axis=0, kind="stable")[:_POLE]
    return np.asarray(about.has[ends].sum(axis=0).T / max(len(ends), 1))


def _name(more: list[str], less: list[str]) -> str:
    if more and less:
        return f"{sentence(more)} ↔ {', '.join(less)}"
    if more or less:
        return f"{'More' if more else 'Less'} {', '.join(more or less)}"
    return NO_NAME


def _standardised(columns: Array) -> Array:
    """Columns with mean 0 and standard deviation 1; one that is the same everywhere is 0."""
    n = max(len(columns), 1)
    centred = columns - columns.sum(axis=0) / n
    deviation = np.sqrt((centred**2).sum(axis=0) / n)
    return np.asarray(centred / np.where(deviation > 0, deviation, 1))
