"""Long lists: NDCG@10 and time after 20 to 400 ratings, as a brought list has them.

Held-out visitors show more and more of their ratings, drawn at random; the same thirty are hidden
at every length, and only titles that the visitor has not shown at any length are ranked, so nothing
but the length differs. Every group of rows has the same visitors throughout. "only learned" and
"only plain" are the two fold-ins between which `taste-als` blends.

The movies are those that a package ships. Anime needs the Kaggle files: name their folder, or one
above them, as TASTEMAP_DATA.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

import recommender
from benchmarks.table import milliseconds, print_table, summary
from recommender.algorithms.ensemble import fit_together
from recommender.data import load
from recommender.data.ratings import Ratings
from recommender.errors import TastemapError
from recommender.evaluation.few_ratings import visitor_folds
from recommender.evaluation.metrics import ndcg
from recommender.factors.fold_in import Array, Folded
from recommender.factors.learned import TRUSTED, LearnedFoldIn
from recommender.factors.model import FactorModel, Model
from recommender.serving.visitor import Visitor
from recommender.settings import Settings
from recommender.training.recipes import recipe

SIZES, HIDDEN = (20, 50, 100, 200, 400), 30
GROUPS = (100, 400)
"""Longest list that all visitors of a group have."""

FOLDS = {"movies": range(9), "anime": range(3)}
_LONGEST = 1000


def main() -> None:
    threadpool_limits(1)
    for domain in ("movies", "anime"):
        folder = Settings.from_environment().data
        source = folder / domain if folder and (folder / domain).is_dir() else folder
        try:
            ratings = load(domain, None if domain == "movies" else source).ratings
        except TastemapError as error:
            print(f"{domain}: {error}\n")
            continue
        print(f"### {domain}\n")
        _quality(domain, ratings)
        _time(domain)


def _quality(domain: str, ratings: Ratings) -> None:
    folds = visitor_folds(ratings)
    algorithms = {name: recipe(domain, name) for name in ("taste-als", "blend", "popularity")}
    gains: dict[int, dict[str, list[list[float]]]] = {longest: {} for longest in GROUPS}
    for fold in FOLDS[domain]:
        inside = folds == fold
        fits = fit_together(algorithms, ratings.subset(~inside[ratings.users]))
        models = {name: fit.model for name, fit in fits.items()}
        models |= _fold_ins(models["taste-als"])
        for longest in GROUPS:
            for visitor in _visitors(ratings, np.flatnonzero(inside), longest):
                for name, figures in _journey(ratings, visitor, longest, models).items():
                    gains[longest].setdefault(name, []).append(figures)
    for longest, by_model in gains.items():
        sizes = [size for size in SIZES if size <= longest]
        n = len(next(iter(by_model.values()), ()))
        rows = []
        for name, figures in by_model.items():
            table = np.array(figures)
            steps = np.diff(table, axis=1)
            error = 1.96 * steps.std(axis=0) / max(n, 1) ** 0.5
            cells = [f"{table[:, 0].mean():.3f}"]
            for value, step, bound in zip(
                table.mean(axis=0)[1:], steps.mean(axis=0), error, strict=True
            ):
                cells.append(f"{value:.3f} ({step:+.3f} ± {bound:.3f})")
            rows.append([name, *cells])
        print_table([f"{n} visitors", *(f"{size} ratings" for size in sizes)], rows)
        print()


def _fold_ins(model: Model) -> dict[str, Model]:
    """`taste-als` with one of the fold-ins it blends alone."""
    assert isinstance(model, FactorModel)
    fold_in = model.ranker.fold_in
    assert isinstance(fold_in, LearnedFoldIn)
    parts = {"only learned": _Learned(**vars(fold_in)), "only plain": fold_in.plain}
    return {
        name: replace(model, ranker=replace(model.ranker, fold_in=part))
        for name, part in parts.items()
    }


class _Learned(LearnedFoldIn):
    """The learned fold-in, trusted however many ratings there are."""

    def fold(self, rows: Array, ratings: Array, offsets: Array) -> Folded:
        blended = super().fold(rows, ratings, offsets)
        trust = min(1.0, TRUSTED / max(len(ratings), 1))
        plain = self.plain.fold(rows, ratings, offsets).parts
        return Folded(blended.start / trust, (blended.parts - (1 - trust) * plain) / trust)


def _visitors(
    ratings: Ratings, users: NDArray[np.intp], longest: int
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Yields rows to hide and rows to show, the latter in the order of showing."""
    ends = np.cumsum(ratings.user_counts())
    for user in users:
        rows = np.arange(ends[user - 1] if user else 0, ends[user])
        if len(rows) < longest + HIDDEN:
            continue
        order = np.random.default_rng([0, int(ratings.user_ids[user])]).permutation(rows)
        hidden, shown = order[:HIDDEN], order[HIDDEN:]
        if (ratings.values[hidden] >= ratings.scale.liked).any():
            yield hidden, shown


def _journey(
    ratings: Ratings,
    visitor: tuple[NDArray[np.intp], NDArray[np.intp]],
    longest: int,
    models: Mapping[str, Model],
) -> dict[str, list[float]]:
    """NDCG@10 at each length, by model."""
    hidden, shown = visitor
    liked = ratings.items[hidden][ratings.values[hidden] >= ratings.scale.liked]
    figures: dict[str, list[float]] = {name: [] for name in models}
    for size in (size for size in SIZES if size <= longest):
        rows = shown[:size]
        for name, model in models.items():
            taste = model.taste(
                ratings.items[rows].astype(np.intp), ratings.values[rows].astype(np.float64)
            )
            scores = taste.scores.copy()
            scores[ratings.items[shown]] = -np.inf
            best = np.argsort(-scores, kind="stable")[:10]
            figures[name].append(ndcg(np.isin(best, liked), len(liked)))
    return figures


def _time(domain: str) -> None:
    """What the served release takes for a visitor with long lists, one thread."""
    release = recommender.open_release(domain)
    release.warm_up()
    ids = release.shelf.item_ids[release.shelf.by_popularity[:_LONGEST]].tolist()
    values = np.random.default_rng(0).choice(release.scale.values, _LONGEST).tolist()
    rows = []
    for size in (20, 100, 400, _LONGEST):
        rated = dict(zip(ids[:size], values[:size], strict=True))

        def answer(rated: dict[int, float] = rated) -> Visitor:
            visitor = release.fold_in(rated)
            picks = visitor.recommend(8)
            visitor.breakdowns(picks["item_id"], 12)
            return visitor

        rows.append([f"{size:,}", *summary(milliseconds(answer, 20))])
    print_table(["fold in, recommend 8, explain", "median ms", "95 % ms"], rows)
    print()
