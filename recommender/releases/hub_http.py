"""HTTP with the Hub, bounded: no answer takes longer, or is larger, than it may.

`huggingface_hub` makes its calls by a client that one may give it; this one has a time-out for
every call, also for those that have none, and refuses bodies without end.
"""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
from huggingface_hub import constants, get_session, get_token, hf_hub_url, set_client_factory
from huggingface_hub.errors import OfflineModeIsEnabled
from huggingface_hub.utils import hf_raise_for_status

LARGEST = 1 << 30
"""Bytes that a release may have."""

_ANSWER = 1 << 23
"""Bytes that the answer to a call may have."""
_BLOCK = 1 << 16


class TooMuchError(Exception):
    """A body that is larger than what was asked for can be."""


def bound(patience: float) -> None:
    """Gives `huggingface_hub` a client with bounds, for the rest of the process.

    Args:
        patience: seconds without a byte after which an answer is given up.
    """

    def client() -> httpx2.Client:
        return httpx2.Client(
            event_hooks={"request": [_refuse_offline], "response": [_bound]},
            follow_redirects=True,
            timeout=patience,
        )

    set_client_factory(client)


def file(repository: str, commit: str, name: str, most: int) -> Iterator[bytes]:
    """Yields the bytes of a file at a commit.

    Args:
        repository: "owner/name".
        commit: its full id.
        name: of the file.
        most: bytes it may have.

    Raises:
        TooMuchError: it has more.
        HfHubHTTPError: the Hub refuses.
        httpx2.HTTPError: the network, or the Hub, breaks off.
    """
    # Packed on the way, the bytes could not be counted.
    headers = {"Accept-Encoding": "identity"}
    if token := get_token():
        headers["Authorization"] = f"Bearer {token}"
    url = hf_hub_url(repository, name, revision=commit)
    with get_session().stream("GET", url, headers=headers) as response:
        hf_raise_for_status(response)
        left = most
        for block in response.iter_raw(_BLOCK):
            left -= len(block)
            if left < 0:
                raise TooMuchError
            yield block


def _refuse_offline(request: httpx2.Request) -> None:
    if constants.is_offline_mode():
        raise OfflineModeIsEnabled


def _bound(response: httpx2.Response) -> None:
    most = _ANSWER if response.request.url.path.startswith("/api/") else LARGEST
    assert isinstance(response.stream, httpx2.SyncByteStream)
    response.stream = _Bounded(response.stream, most)


class _Bounded(httpx2.SyncByteStream):
    def __init__(self, stream: httpx2.SyncByteStream, most: int) -> None:
        self._stream, self._left = stream, most

    def __iter__(self) -> Iterator[bytes]:
        for block in self._stream:
            self._left -= len(block)
            if self._left < 0:
                raise TooMuchError
            yield block

    def close(self) -> None:
        self._stream.close()
