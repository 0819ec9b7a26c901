"""What a visitor's ratings say of their taste, and what they do not say yet.

Everything is compared with an average user: somebody whose ratings fall on titles as all ratings of
the data do, and who rates a title as everybody does. A difference is a finding only if chance makes
one as large in less than `SURE` of the cases, whatever is looked for among many corrected for (Holm
1979; for what is liked the largest difference under permutation, Westfall and Young 1993). What is
not a finding is kept too: a page says that it is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import lgamma, log
from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.factors.fold_in import Array
from recommender.factors.left_out import left_out
from recommender.factors.model import Positions
from recommender.factors.traits import Traits, traits
from recommender.serving.explore import BEST, pictures
from recommender.serving.selection import SURE, holm
from recommender.serving.served import ServedRelease
from recommender.serving.visitor import Visitor

FEWEST = 5
"""How many ratings it takes for anything to be looked for."""

_GROUPS = ("genre", "decade", "kind")
_SHUFFLES = 1999
_FEWEST_OF_A_WORD = 3
_TRUSTED = 5.0
"""Ratings after which a title's mean rating counts half."""
_NEAR, _FEWEST_NEAR, _TIMES = 0.2, 5, 3.0


@dataclass(frozen=True)
class Finding:
    """One difference between a visitor and an average user.

    Attributes:
        about: the word, as "horror" or "1980s"; "" where it is about all ratings.
        group: "genre", "decade" or "kind"; "" likewise.
        yours: the visitor's figure.
        usual: the average user's.
        titles: how many of the visitor's titles it rests on.
        p_value: how often chance makes as large a difference, corrected, in 0..1.
    """

    about: str
    group: str
    yours: float
    usual: float
    titles: int
    p_value: float

    @property
    def holds(self) -> bool:
        """Whether it is more than chance."""
        return self.p_value <= SURE


@dataclass(frozen=True)
class Whereabouts:
    """The part of the map where the titles lie that suit a visitor best.

    Attributes:
        name: of the region.
        best: how many of the `BEST` titles lie there.
        share: the share of all titles on the map that do.
    """

    name: str
    best: int
    share: float


@dataclass(frozen=True)
class Profile:
    """What there is to say of a visitor's taste.

    Attributes:
        n_rated: how many ratings it rests on.
        chosen: for each word the share of the visitor's titles that have it, in 0..1; the surest
            first.
        liked: for each word how much higher than others the visitor rates titles that have it, in
            points, beside titles that have not; the surest first.
        generosity: how much higher than others the visitor rates in general, in points.
        fame: how well known the visitor's titles are: the share of all ratings that fall on titles
            less known, 0..1, .5 for an average user.
        whereabouts: None if the best titles lie here and there.
    """

    n_rated: int
    chosen: tuple[Finding, ...]
    liked: tuple[Finding, ...]
    generosity: Finding
    fame: Finding
    whereabouts: Whereabouts | None


def profile(served: ServedRelease, visitor: Visitor) -> Profile | None:
    """Describes a visitor.

    Args:
        served: what serves.
        visitor: as folded in.

    Returns:
        The description; None with fewer than `FEWEST` ratings.
    """
    rated = visitor.taste.rated
    if len(rated) < FEWEST:
        return None
    usual = _usual(served)
    above = visitor.taste.ratings - usual.means[rated]
    inside = usual.about.has[rated]
    return Profile(
        n_rated=len(rated),
        chosen=_chosen(usual, inside),
        liked=_liked(usual.about, inside, above),
        generosity=_generosity(above),
        fame=_fame(usual.fame[rated]),
        whereabouts=_whereabouts(served, visitor),
    )


def against_predictions(served: ServedRelease, visitor: Visitor) -> pd.DataFrame:
    """The visitor's ratings beside what would have been predicted from the others.

    Args:
        served: what serves.
        visitor: as folded in.

    Returns:
        DataFrame by rank, the most surprising first, with the columns item_id, title, rating,
        predicted, low and high (on the rating scale), usual (everybody's mean rating) and inside
        (whether the rating lies in the range). Without rows if nothing predicts ratings.
    """
    taste, shelf = visitor.taste, served.shelf
    models = (served.models[name] for name in (visitor.model, served.rater))
    found = (left_out(model, taste.rated, taste.ratings) for model in models)
    predicted = next((one for one in found if one is not None), None)
    rated = taste.rated if predicted is not None and len(taste.rated) > 1 else taste.rated[:0]
    n = len(rated)
    table = pd.DataFrame(
        {
            "item_id": shelf.item_ids[rated],
            "title": pd.array([shelf.named(at) for at in rated], dtype="str"),
            "rating": taste.ratings[:n],
            "predicted": predicted.rating[:n] if predicted is not None else np.empty(0),
            "low": predicted.low[:n] if predicted is not None else np.empty(0),
            "high": predicted.high[:n] if predicted is not None else np.empty(0),
            "usual": _usual(served).means[rated],
        }
    )
    table["inside"] = table["rating"].between(table["low"], table["high"])
    off = (table["rating"] - table["predicted"]).to_numpy(np.float64)
    order = np.argsort(-np.abs(off), kind="stable")
    return table.iloc[order].set_index(pd.RangeIndex(1, n + 1, name="rank"))


@dataclass(frozen=True, eq=False)
class _Usual:
    """What an average user is like, by position in the catalogue.

    Attributes:
        about: genres, decades and kinds.
        share: float64 (n_words,), of all ratings that fall on titles that have the word.
        means: float64 (n_items,), mean ratings, of few ratings shrunk towards that of all.
        fame: float64 (n_items,), the share of all ratings that fall on titles less known.
    """

    about: Traits
    share: Array
    means: Array
    fame: Array


@lru_cache(maxsize=4)
def _usual(served: ServedRelease) -> _Usual:
    everything = traits(served.catalogue)
    kept = [at for at, group in enumerate(everything.groups) if group in _GROUPS]
    about = Traits(
        tuple(everything.words[at] for at in kept),
        tuple(everything.groups[at] for at in kept),
        everything.has[:, kept],
        everything.bands,
    )
    counts = served.shelf.n_ratings.astype(np.float64)
    weights = counts / max(counts.sum(), 1)
    means = served.catalogue["mean_rating"].fillna(0).to_numpy(np.float64)
    overall = float(weights @ means)
    shrunk = (counts * means + _TRUSTED * overall) / (counts + _TRUSTED)
    order = np.argsort(counts, kind="stable")
    fame = np.empty(len(counts))
    fame[order] = np.cumsum(weights[order]) - weights[order] / 2
    return _Usual(about, np.asarray(weights @ about.has), np.asarray(shrunk), fame)


def _chosen(usual: _Usual, inside: NDArray[np.bool_]) -> tuple[Finding, ...]:
    """Which words the visitor's titles have more or less often: a binomial test of each."""
    n, found = len(inside), inside.sum(axis=0)
    p_values = holm(
        np.array([_binomial(int(k), n, p) for k, p in zip(found, usual.share, strict=True)])
    )
    return _findings(usual.about, found / n, usual.share, found, p_values)


def _liked(about: Traits, inside: NDArray[np.bool_], above: Array) -> tuple[Finding, ...]:
    """Which words the visitor rates higher or lower: permutation of the ratings among titles."""
    n, found = len(inside), inside.sum(axis=0)
    enough = np.flatnonzero((found >= _FEWEST_OF_A_WORD) & (n - found >= _FEWEST_OF_A_WORD))
    if not len(enough):
        return ()
    has, k = inside[:, enough].astype(np.float64), found[enough]
    generator = np.random.default_rng(0)
    shuffled = generator.permuted(np.tile(above, (_SHUFFLES, 1)), axis=1)
    scale = np.sqrt(1 / k + 1 / (n - k))
    sums, total = np.vstack([above, shuffled]) @ has, above.sum()
    apart = sums / k - (total - sums) / (n - k)
    # A difference that few titles make is as good as the chance it is measured by.
    strength = np.abs(apart / scale)
    strongest = strength[1:].max(axis=1)
    rarer = (strongest[:, None] >= strength[0] - 1e-9).sum(axis=0)
    p_values = (1 + rarer) / (1 + _SHUFFLES)
    words = Traits(
        tuple(about.words[at] for at in enough),
        tuple(about.groups[at] for at in enough),
        about.has[:0],
        about.bands[:0],
    )
    return _findings(words, apart[0], np.zeros(len(enough)), k, p_values)


def _findings(
    about: Traits, yours: Array, usual: Array, titles: NDArray[np.int_], p_values: Array
) -> tuple[Finding, ...]:
    order = np.lexsort((-np.abs(yours - usual), p_values))
    return tuple(
        Finding(
            about.words[at],
            about.groups[at],
            float(yours[at]),
            float(usual[at]),
            int(titles[at]),
            float(p_values[at]),
        )
        for at in order
    )


def _generosity(above: Array) -> Finding:
    """Whether the visitor rates higher than others: the signs of the differences, drawn by lot."""
    signs = np.random.default_rng(0).choice([-1.0, 1.0], (_SHUFFLES, len(above)))
    mean = float(above.mean())
    rarer = int((np.abs(signs @ above) >= abs(above.sum()) - 1e-9).sum())
    return Finding("", "", mean, 0.0, len(above), (1 + rarer) / (1 + _SHUFFLES))


def _fame(fame: Array) -> Finding:
    """Whether the titles are better known than an average user's, whose fame is uniform."""
    deviations = abs(float(fame.mean()) - 0.5) * (12 * len(fame)) ** 0.5
    p_value = 2 * NormalDist().cdf(-deviations)
    return Finding("", "", float(fame.mean()), 0.5, len(fame), p_value)


def _whereabouts(served: ServedRelease, visitor: Visitor) -> Whereabouts | None:
    """The region of the map that holds more of the best titles than its share, and most."""
    picture = pictures(served)[0]
    placed = np.flatnonzero(np.isfinite(picture.places).all(axis=1))
    if not visitor.is_personal or not picture.regions or not len(placed):
        return None
    best: Positions = placed[np.argsort(-visitor.scores[placed], kind="stable")[:BEST]]
    found = []
    for region in picture.regions:
        near = np.linalg.norm(picture.places - np.array(region.place), axis=1) <= _NEAR
        here = Whereabouts(region.text, int(near[best].sum()), float(near[placed].mean()))
        if here.best >= max(_FEWEST_NEAR, _TIMES * here.share * len(best)):
            found.append(here)
    return max(found, key=lambda here: here.best, default=None)


def _binomial(k: int, n: int, p: float) -> float:
    """How likely k of n are, or fewer, or more, each with chance p; twice the smaller."""
    p = min(max(p, 1e-12), 1 - 1e-12)
    logs = [
        lgamma(n + 1) - lgamma(at + 1) - lgamma(n - at + 1) + at * log(p) + (n - at) * log(1 - p)
        for at in range(n + 1)
    ]
    chances = np.exp(logs)
    return min(1.0, 2 * float(min(chances[: k + 1].sum(), chances[k:].sum())))
