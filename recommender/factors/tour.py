"""The guided tour: five things to see in an embedding, each a claim that was measured on the data.

Each step looks for the example in which its claim is the most striking and is left out if there is
none that is far beyond chance, so a tour is never about something that is not so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.data.franchise import Franchises
from recommender.errors import ParameterError
from recommender.factors.comparison import NEIGHBOURS, compare
from recommender.factors.fold_in import Array
from recommender.factors.model import FactorModel, Model, Positions
from recommender.factors.naming import Evidence
from recommender.factors.neighbourhoods import nearest
from recommender.factors.space import Space, known
from recommender.factors.traits import Traits, traits

_WELL_KNOWN = 200
_LEAST, _LEAST_POLE, _LEAST_OF_FRANCHISE = 7, 0.4, 3
_LEAST_LISTED, _LEAST_GAIN = 0.7, 0.4
_TIMES = 3.0
_RATED = 3


@dataclass(frozen=True)
class Step:
    """One step of the tour.

    Attributes:
        page: where it is seen: "explore", "factors", "recommend" or "compare_embeddings".
        sentence: what is to be seen there.
        view: query parameters of the page that show it: (("title", "1"),).
        ratings: (item_id, rating), to be given to see it.
        measured: the figure in the sentence: a share in 0..1.
        chance: the same figure without what the sentence is about, in 0..1.
    """

    page: str
    sentence: str
    view: tuple[tuple[str, str], ...]
    ratings: tuple[tuple[int, float], ...]
    measured: float
    chance: float


def tour(
    models: Mapping[str, FactorModel],
    catalogue: pd.DataFrame,
    ranker: Model,
    space: Space,
    franchises: Franchises,
    hidden: NDArray[np.bool_] | None = None,
) -> tuple[Step, ...]:
    """Finds the steps.

    Args:
        models: name -> factor model, all of this catalogue; the first is the one to be shown.
        catalogue: the titles.
        ranker: what recommends.
        space: the first model's factors in the basis to be shown.
        franchises: those of the catalogue.
        hidden: bool (n_items,), titles that are not to be named; None for none.

    Returns:
        At most five steps, those whose claims hold.
    """
    name, model = next(iter(models.items()))
    shown = known(catalogue) & model.unit_factors.any(axis=1)
    if hidden is not None:
        shown &= ~hidden
    if shown.sum() <= NEIGHBOURS:
        return ()
    world = _World(model, catalogue, franchises, np.flatnonzero(shown))
    steps = [
        _alike(world),
        _franchise(world),
        _factor(world, space),
        _recommended(world, ranker),
        _two_models(name, models, world),
    ]
    return tuple(step for step in steps if step is not None)


class _World:
    """The titles that a tour may speak of, the best known of them with their neighbours.

    Attributes:
        at: intp (n,), their positions in the catalogue.
        titles: n display titles.
        about: their traits.
        franchise: intp (n,), numbers of their franchises.
        n_ratings: float64 (n,).
        known: intp (m,), rows of the best known, the best known first.
        near: intp (m, 10), rows of their nearest titles.
    """

    def __init__(
        self,
        model: FactorModel,
        catalogue: pd.DataFrame,
        franchises: Franchises,
        at: Positions,
    ) -> None:
        self.at = at
        self.item_ids = model.item_ids[at]
        self.titles: list[str] = catalogue["title"].iloc[at].tolist()
        self.about: Traits = traits(catalogue.iloc[at])
        self.franchise = franchises.first[at]
        counts = catalogue["n_ratings"].to_numpy()[at]
        self.known: Positions = np.argsort(-counts, kind="stable")[:_WELL_KNOWN]
        self.n_ratings: Array = counts.astype(np.float64)
        rows = model.unit_factors[at]
        self.near, _ = nearest(rows[self.known], rows, NEIGHBOURS, self.known)

    def genres(self) -> list[int]:
        """Columns of the traits that are genres."""
        return [trait for trait, group in enumerate(self.about.groups) if group == "genre"]

    def view(self, row: int) -> tuple[tuple[str, str], ...]:
        """What shows a title."""
        return (("title", str(int(self.item_ids[row]))),)


def _alike(world: _World) -> Step | None:
    """A well-known title whose neighbours are of its genre."""
    best: tuple[float, int, int, int] | None = None
    for genre in world.genres():
        has, share = world.about.has[:, genre], float(world.about.share[genre])
        hits = has[world.near].sum(axis=1) * has[world.known]
        place = int(hits.argmax())
        surplus = (hits[place] / NEIGHBOURS - share) / (share * (1 - share)) ** 0.5
        if hits[place] >= max(_LEAST, _TIMES * NEIGHBOURS * share):
            found = (float(surplus), int(hits[place]), place, genre)
            best = found if best is None or found[0] > best[0] else best
    if best is None:
        return None
    _, hits_, place, genre = best
    row, share = int(world.known[place]), float(world.about.share[genre])
    return Step(
        page="explore",
        sentence=(
            f"Nobody told the model what a genre is: {hits_} of the {NEIGHBOURS} titles nearest to "
            f"{world.titles[row]} are {world.about.words[genre]}, as against {share:.0%} of all."
        ),
        view=world.view(row),
        ratings=(),
        measured=hits_ / NEIGHBOURS,
        chance=share,
    )


def _franchise(world: _World) -> Step | None:
    """A well-known title whose neighbours are of its franchise."""
    same = world.franchise[world.near] == world.franchise[world.known][:, None]
    hits = same.sum(axis=1)
    place = int(hits.argmax())
    if hits[place] < _LEAST_OF_FRANCHISE:
        return None
    row, found = int(world.known[place]), int(hits[place])
    others = int((world.franchise == world.franchise[row]).sum()) - 1
    return Step(
        page="explore",
        sentence=(
            f"It never read a title either: {found} of the {NEIGHBOURS} titles nearest to "
            f"{world.titles[row]} belong to the same franchise, and there are {others} such titles "
            f"among {len(world.titles):,}."
        ),
        view=world.view(row),
        ratings=(),
        measured=found / NEIGHBOURS,
        chance=others / (len(world.titles) - 1),
    )


def _factor(world: _World, space: Space) -> Step | None:
    """The factor with the clearest end."""
    best: tuple[float, int, Evidence] | None = None
    for name in space.names:
        for word in name.evidence:
            clear = word.at_pole >= max(_LEAST_POLE, _TIMES * word.overall)
            # A genre of hidden titles alone is no trait of those that may be named.
            if word.holds and word.group == "genre" and word.word in world.about.words and clear:
                found = (word.at_pole - word.overall, name.factor, word)
                best = found if best is None or found[0] > best[0] else best
    if best is None:
        return None
    _, factor, word = best
    return Step(
        page="factors",
        sentence=(
            "Factors can be named: of the 50 titles at the "
            f"{'+' if word.pole == '+' else '−'} end of factor {factor}, {word.at_pole:.0%} are "
            f"{word.word}, as against {word.overall:.0%} of all. Half of the titles proposed the "
            "word, the other half bears it out."
        ),
        view=(("axes", space.basis), ("factor", str(factor))),
        ratings=(),
        measured=word.at_pole,
        chance=word.overall,
    )


def _recommended(world: _World, ranker: Model) -> Step | None:
    """Three ratings that turn the list to a genre."""
    high = ranker.scale.high
    of_genres = world.about.has[:, world.genres()].sum(axis=1)
    best: tuple[float, int, Positions, float] | None = None
    for genre in world.genres():
        has = world.about.has[:, genre]
        # The best known of those that are about little else.
        members = world.known[has[world.known]]
        rated = members[np.argsort(of_genres[members], kind="stable")][:_RATED]
        if len(rated) < _RATED:
            continue
        scores = ranker.taste(world.at[rated], np.full(_RATED, high)).scores
        least = max(_LEAST_LISTED, _TIMES * float(world.about.share[genre]))
        now, before = (_share(by, rated, has) for by in (scores[world.at], world.n_ratings))
        found = (now - before, genre, rated, now)
        if now >= least and now - before >= _LEAST_GAIN - 1e-9:
            best = found if best is None or found[0::3] > best[0::3] else best
    if best is None:
        return None
    gain, genre, rated, now = best
    names = [world.titles[row] for row in rated]
    word = world.about.words[genre]
    return Step(
        page="recommend",
        sentence=(
            f"Three ratings are enough to be understood: with {high:g} for {names[0]}, {names[1]} "
            f"and {names[2]}, {10 * now:.0f} of the first 10 recommendations are {word}, as "
            f"against {10 * (now - gain):.0f} of the 10 best-known other titles."
        ),
        view=(),
        ratings=tuple((int(world.item_ids[row]), float(high)) for row in rated),
        measured=now,
        chance=now - gain,
    )


def _share(scores: Array, rated: Positions, has: NDArray[np.bool_]) -> float:
    """The share of the first ten titles, rated ones apart, that have a trait."""
    scores = scores.copy()
    scores[rated] = -np.inf
    return float(has[np.argsort(-scores, kind="stable")[:10]].mean())


def _two_models(name: str, models: Mapping[str, FactorModel], world: _World) -> Step | None:
    """Another model that sees the titles alike."""
    best: tuple[float, str, float] | None = None
    for other, model in models.items():
        if other == name:
            continue
        try:
            compared = compare(models[name], model, world.item_ids.tolist())
        except ParameterError:
            continue  # a model that knows other titles has nothing to say here
        if best is None or compared.overlap > best[0]:
            best = (compared.overlap, other, compared.chance)
    if best is None or best[0] < max(0.1, _TIMES * best[2]):
        return None
    overlap, other, chance = best
    return Step(
        page="compare_embeddings",
        sentence=(
            f"This is no accident of one method: {name} and {other} learn differently and still "
            f"share {NEIGHBOURS * overlap:.1f} of {NEIGHBOURS} nearest titles, where chance would "
            f"give {NEIGHBOURS * chance:.2f}."
        ),
        view=(("first", name), ("second", other)),
        ratings=(),
        measured=overlap,
        chance=chance,
    )
