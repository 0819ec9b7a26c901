"""What a visitor did is what differs between two states."""

from recommender.data import MOVIE_SCALE
from recommender.serving.session import Session, State
from recommender.visitors.changes import (
    BROUGHT,
    changes,
    is_pseudonym,
    is_secret,
    new_secret,
    pseudonym,
)
from tests.visitors.made import MOVIES


def moved(old: Session, new: Session) -> dict[int, tuple[str, float | None]]:
    found = changes(old.state, new.state, MOVIES, at=1)
    return {change.item_id: (change.place, change.rating) for change in found}


START = Session(State("movies"), MOVIE_SCALE)


def test_every_way_of_changing_a_list_is_seen():
    one = START.rate(1, 4.0, "Heat")
    assert moved(START, one) == {1: ("rated", 4.0)}
    assert moved(one, one.rate(1, 5.0, "Heat")) == {1: ("rated", 5.0)}
    assert moved(one, one.unrate(1, "Heat")) == {1: ("", None)}
    assert moved(one, one.dismiss(1, "Heat")) == {1: ("dismissed", None)}
    assert moved(START, START.see(2, "Jaws")) == {2: ("seen", None)}
    assert moved(one, one.undo()) == {1: ("", None)}
    assert moved(one, one.clear()) == {1: ("", None)}
    assert moved(START, START.skip(3, "Up")) == moved(START, START.plan(3, "Up")) == {}


def test_many_titles_in_one_step_were_brought():
    few = START.bring(dict.fromkeys(range(BROUGHT - 1), 4.0), done="Brought")
    many = START.bring(dict.fromkeys(range(BROUGHT), 4.0), done="Brought")
    assert not any(change.brought for change in changes(START.state, few.state, MOVIES, 1))
    assert all(change.brought for change in changes(START.state, many.state, MOVIES, 1))


def test_a_pseudonym_says_nothing_of_its_secret_and_stays_the_same():
    secret = new_secret()
    assert is_secret(secret)
    assert not is_secret(secret + "\n")
    assert not is_secret("../../etc")
    assert is_pseudonym(pseudonym(secret))
    assert pseudonym(secret) == pseudonym(secret) != secret
    assert new_secret() != secret
