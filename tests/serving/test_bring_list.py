"""From a file to the visitor's state: every line accounted for, one step, and undone in one."""

from dataclasses import replace
from time import process_time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.data.scale import ANIME_SCALE, MOVIE_SCALE
from recommender.serving.bring_list import (
    Brought,
    Found,
    Unsure,
    importers_of,
    match,
    plan,
    read,
    scale_sentence,
    take_in,
    to_scale,
)
from recommender.serving.importers import Entry, Reading, Skipped
from recommender.serving.session import PLACES, Session, State
from tests.serving.importers import exports

EMPTY = State("movies")


def found(item_id: int, rating: float | None, *, planned=False, date="") -> Found:
    entry = Entry("x:1", (f"Title {item_id}",), None, None, rating, planned, date)
    return Found(item_id, entry, rating)


def brought(*lines: Found, unsure=(), missing=0, skipped=0) -> Brought:
    missed = tuple(Entry("x:9", ("Missing",)) for _ in range(missing))
    entries = (*(one.entry for one in lines), *(one.entry for one in unsure), *missed)
    left = tuple(Skipped("x:8", "it is no title") for _ in range(skipped))
    reading = Reading("IMDb", "movies", 10, "1 to 10", entries, left)
    return Brought(reading, lines, tuple(unsure), missed)


ids = st.integers(1, 6)
ratings = st.sampled_from(MOVIE_SCALE.values)
lines = st.builds(
    found, ids, st.none() | ratings, planned=st.booleans(), date=st.sampled_from(["", "1", "2"])
).map(
    lambda one: replace(
        one, entry=replace(one.entry, planned=one.entry.planned and one.rating is None)
    )
)


@st.composite
def lists(draw):
    maybes = [
        Unsure(one.entry, one.rating, (one.item_id, 7), draw(st.sampled_from([None, 7])))
        for one in draw(st.lists(lines, max_size=3))
    ]
    return brought(
        *draw(st.lists(lines, max_size=12)),
        unsure=maybes,
        missing=draw(st.integers(0, 2)),
        skipped=draw(st.integers(0, 2)),
    )


@st.composite
def states(draw):
    places = draw(st.dictionaries(ids, st.sampled_from(["rated", *PLACES])))
    at = {place: tuple(i for i, p in places.items() if p == place) for place in ("rated", *PLACES)}
    rated = tuple((item_id, draw(ratings)) for item_id in at.pop("rated"))
    return State("movies", None, rated, **at)


picks = st.dictionaries(st.integers(0, 2), st.sampled_from([None, 1, 7]))


@given(lists(), picks, states(), st.booleans())
def test_every_line_is_accounted_for(one, picked, state, theirs):
    made = plan(one, picked, state, theirs=theirs)
    assert made.n_lines == one.n_lines
    assert made.new + made.changed == len(made.ratings)


@given(lists(), picks, states(), st.booleans())
def test_bringing_a_list_again_changes_nothing(one, picked, state, theirs):
    session = Session(state, MOVIE_SCALE)
    after = take_in(session, plan(one, picked, state, theirs=theirs), "IMDb")
    again = plan(one, picked, after.state, theirs=theirs)
    assert again.n_taken == 0
    assert take_in(after, again, "IMDb") is after


@given(lists(), picks, states(), st.booleans())
def test_undo_takes_a_whole_list_back_and_no_title_is_in_two_places(one, picked, state, theirs):
    session = Session(state, MOVIE_SCALE)
    made = plan(one, picked, state, theirs=theirs)
    after = take_in(session, made, "IMDb")
    everywhere = [*after.state.ratings, *(i for p in PLACES for i in getattr(after.state, p))]
    assert len(everywhere) == len(set(everywhere))
    if made.n_taken:
        assert after.undo() == session
        assert after.last.startswith("Added ")


@given(lists(), picks, states())
def test_the_visitors_own_ratings_stay_unless_the_visitor_says_otherwise(one, picked, state):
    session = Session(state, MOVIE_SCALE)
    after = take_in(session, plan(one, picked, state), "IMDb")
    assert state.ratings.items() <= after.state.ratings.items()
    theirs = plan(one, picked, state, theirs=True)
    assert theirs.kept == 0
    mine = plan(one, picked, state)
    assert theirs.changed == mine.kept


def test_a_rating_says_more_than_watched_and_watched_more_than_planned():
    one = brought(found(1, None, planned=True), found(1, None), found(1, 4.5), found(1, None))
    made = plan(one, {}, EMPTY)
    assert (made.ratings, made.seen, made.planned, made.repeated) == ({1: 4.5}, (), (), 3)
    made = plan(brought(found(1, None), found(1, None, planned=True)), {}, EMPTY)
    assert (made.seen, made.planned) == ((1,), ())


def test_of_two_ratings_the_latest_counts():
    later_first = brought(found(1, 4.5, date="2024-01-02"), found(1, 2, date="2020-01-02"))
    assert plan(later_first, {}, EMPTY).ratings == {1: 4.5}
    undated = brought(found(1, 4.5), found(1, 2))
    assert plan(undated, {}, EMPTY).ratings == {1: 2.0}


def test_what_the_visitor_picks_is_taken_and_the_rest_of_the_unsure_left_out():
    unsure = [
        Unsure(Entry("x:1", ("Hamlet",), score=8), 4.0, (3, 4), None),
        Unsure(Entry("x:2", ("Star Wars",), score=9), 4.5, (5,), 5),
        Unsure(Entry("x:3", ("Dune",), score=9), 4.5, (6,), 6),
    ]
    made = plan(brought(unsure=unsure), {0: 4, 2: None}, EMPTY)
    assert made.ratings == {4: 4.0, 5: 4.5}
    assert made.left_out == 1


def test_a_title_that_was_skipped_or_dismissed_is_where_the_list_has_it():
    state = State("movies", skipped=(1, 2), dismissed=(3,))
    one = brought(found(1, 4.0), found(2, None), found(3, None, planned=True))
    after = take_in(Session(state, MOVIE_SCALE), plan(one, {}, state), "IMDb")
    assert after.state == State("movies", rated=((1, 4.0),), seen=(2,), planned=(3,))
    assert after.last == "Added 3 titles from IMDb"


@pytest.mark.parametrize(
    ("score", "highest", "scale", "rating"),
    [
        *((n, 10, MOVIE_SCALE, n / 2) for n in range(1, 11)),
        *((n / 2, 5, MOVIE_SCALE, n / 2) for n in range(1, 11)),
        *((n, 10, ANIME_SCALE, n) for n in range(1, 11)),
        *((n, 5, ANIME_SCALE, 2 * n) for n in range(1, 6)),
        *((1, 100, ANIME_SCALE, 1), (84, 100, ANIME_SCALE, 8), (85, 100, ANIME_SCALE, 9)),
        *((8.4, 10, ANIME_SCALE, 8), (8.5, 10, ANIME_SCALE, 9), (0.5, 10, ANIME_SCALE, 1)),
        *((1, 3, ANIME_SCALE, 3), (2, 3, ANIME_SCALE, 7), (3, 3, ANIME_SCALE, 10)),
        (None, 10, ANIME_SCALE, None),
    ],
)
def test_scores_are_converted_in_proportion(score, highest, scale, rating):
    assert to_scale(score, highest, scale) == rating


@given(st.floats(1e-6, 1), st.sampled_from([3, 5, 10, 100]))
def test_any_score_becomes_a_rating_and_a_better_one_no_worse(share, highest):
    for scale in (MOVIE_SCALE, ANIME_SCALE):
        rating = to_scale(share * highest, highest, scale)
        assert rating in scale.values
        assert to_scale(highest, highest, scale) == scale.high
        assert rating <= to_scale(min(highest, share * highest * 1.2), highest, scale)


_AS_THEY_ARE = "Letterboxd rates like Tastemap, 0.5 to 5: ratings stay as they are."
_BECAME = "became 1 to 10"


@pytest.mark.parametrize(
    ("service", "highest", "words", "scale", "sentence"),
    [
        ("IMDb", 10, "1 to 10", MOVIE_SCALE, "IMDb's 1 to 10 became 0.5 to 5: 7 is 3.5 here."),
        ("Letterboxd", 5, "half stars up to 5", MOVIE_SCALE, _AS_THEY_ARE),
        ("AniList", 100, "1 to 100", ANIME_SCALE, f"AniList's 1 to 100 {_BECAME}: 70 is 7 here."),
        ("AniList", 3, "smileys", ANIME_SCALE, f"AniList's smileys {_BECAME}: 2 is 7 here."),
        ("AniList", 10, "decimals", ANIME_SCALE, f"AniList's decimals {_BECAME}: 7 is 7 here."),
    ],
)
def test_what_became_of_the_scale_is_said(service, highest, words, scale, sentence):
    assert scale_sentence(Reading(service, "x", highest, words, ()), scale) == sentence


def test_services_are_offered_by_domain():
    assert [one.service for one in importers_of("anime")] == ["AniList", "MyAnimeList", "Tastemap"]
    assert importers_of("movies")[-1].service == "Tastemap"


def test_a_real_list_is_matched_in_the_order_of_the_file(served):
    films = [
        ("Toy Story", 1995, 4.5),
        ("Heat", 1995, ""),
        ("No Such Film At All", 1995, 3),
        ("Good Will Huntng", 1997, 5),
    ]
    reading = read(
        "ratings.csv",
        exports.table(exports.RATED, [("d", n, y, "u", r) for n, y, r in films]).encode(),
    )
    one = match(reading, served)
    assert [(line.item_id, line.rating) for line in one.found] == [(1, 4.5), (6, None)]
    assert [entry.called for entry in one.missing] == ["No Such Film At All (1995)"]
    assert [served.shelf.titles[served.shelf.position[line.suggested]] for line in one.unsure] == [
        "Good Will Hunting"
    ]
    made = plan(one, {}, EMPTY)
    assert (made.new, len(made.seen), made.missing, made.n_lines) == (2, 1, 1, 4)


def test_progress_goes_up_to_the_end(served):
    rows = [
        ("d", title, int(year), "u", 4)
        for title, year in zip(served.shelf.titles, served.shelf.years, strict=True)
    ]
    reading = read("ratings.csv", exports.table(exports.RATED, rows[:500]).encode())
    told: list[float] = []
    match(reading, served, told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) >= 10


def test_a_thousand_titles_are_read_and_matched_within_a_second(served):
    rng = np.random.default_rng(0)
    at = rng.choice(len(served.shelf), 1000, replace=False)
    # A fifth is misspelt, so that the slow way is taken too.
    names = [served.shelf.titles[i] + ("x" if n % 5 == 0 else "") for n, i in enumerate(at)]
    rows = [
        ("d", name, int(served.shelf.years[i]), "u", 4) for name, i in zip(names, at, strict=True)
    ]
    data = exports.letterboxd(
        ratings=[(n, y, r) for _, n, y, _, r in rows], watched=[(n, y) for _, n, y, _, _ in rows]
    )
    served.names.search("warm up")
    started = process_time()
    one = match(read("letterboxd.zip", data), served)
    plan(one, {}, EMPTY)
    assert process_time() - started < 1.0
    assert len(one.found) + len(one.unsure) > 1900
