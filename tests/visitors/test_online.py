"""What visitors made of recommendations, each visitor counted once."""

import numpy as np
import pytest

from recommender.visitors import online
from recommender.visitors.changes import Context, Forget, pseudonym
from recommender.visitors.keep import MONOTONE
from recommender.visitors.online import FEWEST, Tally
from tests.visitors.made import ADA, BOB, CLEO, gone, put, rated, shown

BLEND = Context("movies", "r1", "blend")
TASTE = Context("movies", "r2", "taste-als")
LIKED = 4.0


@pytest.fixture
def three(engine):
    put(engine, ADA, shown([1, 2, 3, 4], 1000, BLEND))
    put(engine, ADA, [*rated({1: 5.0, 2: 2.0}, 2000, BLEND), gone(4, "dismissed", 2000, BLEND)])
    put(engine, BOB, shown([1, 2], 1000, BLEND))
    put(engine, BOB, [gone(2, "seen", 2000, BLEND)])
    put(engine, CLEO, [*shown([9], 1000, TASTE), *rated({9: 4.0}, 2000, TASTE)])
    return engine


def test_the_shares_are_those_of_each_visitor_and_their_mean(three):
    found = online.by_model(online.tallies(three, "movies", LIKED))
    assert list(found) == ["blend", "taste-als"]
    blend = found["blend"]
    assert (blend.visitors, blend.shown) == (2, 6)
    told = {figure: one.value for figure, one in blend.figures.items()}
    assert told == pytest.approx(
        {"taken up": (2 / 4 + 1 / 2) / 2, "liked": 1 / 8, "not wanted": 1 / 8, "rating": 3.5}
    )
    assert blend.figures["liked"].low < 1 / 8 < blend.figures["liked"].high


def test_ranks_are_told_apart(three):
    found = online.by_rank(online.tallies(three, "movies", LIKED))
    assert list(found) == ["1–3", "4–8", "from 9"]
    assert found["1–3"].shown == 6
    assert found["4–8"].figures["not wanted"].value == 1.0
    assert (found["from 9"].shown, dict(found["from 9"].figures)) == (0, {})


def test_one_release_can_be_looked_at_alone(three):
    found = online.tallies(three, "movies", LIKED, release="r2")
    assert list(online.by_model(found)) == ["taste-als"]


def test_the_forgotten_and_those_set_apart_do_not_count(three):
    put(three, ADA, [Forget()])
    put(three, BOB, rated(dict.fromkeys(range(MONOTONE), 5.0), brought=True))
    assert list(online.by_model(online.tallies(three, "movies", LIKED))) == ["taste-als"]


def side(model: str, n: int, liked: float, seed: int, **more: bool) -> list[Tally]:
    """Visitors who were shown 10 titles each and like each with this chance."""
    hits = np.random.default_rng(seed).binomial(10, liked, n)
    told = {"assigned": True} | more
    return [
        Tally(pseudonym(f"{model} {at}"), model, 1, told["assigned"], 10, hit, hit, 0, 0, 4.0 * hit)
        for at, hit in enumerate(hits)
    ]


def test_a_model_that_people_like_more_is_found_to_be():
    found = online.contest([*side("a", 400, 0.4, 1), *side("b", 400, 0.2, 2)], "a", "b")
    assert "liked" in found.beyond_chance
    gap = found.differences["liked"]
    assert gap.low < 0.2 < gap.high
    assert found.sides[0].visitors == 400


def test_two_that_are_alike_differ_beyond_chance_in_one_of_twenty_at_most():
    false = 0
    for seed in range(200):
        both = [*side("a", 60, 0.3, 2 * seed), *side("b", 60, 0.3, 2 * seed + 1)]
        false += bool(online.contest(both, "a", "b").beyond_chance)
    assert false <= 18


def test_with_few_visitors_nothing_is_said():
    few = [*side("a", FEWEST - 1, 0.9, 1), *side("b", 100, 0.1, 2)]
    found = online.contest(few, "a", "b")
    assert not found.differences
    assert found.beyond_chance == ()


def test_whoever_chose_the_model_is_in_no_contest():
    chosen = side("a", 100, 0.9, 1, assigned=False)
    assert online.contest(chosen, "a", "b").sides[0].visitors == 0
