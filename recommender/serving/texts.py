"""Many texts, laid out so that those like a given one are found without comparing it with all.

How many letters may differ is bounded by how similar two texts must be, and that bounds how long
the other may be and how many of the letters in one may be missing in the other (a signature file,
Faloutsos and Christodoulakis 1984). Few texts pass; only they are compared (optimal string
alignment distance, rapidfuzz). The texts lie in one Arrow array: a million Python texts would take
three times the memory.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

Values = NDArray[np.float32]

_LAST = chr(0x10FFFF)
_AT_A_TIME = 1 << 16
# Letters, digits and signs share so many bits; no two of a-z and 0-9 do.
_BITS = np.uint32(39)
_ROUNDING = 1e-4


@dataclass(frozen=True, eq=False)
class Texts:
    """Texts in ascending order.

    Attributes:
        texts: Arrow's array of n texts, none of them empty.
        by_length: int32 (n,), their positions, those of short texts first.
        ends: intp (longest + 1,), how many texts are up to so long.
        letters: uint64 (n,), by length, which letters occur, a bit each.
    """

    texts: Any
    by_length: NDArray[np.int32]
    ends: NDArray[np.intp]
    letters: NDArray[np.uint64]

    @classmethod
    def of(cls, texts: Any) -> Texts:
        """Lays texts out.

        Args:
            texts: Arrow's array of them, ascending by code points, none empty.
        """
        lengths = pc.utf8_length(texts).to_numpy()
        by_length = np.argsort(lengths, kind="stable").astype(np.int32)
        letters = np.zeros(len(texts), np.uint64)
        for at in range(0, len(texts), _AT_A_TIME):
            piece = slice(at, at + _AT_A_TIME)
            letters[piece] = _letters(texts[piece].to_pylist())
        return cls(texts, by_length, np.cumsum(np.bincount(lengths)), letters[by_length])

    def __len__(self) -> int:
        return len(self.by_length)

    def __getitem__(self, position: int) -> str:
        return str(self.texts[position].as_py())

    def take(self, positions: NDArray[np.integer[Any]]) -> list[str]:
        """Returns the texts at some positions."""
        found: list[str] = self.texts.take(pa.array(positions)).to_pylist()
        return found

    def equal(self, text: str) -> slice:
        """Where the texts that are exactly this one stand."""
        start = end = bisect_left(self, text)
        while end < len(self) and self[end] == text:
            end += 1
        return slice(start, end)

    def similar(self, typed: str, least: float) -> Values:
        """How similar each text is, float32 (n,) in 0..1; 0 if less than `least`, which is > 0."""
        passing = self._passing(typed, least)
        similarity = np.zeros(len(self), np.float32)
        similarity[passing] = process.cdist(
            [typed],
            self.take(passing),
            scorer=OSA.normalized_similarity,
            score_cutoff=least,
            dtype=np.float32,
        )[0]
        return similarity

    def raise_unfinished(self, similarity: Values, typed: str) -> None:
        """Lets what is typed also stand for the texts that begin with it."""
        begun = slice(bisect_left(self, typed), bisect_left(self, typed + _LAST))
        lengths = pc.utf8_length(self.texts[begun]).to_numpy()
        similarity[begun] = np.maximum(similarity[begun], 0.8 + 0.2 * len(typed) / lengths)

    def _passing(self, typed: str, least: float) -> NDArray[np.int32]:
        """Positions of the texts that may be as similar as that."""
        there = _letters([typed])[0]
        passing = []
        shortest = ceil(len(typed) * least - _ROUNDING)
        longest = floor(len(typed) / least + _ROUNDING)
        for length in range(shortest, min(longest, len(self.ends) - 1) + 1):
            edits = int((1 - least) * max(length, len(typed)) + _ROUNDING)
            piece = slice(self.ends[length - 1], self.ends[length])
            letters = self.letters[piece]
            # Each edit takes one letter away at most, and brings one in.
            missing = np.bitwise_count(there & ~letters) <= edits
            strange = np.bitwise_count(letters & ~there) <= edits
            passing.append(self.by_length[piece][missing & strange])
        return np.concatenate(passing) if passing else self.by_length[:0]


def numbered(texts: Any) -> tuple[Texts, NDArray[np.int32]]:
    """Returns the distinct texts of Arrow's array, and which of them each is, int32 (n,)."""
    found = texts.dictionary_encode()
    ascending = pc.sort_indices(found.dictionary)
    number = np.empty(len(ascending), np.int32)
    number[ascending.to_numpy()] = np.arange(len(ascending), dtype=np.int32)
    return Texts.of(found.dictionary.take(ascending)), number[found.indices.to_numpy()]


def _letters(texts: Sequence[str]) -> NDArray[np.uint64]:
    """Which letters occur in texts, a bit each."""
    letters = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    bits = np.uint64(1) << (letters % _BITS).astype(np.uint64)
    starts = np.cumsum([0, *map(len, texts)])[:-1]
    return np.asarray(np.bitwise_or.reduceat(bits, starts), np.uint64)
