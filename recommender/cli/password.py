"""What `python -m recommender password` does: a password in, its hash out.

The password is asked for, or read from a pipe, and never an argument: those are seen by everybody
on the machine and kept by the shell.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from getpass import getpass

from recommender.cli.output import Answer
from recommender.errors import ParameterError


def password(options: Namespace) -> Answer:
    """Hashes a password for TASTEMAP_ADMIN_PASSWORD_HASH."""
    from recommender.admin.passwords import PasswordHash

    asked = sys.stdin.isatty()
    try:
        given = getpass("Password: ") if asked else sys.stdin.readline().rstrip("\r\n")
        hashed = str(PasswordHash.of(given))
        if asked and getpass("Once more: ") != given:
            raise ParameterError("The two differ; try again.")
    except EOFError:
        raise ParameterError("There was no password to read.") from None
    return Answer(
        {"TASTEMAP_ADMIN_PASSWORD_HASH": hashed}, f"TASTEMAP_ADMIN_PASSWORD_HASH={hashed}"
    )
