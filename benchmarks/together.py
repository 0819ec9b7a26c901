"""Titles for several people: what each member finds in one list, against the plain alternatives.

Groups of two, four and eight people whom the model has never seen, drawn at random or alike (the
nearest in the model's factor space, by what they show). Everybody shows ten ratings drawn at
random; titles that a member has shown are left out. Satisfaction of a member is the NDCG@10 of the
group's list on the member's own hidden liked titles; a group's figures are the mean over its
members and that of the least satisfied one. Plain alternatives: the scores averaged as the model
gives them, and all ratings merged into one profile. "Taking turns" lets everybody choose in turn.
Differences are to the merged profile, by pairs of lists for the same group, with a 95 % interval.
`python -m benchmarks together`; TASTEMAP_DATA names a folder with anime beside movies.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.held_out import Fold, folds, taste
from benchmarks.table import print_table
from recommender.evaluation.few_ratings import TEST_FOLDS
from recommender.evaluation.metrics import Estimate, ndcg
from recommender.factors.blend import factor_models
from recommender.factors.fold_in import Array
from recommender.factors.model import Positions
from recommender.serving.together import WAYS, comparable, merged

DOMAINS = {"movies": TEST_FOLDS, "anime": TEST_FOLDS[:4]}
SIZES, KINDS = (2, 4, 8), ("random", "alike")
GROUPS, SHOWN, LENGTH = 20, 10, 10
"""Groups of a size and kind in a fold, ratings that a member shows, titles in a list."""

MERGED = "peer: ratings merged"


def main() -> None:
    threadpool_limits(1)
    for domain, numbers in DOMAINS.items():
        found: dict[str, dict[tuple[str, int], list[tuple[float, float]]]] = {}
        for fold in folds(domain, numbers, "blend"):
            for kind, size, lists, liked in _groups(fold):
                for name, order in lists.items():
                    own = [ndcg(np.isin(order, ids), len(ids), LENGTH) for ids in liked]
                    cell = found.setdefault(name, {}).setdefault((kind, size), [])
                    cell.append((float(np.mean(own)), min(own)))
        _print(domain, found)


def _print(domain: str, found: dict[str, dict[tuple[str, int], list[tuple[float, float]]]]) -> None:
    cells = [(kind, size) for kind in KINDS for size in SIZES]
    plain = np.concatenate([found[MERGED][cell] for cell in cells])
    rows = []
    for name, figures in found.items():
        means = [np.mean(figures[cell], axis=0) for cell in cells]
        apart = np.concatenate([figures[cell] for cell in cells]) - plain
        estimates = [Estimate.mean(apart[:, column]) for column in (0, 1)]
        rows.append(
            [name]
            + [f"{mean:.3f} / {least:.3f}" for mean, least in means]
            + [f"{one.value:+.4f} ± {one.high - one.value:.4f}" for one in estimates]
        )
    header = [f"{domain}, {len(plain)} groups: mean / least"]
    header += [f"{size} {kind}" for kind, size in cells]
    print_table([*header, "mean, difference", "least, difference"], rows)
    print()


def _groups(fold: Fold) -> Iterator[tuple[str, int, dict[str, Positions], list[Positions]]]:
    """Yields groups with each policy's list and everybody's hidden liked titles."""
    generator = np.random.default_rng(fold.number)
    people = [
        (dict(list(visitor.seen.items())[:SHOWN]), visitor.liked) for visitor in fold.visitors
    ]
    factors = next(factor_models(fold.model))
    scores = np.array([fold.taste(profile).scores for profile, _ in people])
    places = np.array([taste(factors, profile).visitor_factors for profile, _ in people])
    places /= np.linalg.norm(places, axis=1, keepdims=True)
    for kind in KINDS:
        for size in SIZES:
            for _ in range(GROUPS):
                order = generator.permutation(len(people))
                if kind == "alike":
                    # The first is most like itself.
                    order = order[np.argsort(-places[order] @ places[order[0]], kind="stable")]
                group = order[:size].tolist()
                profiles = [people[one][0] for one in group]
                liked = [people[one][1] for one in group]
                shown = list(set().union(*profiles))
                known = fold.shelf.by_popularity
                open_ = known[~np.isin(known, shown)]
                lists = _lists(fold, scores[np.ix_(group, open_)], merged(profiles), open_)
                left = [np.setdiff1d(ids, shown) for ids in liked]
                if all(len(ids) for ids in left):
                    yield kind, size, {name: open_[at] for name, at in lists.items()}, left


def _lists(
    fold: Fold, scores: Array, ratings: dict[int, float], open_: Positions
) -> dict[str, Positions]:
    value = comparable(scores)
    lists = {name: way(value, LENGTH) for name, way in WAYS.items()}
    lists["taking turns"] = _turns(scores)
    lists["by ranks, average"] = WAYS["average"](_ranks(scores), LENGTH)
    lists["peer: scores averaged"] = WAYS["average"](scores, LENGTH)
    lists[MERGED] = WAYS["average"](fold.taste(ratings).scores[None, open_], LENGTH)
    return lists


def _ranks(scores: Array) -> Array:
    return np.asarray(-np.argsort(np.argsort(-scores, axis=1), axis=1), np.float64)


def _turns(scores: Array) -> Positions:
    chosen: list[int] = []
    orders = np.argsort(-scores, axis=1, kind="stable")
    while len(chosen) < LENGTH:
        own = orders[len(chosen) % len(orders)]
        chosen.append(next(int(at) for at in own if at not in chosen))
    return np.array(chosen, np.intp)
