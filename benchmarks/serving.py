"""What a rating costs on the server: fold in, rank the whole catalogue, explain the cards shown.

The peer is scikit-surprise, which cannot fold a visitor in: its figure is the predictions of one
known user for all titles, with the same ranking.
"""

from __future__ import annotations

import numpy as np
import surprise
from threadpoolctl import threadpool_limits

import recommender
from benchmarks.table import milliseconds, print_table, summary
from recommender.data import load

SHOWN = 8
REPEATS = 200


def main() -> None:
    threadpool_limits(1)
    release = recommender.open_release("movies")
    generator = np.random.default_rng(0)
    known = release.shelf.item_ids[release.shelf.by_popularity[:500]]
    rows = []
    for model in release.models:
        for n_ratings in (3, 20, 100):

            def answer(model: str = model, n_ratings: int = n_ratings) -> object:
                titles = generator.choice(known, n_ratings, replace=False)
                values = generator.choice(release.scale.values, n_ratings)
                visitor = release.fold_in(dict(zip(titles.tolist(), values, strict=True)), model)
                picks = visitor.recommend(SHOWN)
                return visitor.breakdowns(picks["item_id"].tolist())

            rows.append([f"{model}, {n_ratings} ratings", *summary(milliseconds(answer, REPEATS))])

    typed = ["toy stroy", "matrix, the", "godfather 2", "lord rings return"]
    found = milliseconds(lambda: [release.search(text) for text in typed], 25)
    rows.append(["search, one query", *summary([figure / len(typed) for figure in found])])
    rows.append(["titles to rate, 6 new", *summary(milliseconds(lambda: _ask(release), 50))])

    ratings = load("movies").ratings
    trainset = surprise.Dataset.load_from_df(
        _frame(ratings), surprise.Reader(rating_scale=(0.5, 5.0))
    ).build_full_trainset()
    peer = surprise.SVD(n_factors=50, n_epochs=5, random_state=0).fit(trainset)

    def predict_all() -> object:
        return np.argsort([-peer.predict(0, item).est for item in range(ratings.n_items)])[:SHOWN]

    figures = summary(milliseconds(predict_all, 20, 2))
    rows.append(["peer: surprise SVD, a known user", *figures])
    print_table(["what", "median ms", "95 % ms"], rows)


def _ask(release: recommender.serving.ServedRelease) -> object:
    return release.titles_to_rate(n=6)


def _frame(ratings: recommender.data.Ratings) -> object:
    import pandas as pd

    return pd.DataFrame({"u": ratings.users, "i": ratings.items, "r": ratings.values})
