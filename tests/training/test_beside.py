"""Work done beside other work gives its result, stops when the other fails, and is told as one."""

from threading import Event

import pytest

from recommender.training.beside import StoppedError, beside, joined


def silent(done, phrase):
    pass


def test_both_are_done_at_the_same_time():
    here, there = Event(), Event()

    def work(progress):
        there.set()
        assert here.wait(10)
        return "done"

    with beside(work, silent) as result:
        assert there.wait(10)
        here.set()
        assert result.result(10) == "done"


def test_its_error_is_told_where_the_result_is_asked_for():
    def work(progress):
        raise ValueError("no good")

    with pytest.raises(ValueError, match="no good"), beside(work, silent) as result:
        result.result(10)


def test_it_stops_at_its_next_step_when_the_other_fails():
    failed, stopped = Event(), []

    def work(progress):
        assert failed.wait(10)
        try:
            while True:
                progress(0.5, "going on")
        except StoppedError:
            stopped.append(True)
            raise

    def fail():
        failed.set()
        raise KeyError

    with pytest.raises(KeyError), beside(work, silent):
        fail()
    assert stopped == [True]


def test_two_shares_make_one_that_never_falls():
    told = []
    one, other = joined(lambda *said: told.append(said), (0.75, 0.25))
    one(0.4, "a")
    other(1.0, "b")
    one(0.2, "c")
    one(1.0, "d")
    assert told == [
        (pytest.approx(0.3), "a"),
        (pytest.approx(0.55), "b"),
        (pytest.approx(0.55), "c"),
        (pytest.approx(1.0), "d"),
    ]
