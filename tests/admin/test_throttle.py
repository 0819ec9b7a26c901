"""Guessers wait, and nobody else, by a clock of the test's own."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event

import pytest

from recommender.admin.throttle import FORGOTTEN, LONGEST_WAIT, PACE, Throttle, source_of
from recommender.errors import SignInError


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def throttle(clock: Clock) -> Throttle:
    return Throttle(clock, clock.sleep)


def tries(throttle: Throttle, source: str, right: bool) -> None:
    with throttle.attempt(source) as tell:
        tell(right)


def waits(throttle: Throttle, clock: Clock, source: str) -> float:
    """Gives a wrong password as soon as one is looked at; how long that took."""
    start = clock.now
    while True:
        try:
            tries(throttle, source, right=False)
        except SignInError:
            clock.now += 0.5
        else:
            return clock.now - start


def test_wrong_passwords_cost_ever_more_time_up_to_half_a_minute(throttle, clock):
    found = [waits(throttle, clock, "eve") for _ in range(12)]
    assert max(found[:3]) <= PACE
    assert [round(wait) for wait in found[3:9]] == [1, 2, 4, 8, 16, 30]
    assert max(found) <= LONGEST_WAIT + 1


def test_what_is_not_looked_at_does_not_lengthen_the_wait(throttle, clock):
    for _ in range(10):
        waits(throttle, clock, "eve")
    for _ in range(50):
        with pytest.raises(SignInError, match=r"Try again in \d+ seconds"):
            tries(throttle, "eve", right=False)
    clock.now += LONGEST_WAIT
    tries(throttle, "eve", right=True)
    tries(throttle, "eve", right=False)  # and all is forgotten


def test_another_source_gets_in_while_one_guesses(throttle, clock):
    for _ in range(10):
        waits(throttle, clock, "eve")
    tries(throttle, "ada", right=True)


def test_a_thousand_sources_guess_no_faster_than_one(throttle, clock):
    start = clock.now
    for i in range(1000):
        tries(throttle, f"eve {i}", right=False)
    assert clock.now - start >= 999 * PACE


def test_who_signed_in_before_does_not_queue_with_strangers(throttle, clock, monkeypatch):
    monkeypatch.setattr("recommender.admin.throttle.QUEUE", 0.05)
    tries(throttle, "ada", right=True)
    begun, end = Event(), Event()

    def guess() -> None:
        with throttle.attempt("eve") as tell:
            begun.set()
            end.wait(20)
            tell(False)

    with ThreadPoolExecutor(1) as pool:
        guessing = pool.submit(guess)
        assert begun.wait(20)
        tries(throttle, "ada", right=True)
        with pytest.raises(SignInError, match="Many are trying"):
            tries(throttle, "bob", right=True)
        with pytest.raises(SignInError, match="being checked"):
            tries(throttle, "eve", right=False)
        end.set()
        guessing.result(20)
    tries(throttle, "bob", right=True)


def test_wrong_passwords_of_long_ago_no_longer_count(throttle, clock):
    for _ in range(10):
        waits(throttle, clock, "eve")
    clock.now += FORGOTTEN + 1
    assert waits(throttle, clock, "eve") <= PACE
    assert throttle.wrong("eve") == 1


def test_a_check_that_breaks_off_blocks_nobody(throttle):
    with pytest.raises(RuntimeError), throttle.attempt("ada"):
        raise RuntimeError
    tries(throttle, "ada", right=True)


@pytest.mark.parametrize(
    ("address", "source"),
    [
        (None, "this machine"),
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("<script>", "elsewhere"),
    ],
)
def test_a_source_is_what_one_owns(address, source):
    assert source_of(address) == source
