"""A visitor's lists of titles as one short word: what an address and a QR code can carry.

    1 | base64url( lists | checksum )

The first letter is the version. A list is the number of its entries and the entries, each the step
from the id before it to its own, so that ids need no order; a step is written with its sign in the
lowest bit (zigzag) and seven bits to a byte (LEB128, as in Protocol Buffers' encoding). A rating
goes into the same number: step * m + rating / g, where g is what all ratings are multiples of, in
hundredths, and m makes room for the highest. A thousand ratings of movies take 4 to 5 kB. The
checksum is the lower half of a CRC-32: a word that a messenger has cut is recognised, not misread.
"""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from math import gcd

VERSION = "1"

LONGEST = 7_600
"""Most letters of a word; the address around it stays below the 8 kB that servers bear."""

_HUNDREDTHS = 100


def pack(rated: Sequence[tuple[int, float]], lists: Sequence[Sequence[int]]) -> str:
    """Writes lists of titles as a word.

    Args:
        rated: (item id, rating >= 0, in hundredths at the finest).
        lists: further lists of item ids; those that are empty at the end cost nothing.

    Returns:
        The word, at most `LONGEST` letters. Lists that do not fit are put in the order of their
        ids, which is shorter, and if that is not enough the last entries of each are kept.
    """
    word = _word(rated, lists)
    most = max(map(len, [rated, *lists]))
    if len(word) > LONGEST:
        word = _word(rated, [sorted(ids) for ids in lists])
    while len(word) > LONGEST:
        most = most * 7 // 8
        word = _word(rated[-most:], [sorted(ids[-most:]) for ids in lists])
    return word


def unpack(word: str) -> tuple[list[tuple[int, float]], list[list[int]]]:
    """Reads what `pack` has written.

    Returns:
        The ratings, and as many further lists as there are.

    Raises:
        ValueError: it is no such word, a damaged one, or one of a later version.
    """
    if word[:1] != VERSION or not word.isascii() or len(word) > LONGEST:
        raise ValueError("no word of this version")
    letters = word[1:]
    data = urlsafe_b64decode(letters + "=" * (-len(letters) % 4))
    body, checksum = data[:-2], data[-2:]
    if _checksum(body) != checksum:
        raise ValueError("the checksum does not fit")
    numbers = iter(_numbers(body))
    try:
        unit = next(numbers)
        room = next(numbers) if unit else 1
        pairs = (
            [divmod(number, room) for number in _entries(numbers, next(numbers))] if unit else []
        )
    except (StopIteration, ZeroDivisionError) as error:
        raise ValueError("the lists do not add up") from error
    codes = (code * unit / _HUNDREDTHS for _, code in pairs)
    rated = list(zip(_sums(step for step, _ in pairs), codes, strict=True))
    return rated, [_sums(_entries(numbers, n)) for n in numbers]


def _word(rated: Sequence[tuple[int, float]], lists: Sequence[Sequence[int]]) -> str:
    codes = [round(rating * _HUNDREDTHS) for _, rating in rated]
    unit = gcd(*codes) or 1
    room = max(codes, default=0) // unit + 1
    steps = _steps([item_id for item_id, _ in rated])
    numbers = [unit, room, len(steps)] if steps else [0]
    numbers += [step * room + code // unit for step, code in zip(steps, codes, strict=True)]
    used = max((at for at, ids in enumerate(lists, 1) if ids), default=0)
    for ids in lists[:used]:
        numbers += [len(ids), *_steps(ids)]
    body = b"".join(map(_bytes, numbers))
    return VERSION + urlsafe_b64encode(body + _checksum(body)).decode("ascii").rstrip("=")


def _steps(ids: Sequence[int]) -> list[int]:
    """From each id to the next, with the sign in the lowest bit."""
    apart = [one - before for one, before in zip(ids, (0, *ids), strict=False)]
    return [2 * step if step >= 0 else -2 * step - 1 for step in apart]


def _sums(steps: Iterable[int]) -> list[int]:
    """The ids that steps lead to."""
    ids, at = [], 0
    for step in steps:
        at += -(step + 1) // 2 if step % 2 else step // 2
        ids.append(at)
    return ids


def _entries(numbers: Iterator[int], n: int) -> list[int]:
    """Takes the next n numbers."""
    entries = list(islice(numbers, n))
    if len(entries) < n:
        raise ValueError("the lists do not add up")
    return entries


def _bytes(number: int) -> bytes:
    """Seven bits to a byte, the lowest first; the eighth says that more follow."""
    parts = bytearray()
    while number > 127:
        parts.append(number % 128 + 128)
        number //= 128
    return bytes([*parts, number])


def _numbers(body: bytes) -> list[int]:
    numbers, number, shift = [], 0, 0
    for part in body:
        number |= (part & 127) << shift
        shift += 7
        if part < 128:
            numbers.append(number)
            number = shift = 0
        elif shift > 77:
            raise ValueError("a number without end")
    if shift:
        raise ValueError("a number without an end")
    return numbers


def _checksum(body: bytes) -> bytes:
    return (zlib.crc32(body) & 0xFFFF).to_bytes(2, "big")
