"""Which titles to offer for rating: NDCG@10 after answers and after offers, against popularity.

Half of each held-out visitor's ratings stand for what the visitor knows: those are given where they
are offered, six to a screen, and "haven't seen it" to everything else. The other half is hidden,
and what is liked there is to be recommended. A real visitor knows more than anybody has written
down. A title that the visitor knows but was not asked about is no news: *new titles* leaves it out
of every list alike, so that asking earns nothing by merely taking titles off the list; *all titles*
counts it as a miss. Differences are by pairs of the same visitor, with a 95 % interval.
`python -m benchmarks asking`; TASTEMAP_DATA names a folder with anime beside movies. Constants of
`recommender.serving.ask` were chosen on fold 9, which is not in these tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.held_out import Fold, HeldOut, folds
from benchmarks.table import milliseconds, print_table, summary
from recommender.evaluation.few_ratings import TEST_FOLDS
from recommender.evaluation.metrics import Estimate, ndcg
from recommender.factors.model import FactorModel
from recommender.serving.ask import Questions

ANSWERS, OFFERS, SCREEN, MOST, LENGTH = (3, 5, 10), (6, 12, 24), 6, 120, 10
DOMAINS = {"movies": TEST_FOLDS, "anime": TEST_FOLDS[:2]}
"""Folds of each domain; two of anime's have more visitors than all of movies'."""

Choose = Callable[[Mapping[int, float], list[int]], list[int]]
ASK, POPULAR = "ask", "peer: by popularity"


def main() -> None:
    threadpool_limits(1)
    for domain, numbers in DOMAINS.items():
        figures: dict[str, list[list[float]]] = {ASK: [], POPULAR: []}
        for fold in folds(domain, numbers, "taste-als"):
            assert isinstance(fold.model, FactorModel)
            questions = Questions.of(fold.shelf, fold.model)
            policies = {ASK: _asked(questions), POPULAR: _most_rated(fold)}
            for visitor in fold.visitors:
                for name, choose in policies.items():
                    figures[name].append(_journey(fold, visitor, choose))
        tables = {name: np.array(rows) for name, rows in figures.items()}
        n = len(ANSWERS) + len(OFFERS)
        for part, what in enumerate(("new titles", "all titles")):
            _print(
                f"{domain}, {what}", {k: t[:, part * n : part * n + n] for k, t in tables.items()}
            )
        known = [
            [name, *(f"{v:.2f}" for v in t[:, 2 * n :].mean(axis=0))] for name, t in tables.items()
        ]
        print_table([f"{domain}, ratings given", *(f"{k} offers" for k in OFFERS)], known)
        print(f"\nMilliseconds to choose after ten ratings: {' / '.join(_times(questions))}\n")


def _times(questions: Questions) -> list[str]:
    """Median and 95th percentile of a choice after ten ratings of well-known titles."""
    shelf = questions.shelf
    assert questions.model is not None
    ids = shelf.item_ids[shelf.by_popularity[:20:2]].tolist()
    profile = dict.fromkeys(ids, questions.model.scale.high)
    return summary(milliseconds(lambda: questions.choose(profile, [], SCREEN), 200))


def _print(what: str, tables: Mapping[str, np.ndarray]) -> None:
    apart = tables[ASK] - tables[POPULAR]
    halves = (apart[:, : len(ANSWERS)].mean(axis=1), apart[:, len(ANSWERS) :].mean(axis=1))
    header = [f"{what}, {len(apart)} visitors", *(f"{k} answers" for k in ANSWERS), "mean"]
    header += [*(f"{k} offers" for k in OFFERS), "mean"]
    rows = []
    for name, table in tables.items():
        answers, offers = table[:, : len(ANSWERS)], table[:, len(ANSWERS) :]
        cells = [*answers.mean(axis=0), answers.mean(), *offers.mean(axis=0), offers.mean()]
        rows.append([name, *(f"{value:.3f}" for value in cells)])
    columns = [*apart.T[: len(ANSWERS)], halves[0], *apart.T[len(ANSWERS) :], halves[1]]
    found = [Estimate.mean(column) for column in columns]
    rows.append(["difference", *(f"{e.value:+.3f} ± {e.high - e.value:.3f}" for e in found)])
    print_table(header, rows)
    print()


def _asked(questions: Questions) -> Choose:
    ids, position = questions.shelf.item_ids, questions.shelf.position

    def choose(rated: Mapping[int, float], skipped: list[int]) -> list[int]:
        given = {int(ids[at]): rating for at, rating in rated.items()}
        offered = questions.choose(given, [int(ids[at]) for at in skipped], SCREEN)
        return [position[item_id] for item_id in offered]

    return choose


def _most_rated(fold: Fold) -> Choose:
    order = fold.shelf.by_popularity[fold.shelf.offered[fold.shelf.by_popularity]]

    def choose(rated: Mapping[int, float], skipped: list[int]) -> list[int]:
        n = len(rated) + len(skipped)
        return order[n : n + SCREEN].tolist()

    return choose


def _journey(fold: Fold, visitor: HeldOut, choose: Choose) -> list[float]:
    """NDCG@10 among new and among all titles after answers and offers; ratings after offers."""
    rated: dict[int, float] = {}
    skipped: list[int] = []
    after: dict[tuple[str, int], tuple[float, float]] = {}
    given: dict[int, float] = {}
    while len(rated) + len(skipped) < MOST:
        for at in choose(rated, skipped):
            if at in visitor.seen:
                rated[at] = visitor.seen[at]
                if len(rated) in ANSWERS:
                    after["answers", len(rated)] = _quality(fold, visitor, rated)
            else:
                skipped.append(at)
            n = len(rated) + len(skipped)
            if n in OFFERS:
                after["offers", n], given[n] = _quality(fold, visitor, rated), len(rated)
        if len(rated) >= max(ANSWERS) and n >= max(OFFERS):
            break
    # Who knows too little of what was offered stays at what it came to.
    last = _quality(fold, visitor, rated)
    cells = [after.get(("answers", k), last) for k in ANSWERS]
    cells += [after["offers", k] for k in OFFERS]
    return [new for new, _ in cells] + [all_ for _, all_ in cells] + [given[k] for k in OFFERS]


def _quality(fold: Fold, visitor: HeldOut, rated: Mapping[int, float]) -> tuple[float, float]:
    scores = fold.taste(rated).scores if rated else fold.shelf.n_ratings.astype(np.float64)
    scores = scores.copy()
    found = []
    for gone in (rated, visitor.seen):
        scores[list(gone)] = -np.inf
        best = np.argpartition(-scores, LENGTH)[:LENGTH]
        best = best[np.argsort(-scores[best], kind="stable")]
        found.append(ndcg(np.isin(best, visitor.liked), len(visitor.liked), LENGTH))
    return found[1], found[0]
