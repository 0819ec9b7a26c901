"""Every act is checked when it is done, and logged before and after."""

import sqlite3
from pathlib import Path

import pytest

from recommender.admin.office import WRONG_AN_HOUR, Office
from recommender.admin.passwords import PasswordHash
from recommender.admin.sessions import IDLE, Sessions
from recommender.admin.throttle import Throttle
from recommender.errors import ReleaseError, SignedOutError, SignInError, StorageError
from recommender.settings import Settings
from recommender.storage import database
from tests.admin.test_passwords import PASSWORD
from tests.admin.test_throttle import Clock

HASH = str(PasswordHash.of(PASSWORD))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def office(tmp_path: Path, clock: Clock) -> Office:
    settings = Settings(state=tmp_path, admin_password_hash=HASH, admins=("ada@example.org",))
    return Office(settings, ("hf_abc",), Sessions(clock), Throttle(clock, clock.sleep))


@pytest.fixture
def token(office: Office) -> str:
    return office.sign_in(PASSWORD, "home")


def last(office: Office) -> tuple[str, str, str, str]:
    entry = office.log.read(1)[0]
    return entry.who, entry.action, entry.outcome, entry.result or entry.detail


def test_the_password_opens_and_that_is_logged(office):
    token = office.sign_in(PASSWORD, "home")
    assert office.sessions.who(token) == "admin"
    assert last(office) == ("admin", "sign in", "done", "from home")
    office.sign_out(token)
    assert last(office) == ("admin", "sign out", "done", "")
    with pytest.raises(SignedOutError):
        office.sessions.who(token)


def test_a_wrong_password_opens_nothing_is_logged_and_nowhere_repeated(office, tmp_path):
    with pytest.raises(SignInError, match=r"^That is not the password\.$"):
        office.sign_in("sesame sesame", "10.0.0.7")
    assert last(office) == ("10.0.0.7", "sign in", "refused", "wrong password, 1 in a row")
    for file in tmp_path.iterdir():
        assert b"sesame" not in file.read_bytes()


def test_a_flood_of_wrong_passwords_does_not_flood_the_log(office, clock):
    for i in range(WRONG_AN_HOUR + 20):
        with pytest.raises(SignInError):
            office.sign_in("wrong", f"bot {i}")
    refused = office.log.read(1000)
    assert len(refused) == WRONG_AN_HOUR
    assert "further ones" in refused[0].detail
    clock.now += 3601
    with pytest.raises(SignInError):
        office.sign_in("wrong", "bot")
    assert len(office.log.read(1000)) == WRONG_AN_HOUR + 1
    office.sign_in(PASSWORD, "home")


def test_without_a_password_none_fits(tmp_path):
    with pytest.raises(SignInError, match="no password"):
        Office(Settings(state=tmp_path)).sign_in("", "home")


def test_whom_the_provider_vouches_for_signs_in(office, clock):
    import time

    claims = {"email": "ada@example.org", "email_verified": True, "iat": time.time()}
    token = office.sign_in_as(claims, "home")
    assert office.act(token, "look", lambda who: who) == "ada@example.org"
    with pytest.raises(SignInError):
        office.sign_in_as(claims | {"email": "eve@example.org"}, "home")


def test_an_act_is_on_disk_before_it_happens_and_its_end_after(office, token):
    def work(who: str) -> int:
        (entry,) = office.log.read(1)
        assert (entry.who, entry.action, entry.outcome) == ("admin", "promote", "begun")
        assert (entry.domain, entry.release, entry.detail) == ("movies", "r2", "because")
        return 7

    done = office.act(
        token, "promote", work, domain="movies", release="r2", detail="because", result=str
    )
    assert done == 7
    assert last(office) == ("admin", "promote", "done", "7")


def test_an_act_that_fails_says_why_in_the_log(office, token):
    def refuse(who: str) -> None:
        raise ReleaseError("it does not open with hf_abc")

    with pytest.raises(ReleaseError):
        office.act(token, "promote", refuse)
    assert last(office) == ("admin", "promote", "failed", "it does not open with •••")

    def break_off(who: str) -> None:
        raise ZeroDivisionError("internals")

    with pytest.raises(ZeroDivisionError):
        office.act(token, "promote", break_off)
    assert last(office)[2:] == ("failed", "an error of Tastemap itself")


def test_nothing_is_done_for_a_sign_in_that_ended_or_was_forged(office, token, clock):
    done = []
    clock.now += IDLE + 1
    with pytest.raises(SignedOutError, match="Nothing has been done"):
        office.act(token, "promote", done.append, release="r2")
    who, action, outcome, detail = last(office)
    assert (who, action, outcome) == ("admin", "promote", "refused")
    assert "an hour" in detail
    with pytest.raises(SignedOutError):
        office.act("forged", "delete", done.append)
    assert last(office)[0] == "somebody not signed in"
    assert done == []


def test_what_cannot_be_logged_is_not_done(office, token, tmp_path):
    done = []
    holder = sqlite3.connect(tmp_path / database.NAME, isolation_level=None)
    with office.log.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 100")
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="locked"):
        office.act(token, "promote", done.append)
    assert done == []
    holder.execute("ROLLBACK")
    holder.close()
    office.act(token, "promote", done.append)
    assert done == ["admin"]


def test_an_act_whose_end_cannot_be_logged_says_that_it_is_done(office, token, tmp_path):
    holder = sqlite3.connect(tmp_path / database.NAME, isolation_level=None)

    def lock(who: str) -> None:
        with office.log.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout = 100")
        holder.execute("BEGIN IMMEDIATE")

    with pytest.raises(StorageError, match="It is done, but the log does not say so"):
        office.act(token, "promote", lock)
    holder.execute("ROLLBACK")
    holder.close()
    assert last(office)[2] == "begun"
