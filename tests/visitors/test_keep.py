"""What is kept of visitors, in SQLite and in PostgreSQL."""

import itertools
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import update

from recommender.errors import StorageError
from recommender.settings import Settings
from recommender.storage import open_database
from recommender.storage.database import writing
from recommender.visitors.changes import Change, Context, Forget
from recommender.visitors.keep import FASTEST, MONOTONE, keep
from recommender.visitors.tables import VISITOR
from tests.visitors.made import ADA, BOB, MOVIES, gone, kept, outcomes, put, rated, reason, shown

OTHER = Context("movies", "r1", "taste-als")


def test_the_newest_rating_of_a_title_is_kept(engine):
    put(engine, ADA, rated({1: 4.0, 2: 3.0}, at=1000))
    put(engine, ADA, rated({1: 5.0}, at=2000))
    put(engine, BOB, rated({1: 1.0}, at=1500))
    assert kept(engine) == {1: 5.0, 2: 3.0}
    put(engine, ADA, rated({1: 2.0}, at=1999))
    assert kept(engine)[1] == 5.0


def test_the_same_events_twice_leave_what_they_left_once(engine):
    events = [*shown([1, 2], at=900), *rated({1: 4.0}, at=1000), gone(2, "dismissed", at=1001)]
    put(engine, ADA, events)
    once = kept(engine), outcomes(engine)
    put(engine, ADA, events)
    assert (kept(engine), outcomes(engine)) == once


def test_a_rating_that_is_taken_back_is_gone(engine):
    put(engine, ADA, rated({1: 4.0, 2: 2.0}, at=1000))
    put(engine, ADA, [gone(1, at=1001), gone(2, "seen", at=999)])
    assert kept(engine) == {2: 2.0}
    put(engine, ADA, [*rated({3: 4.0}, at=1002), gone(3, at=1003)])
    assert 3 not in kept(engine)


def test_whoever_is_forgotten_stays_so(engine):
    put(engine, ADA, [*shown([1], at=900), *rated({1: 4.0})])
    put(engine, BOB, rated({1: 4.0}))
    put(engine, ADA, [Forget()])
    assert (kept(engine), outcomes(engine), reason(engine)) == ({}, {}, None)
    with writing(engine) as connection:
        assert keep(connection, [(ADA, rated({2: 4.0})), (BOB, [])]) == {ADA}
    assert kept(engine) == {}
    assert kept(engine, BOB) == {1: 4.0}
    put(engine, ADA, [*rated({3: 4.0}), Forget(), *rated({4: 1.0})])
    assert kept(engine) == {}


def test_an_answer_goes_to_the_model_that_was_looked_at(engine):
    put(engine, ADA, [*shown([7, 8, 9], at=900), *shown([8, 7], at=950, context=OTHER)])
    put(engine, ADA, rated({7: 4.5}, at=1000, context=OTHER))
    put(engine, ADA, [gone(9, "dismissed", at=1000)])
    assert outcomes(engine) == {
        ("blend", 7): (1, None, None),
        ("blend", 8): (2, None, None),
        ("blend", 9): (3, "dismissed", None),
        ("taste-als", 8): (1, None, None),
        ("taste-als", 7): (2, "rated", 4.5),
    }
    put(engine, ADA, [gone(9, at=1001)])
    assert outcomes(engine)["blend", 9] == (3, None, None)


def test_a_title_keeps_the_rank_at_which_it_came_first(engine):
    put(engine, ADA, shown([1, 2, 3], at=900))
    put(engine, ADA, shown([3, 2, 1], at=950))
    assert [outcomes(engine)["blend", n][0] for n in (1, 2, 3)] == [1, 2, 3]


def test_a_list_that_is_brought_answers_no_recommendation(engine):
    put(engine, ADA, shown([1], at=900))
    put(engine, ADA, rated({1: 5.0}, at=1000, brought=True))
    assert outcomes(engine)["blend", 1] == (1, None, None)
    assert kept(engine) == {1: 5.0}


def test_hundreds_of_taps_within_a_minute_are_set_apart_and_a_brought_list_is_not(engine):
    values = (1.0, 2.0, 3.0, 4.0)
    many = {n: values[n % 4] for n in range(FASTEST + 1)}
    put(engine, BOB, rated(many, brought=True))
    assert reason(engine, BOB) == ""
    put(engine, ADA, rated({n: r for n, r in many.items() if n}))
    assert reason(engine) == ""
    put(engine, ADA, rated({0: 1.0}))
    assert reason(engine) == f"{FASTEST + 1} ratings within a minute"
    assert len(kept(engine)) == FASTEST + 1


def test_so_many_over_an_hour_are_no_vandalism(engine):
    for n in range(FASTEST + 20):
        put(engine, ADA, rated({n: 1.0 + n % 4}, at=1_000_000 + n * 1000))
    assert reason(engine) == ""


def test_the_same_value_for_every_title_is_set_apart(engine):
    put(engine, ADA, rated(dict.fromkeys(range(MONOTONE - 1), 5.0), brought=True))
    assert reason(engine) == ""
    put(engine, BOB, rated(dict.fromkeys(range(MONOTONE - 1), 5.0) | {99: 4.0}, brought=True))
    assert reason(engine, BOB) == ""
    put(engine, ADA, rated({99: 5.0}))
    assert reason(engine) == f"{MONOTONE} ratings, all of them 5"


def test_whom_an_admin_has_cleared_no_rule_asks_again(engine):
    put(engine, ADA, rated(dict.fromkeys(range(MONOTONE), 5.0), brought=True))
    with writing(engine) as connection:
        connection.execute(update(VISITOR).values(quarantine="", cleared=True))
    put(engine, ADA, rated({99: 5.0}))
    assert reason(engine) == ""


def test_many_who_write_at_once_lose_nothing_and_wait_for_no_end(engine, settings):
    def write(number: int) -> None:
        own = open_database(settings)
        for step in range(10):
            with writing(own) as connection:
                keep(connection, [(who, rated({number * 100 + step: 3.0})) for who in (ADA, BOB)])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    wanted = {n * 100 + step for n in range(8) for step in range(10)}
    assert kept(engine).keys() == kept(engine, BOB).keys() == wanted


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_servers_wait_for_one_another_only_where_they_write_of_the_same_people(engine):
    def impatient(visitor: str) -> None:
        with writing(engine) as connection:
            connection.exec_driver_sql("SET LOCAL lock_timeout = 200")
            keep(connection, [(visitor, rated({2: 4.0}))])

    with writing(engine) as connection:
        keep(connection, [(ADA, rated({1: 3.0}))])
        impatient(BOB)
        assert kept(engine, BOB) == {2: 4.0}
        with pytest.raises(StorageError):
            impatient(ADA)
    assert kept(engine) == {1: 3.0}


acts = st.lists(st.tuples(st.integers(1, 3), st.sampled_from(["rated", "seen", "dismissed", ""])))


@given(acts=acts, cuts=st.sets(st.integers(0, 10)))
@examples(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_kept_is_where_each_title_went_last(tmp_path_factory, acts, cuts):
    engine = open_database(Settings(state=tmp_path_factory.mktemp("state")))
    events = [
        Change(MOVIES, item, place, float(at) if place == "rated" else None, at)
        for at, (item, place) in enumerate(acts, 1)
    ]
    starts = [0, *sorted(cuts), len(events)]
    for start, end in itertools.pairwise(starts):
        put(engine, ADA, events[start:end])
    last = {event.item_id: event for event in events}
    assert kept(engine) == {n: event.rating for n, event in last.items() if event.place == "rated"}
    engine.dispose()


@pytest.mark.parametrize(
    "wrong",
    [
        {"place": "rated", "rating": None},
        {"place": "seen", "rating": 4.0},
        {"place": "rated", "rating": float("nan")},
        {"place": "rated", "rating": 4.0, "item_id": 2**63},
        {"place": "rated", "rating": 4.0, "at": 0},
        {"place": "nowhere", "rating": None},
    ],
)
def test_an_event_that_cannot_be_is_refused_before_it_waits(wrong):
    from recommender.errors import DataError

    with pytest.raises(DataError):
        Change(**{"context": MOVIES, "item_id": 1, "at": 1} | wrong)
