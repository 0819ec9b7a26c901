"""What `huggingface_hub` and its HTTP client raise, in a sentence for a person.

Nothing that a server or an exception says is repeated, so no token, signed address or page of HTML
gets into a log; the type and the status say enough to look it up.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx2
from huggingface_hub import constants, get_token
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    OfflineModeIsEnabled,
    RemoteEntryNotFoundError,
    RevisionNotFoundError,
)

from recommender.errors import HubError
from recommender.releases.hub_http import TooMuchError

_LONGEST_WAIT = 86_400.0
_TOO_MANY = 429
MOVED = 412
"""The status with which the Hub refuses a commit that does not follow the newest."""


def host() -> str:
    """Returns the name of the Hub's host, without what else its address may carry."""
    return urlsplit(constants.ENDPOINT).hostname or "the Hub"


def explain(error: Exception, repository: str, revision: str, patience: float) -> HubError:
    """Says what happened and the mend.

    Args:
        error: anything that a call of the Hub has raised.
        repository: "owner/name".
        revision: which of it was asked for.
        patience: seconds that one answer was waited for.

    Returns:
        The error to raise instead.
    """
    # The uploader wraps what happened to a single file.
    while isinstance(error, RuntimeError) and isinstance(error.__cause__, Exception):
        error = error.__cause__
    if isinstance(error, RevisionNotFoundError):
        return HubError(
            f"{repository} has no branch, tag or commit {revision}; name another (for the app, "
            "TASTEMAP_HUB_REVISION)."
        )
    if isinstance(error, GatedRepoError):
        return HubError(
            f"{repository} is given to those who accept its conditions; accept them on {host()} "
            "and set HF_TOKEN to a token of yours."
        )
    if isinstance(error, RemoteEntryNotFoundError):
        return HubError(f"{repository} does not hold a file that it lists; publish it again.")
    if isinstance(error, HfHubHTTPError):
        return _refused(error.response, repository)
    if isinstance(error, OfflineModeIsEnabled):
        return HubError("HF_HUB_OFFLINE is set; unset it to use the Hub.")
    if isinstance(error, httpx2.TimeoutException):
        return HubError(f"{host()} has not answered for {patience:g} seconds; try again later.")
    if isinstance(error, httpx2.ConnectError):
        return HubError(f"{host()} cannot be reached; check the connection to the network.")
    if isinstance(error, OSError):
        return HubError(
            f"The files of {repository} cannot be written ({error.strerror or error}); see that "
            "there is room in the models folder and that you may write there."
        )
    if isinstance(error, TooMuchError):
        return HubError(f"{host()} sends far more than was asked for; check HF_ENDPOINT.")
    return HubError(
        f"{host()} gave no whole answer about {repository} ({type(error).__name__}); try again "
        "later, and check HF_ENDPOINT if it stays so."
    )


def _refused(response: httpx2.Response, repository: str) -> HubError:
    status = response.status_code
    if status == 401 and get_token():
        return HubError(
            f"{host()} does not accept the token; set HF_TOKEN to one that is valid and may use "
            f"{repository}."
        )
    if status in (401, 404):
        return HubError(
            f"{host()} has no repository {repository} that you may see; check the name "
            "(TASTEMAP_HUB_REPO), and set HF_TOKEN if it is private."
        )
    if status == 403:
        return HubError(
            f"{host()} does not let you do that with {repository}; set HF_TOKEN to a token with "
            "the right to read it, and to write it for a push."
        )
    if status == MOVED:
        return HubError(
            f"Somebody else has published to {repository} meanwhile; look at what is there now, "
            "then push again."
        )
    seconds = _wait(response.headers)
    if status == _TOO_MANY:
        when = f"in {seconds:.0f} seconds" if seconds else "later"
        return HubError(f"{host()} has had too many requests; try again {when}.", seconds=seconds)
    if status < 500:
        return HubError(
            f"{host()} refuses what was asked of {repository} (status {status}); see that "
            "TASTEMAP_HUB_REVISION is a branch if it is pushed to, or update Tastemap."
        )
    return HubError(
        f"{host()} cannot answer now (status {status}); try again later.", seconds=seconds
    )


def _wait(headers: httpx2.Headers) -> float:
    """Returns the seconds that Retry-After asks for (RFC 9110, section 10.2.3), else 0."""
    told = headers.get("Retry-After", "").strip()
    if told.isascii() and told.isdecimal():
        return min(float(told), _LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(told)
    except ValueError:
        return 0.0
    left = (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return min(max(left, 0.0), _LONGEST_WAIT)
