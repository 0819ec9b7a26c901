"""A release that answers: what a page, the command line and a notebook hold in their hands.

A `ServedRelease` is the release that was opened with the few things that serving adds, each made on
first use and then shared by all visitors: the catalogue as arrays, the search index, and what the
choice of titles to rate needs. It is never changed, so it may be cached and used by many threads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from recommender.errors import ParameterError, RatingError, ReleaseError, TastemapError
from recommender.factors.blend import factor_models
from recommender.factors.contract import EXACT_UP_TO
from recommender.factors.model import FactorModel
from recommender.releases import sources
from recommender.releases.hub import Hub
from recommender.releases.registry import Registry
from recommender.releases.release import Release
from recommender.serving.ask import Questions
from recommender.serving.search import SearchIndex
from recommender.serving.shelf import Shelf
from recommender.serving.visitor import Visitor
from recommender.settings import Settings

ASKED_ABOUT = 50_000
"""Of a very large catalogue, so many of the most rated titles are put up for rating."""


@dataclass(frozen=True, eq=False)
class ServedRelease(Release):
    """A release with what visitors ask of it.

    Attributes:
        faults: a sentence for each release that should have served and could not.
        adult: whether titles for adults only are offered. If not, they are neither recommended nor
            found nor put up for rating; a rating of one counts like any other.
    """

    faults: tuple[str, ...] = ()
    adult: bool = False

    @classmethod
    def of(
        cls, release: Release, faults: Iterable[str] = (), *, adult: bool = False
    ) -> ServedRelease:
        """Makes a release answer."""
        values = {field.name: getattr(release, field.name) for field in fields(Release)}
        return cls(**values, faults=tuple(faults), adult=adult)

    @cached_property
    def shelf(self) -> Shelf:
        """The catalogue as arrays."""
        return Shelf.of(self.catalogue, adult=self.adult, stored=self.franchises)

    def fold_in(
        self,
        ratings: Mapping[int, float],
        model: str | None = None,
        *,
        seen: Iterable[int] = (),
        planned: Iterable[int] = (),
    ) -> Visitor:
        """Folds a visitor in, without retraining.

        Args:
            ratings: item_id -> rating on `scale`. Ids that are not in the catalogue are left out
                and reported in `Visitor.unknown`.
            model: name of the model that ranks; None for the release's ranker.
            seen: ids of titles watched and not rated; they are not recommended.
            planned: ids of titles that the visitor means to watch; they are not recommended.

        Returns:
            The visitor; without ratings, one to whom popular titles are recommended.

        Raises:
            RatingError: a rating is no number or off the scale; the message names the title.
            ParameterError: there is no such model; the message lists those there are.
        """
        name = self.ranker if model is None else model
        if name not in self.models:
            raise ParameterError(f"no model {name!r}; there are {', '.join(sorted(self.models))}")
        self._check(ratings)
        at = {item_id: self.shelf.position.get(item_id) for item_id in ratings}
        known = {
            int(item_id): float(r) for item_id, r in ratings.items() if at[item_id] is not None
        }
        unknown = tuple(item_id for item_id in ratings if at[item_id] is None)
        rated = np.array([found for found in at.values() if found is not None], np.intp)
        values = np.array(list(known.values()), np.float64)
        taste = self.models[name].taste(rated, values)
        rater = None
        if self.models[name].predicts_ratings:
            rater = taste
        elif self.models[self.rater].predicts_ratings:
            rater = self.models[self.rater].taste(rated, values)
        return Visitor(
            shelf=self.shelf,
            scale=self.scale,
            model=name,
            ratings=MappingProxyType(known),
            unknown=unknown,
            taste=taste,
            rater=rater,
            seen=tuple(seen),
            planned=tuple(planned),
            factors=None if self.factors is None else self.factors.item_factors,
            index=self.index if known and self.index and self.index.model == name else None,
        )

    def _check(self, ratings: Mapping[int, float]) -> None:
        allowed = frozenset(self.scale.values)
        for item_id, rating in ratings.items():
            # Looking up costs nothing; `check` takes all kinds of numbers and has the words.
            if type(rating) is float and rating in allowed:
                continue
            try:
                self.scale.check(rating)
            except RatingError as error:
                position = self.shelf.position.get(item_id)
                title = f"item {item_id}" if position is None else self.shelf.named(position)
                raise RatingError(f"{title}: {error}") from error

    def search(self, text: str, n: int = 10) -> pd.DataFrame:
        """Finds titles by name, forgivingly; see `SearchIndex.search`."""
        return self.names.search(text, n)

    def find_one(self, text: str) -> int:
        """Finds the item id of the one title that a name means; see `SearchIndex.find_one`."""
        return self.names.find_one(text)

    def titles_to_rate(
        self,
        rated: Iterable[int] = (),
        skipped: Iterable[int] = (),
        n: int = 12,
        shown: Sequence[int] = (),
    ) -> list[int]:
        """Chooses titles to offer for rating; see `Questions.choose`."""
        return self._questions.choose(rated, skipped, n, shown)

    def warm_up(self) -> None:
        """Makes all that is made on first use, so that no visitor waits for it."""
        self.names.search("warm up")
        self.titles_to_rate()
        self.fold_in({}).recommend()
        if self.index is not None:
            # Whoever has rated nothing does without it and what it rests on.
            self.fold_in({int(self.shelf.item_ids[0]): self.scale.high}).recommend()
        _ = self.shelf.franchises

    @cached_property
    def names(self) -> SearchIndex:
        """All names of the titles that are offered."""
        return SearchIndex.of(self.shelf, self.catalogue["alternatives"])

    @cached_property
    def _questions(self) -> Questions:
        if len(self.shelf) <= EXACT_UP_TO:
            return Questions.of(self.shelf, self.factors)
        some = np.sort(self.shelf.by_popularity[:ASKED_ABOUT])
        franchises = self.shelf.franchises.among(some)
        shelf = Shelf.of(self.catalogue.iloc[some], adult=self.adult, stored=franchises)
        return Questions.of(shelf, None if self.factors is None else self.factors.only(some))

    @cached_property
    def factors(self) -> FactorModel | None:
        """The model whose factors tell which titles are alike, whatever ranks."""
        models = (self.models[name] for name in (self.ranker, self.rater, *sorted(self.models)))
        factors = (f for m in models for f in factor_models(m) if f.item_factors.shape[1])
        return next(factors, None)


def open_release(domain: str, models: Path | None = None) -> ServedRelease:
    """Opens the release of a domain that serves: the champion, or the best stand-in.

    Champion is that of the models folder. If nothing there opens and the settings name a Hub, a
    release is pulled from it; if that fails, the release that comes with the project serves.

    Args:
        domain: "movies", …
        models: the models folder; None for the one that the settings name.

    Returns:
        The release; its `faults` say why another should have served and could not. It offers titles
        for adults only if the settings say so.

    Raises:
        ReleaseError: no release of the domain opens.
        SettingError: the environment names a models folder that does not exist, or has another
            variable that cannot be read.
    """
    settings = Settings.from_environment()
    settings = replace(settings, models=models or settings.models)
    own, hub, faults = Registry(settings.models), Hub.of(settings), []
    try:
        release, found = own.open_serving(domain)
        return ServedRelease.of(release, found, adult=settings.adult)
    except ReleaseError:
        if hub is None:
            raise
    try:
        hub.pull(domain, own)
    except TastemapError as error:
        faults.append(str(error))
    return open_here(domain, settings, faults)


def open_here(domain: str, settings: Settings, faults: Iterable[str] = ()) -> ServedRelease:
    """Opens the release that serves a domain, and asks no network for it.

    Args:
        domain: its domain.
        settings: where the releases are, and whether titles for adults only are offered.
        faults: what is to be said beside what is found wrong.

    Raises:
        ReleaseError: no release of the domain opens.
    """
    release, found = sources.open_serving(domain, settings)
    return ServedRelease.of(release, [*faults, *found], adult=settings.adult)
