"""Search over a catalogue that forgives what people do to titles.

A name is a bag of words. Each word of a query is compared with the catalogue's vocabulary, typing
errors allowed (optimal string alignment distance, rapidfuzz) and the beginning of a word standing
for all of it. A name scores by how much of the query it answers and how much of it the query names,
words weighed by rarity (inverse document frequency, Sparck Jones 1972). Word order, articles,
accents and punctuation thus matter little; comparing whole names without spaces finds words that
were run together.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from recommender.data.words import ARTICLES, is_number, with_digits, words
from recommender.errors import TitleError
from recommender.serving.shelf import Shelf

Values = NDArray[np.float32]

THRESHOLD = 0.62
"""Least similarity of a result: below it, what is found is more likely wrong than meant."""

EXACT = 0.99
"""From here on a name is the one typed but for articles, accents, punctuation and word order."""

CLEAR, LEAD = 0.8, 0.03
"""A misspelt name means one title if that is so similar, and by so much more than the next."""

RIVALRY = 0.15
"""A title within so much of the most similar one must not be better known than that."""

SPREAD = 0.25
"""Results may be so much less similar than the best."""

_LONGEST_QUERY = 100
_MOST_WORDS = 12
_SIMILAR = 0.7
_SIMILAR_NAME = 0.8
_ARTICLE_WEIGHT = 0.002
_POPULARITY_WEIGHT = 0.15
_OTHER_YEAR = 0.75
_NOT_DISPLAY = 0.02
_LAST = chr(0x10FFFF)


@dataclass(frozen=True, eq=False)
class SearchIndex:
    """All names of a catalogue, display titles and alternatives, taken apart.

    Attributes:
        shelf: the catalogue.
        owner: intp (n_names,), the position of the title that has the name.
        display: bool (n_names,), whether it is the display title.
        joined: n_names names without spaces, ascending.
        vocabulary: all words, ascending.
        weight: float32 (n_vocabulary,), how much a word says.
        starts: intp (n_names,), where the words of a name start in `spelled`.
        spelled: intp (n_words,), the words of all names, one name after the other, as positions
            in `vocabulary`.
        first: intp (n_names,), where the first word that is no article is in `spelled`.
    """

    shelf: Shelf
    owner: NDArray[np.intp]
    display: NDArray[np.bool_]
    joined: tuple[str, ...]
    vocabulary: tuple[str, ...]
    weight: Values
    starts: NDArray[np.intp]
    spelled: NDArray[np.intp]
    first: NDArray[np.intp]

    @classmethod
    def of(cls, shelf: Shelf, alternatives: Iterable[Iterable[str]]) -> SearchIndex:
        """Takes the names of the titles that are offered apart; no other is ever found.

        Args:
            shelf: the catalogue.
            alternatives: further names of each of its titles, by position.
        """
        spellings: dict[tuple[tuple[str, ...], int], bool] = {}
        for position, (title, others) in enumerate(zip(shelf.titles, alternatives, strict=True)):
            for name in (title, *others) if shelf.offered[position] else ():
                taken_apart = words(name)
                for spelling in (taken_apart, with_digits(taken_apart)):
                    spellings.setdefault((spelling, position), name == title)
        entries = sorted(
            ("".join(spelling), spelling, position, display)
            for (spelling, position), display in spellings.items()
        )
        vocabulary = sorted({word for _, spelling, _, _ in entries for word in spelling})
        number = {word: at for at, word in enumerate(vocabulary)}
        spelled = np.array([number[word] for _, name, _, _ in entries for word in name], np.intp)
        weight = np.log1p(len(entries) / np.bincount(spelled, minlength=len(vocabulary)))
        weight[[number[word] for word in ARTICLES if word in number]] *= _ARTICLE_WEIGHT
        lengths = [len(spelling) for _, spelling, _, _ in entries]
        starts = np.cumsum([0, *lengths[:-1]], dtype=np.intp)
        return cls(
            shelf=shelf,
            owner=np.array([position for _, _, position, _ in entries], np.intp),
            display=np.array([display for _, _, _, display in entries], np.bool_),
            joined=tuple(joined for joined, _, _, _ in entries),
            vocabulary=tuple(vocabulary),
            weight=weight.astype(np.float32),
            starts=starts,
            spelled=spelled,
            first=starts + np.array([_first(name) for _, name, _, _ in entries], np.intp),
        )

    def search(self, text: str, n: int = 10) -> pd.DataFrame:
        """Finds titles by name.

        Args:
            text: what somebody typed: words in any order, with typing errors, perhaps unfinished,
                perhaps with the year behind. Its first 100 characters count.
            n: most results wanted, >= 0.

        Returns:
            DataFrame by rank with columns item_id, title, year (Int16) and similarity (0..1, at
            least `THRESHOLD`): the most similar first, much rated titles before others that are
            about as similar. Empty if nothing comes near or nothing was typed.
        """
        similarity = self.similarity(text)
        found = np.flatnonzero(similarity >= max(THRESHOLD, similarity.max() - SPREAD))
        popularity = np.log1p(self.shelf.n_ratings)
        popularity = _POPULARITY_WEIGHT * popularity / max(float(popularity.max()), 1.0)
        order = found[np.lexsort((found, -(similarity + popularity)[found]))][:n]
        years = pd.array(self.shelf.years[order], dtype="Int16")
        years[self.shelf.years[order] == 0] = pd.NA
        return pd.DataFrame(
            {
                "item_id": self.shelf.item_ids[order],
                "title": pd.array([self.shelf.titles[at] for at in order], dtype="str"),
                "year": years,
                "similarity": similarity[order].astype(np.float64),
            },
            index=pd.RangeIndex(1, len(order) + 1, name="rank"),
        )

    def find_one(self, text: str) -> int:
        """Finds the title that a name means.

        Args:
            text: a name, perhaps with the year behind.

        Returns:
            Its item id.

        Raises:
            TitleError: nothing comes near, or several titles do; the message lists those with ids.
        """
        shown = repr(text[:_LONGEST_QUERY])
        similarity = self.similarity(text)
        close = np.flatnonzero(similarity >= max(THRESHOLD, similarity.max() - SPREAD))
        if not len(close):
            raise TitleError(
                f"No title is called anything like {shown}; try other words or give an item id."
            )
        exact = close[similarity[close] >= EXACT]
        if len(exact) == 1:
            return int(self.shelf.item_ids[exact[0]])
        best, *others = close[np.argsort(-similarity[close], kind="stable")]
        lead = similarity[best] - max(similarity[others], default=0.0)
        # "star wars" is closest to the shortest of its names, and that need not be what is meant.
        rivals = close[similarity[close] >= similarity[best] - RIVALRY]
        popular = self.shelf.n_ratings[best] == self.shelf.n_ratings[rivals].max()
        if popular and similarity[best] >= CLEAR and lead >= LEAD:
            return int(self.shelf.item_ids[best])
        listed = exact if len(exact) else self.shelf.positions(self.search(text, 5)["item_id"])
        offer = ", ".join(f"{self.shelf.item_ids[at]} = {self.shelf.named(at)}" for at in listed)
        raise TitleError(
            f"{shown} is not clearly one title. Give the year too, or an item id: {offer}."
        )

    def called(self, text: str) -> list[int]:
        """Finds the titles that are called so, but for case, accents, punctuation and articles.

        Numerals and digits are the same here, as everywhere in a search.

        Args:
            text: a name without its year.

        Returns:
            Their positions, ascending.
        """
        found: set[int] = set()
        plain = words(text)
        bare = plain[1:] if plain[:1] and plain[0] in ARTICLES else plain
        for name in (plain, bare, *((article, *bare) for article in ARTICLES)):
            for spelling in dict.fromkeys([name, with_digits(name)]):
                joined = "".join(spelling)
                begun = slice(bisect_left(self.joined, joined), bisect_right(self.joined, joined))
                found.update(self.owner[begun].tolist() if joined else [])
        return sorted(found)

    def similarity(self, text: str) -> Values:
        """How well each title answers a query, float32 (n_items,) in 0..1; 0 is not at all."""
        query = words(text[:_LONGEST_QUERY])[:_MOST_WORDS]
        best = np.zeros(len(self.shelf), np.float32)
        for spelling in dict.fromkeys([query, with_digits(query)]):
            if spelling:
                np.maximum.at(best, self.owner, self._names(spelling))
        if len(query) > 1 and len(query[-1]) == 4 and query[-1].isdecimal():
            of_name = np.zeros_like(best)
            np.maximum.at(of_name, self.owner, self._names(query[:-1]))
            off = np.abs(self.shelf.years - int(query[-1]))
            fits = np.select([off == 0, off == 1], [1.0, 0.9], _OTHER_YEAR)
            best = np.maximum(best, of_name * fits.astype(np.float32))
        return best

    def _names(self, query: tuple[str, ...]) -> Values:
        """How well each name answers a query, float32 (n_names,)."""
        similar = self._words(query)
        # An unknown word weighs as much as the rarest; else the word that answers best counts.
        answer = similar.argmax(axis=1)
        known = similar[np.arange(len(query)), answer] > 0
        asked = np.where(known, self.weight[answer], self.weight.max())
        asked[[word in ARTICLES for word in query]] = _ARTICLE_WEIGHT

        in_names = similar[:, self.spelled]
        covered = asked @ np.maximum.reduceat(in_names, self.starts, axis=1) / asked.sum()
        said = self.weight[self.spelled]
        named = np.add.reduceat(said * in_names.max(axis=0), self.starts)
        share = named / np.add.reduceat(said, self.starts)
        begins = in_names[_first(query), self.first]
        by_words = covered * (0.7 + 0.25 * share + 0.05 * begins)
        alike = np.maximum(by_words, self._joined(query))
        return np.asarray(alike - _NOT_DISPLAY * ~self.display, np.float32)

    def _words(self, query: tuple[str, ...]) -> Values:
        """How well each word of the vocabulary answers each of a query, float32 (n, n_words)."""
        similar = process.cdist(
            query,
            self.vocabulary,
            scorer=OSA.normalized_similarity,
            score_cutoff=_SIMILAR,
            dtype=np.float32,
        )
        for row, word in zip(similar, query, strict=True):
            if len(word) < 4:
                # In a short word another letter makes another word.
                row[row < 1] = 0
            # "II" is not the beginning of "III".
            if not is_number(word):
                _raise_unfinished(row, word, self.vocabulary)
        return np.asarray(similar)

    def _joined(self, query: tuple[str, ...]) -> Values:
        """How alike each name and a query are as runs of letters, float32 (n_names,)."""
        typed = "".join(query)
        alike = process.cdist(
            [typed],
            self.joined,
            scorer=OSA.normalized_similarity,
            score_cutoff=_SIMILAR_NAME,
            dtype=np.float32,
        )[0]
        if len(typed) >= 4 and not is_number(query[-1]):
            _raise_unfinished(alike, typed, self.joined)
        return np.asarray(alike)


def _raise_unfinished(similarity: Values, typed: str, entries: tuple[str, ...]) -> None:
    """Lets what is typed also stand for those of the ascending entries that begin with it."""
    begun = slice(bisect_left(entries, typed), bisect_left(entries, typed + _LAST))
    lengths = np.array([len(entry) for entry in entries[begun]])
    similarity[begun] = np.maximum(similarity[begun], 0.8 + 0.2 * len(typed) / lengths)


def _first(name: tuple[str, ...]) -> int:
    """Where the first word that is no article stands; 0 in a name of articles."""
    return next((at for at, word in enumerate(name) if word not in ARTICLES), 0)
