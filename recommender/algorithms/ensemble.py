"""Algorithms made of others, and fitting several algorithms without doing anything twice.

A blend of two rankers is mostly the cost of its members. Where those are trained anyway, as in a
release that holds all three, the blend takes their models: the time is paid once, and so is the
room, since a release stores a model that occurs in another one by its name.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from recommender.algorithms.contract import Algorithm, Fit, Progress, silent, within
from recommender.data.ratings import Ratings
from recommender.factors.model import Model


@dataclass(frozen=True)
class Ensemble(Algorithm):
    """An algorithm whose model combines those of its members."""

    @property
    @abstractmethod
    def members(self) -> tuple[Algorithm, ...]:
        """The algorithms to fit, at least one."""

    @property
    def rater(self) -> Algorithm | None:
        """The first member's that has one."""
        return next(filter(None, (member.rater for member in self.members)), None)

    @abstractmethod
    def combine(self, models: Sequence[Model]) -> Model:
        """Makes the model of the members' models, in their order."""

    def fit(self, ratings: Ratings, *, seed: int = 0, progress: Progress = silent) -> Fit:
        """Fits the members, one after the other."""
        return fit_together({self.name: self}, ratings, seed=seed, progress=progress)[self.name]


def fit_together(
    algorithms: Mapping[str, Algorithm],
    ratings: Ratings,
    *,
    seed: int = 0,
    progress: Progress = silent,
) -> dict[str, Fit]:
    """Fits several algorithms on the same ratings, equal ones and equal members once.

    Args:
        algorithms: name -> algorithm.
        ratings: training ratings, at least one.
        seed: of every fit.
        progress: told about every iteration.

    Returns:
        Name -> fit, each as its algorithm alone would give it. Ensembles hold the very models of
        members that are fitted here too.
    """
    alone = parts(algorithms.values())
    named = {algorithm: name for name, algorithm in reversed(list(algorithms.items()))}
    fits: dict[Algorithm, Fit] = {}
    for number, algorithm in enumerate(alone):
        name = named.get(algorithm, algorithm.name)

        def told(done: float, phrase: str, n: int = number, name: str = name) -> None:
            progress((n + done) / len(alone), within(name, phrase))

        fits[algorithm] = algorithm.fit(ratings, seed=seed, progress=told)

    def fit(algorithm: Algorithm) -> Fit:
        if isinstance(algorithm, Ensemble):
            return Fit(algorithm.combine([fit(member).model for member in algorithm.members]))
        return fits[algorithm]

    return {name: fit(algorithm) for name, algorithm in algorithms.items()}


def related(algorithms: Mapping[str, Algorithm]) -> list[dict[str, Algorithm]]:
    """Groups algorithms so that those of different groups have nothing to fit in common.

    Args:
        algorithms: name -> algorithm.

    Returns:
        Groups of the same entries, each in the order given.
    """
    groups: list[dict[str, Algorithm]] = []
    for name, algorithm in algorithms.items():
        needed = set(parts([algorithm]))
        joined = [group for group in groups if needed & set(parts(group.values()))]
        groups = [group for group in groups if group not in joined]
        groups.append({n: a for group in joined for n, a in group.items()} | {name: algorithm})
    return groups


def parts(algorithms: Iterable[Algorithm]) -> list[Algorithm]:
    """Returns what has to be fitted for them, each once: themselves, and members in their place."""
    found: dict[Algorithm, None] = {}
    for algorithm in algorithms:
        members = algorithm.members if isinstance(algorithm, Ensemble) else ()
        found |= dict.fromkeys(parts(members) if members else [algorithm])
    return list(found)
