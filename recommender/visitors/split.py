"""An optional split of the visitors between two models, so that people decide which is better.

Only consenting visitors who have not chosen a model themselves take part: of others nothing would
be known. Chance decides once, by the pseudonym, so a visitor stays on one side for as long as the
split is between the same two, on every server.
"""

from __future__ import annotations

from collections.abc import Container
from hashlib import sha256

from recommender.settings import Settings


def pair(domain: str, settings: Settings) -> tuple[str, str] | None:
    """The two models of a domain's split, or None without one."""
    return next(((one, two) for name, one, two in settings.split if name == domain), None)


def assigned(visitor: str, domain: str, models: Container[str], settings: Settings) -> str | None:
    """The model that the split gives to a visitor.

    Args:
        visitor: pseudonym.
        domain: "movies", …
        models: those that the release has.
        settings: whether and how visitors are split.

    Returns:
        Its name; None without a split, or if the release lacks one of the two.
    """
    found = pair(domain, settings)
    if found is None or not all(model in models for model in found):
        return None
    # The same two in another order are the same split.
    first, second = sorted(found)
    digest = sha256(f"{domain} {first} {second} {visitor}".encode()).digest()
    return first if digest[0] % 2 else second
