"""What the API answers about titles: plain functions from what is asked to what is answered.

Where they run is said in `work`. What serves is what the pages serve, opened once for both.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from recommender.api.problems import Refusal
from recommender.api.values import (
    Dials,
    Domains,
    Explanation,
    Near,
    Part,
    Problem,
    Recommendations,
    Recommended,
    Scale,
    Serving,
    Similar,
    Sought,
    Titles,
    Visitor,
    Why,
    Wish,
)
from recommender.errors import RatingError
from recommender.serving import opened
from recommender.serving import visitor as folded
from recommender.serving.counted import RECOMMENDATIONS
from recommender.serving.dials import Dials as Turned
from recommender.serving.served import ServedRelease
from recommender.serving.shelf import Shelf

FEW = 50
"""Ratings that are folded in within a few milliseconds."""


def quick(asked: Visitor) -> bool:
    """Whether somebody can be answered within a few milliseconds."""
    return len(asked.ratings) <= FEW and opened.is_open(asked.domain)


def domains() -> Domains:
    """What is served."""
    return Domains(domains=[_serving(opened.release(domain)) for domain in opened.domains()])


def titles(sought: Sought) -> Titles:
    """The titles that a name may mean."""
    release = _release(sought.domain)
    found = release.search(sought.q, sought.count)
    return _similar(release, found["item_id"], found["similarity"])


def neighbours(domain: str, item_id: int, near: Near) -> Titles:
    """The titles nearest to one in factor space."""
    release = _release(domain, 404)
    _check_title(release.shelf, item_id, 404)
    if release.factors is None:
        raise Refusal(404, f"No model of {domain} has factors, so no title has neighbours.")
    shelf = release.shelf
    hidden = len(shelf) - int(shelf.offered.sum())
    found = release.factors.neighbours(item_id, near.count + hidden)
    found = found[shelf.offered[shelf.positions(found["item_id"])]].head(near.count)
    return _similar(release, found["item_id"], found["similarity"])


def recommend(wish: Wish) -> Recommendations:
    """What the ranker puts first for a visitor."""
    release = _release(wish.domain)
    visitor = _fold_in(release, wish, wish.seen, wish.planned)
    found = visitor.recommended(wish.count, wish.exclude, _turned(wish.dials, release.shelf))
    RECOMMENDATIONS.labels("api", release.domain, visitor.model).inc()
    return Recommendations(
        domain=release.domain,
        release=release.id,
        model=visitor.model,
        unknown=list(visitor.unknown),
        recommendations=[
            Recommended(
                rank=rank,
                item_id=int(item_id),
                title=title,
                year=_year(release.shelf, item_id),
                score=score,
                predicted_rating=rating,
                low=low,
                high=high,
                because=because,
            )
            for rank, (item_id, title, score, rating, low, high, because) in enumerate(
                zip(*found.values(), strict=True), 1
            )
        ],
    )


def explain(why: Why) -> Explanation:
    """What each rating brings to the score of a title."""
    release = _release(why.domain)
    _check_title(release.shelf, why.item_id, 422)
    visitor = _fold_in(release, why)
    parts = visitor.breakdowns([why.item_id], most=None)[why.item_id]
    at = release.shelf.position[why.item_id]
    return Explanation(
        domain=release.domain,
        release=release.id,
        model=visitor.model,
        unknown=list(visitor.unknown),
        item_id=why.item_id,
        title=release.shelf.titles[at],
        score=float(visitor.scores_of(np.array([at]))[0]),
        parts=[
            Part(
                label=part.label,
                item_id=part.item_id,
                rating=part.rating,
                contribution=part.amount,
            )
            for part in parts
        ],
    )


def _serving(release: ServedRelease) -> Serving:
    scale = release.scale
    return Serving(
        domain=release.domain,
        release=release.id,
        titles=len(release.shelf),
        scale=Scale(low=scale.low, high=scale.high, step=scale.step, liked=scale.liked),
        models=sorted(release.models),
        ranker=release.ranker,
        rater=release.rater,
        genres=list(release.shelf.all_genres),
        kinds=list(release.shelf.all_kinds),
    )


def _release(domain: str, status: int = 422) -> ServedRelease:
    # What has served is known; only for other names the folders need to be looked through.
    if domain not in opened.serving() and domain not in (there := opened.domains()):
        raise Refusal(status, f"There is no such domain; there is {', '.join(there)}.", "domain")
    return opened.release(domain)


def _check_title(shelf: Shelf, item_id: int, status: int) -> None:
    at = shelf.position.get(item_id)
    if at is None or not shelf.offered[at]:
        message = "No title has this id; GET /api/titles finds titles by name."
        raise Refusal(status, message, "item_id")


def _fold_in(
    release: ServedRelease, asked: Visitor, seen: Iterable[int] = (), planned: Iterable[int] = ()
) -> folded.Visitor:
    if asked.model is not None and asked.model not in release.models:
        there = ", ".join(sorted(release.models))
        raise Refusal(422, f"There is no such model; there is {there}.", "model")
    ratings = {int(item_id): rating for item_id, rating in asked.ratings.items()}
    try:
        return release.fold_in(ratings, asked.model, seen=seen, planned=planned)
    except RatingError as error:
        refusal = Refusal(422, str(error), "ratings")
        refusal.problems = list(_off_the_scale(release, ratings))
        raise refusal from error


def _off_the_scale(release: ServedRelease, ratings: dict[int, float]) -> Iterable[Problem]:
    for item_id, rating in ratings.items():
        try:
            release.scale.check(rating)
        except RatingError as error:
            yield Problem(field=f"ratings.{item_id}", message=str(error))


def _turned(dials: Dials, shelf: Shelf) -> Turned:
    values = dials.model_dump()
    names = {"genres": shelf.all_genres, "without": shelf.all_genres, "kinds": shelf.all_kinds}
    for name, there in names.items():
        for number, wanted in enumerate(values[name]):
            if wanted not in there:
                message = f"There is no {wanted!r}; there is {', '.join(there) or 'none'}."
                raise Refusal(422, message, f"dials.{name}.{number}")
        values[name] = tuple(values[name])
    return Turned(**values)


def _similar(
    release: ServedRelease, item_ids: Iterable[int], similarity: Iterable[float]
) -> Titles:
    shelf = release.shelf
    return Titles(
        domain=release.domain,
        release=release.id,
        titles=[
            Similar(
                rank=rank,
                item_id=item_id,
                title=shelf.titles[shelf.position[item_id]],
                year=_year(shelf, item_id),
                similarity=alike,
            )
            for rank, (item_id, alike) in enumerate(zip(item_ids, similarity, strict=True), 1)
        ],
    )


def _year(shelf: Shelf, item_id: int) -> int | None:
    return int(shelf.years[shelf.position[item_id]]) or None
