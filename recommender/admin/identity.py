"""Who of those whom an OpenID Connect provider vouches for is an admin.

An e-mail address counts only if the provider has verified it. A name without an @ is one on the
Hugging Face Hub, where names are unique, and counts only from there: elsewhere people choose their
`preferred_username` themselves. How long ago the provider vouched is part of the answer.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from recommender.admin.sessions import LONGEST
from recommender.errors import SignInError

HUGGING_FACE = "https://huggingface.co"


@dataclass(frozen=True)
class Admin:
    """An admin whom a provider vouches for.

    Attributes:
        name: as the list of admins has it.
        age: seconds since the provider said so.
    """

    name: str
    age: float


def admin_of(claims: Mapping[str, Any], admins: Collection[str], now: float | None = None) -> Admin:
    """Says which admin somebody is.

    Args:
        claims: what the provider says of them, checked by whoever received it.
        admins: e-mail addresses, and names on the Hub, in lower-case letters.
        now: seconds since 1970; None for now.

    Returns:
        The admin.

    Raises:
        SignInError: none of them, or it was said too long ago.
    """
    moment = time.time() if now is None else now
    email, name = (claims.get(claim) for claim in ("email", "preferred_username"))
    called = []
    if isinstance(email, str) and "@" in email and claims.get("email_verified") is True:
        called.append(email.casefold())
    hub = str(claims.get("iss", "")).rstrip("/") == HUGGING_FACE
    if hub and isinstance(name, str) and "@" not in name:
        called.append(name.casefold())
    found = next((one for one in called if one in admins), None)
    if found is None:
        shown = email if isinstance(email, str) else name if isinstance(name, str) else "You"
        raise SignInError(
            f"{shown} is not among the admins. Sign in as somebody else, or have "
            "TASTEMAP_ADMINS name the verified e-mail address."
        )
    issued = claims.get("iat")
    if isinstance(issued, bool) or not isinstance(issued, int | float):
        raise SignInError("The provider does not say when you signed in; sign in again.")
    age = max(0.0, moment - issued)
    if age > LONGEST:
        raise SignInError(f"Your sign-in is older than {LONGEST / 3600:g} hours; sign in again.")
    return Admin(found, age)
