"""What each position of a dial does to the first ten, against neutral dials.

Held-out visitors of the few-ratings protocol, from three of its folds (of anime the first 170 of
one fold, which has more), show 3, 5, 10 or 20 ratings; the model that ranks is fitted on everybody
outside the fold.
NDCG@10 stands with the 95 % interval of its difference from neutral, visitor by visitor. Popularity
is the mean percentile by number of ratings, "ratings" the number of ratings that a title of the
list has, in the median; diversity is 1 - cosine of who rated what, as `evaluate` has it; repeats
are titles whose franchise stands further up in the list already, sequels those whose first part the
visitor has not shown. Of the titles in the list that a visitor turns out to have rated, misses are
those rated less than "liked"; the range is half the width of the predicted one, in points of the
scale. Last, what the dials cost on the server.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

import recommender
from benchmarks.table import milliseconds, print_table, summary
from recommender.algorithms.ensemble import fit_together
from recommender.algorithms.solvers.subsets import well_known
from recommender.data import load
from recommender.data.ratings import Ratings
from recommender.errors import DataError
from recommender.evaluation.few_ratings import LIST_LENGTH, Showing, showings, visitor_folds
from recommender.evaluation.lists import Titles
from recommender.evaluation.metrics import Estimate, diversity, ndcg, percentiles
from recommender.serving import ServedRelease
from recommender.serving.dials import NEUTRAL, Dials
from recommender.serving.picks import picks
from recommender.serving.visitor import Visitor
from recommender.settings import Settings
from recommender.training.recipes import recipe

FOLDS = {"movies": (0, 1, 2), "anime": (0,)}
MOST_VISITORS = 170
POSITIONS = {
    "neutral": NEUTRAL,
    "familiar": Dials(surprise=-100),
    "familiar 50": Dials(surprise=-50),
    "surprising 50": Dials(surprise=50),
    "surprising": Dials(surprise=100),
    "varied 25": Dials(variety=25),
    "varied 50": Dials(variety=50),
    "varied": Dials(variety=100),
    "certain": Dials(adventure=-100),
    "certain 50": Dials(adventure=-50),
    "adventurous 50": Dials(adventure=50),
    "adventurous": Dials(adventure=100),
    "at least 20 ratings": Dials(fewest_ratings=20),
    "at least 100 ratings": Dials(fewest_ratings=100),
    "one per franchise": Dials(one_per_franchise=True),
    "first parts first": Dials(no_sequels=True),
}
ALL = Dials(
    surprise=50,
    variety=50,
    adventure=50,
    genres=("Drama", "Comedy"),
    without=("Horror",),
    fewest_ratings=5,
    one_per_franchise=True,
    no_sequels=True,
)
_RANKER = "blend"


@dataclass(frozen=True)
class Row:
    """What one list is like."""

    ndcg: float
    popularity: float
    ratings: float
    diversity: float
    repeats: float
    sequels: float
    misses: float
    width: float


def main() -> None:
    threadpool_limits(1)
    for domain in FOLDS:
        release = recommender.open_release(domain)
        rows = _measured(release, load(domain, _source(domain)).ratings)
        print(f"{domain}, {len(rows['neutral'])} visitors\n")
        _print(rows)
        print("\n| one list of 10, all titles | median ms | 95 % ms |\n| --- | --- | --- |")
        for name, dials in (("neutral", NEUTRAL), ("all dials turned", ALL)):
            print(f"| {name} | {' | '.join(_cost(release, dials))} |")
        print()


def _source(domain: str) -> Path | None:
    """Anime come from a folder that the settings name; movies from a package."""
    folder = Settings.from_environment().data
    return None if domain == "movies" or folder is None else folder / domain


def _measured(release: ServedRelease, ratings: Ratings) -> dict[str, list[list[Row]]]:
    """Position -> for each visitor the rows of all showings."""
    if not np.array_equal(release.shelf.item_ids, ratings.item_ids):
        raise DataError(f"The {release.domain} release was learned from another catalogue.")
    titles, folds = Titles.of(ratings), visitor_folds(ratings)
    found: dict[str, dict[int, list[Row]]] = {name: {} for name in POSITIONS}
    for fold in FOLDS[release.domain]:
        inside = folds == fold
        training = ratings.subset(~inside[ratings.users])
        fits = fit_together({_RANKER: recipe(release.domain, _RANKER)}, training, seed=0)
        counts = training.counts()
        known = replace(
            release,
            models={_RANKER: fits[_RANKER].model},
            ranker=_RANKER,
            rater=_RANKER,
            catalogue=release.catalogue.assign(n_ratings=counts.astype(np.int32)),
            adult=True,
        )
        popular = percentiles(counts)
        visitors = np.flatnonzero(inside)[:MOST_VISITORS]
        for showing in showings(ratings, visitors, well_known(counts)):
            for name, row in _lists(known, ratings, showing, titles, popular):
                found[name].setdefault(showing.user, []).append(row)
    return {name: list(users.values()) for name, users in found.items()}


def _lists(
    release: ServedRelease,
    ratings: Ratings,
    showing: Showing,
    titles: Titles,
    popular: np.ndarray,
) -> Iterator[tuple[str, Row]]:
    shown = zip(ratings.items[showing.seen], ratings.values[showing.seen], strict=True)
    visitor = release.fold_in(
        {int(ratings.item_ids[item]): float(rating) for item, rating in shown}
    )
    hidden = dict(
        zip(ratings.items[showing.hidden].tolist(), ratings.values[showing.hidden], strict=True)
    )
    liked = [item for item, rating in hidden.items() if rating >= ratings.scale.liked]
    if liked:
        for name, dials in POSITIONS.items():
            yield name, _row(visitor, dials, hidden, liked, titles, popular)


def _row(
    visitor: Visitor,
    dials: Dials,
    hidden: dict[int, float],
    liked: list[int],
    titles: Titles,
    popular: np.ndarray,
) -> Row:
    best = picks(visitor, dials, n=LIST_LENGTH)
    first = visitor.shelf.franchises.first[best]
    rated = [hidden[at] for at in best.tolist() if at in hidden]
    assert visitor.rater is not None
    predicted = visitor.rater.predict(best)
    assert predicted is not None
    half = np.maximum(predicted.rating - predicted.low, predicted.high - predicted.rating)
    return Row(
        ndcg=ndcg(np.isin(best, liked), len(liked)),
        popularity=float(popular[best].mean()),
        ratings=float(np.median(visitor.shelf.n_ratings[best])),
        diversity=float(diversity(titles.vectors[best])),
        repeats=1 - len(np.unique(first)) / len(best),
        sequels=float(np.mean((first != best) & ~np.isin(first, visitor.taste.rated))),
        misses=float(np.mean(np.array(rated) < visitor.scale.liked)) if rated else np.nan,
        width=float(half.mean()),
    )


def _print(rows: dict[str, list[list[Row]]]) -> None:
    def of(name: str, field: str) -> np.ndarray:
        """One figure a visitor, over those showings that have it."""
        values = ([getattr(row, field) for row in one] for one in rows[name])
        known = [[value for value in one if np.isfinite(value)] for one in values]
        return np.array([np.mean(one) for one in known if one])

    lines = []
    for name in POSITIONS:
        value = of(name, "ndcg").mean()
        change = Estimate.mean(of(name, "ndcg") - of("neutral", "ndcg"))
        compared = f"{change.value:+.3f} ({change.low:+.3f} to {change.high:+.3f})"
        lines.append(
            [
                name,
                f"{value:.3f}",
                "" if name == "neutral" else compared,
                f"{of(name, 'popularity').mean():.3f}",
                f"{np.median(of(name, 'ratings')):.0f}",
                f"{of(name, 'diversity').mean():.3f}",
                *(f"{of(name, field).mean():.1%}" for field in ("repeats", "sequels")),
                f"{of(name, 'misses').mean():.1%}",
                f"{of(name, 'width').mean():.3f}",
            ]
        )
    heading = "dials,NDCG@10,against neutral (95 %),popularity,ratings,diversity,repeats,sequels"
    print_table([*heading.split(","), "misses", "range"], lines)


def _cost(release: ServedRelease, dials: Dials) -> list[str]:
    generator = np.random.default_rng(0)
    known = release.shelf.item_ids[release.shelf.by_popularity[:500]]
    values = generator.choice(release.scale.values, 20)
    rated = dict(zip(generator.choice(known, 20, replace=False).tolist(), values, strict=True))
    visitor = release.fold_in(rated)
    _ = visitor.scores
    return summary(milliseconds(lambda: picks(visitor, dials, n=LIST_LENGTH), 100))
