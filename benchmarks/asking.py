"""Which titles to offer for rating: NDCG@10 after a visitor has answered, against plain popularity.

Half of each held-out visitor's ratings stand for what the visitor has seen: those are given where
they are offered, and "haven't seen it" to everything else. The other half is hidden, and what is
liked there is to be recommended. A real visitor has seen more than anybody has written down.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

import recommender
from benchmarks.table import print_table
from recommender.algorithms import configure
from recommender.data import load
from recommender.evaluation.few_ratings import visitor_folds
from recommender.evaluation.metrics import ndcg
from recommender.serving import ServedRelease

FOLDS, OFFERED, STEP = (0, 1, 2), (6, 12, 24, 40), 6
Choose = Callable[[ServedRelease, dict[int, float], list[int]], list[int]]


def main() -> None:
    threadpool_limits(1)
    ratings = load("movies").ratings
    opened = recommender.open_release("movies")
    folds = visitor_folds(ratings)
    ends = np.cumsum(ratings.user_counts())
    policies: dict[str, Choose] = {
        "ask": lambda release, rated, skipped: release.titles_to_rate(rated, skipped, STEP),
        "peer: by popularity": _most_rated,
    }
    gains: dict[str, list[list[float]]] = {name: [] for name in policies}
    for fold in FOLDS:
        inside = folds == fold
        training = ratings.subset(~inside[ratings.users])
        model = configure("taste-als").fit(training).model
        counts = training.counts().astype(np.int32)
        release = replace(
            opened, models={"taste-als": model}, catalogue=opened.catalogue.assign(n_ratings=counts)
        )
        for user in np.flatnonzero(inside):
            rows = slice(ends[user - 1] if user else 0, ends[user])
            pairs = np.column_stack([ratings.item_ids[ratings.items[rows]], ratings.values[rows]])
            pairs = np.random.default_rng(int(user)).permutation(pairs)
            seen, hidden = np.array_split(pairs, 2)
            liked = {int(item_id) for item_id, r in hidden if r >= ratings.scale.liked}
            if not liked:
                continue
            profile = {int(item_id): float(rating) for item_id, rating in seen}
            for name, choose in policies.items():
                gains[name].append(_journey(release, profile, liked, choose))
    table = {name: np.array(rows) for name, rows in gains.items()}
    difference = table["ask"] - table["peer: by popularity"]
    rows = [[name, *(f"{value:.3f}" for value in np.mean(t, 0))] for name, t in table.items()]
    error = np.std(difference, 0) / len(difference) ** 0.5
    spread = zip(np.mean(difference, 0), error, strict=True)
    rows.append(["difference", *(f"{mean:+.3f} ± {1.96 * e:.3f}" for mean, e in spread)])
    print_table([f"{len(difference)} visitors", *(f"{n} offered" for n in OFFERED)], rows)
    first = opened.catalogue.loc[opened.titles_to_rate(n=12), ["title", "year", "genres"]]
    print(f"\nThe first twelve:\n{pd.DataFrame(first).to_string(index=False)}")


def _most_rated(release: ServedRelease, rated: dict[int, float], skipped: list[int]) -> list[int]:
    asked = {*rated, *skipped}
    order = release.shelf.item_ids[release.shelf.by_popularity]
    return [int(item_id) for item_id in order if item_id not in asked][:STEP]


def _journey(
    release: ServedRelease, profile: dict[int, float], liked: set[int], choose: Choose
) -> list[float]:
    """NDCG@10 after each number of titles offered."""
    rated: dict[int, float] = {}
    skipped: list[int] = []
    figures = []
    while len(rated) + len(skipped) < max(OFFERED):
        for item_id in choose(release, rated, skipped):
            if item_id in profile:
                rated[item_id] = profile[item_id]
            else:
                skipped.append(item_id)
            if len(rated) + len(skipped) in OFFERED:
                picks = release.fold_in(rated).recommend(10)["item_id"]
                figures.append(ndcg(picks.isin(liked).to_numpy(), len(liked)))
    return figures
