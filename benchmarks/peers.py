"""Tastemap's models and those of other libraries, on the same data by the same protocol.

The few-ratings protocol as the README's tables have it: people whom no model has seen show 3, 5,
10 or 20 ratings. NDCG@10 with the 95 % interval over people; RMSE where ratings are predicted.
Every peer runs with its library's defaults, and with the best of these and six more settings
(`candidates` in `benchmarks/adapters/`) for the visitors who tune, by NDCG@10; its RMSE is that of
the settings with the best RMSE there. Tastemap's models are those of a release (`recipes`). Cost is
measured as a release's is: on one thread, in a process of its own, with all ratings, the least of
two rounds; a visitor has shown ten, and gets all titles scored; memory includes the libraries.

Movies on all nine test folds; anime, if TASTEMAP_DATA has it, on the first, the same people
for every model. Every task's figures are kept in `studies/`: a run that is stopped goes on where
it was, and measures anew only what has changed since. It takes as many cores as it may have; to
keep it to one, start it with `taskset -c 0`.

The peers are installed as `requirements-peers.txt` says, which changes no version of what the
project needs; a library that is not there is named below the table. RecTools is left out: it needs
numpy 1.
"""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

import recommender
from benchmarks import adapters
from benchmarks.adapters import Peer
from benchmarks.table import print_table
from recommender.algorithms.contract import Algorithm, Progress
from recommender.data import load
from recommender.data.ratings import Ratings
from recommender.evaluation.cost import cost as cost_of
from recommender.evaluation.differences import by_visitor
from recommender.evaluation.few_ratings import (
    TEST_FOLDS,
    Outcome,
    run,
    run_fold,
    tuning_visitors,
)
from recommender.evaluation.kept import fingerprint, measured
from recommender.evaluation.metrics import Estimate
from recommender.evaluation.workers import held, pool
from recommender.settings import Settings
from recommender.training.recipes import recipes

BUDGET = 6
"""Settings tried beside the defaults."""
ROUNDS = 2
"""Times that everything is timed; the least counts."""
_FEW = 50
ANIME_FOLDS = TEST_FOLDS[:1]
HEADER = ["model", "NDCG@10", "95 %", "by default", "RMSE", "fit, s", "a visitor, ms", "MiB"]

Figures = Mapping[str, Mapping[str, float]]
"""Of a model: "ndcg" and, if it rates, "rmse" -> visitor, as JSON has keys -> figure."""


@dataclass(frozen=True)
class Contender:
    """A model in the table, by what ranks, what rates, and what it is out of the box."""

    name: str
    ranks: Algorithm
    rates: Algorithm
    default: Algorithm | None

    @property
    def variants(self) -> dict[str, Algorithm]:
        """Each once, by a name of its own."""
        variants = filter(None, (self.ranks, self.rates, self.default))
        return {repr(variant): variant for variant in variants}


@dataclass(frozen=True, eq=False)
class Result:
    """What a contender came to: its figures as it ranks, rates and is by default, and its cost."""

    contender: Contender
    ranks: Figures
    rates: Figures
    default: Figures | None
    cost: Mapping[str, float]


def main() -> None:
    data = Settings.from_environment().data
    report("movies", None, TEST_FOLDS)
    if data is not None and (data / "anime").exists():
        report("anime", data / "anime", ANIME_FOLDS)


def missing() -> list[str]:
    """The libraries that are not installed."""
    return [library for library in adapters.LIBRARIES if library not in adapters.installed()]


def report(domain: str, source: Path | None, folds: Sequence[int]) -> None:
    """Tunes, tests and times everything, and prints the table."""
    ratings = load(domain, source).ratings
    file = Path("studies", f"peers-{domain}-{ratings.fingerprint}.jsonl")
    results = measure(domain, ratings, folds, file)
    results.sort(key=lambda result: -mean(result.ranks, "ndcg").value)
    visitors = len(results[0].ranks["ndcg"])
    print(f"{domain}, test folds {', '.join(map(str, folds))}, {visitors} people\n")
    print_table(HEADER, [row(result) for result in results])
    theirs = [result for result in results if isinstance(result.contender.ranks, Peer)]
    best = next(result for result in results if result not in theirs)
    print()
    for peer in theirs:
        ahead = lead(best, peer)
        figures = f"{ahead.value:+.3f}, 95 % {ahead.low:+.3f} to {ahead.high:+.3f}"
        settings = described(peer.contender.ranks)
        print(f"- {best.contender.name} against {peer.contender.name}: {figures}; {settings}")
    versions = ", ".join(f"{library} {number}" for library, number in adapters.installed().items())
    print(f"\n{versions}; not installed: {', '.join(missing()) or 'none'}\n")


def measure(domain: str, ratings: Ratings, folds: Sequence[int], file: Path) -> list[Result]:
    """Tunes the peers, then tests and times them and Tastemap's models."""
    kinds = [kind for kind in adapters.peers() if adapters.library(kind) in adapters.installed()]
    workers = len(os.sched_getaffinity(0))
    with pool(ratings, workers) as processes:
        tasks = {key("tuning", a): (a,) for kind in kinds for a in kind.choices()}
        tuned = measured(file, tasks, processes, _tune, _told(f"{domain}: tuning"))
        theirs = [_contender(kind, tuned) for kind in kinds]
        ours = [Contender(f"`{n}`", a, a, None) for n, a in recipes(domain).items()]
        everybody = [*theirs, *ours]
        groups = [contender.variants for contender in theirs]
        single = [{n: a} for group in groups for n, a in group.items()]
        # What ours have in common is fitted once a fold.
        single.append({n: v for contender in ours for n, v in contender.variants.items()})
        tests = {
            key(f"fold {fold}", *group.values()): (group, fold)
            for fold in folds
            for group in single
        }
        tested = measured(file, tests, processes, _test, _told(f"{domain}: testing"))
    with pool(ratings, 1, 1) as processes:
        # In turn, so that what else the machine does at the time falls on all alike.
        turns = {
            key(f"round {number}", contender.ranks): (contender.ranks,)
            for number in range(ROUNDS)
            for contender in everybody
        }
        timed = measured(file, turns, processes, _cost, _told(f"{domain}: timing"))
    figures: dict[str, dict[str, dict[str, float]]] = {}
    for found in tested.values():
        for variant, some in found.items():
            for name, values in some.items():
                figures.setdefault(variant, {}).setdefault(name, {}).update(values)
    results = []
    for contender in everybody:
        rounds = [timed[key(f"round {n}", contender.ranks)] for n in range(ROUNDS)]
        results.append(
            Result(
                contender,
                figures[repr(contender.ranks)],
                figures[repr(contender.rates)],
                figures[repr(contender.default)] if contender.default else None,
                {name: min(one[name] for one in rounds) for name in rounds[0]},
            )
        )
    return results


def key(part: str, *algorithms: Algorithm) -> str:
    """All that a task's figures depend on, but for the data: of a domain's there is one file."""
    names = "; ".join(f"{algorithm.name} {algorithm!r}" for algorithm in algorithms)
    return f"{part}: {names}; {', '.join(sorted({_source(type(a)) for a in algorithms}))}"


@cache
def _source(kind: type[Algorithm]) -> str:
    """Which version of the code an algorithm runs."""
    if issubclass(kind, Peer):
        library = adapters.library(kind)
        adapter = fingerprint([Path(inspect.getfile(kind))])
        return f"{library} {adapters.installed()[library]}, adapter {adapter}"
    package = Path(recommender.__path__[0])
    return f"ours {fingerprint((package / 'algorithms').rglob('*.py'))}"


def row(result: Result) -> list[str]:
    """A model's cells below `HEADER`."""
    ndcg = mean(result.ranks, "ndcg")
    return [
        result.contender.name,
        f"{ndcg.value:.3f}",
        f"{ndcg.low:.3f}–{ndcg.high:.3f}",
        f"{mean(result.default, 'ndcg').value:.3f}" if result.default else "",
        f"{mean(result.rates, 'rmse').value:.3f}" if "rmse" in result.rates else "",
        f"{result.cost['fit_seconds']:.1f}",
        f"{result.cost['answer_ms']:.2f}",
        f"{result.cost['peak_mib']:.0f}",
    ]


def mean(figures: Figures, name: str) -> Estimate:
    """The mean over visitors."""
    return Estimate.mean(np.array(list(figures[name].values())))


def lead(first: Result, second: Result) -> Estimate:
    """How far the first ranks ahead of the second, person by person."""
    mine, other = first.ranks["ndcg"], second.ranks["ndcg"]
    return Estimate.mean(np.array([mine[user] - other[user] for user in mine]))


def described(peer: Peer) -> str:
    """How a visitor gets in, and the settings that rank best."""
    chosen = ", ".join(f"{name} {value}" for name, value in peer.settings)
    return f"{peer.newcomer}; {chosen or 'its defaults'}"


def _told(phrase: str) -> Progress:
    return lambda done, what: print(f"{phrase}, {what}", file=sys.stderr, flush=True)


def _contender(kind: type[Peer], tuned: Mapping[str, Mapping[str, float]]) -> Contender:
    means = {choice: tuned[key("tuning", choice)] for choice in kind.choices()}
    ranks = max(means, key=lambda choice: means[choice]["ndcg"])
    rates = ranks
    if kind.predicts_ratings:
        rates = min(means, key=lambda choice: means[choice]["rmse"])
    return Contender(kind.name, ranks, rates, kind())


def _tune(algorithm: Algorithm) -> dict[str, float]:
    outcomes = run({"it": algorithm}, held(), tuning_visitors(held()))["it"]
    figures = _figures(outcomes)
    return {name: mean(figures, name).value for name in figures}


def _test(variants: Mapping[str, Algorithm], fold: int) -> dict[str, Figures]:
    return {name: _figures(some) for name, some in run_fold(variants, held(), fold).items()}


def _figures(outcomes: Sequence[Outcome]) -> Figures:
    found = {name: by_visitor(outcomes, name) for name in ("ndcg", "rmse")}
    return {
        name: {str(user): value for user, value in figures.items()}
        for name, figures in found.items()
        if figures
    }


def _cost(algorithm: Algorithm) -> dict[str, float]:
    # What a first fit imports and compiles is not the fit.
    algorithm.fit(held().subset(held().users < _FEW))
    return cost_of(algorithm, held())
