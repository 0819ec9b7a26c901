"""A visitor's state and the way back."""

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.data.scale import MOVIE_SCALE
from recommender.errors import RatingError
from recommender.serving.session import PLACES, UNDO_STEPS, Session, State

EMPTY = Session(State("movies"), MOVIE_SCALE)

titles = st.integers(1, 6)
operations = st.one_of(
    st.tuples(st.just("rate"), titles, st.sampled_from(MOVIE_SCALE.values)),
    st.tuples(st.sampled_from(["unrate", "skip", "dismiss", "see", "plan", "restore"]), titles),
    st.tuples(st.just("clear")),
)


def do(session: Session, operation: tuple) -> Session:
    name, *arguments = operation
    if name == "clear":
        return session.clear()
    return getattr(session, name)(*arguments, title=f"Title {arguments[0]}")


def after(*done: tuple) -> Session:
    session = EMPTY
    for operation in done:
        session = do(session, operation)
    return session


@given(st.lists(operations, max_size=12), operations)
def test_undo_after_any_operation_gives_the_state_before(done, operation):
    before = after(*done)
    session = do(before, operation)
    if session.state == before.state:
        assert session == before
    else:
        assert session.undo() == before


@given(st.lists(operations, max_size=UNDO_STEPS))
def test_undoing_everything_gives_the_empty_state(done):
    session = after(*done)
    while session.last:
        session = session.undo()
    assert session == EMPTY
    assert session.undo() == EMPTY


@given(st.lists(operations, max_size=12))
def test_a_title_is_in_one_place_at_most(done):
    state = after(*done).state
    everywhere = [*state.ratings, *chain(*(getattr(state, place) for place in PLACES))]
    assert len(everywhere) == len(set(everywhere))
    assert len(state.rated) == len(state.ratings)


@pytest.mark.parametrize(
    ("operations", "sentence"),
    [
        ([("rate", 1, 4.5)], "Rated Title 1 4.5"),
        ([("rate", 1, 3), ("rate", 1, 4.5)], "Changed Title 1 from 3 to 4.5"),
        ([("rate", 1, 3), ("unrate", 1)], "Removed Title 1"),
        ([("skip", 1)], "Skipped Title 1"),
        ([("dismiss", 1)], "Hid Title 1"),
        ([("see", 1)], "Marked Title 1 as watched"),
        ([("plan", 1)], "Planned Title 1"),
        ([("dismiss", 1), ("restore", 1)], "Brought back Title 1"),
        ([("plan", 1), ("restore", 1)], "Brought back Title 1"),
        ([("rate", 1, 3), ("clear",)], "Started over"),
        ([], None),
    ],
)
def test_what_undo_would_undo_is_said_in_words(operations, sentence):
    assert after(*operations).last == sentence


@pytest.mark.parametrize(
    "nothing",
    [("unrate", 2), ("restore", 1), ("rate", 1, 4), ("clear",)],
)
def test_an_operation_that_changes_nothing_leaves_nothing_to_undo(nothing):
    session = EMPTY if nothing == ("clear",) else after(("rate", 1, 4))
    assert do(session, nothing) is session


def test_noting_something_twice_is_doing_it_once():
    for name in ("skip", "dismiss", "see", "plan"):
        assert len(after((name, 1), (name, 1)).history) == 1


def test_a_changed_rating_keeps_its_place_in_the_list():
    session = after(("rate", 1, 4), ("rate", 2, 3), ("rate", 1, 5))
    assert session.state.rated == ((1, 5.0), (2, 3.0))


def test_rating_a_dismissed_title_brings_it_back_as_rated():
    state = after(("dismiss", 1), ("rate", 1, 4)).state
    assert state.ratings == {1: 4.0}
    assert state.dismissed == ()


@pytest.mark.parametrize("name", ["skip", "dismiss", "see", "plan"])
def test_a_title_noted_as_unrated_loses_its_rating(name):
    assert after(("rate", 1, 4), (name, 1)).state.ratings == {}


def test_a_planned_title_that_has_been_watched_is_planned_no_more():
    state = after(("plan", 1), ("plan", 2), ("see", 1)).state
    assert (state.seen, state.planned) == ((1,), (2,))


def test_the_chosen_model_survives_undo():
    session = after(("rate", 1, 4)).choose_model("funk-svd").undo()
    assert session.state == State("movies", "funk-svd")


def test_starting_over_keeps_the_model():
    session = after(("rate", 1, 4), ("skip", 2)).choose_model("bias").clear()
    assert session.state == State("movies", "bias")
    assert session.undo().state.ratings == {1: 4.0}


def test_a_rating_off_the_scale_is_refused_and_nothing_changes():
    with pytest.raises(RatingError, match=r"give one of 0\.5"):
        EMPTY.rate(1, 6, "Title 1")


def test_the_history_is_bounded():
    session = EMPTY
    for turn in range(3 * UNDO_STEPS):
        session = session.rate(1, 1 + turn % 2, "Title 1")
    assert len(session.history) == UNDO_STEPS


def test_a_state_can_be_a_key():
    assert len({after(("rate", 1, 4)).state, after(("rate", 1, 4)).state}) == 1
