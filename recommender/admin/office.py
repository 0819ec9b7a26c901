"""The one door for everything an admin does: who are you, may you, it is written down.

A page asks the office to sign somebody in and to `act`; whatever it draws, an act is checked when
it is done. What cannot be logged is not done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, TypeVar

from recommender.admin.identity import admin_of
from recommender.admin.passwords import PasswordHash
from recommender.admin.sessions import Sessions
from recommender.admin.throttle import Throttle
from recommender.errors import SignedOutError, SignInError, TastemapError
from recommender.settings import Settings

if TYPE_CHECKING:
    from recommender.storage import AuditLog

T = TypeVar("T")

BY_PASSWORD = "admin"
"""What whoever knows the password is called."""
WRONG_AN_HOUR = 60
"""Wrong passwords that are logged in an hour at most."""


@dataclass(eq=False)
class Office:
    """Sign-ins, acts and the log of a server.

    Attributes:
        settings: who the admins are and where the log is.
        secrets: texts that must never be logged.
        sessions: who is signed in.
        throttle: who has to wait.
    """

    settings: Settings
    secrets: tuple[str, ...] = ()
    sessions: Sessions = field(default_factory=Sessions)
    throttle: Throttle = field(default_factory=Throttle)
    _wrong: list[float] = field(default_factory=list)

    @cached_property
    def password(self) -> PasswordHash | None:
        """What is known of the password, or None if there is none.

        Raises:
            SettingError: the setting is no hash.
        """
        text = self.settings.admin_password_hash
        return PasswordHash.read(text) if text else None

    @cached_property
    def log(self) -> AuditLog:
        """The audit log.

        Raises:
            StorageError: the database cannot be opened.
        """
        # A visitor's page knows the office and must not wait for a database that it never asks.
        from recommender.storage import AuditLog, open_database

        known = (self.settings.admin_password_hash, self.settings.database_url)
        secrets = (*self.secrets, *filter(None, known))
        return AuditLog(open_database(self.settings), secrets)

    def sign_in(self, password: str, source: str) -> str:
        """Signs in who knows the password.

        Args:
            password: what was typed.
            source: where it comes from.

        Returns:
            The token of the sign-in.

        Raises:
            SignInError: it is wrong, or was not looked at because too many were.
            StorageError: the sign-in cannot be logged.
        """
        if self.password is None:
            raise SignInError("There is no password to sign in with.")
        with self.throttle.attempt(source) as tell:
            right = self.password.fits(password)
            tell(right)
        if not right:
            self._note_wrong(source)
            raise SignInError("That is not the password.")
        self.log.append(BY_PASSWORD, "sign in", detail=f"from {source}", outcome="done")
        return self.sessions.open(BY_PASSWORD)

    def _note_wrong(self, source: str) -> None:
        """Logs a wrong password, but not every one of a flood: the disk is not for strangers."""
        now = self.throttle.clock()
        self._wrong = [at for at in self._wrong if now - at < 3600] + [now]
        if len(self._wrong) <= WRONG_AN_HOUR:
            detail = f"wrong password, {self.throttle.wrong(source)} in a row"
            if len(self._wrong) == WRONG_AN_HOUR:
                detail += "; further ones are not logged for now"
            self.log.append(source, "sign in", detail=detail, outcome="refused")
        else:
            self._wrong.pop()

    def sign_in_as(self, claims: Mapping[str, Any], source: str) -> str:
        """Signs in whom an OpenID Connect provider vouches for.

        Args:
            claims: what it says of them.
            source: where they come from.

        Returns:
            The token of the sign-in.

        Raises:
            SignInError: they are no admin, or it was said too long ago.
            StorageError: the sign-in cannot be logged.
        """
        admin = admin_of(claims, self.settings.admins)
        self.log.append(admin.name, "sign in", detail=f"from {source}", outcome="done")
        return self.sessions.open(admin.name, age=admin.age)

    def sign_out(self, token: str | None) -> None:
        """Ends a sign-in, and says so in the log if it can be written."""
        who = self.sessions.once(token)
        self.sessions.close(token)
        if who:
            self.log.append(who, "sign out", outcome="done")

    def act(
        self,
        token: str | None,
        action: str,
        work: Callable[[str], T],
        *,
        domain: str = "",
        release: str = "",
        detail: str = "",
        result: Callable[[T], str] = lambda _: "",
    ) -> T:
        """Does something for an admin: checked now, logged before and after.

        Args:
            token: of the sign-in.
            action: what it is called in the log.
            work: does it; told who the admin is.
            domain: what it is about.
            release: what it is about.
            detail: what else is to be known: the reason, parameters.
            result: what came of it, in words for the log.

        Returns:
            What `work` returns.

        Raises:
            SignedOutError: nobody is signed in; nothing has been done.
            StorageError: the log cannot be written; nothing has been done, unless the message says
                otherwise.
            TastemapError: what `work` raises.
        """
        note = partial(self.log.append, domain=domain, release=release)
        try:
            who = self.sessions.who(token)
        except SignedOutError as error:
            once = self.sessions.once(token) or "somebody not signed in"
            told = f"{detail} ({error})".strip()
            # It is refused in any case, and that is what is said.
            with suppress(TastemapError):
                note(once, action, detail=told, outcome="refused")
            raise
        begun = note(who, action, detail=detail)
        try:
            value = work(who)
        except BaseException as error:
            why = _why(error)
            # The row that it began is there, and this error matters more than another.
            with suppress(TastemapError):
                note(who, action, detail=why, outcome="failed", begun=begun)
            raise
        try:
            told = result(value)
            note(who, action, detail=told, outcome="done", begun=begun)
        except TastemapError as error:
            raise type(error)(f"It is done, but the log does not say so. {error}") from error
        return value


def _why(error: BaseException) -> str:
    if isinstance(error, TastemapError):
        return str(error)
    # Whoever leaves the page ends the script that runs for them.
    return "an error of Tastemap itself" if isinstance(error, Exception) else "it was broken off"
