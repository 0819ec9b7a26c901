"""Sign-ins end, by a clock of the test's own; and who a provider vouches for."""

import pytest

from recommender.admin.identity import admin_of
from recommender.admin.sessions import IDLE, LONGEST, Sessions
from recommender.errors import SignedOutError, SignInError
from tests.admin.test_throttle import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(clock: Clock) -> Sessions:
    return Sessions(clock)


def test_a_sign_in_lasts_as_long_as_somebody_acts_but_not_for_ever(sessions, clock):
    token = sessions.open("ada")
    start = clock.now
    while clock.now + IDLE / 2 <= start + LONGEST:
        clock.now += IDLE / 2
        assert sessions.who(token) == "ada"
    clock.now += IDLE / 2
    with pytest.raises(SignedOutError, match="after 12 hours"):
        sessions.who(token)


def test_a_page_that_refreshes_itself_keeps_no_sign_in_alive(sessions, clock):
    token = sessions.open("ada")
    for _ in range(3):
        clock.now += IDLE / 3
        assert sessions.who(token, acts=False) == "ada"
    clock.now += 1
    with pytest.raises(SignedOutError, match="an hour without an act"):
        sessions.who(token, acts=False)
    assert sessions.once(token) == "ada"


def test_an_age_counts(sessions, clock):
    token = sessions.open("ada", age=LONGEST - 10)
    clock.now += 11
    with pytest.raises(SignedOutError):
        sessions.who(token)


@pytest.mark.parametrize("token", [None, "", "forged"])
def test_a_token_that_was_never_given_opens_nothing(sessions, token):
    sessions.open("ada")
    with pytest.raises(SignedOutError, match="not signed in"):
        sessions.who(token)


def test_signing_out_ends_this_sign_in_alone(sessions):
    one, other = sessions.open("ada"), sessions.open("ada")
    sessions.close(one)
    with pytest.raises(SignedOutError):
        sessions.who(one)
    assert sessions.who(other) == "ada"


CLAIMS = {
    "iss": "https://idp.example",
    "email": "Ada@Example.org",
    "email_verified": True,
    "iat": 900,
}
HUB = {"iss": "https://huggingface.co", "preferred_username": "Ada", "iat": 900}


@pytest.mark.parametrize("claims", [CLAIMS, HUB])
def test_who_is_on_the_list_is_an_admin(claims):
    found = admin_of(claims, ["ada@example.org", "ada"], now=1000)
    assert (found.name, found.age) == (claims.get("email", "ada").casefold(), 100)


@pytest.mark.parametrize(
    "claims",
    [
        {},
        CLAIMS | {"email": "eve@example.org"},
        CLAIMS | {"email_verified": False},
        CLAIMS | {"email_verified": "true"},
        {key: value for key, value in CLAIMS.items() if key != "email_verified"},
        CLAIMS | {"email": None},
        HUB | {"iss": "https://idp.example"},
        HUB | {"preferred_username": "ada@example.org"},
        HUB | {"preferred_username": "eve"},
    ],
)
def test_nobody_else_is(claims):
    with pytest.raises(SignInError, match="not among the admins"):
        admin_of(claims, ["ada@example.org", "ada"], now=1000)


@pytest.mark.parametrize("iat", [None, "900", True, 1000 - LONGEST - 1])
def test_what_was_said_long_ago_or_at_no_time_does_not_count(iat):
    with pytest.raises(SignInError, match="sign in again"):
        admin_of(CLAIMS | {"iat": iat}, ["ada@example.org"], now=1000)
