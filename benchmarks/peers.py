"""Tastemap's models and those of other libraries, on the same data by the same protocol.

The few-ratings protocol as the README's tables have it: people whom no model has seen show 3, 5,
10 or 20 ratings. NDCG@10 with the 95 % interval over people; RMSE where ratings are predicted.
Every peer runs with its library's defaults, and with the best of these and six more settings
(`candidates` in `benchmarks/adapters/`) on the tuning fold, by NDCG@10; its RMSE is that of the
settings with the best RMSE there. Tastemap's models are those of a release (`recipes`). Cost is
measured as a release's is: on one thread, in a process of its own, with all ratings, the least of
two rounds; a visitor has shown ten, and gets all titles scored; memory includes the libraries.

The peers are installed as `requirements-peers.txt` says, which changes no version of what the
project needs; a library that is not there is named below the table. RecTools is left out: it needs
numpy 1.
Movies on all nine test folds; anime, if TASTEMAP_DATA has it, on the first.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits
from tqdm import tqdm

from benchmarks import adapters
from benchmarks.adapters import Peer
from benchmarks.table import print_table
from recommender.algorithms.contract import Algorithm
from recommender.data import load
from recommender.data.ratings import Ratings
from recommender.evaluation.cost import cost as cost_of
from recommender.evaluation.differences import by_visitor, differences
from recommender.evaluation.few_ratings import (
    TEST_FOLDS,
    TUNING_FOLD,
    Outcome,
    run_fold,
    summarise,
)
from recommender.settings import Settings
from recommender.training.recipes import recipes

BUDGET = 6
"""Settings tried beside the defaults."""
ROUNDS = 2
"""Times that everything is timed; the least counts."""
_FEW = 50
ANIME_FOLDS = TEST_FOLDS[:1]
HEADER = ["model", "NDCG@10", "95 %", "by default", "RMSE", "fit, s", "a visitor, ms", "MiB"]


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
    """What a contender came to: its outcomes as it ranks, rates and is by default, and its cost."""

    contender: Contender
    ranks: list[Outcome]
    rates: list[Outcome]
    default: list[Outcome]
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
    n_items = load(domain, source).ratings.n_items
    results = measure(domain, source, folds)
    results.sort(key=lambda result: -_mean(result.ranks, n_items, "ndcg@10")["value"])
    here = adapters.installed()
    print(f"{domain}, test folds {', '.join(map(str, folds))}\n")
    print_table(HEADER, [row(result, n_items) for result in results])
    theirs = [result for result in results if isinstance(result.contender.ranks, Peer)]
    best = next(result for result in results if result not in theirs)
    for peer in theirs[:1]:
        names = best.contender.name, peer.contender.name
        samples = by_visitor(best.ranks, "ndcg"), by_visitor(peer.ranks, "ndcg")
        # Pairs go by name, and what comes first is first.
        ahead = differences(dict(zip("ab", samples, strict=True)))[0]
        figures = f"{ahead['value']:.3f}, 95 % {ahead['low']:.3f}–{ahead['high']:.3f}"
        print(f"\n{names[0]} is ahead of {names[1]} by {figures}, person by person.\n")
    for result in theirs:
        print(f"- {result.contender.name}: {described(result.contender.ranks)}")
    versions = ", ".join(f"{library} {number}" for library, number in here.items())
    print(f"\n{versions}; not installed: {', '.join(missing()) or 'none'}\n")


def measure(domain: str, source: Path | None, folds: Sequence[int]) -> list[Result]:
    """Tunes the peers, then tests and times them and Tastemap's models."""
    kinds = [k for k in adapters.peers() if adapters.library(k) in adapters.installed()]
    with _processes(domain, source, os.cpu_count() or 1, None) as pool:
        theirs = list(_told(pool.map(_tune, kinds), "tuning", len(kinds)))
        ours = [Contender(f"`{n}`", a, a, None) for n, a in recipes(domain).items()]
        # What ours have in common is fitted once a fold.
        groups = [{n: v for contender in ours for n, v in contender.variants.items()}]
        groups += [{n: v} for contender in theirs for n, v in contender.variants.items()]
        tasks = [(group, fold) for fold in folds for group in groups]
        tested = pool.map(_test, *zip(*tasks, strict=True))
        outcomes: dict[str, list[Outcome]] = {}
        for found in _told(tested, "testing", len(tasks)):
            for variant, some in found.items():
                outcomes.setdefault(variant, []).extend(some)
    everybody = [*ours, *theirs]
    with _processes(domain, source, 1, 1) as pool:
        # In turn, so that what else the machine does at the time falls on all alike.
        turns = ROUNDS * [contender.ranks for contender in everybody]
        costs = list(_told(pool.map(_cost, turns), "timing", len(turns)))
    return [
        Result(
            contender,
            outcomes[repr(contender.ranks)],
            outcomes[repr(contender.rates)],
            outcomes.get(repr(contender.default), []),
            {name: min(cost[name] for cost in costs[n :: len(everybody)]) for name in costs[n]},
        )
        for n, contender in enumerate(everybody)
    ]


def row(result: Result, n_items: int) -> list[str]:
    """A model's cells below `HEADER`."""
    ndcg, rmse = _mean(result.ranks, n_items, "ndcg@10"), _mean(result.rates, n_items, "rmse")
    default = _mean(result.default, n_items, "ndcg@10")["value"] if result.default else None
    return [
        result.contender.name,
        f"{ndcg['value']:.3f}",
        f"{ndcg['low']:.3f}–{ndcg['high']:.3f}",
        f"{default:.3f}" if default is not None else "",
        f"{rmse['value']:.3f}" if rmse else "",
        f"{result.cost['fit_seconds']:.1f}",
        f"{result.cost['answer_ms']:.2f}",
        f"{result.cost['peak_mib']:.0f}",
    ]


def described(peer: Peer) -> str:
    """How a visitor gets in, and the settings that rank best."""
    chosen = ", ".join(f"{name} {value}" for name, value in peer.settings)
    return f"{peer.newcomer}; {chosen or 'its defaults'}"


def _mean(outcomes: list[Outcome], n_items: int, name: str) -> Any:
    return summarise(outcomes, n_items)["mean"][name]


def _told(results: Iterator[Any], phrase: str, total: int) -> Iterable[Any]:
    return tqdm(results, f"peers: {phrase}", total)


def _processes(
    domain: str, source: Path | None, workers: int, tasks_per_process: int | None
) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        workers,
        get_context("spawn"),
        _open,
        (domain, source),
        max_tasks_per_child=tasks_per_process,
    )


_ratings: Ratings


def _open(domain: str, source: Path | None) -> None:
    global _ratings
    _ratings = load(domain, source).ratings
    threadpool_limits(1)


def _tune(kind: type[Peer]) -> Contender:
    means = {}
    for choice in kind.choices():
        outcomes = run_fold({"it": choice}, _ratings, TUNING_FOLD)["it"]
        means[choice] = summarise(outcomes, _ratings.n_items)["mean"]
    ranks = max(means, key=lambda choice: means[choice]["ndcg@10"]["value"])
    rates = ranks
    if kind.predicts_ratings:
        rates = min(means, key=lambda choice: means[choice]["rmse"]["value"])
    return Contender(kind.name, ranks, rates, kind())


def _test(variants: Mapping[str, Algorithm], fold: int) -> dict[str, list[Outcome]]:
    found = run_fold(variants, _ratings, fold)
    return {name: [replace(one, guesses=None) for one in some] for name, some in found.items()}


def _cost(algorithm: Algorithm) -> dict[str, float]:
    # What a first fit imports and compiles is not the fit.
    algorithm.fit(_ratings.subset(_ratings.users < _FEW))
    return cost_of(algorithm, _ratings)
