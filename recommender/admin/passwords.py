"""The admin's password: kept as an scrypt hash, checked in constant time.

scrypt (RFC 7914) makes a guess cost 32 MiB and a tenth of a second or so. A hash is written
`scrypt:n:r:p:salt:key`, both in base64 for addresses, so that no shell and no compose file finds a
sign of its own in it.
"""

from __future__ import annotations

import hmac
import os
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import scrypt

from recommender.errors import ParameterError, SettingError

SHORTEST, LONGEST = 12, 1024
"""Characters of a password."""
_N, _R, _P = 1 << 15, 8, 1
_SALT, _KEY = 16, 32
_MOST_MEMORY = 256 << 20


@dataclass(frozen=True)
class PasswordHash:
    """What is known of a password.

    Attributes:
        n: cost in memory and time, a power of 2.
        r: block size.
        p: how many times over.
        salt: random bytes.
        key: what the password must come to.
    """

    n: int
    r: int
    p: int
    salt: bytes
    key: bytes

    @classmethod
    def of(cls, password: str) -> PasswordHash:
        """Hashes a password.

        Raises:
            ParameterError: it is too short or too long.
        """
        if not SHORTEST <= len(password) <= LONGEST:
            raise ParameterError(
                f"A password has {SHORTEST} to {LONGEST:,} characters; a few random words do well."
            )
        salt = os.urandom(_SALT)
        return cls(_N, _R, _P, salt, _key(password, salt, _N, _R, _P, _KEY))

    @classmethod
    def read(cls, text: str) -> PasswordHash:
        """Reads what `str` writes.

        Raises:
            SettingError: it is something else; the message does not repeat it.
        """
        try:
            kind, *numbers, salt, key = text.split(":")
            n, r, p = map(int, numbers)
            found = cls(n, r, p, _bytes(salt), _bytes(key))
            sound = (
                kind == "scrypt"
                and 1 < n == 1 << (n.bit_length() - 1)
                and min(r, p) >= 1
                and 128 * n * r * p <= _MOST_MEMORY
                and len(found.salt) >= _SALT
                and len(found.key) >= _KEY
            )
        except ValueError:
            sound = False
        if not sound:
            raise SettingError(
                "TASTEMAP_ADMIN_PASSWORD_HASH is no password hash; make one with "
                "`python -m recommender password`."
            )
        return found

    def fits(self, password: str) -> bool:
        """Whether a password is the one; takes as long if it is not."""
        # Longer ones are cut for the sake of time and are wrong, as none that long has a hash.
        given = _key(password[: LONGEST + 1], self.salt, self.n, self.r, self.p, len(self.key))
        return hmac.compare_digest(given, self.key)

    def __str__(self) -> str:
        salt, key = (urlsafe_b64encode(part).decode() for part in (self.salt, self.key))
        return f"scrypt:{self.n}:{self.r}:{self.p}:{salt}:{key}"


def _key(password: str, salt: bytes, n: int, r: int, p: int, length: int) -> bytes:
    # Keyboards write the same letter in several ways.
    spelled = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    memory = 128 * r * (n + p + 2) + (1 << 20)
    return scrypt(spelled, salt=salt, n=n, r=r, p=p, maxmem=memory, dklen=length)


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text.encode("ascii"))
