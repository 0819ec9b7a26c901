"""What a rating costs on the server: fold in, rank the whole catalogue, explain the cards shown.

The peer is scikit-surprise on movies, which cannot fold a visitor in: its figure is the predictions
of one known user for all titles, with the same ranking.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import surprise
from threadpoolctl import threadpool_limits

import recommender
from benchmarks.table import milliseconds, print_table, summary
from recommender.data import load
from recommender.releases import Registry
from recommender.serving import ServedRelease
from recommender.settings import BUNDLED_MODELS

SHOWN = 8
REPEATS = 200
TYPED = ("toy stroy", "matrix, the", "godfather 2", "fullmetal alchemist brotherhod")


def main() -> None:
    threadpool_limits(1)
    for domain in Registry(BUNDLED_MODELS).domains():
        release = recommender.open_release(domain)
        rows = [
            [f"{model}, {n} ratings", *_answers(release, model, n)]
            for model in release.models
            for n in (3, 20, 100)
        ]
        found = milliseconds(lambda r=release: [r.search(text) for text in TYPED], 25)
        rows.append(["search, one query", *summary([ms / len(TYPED) for ms in found])])
        asked = milliseconds(lambda r=release: r.titles_to_rate(n=6), 50)
        rows.append(["titles to rate, 6 new", *summary(asked)])
        registry = Registry(BUNDLED_MODELS)
        opened = milliseconds(lambda d=domain, r=registry: r.open(d), 10)
        rows.append(["open the release", *summary(opened)])
        if domain == "movies":
            rows.append(["peer: surprise SVD, a known user", *_peer()])
        print(f"{domain}, {len(release.shelf):,} titles\n")
        print_table(["what", "median ms", "95 % ms"], rows)
        print()


def _answers(release: ServedRelease, model: str, n_ratings: int) -> list[str]:
    generator = np.random.default_rng(0)
    known = release.shelf.item_ids[release.shelf.by_popularity[:500]]

    def answer() -> object:
        titles = generator.choice(known, n_ratings, replace=False)
        values = generator.choice(release.scale.values, n_ratings)
        visitor = release.fold_in(dict(zip(titles.tolist(), values, strict=True)), model)
        return visitor.breakdowns(visitor.recommend(SHOWN)["item_id"].tolist())

    return summary(milliseconds(answer, REPEATS))


def _peer() -> list[str]:
    ratings = load("movies").ratings
    frame = pd.DataFrame({"u": ratings.users, "i": ratings.items, "r": ratings.values})
    reader = surprise.Reader(rating_scale=(0.5, 5.0))
    trainset = surprise.Dataset.load_from_df(frame, reader).build_full_trainset()
    peer = surprise.SVD(n_factors=50, n_epochs=5, random_state=0).fit(trainset)

    def predict_all() -> object:
        return np.argsort([-peer.predict(0, item).est for item in range(ratings.n_items)])[:SHOWN]

    return summary(milliseconds(predict_all, 20, 2))
