"""The admin's password: hashed, read back, checked; and the command that hashes it."""

import json
import os
import pty
import subprocess
import sys

import pytest

from recommender.admin.passwords import PasswordHash
from recommender.errors import ParameterError, SettingError

PASSWORD = "purple owl likes tea"


def test_only_the_password_fits():
    found = PasswordHash.read(str(PasswordHash.of(PASSWORD)))
    assert found.fits(PASSWORD)
    for wrong in ("", PASSWORD[:-1], PASSWORD + " ", PASSWORD.upper(), "x" * 100_000, "\ud800"):
        assert not found.fits(wrong)


def test_two_hashes_of_a_password_have_nothing_in_common():
    one, other = PasswordHash.of(PASSWORD), PasswordHash.of(PASSWORD)
    assert one.salt != other.salt
    assert one.key != other.key


def test_letters_that_keyboards_write_in_two_ways_are_the_same():
    assert PasswordHash.of("m\u00fcsli am morgen").fits("mu\u0308sli am morgen")


@pytest.mark.parametrize("password", ["", "eleven char", "x" * 1025])
def test_a_password_that_is_too_short_or_too_long_is_refused(password):
    with pytest.raises(ParameterError, match="12 to 1,024"):
        PasswordHash.of(password)


@pytest.mark.parametrize(
    "change",
    [
        lambda parts: ["bcrypt", *parts[1:]],
        lambda parts: parts[:-1],
        lambda parts: [*parts, "x"],
        lambda parts: [parts[0], "32767", *parts[2:]],
        lambda parts: [parts[0], str(1 << 40), *parts[2:]],
        lambda parts: [parts[0], "0", *parts[2:]],
        lambda parts: [parts[0], "many", *parts[2:]],
        lambda parts: [*parts[:3], "-1", *parts[4:]],
        lambda parts: [*parts[:4], "AAAA", parts[5]],
        lambda parts: [*parts[:5], "AAAA"],
        lambda parts: [*parts[:5], "äöü"],
    ],
)
def test_what_is_no_hash_is_refused_and_not_repeated(change):
    text = ":".join(change(str(PasswordHash.of(PASSWORD)).split(":")))
    with pytest.raises(SettingError, match="TASTEMAP_ADMIN_PASSWORD_HASH") as raised:
        PasswordHash.read(text)
    assert text not in str(raised.value)


def command(given: str, *options: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "recommender", "password", *options]
    return subprocess.run(line, input=given, capture_output=True, text=True, check=False)


def test_the_command_hashes_what_it_reads():
    found = command(PASSWORD + "\n", "--json")
    assert found.returncode == 0
    hashed = json.loads(found.stdout)["TASTEMAP_ADMIN_PASSWORD_HASH"]
    assert PasswordHash.read(hashed).fits(PASSWORD)
    assert command("short\n").returncode == 1
    assert "12 to 1,024" in command("").stderr


def test_the_command_takes_no_password_as_an_argument():
    found = command("", PASSWORD)
    assert found.returncode == 2


def test_at_a_terminal_the_password_is_asked_for_twice_and_not_shown():
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "recommender", "password"],
        stdin=follower,
        stdout=subprocess.PIPE,
        stderr=follower,
        text=True,
        start_new_session=True,
    )
    os.close(follower)
    shown = b""
    for prompt in (b"Password: ", b"Once more: "):
        while prompt not in shown:
            shown += os.read(leader, 1024)
        os.write(leader, PASSWORD.encode() + b"\n")
    assert process.stdout is not None
    hashed = process.stdout.read().strip().partition("=")[2]
    process.stdout.close()
    assert process.wait(30) == 0
    os.close(leader)
    assert PasswordHash.read(hashed).fits(PASSWORD)
    assert PASSWORD.encode() not in shown
