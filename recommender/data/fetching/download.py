"""One file over HTTP, resumable and checked.

The bytes go to `<target>.part`; only when their number and checksum are right does that become the
target. A next call asks for the rest alone (RFC 9110, section 14): under `If-Range` with the ETag
that came with the first part, which `<target>.etag` keeps, or, if there is none, only where a
checksum will tell whether the parts belong together.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import requests
from requests.exceptions import ConnectionError as Unreachable
from requests.exceptions import RequestException, Timeout

from recommender.errors import FetchError

if TYPE_CHECKING:
    from recommender.algorithms.contract import Progress

AGAIN = "run the same command again: it goes on from there"

# Bytes that are lost at most when the connection breaks.
_BLOCK = 1 << 16
_FULL, _REST, _NO_SUCH_RANGE = 200, 206, 416


@dataclass(frozen=True)
class Remote:
    """A file to download.

    Attributes:
        url: Where it is.
        size: Bytes, if known.
        checksum: "sha256:…", "md5:…" or "git:…" (the id of a Git blob), in hexadecimal, if known.
        headers: Sent with the request; credentials among them stay with the URL's host.
    """

    url: str
    size: int | None = None
    checksum: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


def download(remote: Remote, target: Path, progress: Progress, patience: float) -> None:
    """Download a file, or the rest of it.

    Args:
        remote: The file.
        target: Where to put it; its folder exists. One that is there is whole and stays.
        progress: Called with the share of the bytes that are there; 0 while their number is open.
        patience: Seconds without a byte after which to give up.

    Raises:
        FetchError: If the server cannot be reached or refuses, or did not send the whole file, or
            sent another than the checksum tells. What can be gone on from is kept.
        OSError: If the disk cannot be written.
    """
    if target.exists():
        return
    part, etag = (target.with_name(target.name + end) for end in (".part", ".etag"))
    try:
        total = _receive(remote, part, etag, progress, patience)
    except Timeout as error:
        raise FetchError(
            f"{remote.url} has not answered for {patience:g} seconds; try again later."
        ) from error
    except RequestException as error:
        there = part.stat().st_size if part.exists() else 0
        if there or not isinstance(error, Unreachable):
            raise FetchError(_broke(remote.url, there, remote.size)) from error
        raise FetchError(
            f"{remote.url} cannot be reached ({type(error).__name__}); check the connection to the "
            "network and try again."
        ) from error
    _check(remote, part, etag, total)
    os.replace(part, target)
    etag.unlink(missing_ok=True)


def _receive(
    remote: Remote, part: Path, etag: Path, progress: Progress, patience: float
) -> int | None:
    """Append what is missing to the part; return the size of the whole, if anybody tells."""
    there = _kept(remote, part, etag)
    if there and there == remote.size:
        return there
    with _ask(remote, there, etag, patience) as answer:
        if answer.status_code in (_FULL, _REST) and _start(answer) in (0, there):
            return _append(answer, remote, part, etag, progress)
        status = answer.status_code
    if there and status in (_REST, _NO_SUCH_RANGE):
        # The server does not go on from here: what is there is of no use.
        part.unlink()
        return _receive(remote, part, etag, progress, patience)
    raise FetchError(_refused(remote.url, status))


def _kept(remote: Remote, part: Path, etag: Path) -> int:
    """Return the bytes that can be gone on from, having removed a part that cannot."""
    there = part.stat().st_size if part.exists() else 0
    too_many = remote.size is not None and there > remote.size
    if there and (too_many or not (etag.exists() or remote.checksum)):
        part.unlink()
        return 0
    return there


def _ask(remote: Remote, there: int, etag: Path, patience: float) -> requests.Response:
    # Compressed on the way, the bytes could be neither counted nor gone on from.
    headers = {**remote.headers, "Accept-Encoding": "identity"}
    if there:
        headers["Range"] = f"bytes={there}-"
        if etag.exists():
            headers["If-Range"] = etag.read_text("latin-1")
    return requests.get(remote.url, headers=headers, stream=True, timeout=patience)


def _start(answer: requests.Response) -> int | None:
    """Return the position in the file of the answer's first byte, None if it does not tell."""
    if answer.status_code == _FULL:
        return 0
    told = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range", ""))
    return int(told[1]) if told else None


def _append(
    answer: requests.Response, remote: Remote, part: Path, etag: Path, progress: Progress
) -> int | None:
    there = _start(answer) or 0
    length = answer.headers.get("Content-Length", "")
    total = there + int(length) if length.isdecimal() else remote.size
    if None not in (total, remote.size) and total != remote.size:
        raise FetchError(
            f"{remote.url} has {total:,} bytes, not the {remote.size:,} it was published with; the "
            "publisher has changed it: fetch it by hand and name its folder or zip."
        )
    validator = answer.headers.get("ETag", "")
    if not there:
        # In this order, so that no older part is ever found beside the new file's validator.
        part.unlink(missing_ok=True)
        etag.unlink(missing_ok=True)
        # A weak one says that two versions mean the same, not that their bytes are the same.
        if validator.startswith('"'):
            etag.write_text(validator, "latin-1")
    name = remote.url.rsplit("/", 1)[1]
    with part.open("ab" if there else "wb") as file:
        for block in answer.iter_content(_BLOCK):
            file.write(block)
            there += len(block)
            progress(there / total if total else 0.0, f"{name} {amount(there)}")
        file.flush()
        os.fsync(file.fileno())
    return total


def _check(remote: Remote, part: Path, etag: Path, total: int | None) -> None:
    size = part.stat().st_size
    if total is not None and size < total:
        raise FetchError(_broke(remote.url, size, total))
    if (total is not None and size > total) or not matches(part, remote.checksum):
        part.unlink()
        etag.unlink(missing_ok=True)
        raise FetchError(
            f"{remote.url} sent another file than the one that was published (its checksum is not "
            f"{remote.checksum}); it was thrown away. Try again; if this comes again, the "
            "publisher has changed it: fetch it by hand and name its folder or zip."
        )


def matches(file: Path, checksum: str | None) -> bool:
    """Say whether a file has a checksum, written as in `Remote`; None is had by all."""
    if checksum is None:
        return True
    algorithm, expected = checksum.split(":")
    digest = hashlib.new("sha1" if algorithm == "git" else algorithm, usedforsecurity=False)
    if algorithm == "git":
        digest.update(b"blob %d\0" % file.stat().st_size)
    with file.open("rb") as content:
        while block := content.read(1 << 20):
            digest.update(block)
    return digest.hexdigest() == expected


def _refused(url: str, status: int) -> str:
    if status in (401, 403):
        return f"{url} may not be read (status {status}); sign in with its publisher and try again."
    if status in (404, 410):
        return f"{url} does not exist (status {status}); the publisher has moved or removed it."
    return f"{url} cannot be had now (status {status}); try again later."


def _broke(url: str, there: int, total: int | None) -> str:
    of = f" of {amount(total)}" if total else ""
    return f"{url} broke off after {amount(there)}{of}; {AGAIN}."


def amount(size: int) -> str:
    """Return bytes in words: "978 kB", "5.9 MB"."""
    return f"{size / 1e6:,.1f} MB" if size >= 1e6 else f"{size / 1e3:,.0f} kB"
