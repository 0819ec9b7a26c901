"""Files and folders that are either whole or not there, whenever the process or the machine stops.

A file's bytes are on disk before its name is; a name changes by `rename`, which is atomic within a
file system; a folder is flushed after the names in it have changed (Pillai et al. 2014, All File
Systems Are Not Created Equal). Locks are `flock` on the folder itself: they leave nothing behind
and end with the process, so a folder whose lock is free belongs to nobody alive.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any, BinaryIO, Never
from uuid import uuid4

from recommender.errors import ReleaseError

UNFINISHED = ".writing"
"""Ending of the names of files and folders that are not finished."""


def read(path: Path, limit: int) -> bytes:
    """Reads a file.

    Args:
        path: the file.
        limit: bytes it may have at most.

    Returns:
        Its bytes.

    Raises:
        ReleaseError: "it …": is missing, no regular file, too large, not to be read.
    """
    with _opened(path, limit) as file:
        return file.read()


def mapped(path: Path, limit: int) -> memoryview:
    """Maps a file into memory: what is looked at is read, once for all processes of the machine.

    The map lasts as long as anything that looks into it. Cutting a mapped file off would end the
    process (SIGBUS), so this is for files that never change under their name, as those of a
    release: its folder appears by a rename, nothing writes to it, and what is removed or replaced
    stays readable for those who have mapped it.

    Args:
        path: the file.
        limit: bytes it may have at most.

    Returns:
        Its bytes, read-only.

    Raises:
        ReleaseError: as `read`.
    """
    with _opened(path, limit) as file:
        size = os.fstat(file.fileno()).st_size
        # There is no map of nothing.
        return memoryview(mmap(file.fileno(), size, access=ACCESS_READ) if size else b"")


@contextmanager
def _opened(path: Path, limit: int) -> Iterator[BinaryIO]:
    try:
        details = path.stat()
        # A pipe or a device of that name would block for ever.
        if not stat.S_ISREG(details.st_mode):
            raise ReleaseError("it is no regular file")
        if details.st_size > limit:
            raise ReleaseError(f"it has {details.st_size:,} bytes; {limit:,} are allowed")
        with path.open("rb") as file:
            yield file
    except FileNotFoundError:
        raise ReleaseError("it is missing") from None
    except OSError as error:
        raise ReleaseError(f"it cannot be read ({error.strerror})") from error


def write(path: Path, data: bytes) -> None:
    """Writes a file and waits until its bytes are on disk."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def replace(path: Path, data: bytes) -> None:
    """Puts a file in place of another; the folder's lock must be held.

    Whoever reads `path` meanwhile, or after a crash, finds the old bytes or the new ones.
    """
    unfinished = path.with_name(f".{path.name}{UNFINISHED}")
    write(unfinished, data)
    unfinished.replace(path)
    flush_folder(path.parent)


@contextmanager
def unfinished(home: Path, name: str) -> Iterator[Path]:
    """Makes a folder to be filled and then renamed within `home`; what is not renamed goes again.

    Args:
        home: an existing folder.
        name: what the folder is for; several may work for the same name at once.

    Yields:
        The folder, locked until the end.
    """
    folder = home / f".{name}-{uuid4().hex[:8]}{UNFINISHED}"
    with ExitStack() as claim:
        # A sweep takes a folder that nobody holds for a dead one, so it must not see it unheld.
        with locked(home):
            folder.mkdir()
            claim.enter_context(locked(folder))
        # After the rename there is nothing to remove; what cannot be removed, a sweep tries again.
        claim.callback(shutil.rmtree, folder, ignore_errors=True)
        yield folder


def remove(folder: Path) -> None:
    """Removes a folder as a whole: its name is gone before its files are; its home is locked."""
    going = folder.with_name(f".{folder.name}-{uuid4().hex[:8]}{UNFINISHED}")
    folder.rename(going)
    flush_folder(folder.parent)
    shutil.rmtree(going)


def flush_folder(folder: Path) -> None:
    """Waits until the names in a folder are on disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def locked(folder: Path, *, wait: bool = True) -> Iterator[None]:
    """Holds the lock of a folder, against other processes and threads.

    Args:
        folder: an existing folder.
        wait: until the lock is free; otherwise a held lock is an error.

    Yields:
        Once the lock is held.

    Raises:
        BlockingIOError: the lock is held and `wait` is off.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
    finally:
        os.close(handle)


def sweep(folder: Path) -> list[Path]:
    """Removes what dead processes have left unfinished in a folder whose lock is held.

    Returns:
        What is gone; folders that a living process writes stay.
    """
    swept = []
    for path in sorted(folder.glob(f".*{UNFINISHED}")):
        try:
            if path.is_dir():
                with locked(path, wait=False):
                    shutil.rmtree(path)
            else:
                path.unlink()
        except (BlockingIOError, FileNotFoundError):
            # Its writer is alive, or was until now and has cleaned up itself.
            continue
        swept.append(path)
    return swept


def to_json(value: Any, name: str) -> bytes:
    """Returns JSON for people and for comparing: sorted, indented, UTF-8, ending in a newline.

    Raises:
        ReleaseError: `value`, called `name`, holds NaN, infinities or what JSON has no word for.
    """
    try:
        text = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
        return f"{text}\n".encode()
    except (TypeError, ValueError) as error:
        raise ReleaseError(f"{name} cannot be written as JSON ({error})") from error


def from_json(data: bytes) -> dict[str, Any]:
    """Returns the JSON object that a file holds.

    Raises:
        ReleaseError: "it …": holds anything else.
    """
    try:
        value = json.loads(data, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ReleaseError(f"it is no JSON ({error})") from error
    if not isinstance(value, dict):
        raise ReleaseError("it holds no JSON object")
    return value


def _refuse_constant(constant: str) -> Never:
    raise ValueError(f"{constant} is no number")
