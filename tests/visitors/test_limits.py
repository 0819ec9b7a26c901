"""Nobody fills the database, and nobody pays for what others did."""

from recommender.visitors import limits
from recommender.visitors.limits import Limits


def test_a_session_comes_to_its_end_and_another_goes_on():
    found = Limits(clock=lambda: 0.0)
    assert found.allow("here", limits.PER_SESSION - 2, 2)
    assert not found.allow("here", limits.PER_SESSION - 1, 2)
    assert found.allow("here", 0, 2)


def test_a_source_comes_to_its_end_for_an_hour_and_others_go_on():
    clock = [0.0]
    found = Limits(clock=lambda: clock[0])
    for _ in range(limits.PER_SOURCE // 10_000):
        assert found.allow("here", 0, 10_000)
    assert not found.allow("here", 0, 1)
    assert found.allow("there", 0, 1)
    clock[0] = 3601.0
    assert found.allow("here", 0, 1)


def test_nobody_agrees_a_thousand_times():
    found = Limits(clock=lambda: 0.0)
    assert all(found.agree("here") for _ in range(limits.PSEUDONYMS))
    assert not found.agree("here")
    assert found.agree("there")
