"""What a visitor's ratings say of their taste: what is planted is found, and chance is not."""

import numpy as np
import pytest

from recommender.serving import open_release
from recommender.serving.explore import BEST
from recommender.serving.portrait import portrait
from recommender.serving.profile import FEWEST, against_predictions, profile
from recommender.serving.selection import SURE
from recommender.settings import BUNDLED_MODELS


def fold_in(served, positions, ratings):
    ids = served.shelf.item_ids[positions].tolist()
    return served.fold_in(dict(zip(ids, map(float, ratings), strict=True)))


def average_user(served, n, generator):
    """Somebody who rates what everybody rates, as everybody does, and is moody."""
    weights = served.shelf.n_ratings / served.shelf.n_ratings.sum()
    positions = generator.choice(len(served.shelf), n, replace=False, p=weights)
    means = served.catalogue["mean_rating"].to_numpy()[positions]
    ratings = np.clip(np.round(2 * (means + generator.normal(0, 1, n))) / 2, 0.5, 5)
    return positions, ratings


def fan(served, genre, generator):
    """Somebody with fifteen titles of a genre, all loved, among other people's titles."""
    has = np.array([genre in genres for genres in served.shelf.genres])
    known = has & (served.shelf.n_ratings >= 10)
    own = generator.choice(np.flatnonzero(known), 15, replace=False)
    others, _ = average_user(served, 20, generator)
    others = others[~np.isin(others, own)]
    stars = generator.choice([1.5, 2.0, 2.5, 3.0], len(others))
    return np.concatenate([own, others]), np.concatenate([np.full(15, 5.0), stars])


def of(findings, word):
    return next(one for one in findings if one.about == word)


@pytest.mark.parametrize("n", [8, 40])
def test_little_is_said_of_an_average_user(served, n):
    generator = np.random.default_rng(n)
    claims = 0
    for _ in range(40):
        found = profile(served, fold_in(served, *average_user(served, n, generator)))
        every = (*found.chosen, *found.liked, found.fame, found.generosity)
        claims += any(one.holds for one in every)
    # Four kinds of claims at .01 each: more than six of forty is one chance in five hundred.
    assert claims <= 6


@pytest.mark.parametrize("genre", ["Horror", "Children"])
def test_a_planted_taste_is_found_and_said(served, genre):
    found = profile(served, fold_in(served, *fan(served, genre, np.random.default_rng(0))))
    chosen, liked = of(found.chosen, genre.lower()), of(found.liked, genre.lower())
    assert chosen.holds
    assert chosen.yours > 3 * chosen.usual
    assert liked.holds
    assert liked.yours > 1
    said = portrait(found)
    text = " ".join(one.text for one in said.statements)
    assert f"You go for {genre.lower()}" in text
    assert "which genres you seek out" not in said.unknown
    (evidence,) = (one.evidence for one in said.statements if one.text.startswith("You go for"))
    assert f"{chosen.yours:.0%}".replace("%", " %") in evidence


def test_who_rates_everything_lower_is_hard_to_please(served):
    positions, _ = average_user(served, 30, np.random.default_rng(1))
    found = profile(served, fold_in(served, positions, np.full(30, 1.5)))
    assert found.generosity.holds
    assert found.generosity.yours < -1
    assert any("hard to please" in one.text for one in portrait(found).statements)


def test_who_rates_what_hardly_anybody_knows_is_off_the_beaten_track(served):
    positions = served.shelf.by_popularity[::-1][2_000:2_030]
    found = profile(served, fold_in(served, positions, np.tile([3.0, 4.0], 15)))
    assert found.fame.holds
    assert found.fame.yours < 0.2
    assert any("beaten track" in one.text for one in portrait(found).statements)


def test_shares_are_those_of_the_ratings(served):
    found = profile(served, fold_in(served, *average_user(served, 40, np.random.default_rng(2))))
    for one in found.chosen:
        assert 0 <= one.usual <= 1
        assert one.titles == round(one.yours * 40)
        assert one.holds == (one.p_value <= SURE)
    drama = np.array(["Drama" in genres for genres in served.shelf.genres])
    n_ratings = served.shelf.n_ratings
    assert of(found.chosen, "drama").usual == pytest.approx(
        n_ratings[drama].sum() / n_ratings.sum()
    )


def test_of_too_few_ratings_nothing_is_said(served):
    few = served.shelf.by_popularity[: FEWEST - 1]
    assert profile(served, fold_in(served, few, np.full(len(few), 5.0))) is None
    enough = served.shelf.by_popularity[:FEWEST]
    found = profile(served, fold_in(served, enough, np.full(FEWEST, 5.0)))
    assert found.n_rated == FEWEST
    assert len(portrait(found).unknown) >= 3


def test_where_the_best_titles_lie_holds_more_of_them_than_of_all():
    bundled = open_release("movies", BUNDLED_MODELS)
    generator = np.random.default_rng(3)
    found = [
        profile(bundled, fold_in(bundled, *fan(bundled, genre, generator))).whereabouts
        for genre in ("Horror", "Children", "Musical")
    ]
    assert len({here.name for here in found if here is not None}) > 1
    for here in filter(None, found):
        assert here.best / BEST >= 3 * here.share


def test_ratings_stand_beside_what_the_others_predict(served):
    positions, ratings = average_user(served, 20, np.random.default_rng(4))
    table = against_predictions(served, fold_in(served, positions, ratings))
    off = np.abs(table["rating"] - table["predicted"])
    assert off.is_monotonic_decreasing
    given = dict(zip(served.shelf.item_ids[positions].tolist(), ratings.tolist(), strict=True))
    for row in table.head(3).itertuples():
        others = {item_id: rating for item_id, rating in given.items() if item_id != row.item_id}
        (alone,) = served.fold_in(others).predict([row.item_id])
        assert row.predicted == pytest.approx(alone, abs=1e-6)
        assert row.inside == (row.low <= given[row.item_id] <= row.high)


def test_a_single_rating_has_nothing_to_stand_beside(served):
    assert against_predictions(served, fold_in(served, [5], [4.0])).empty
