"""Search over a catalogue that forgives what people do to titles.

A name is a bag of words. Each word of a query is compared with the catalogue's vocabulary, typing
errors allowed (optimal string alignment distance, rapidfuzz) and the beginning of a word standing
for all of it. A name scores by how much of the query it answers and how much of it the query names,
words weighed by rarity (inverse document frequency, Sparck Jones 1972). Word order, articles,
accents and punctuation thus matter little; comparing whole names without spaces finds words that
were run together.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recommender.data.words import ARTICLES, is_number, with_digits, words
from recommender.errors import TitleError
from recommender.serving.shelf import Shelf
from recommender.serving.texts import Texts, Values, numbered

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
_AT_A_TIME = 1 << 16
_NAMES = pa.list_(pa.string())


@dataclass(frozen=True, eq=False)
class SearchIndex:
    """All names of a catalogue, display titles and alternatives, taken apart.

    Attributes:
        shelf: the catalogue.
        owner: int32 (n_names,), the position of the title that has the name.
        display: bool (n_names,), whether it is the display title.
        joined: n_names names without spaces, ascending.
        vocabulary: all words, ascending.
        weight: float32 (n_vocabulary,), how much a word says.
        spelled: int32 (n_words,), the words of all names, one name after the other, as positions
            in `vocabulary`.
        offsets: intp (n_names + 1,), where the words of a name start in `spelled`, and their end.
        first: int32 (n_names,), the first word that is no article, as position in `vocabulary`.
    """

    shelf: Shelf
    owner: NDArray[np.int32]
    display: NDArray[np.bool_]
    joined: Texts
    vocabulary: Texts
    weight: Values
    spelled: NDArray[np.int32]
    offsets: NDArray[np.intp]
    first: NDArray[np.int32]

    @classmethod
    def of(cls, shelf: Shelf, alternatives: Iterable[Iterable[str]]) -> SearchIndex:
        """Takes the names of the titles that are offered apart; no other is ever found.

        Args:
            shelf: the catalogue.
            alternatives: further names of each of its titles, by position.
        """
        pieces, owner, display = [], array("i"), array("b")
        entries = _spellings(shelf, alternatives)
        while some := list(islice(entries, _AT_A_TIME)):
            # From here on the words are Arrow's: as Python's they would take gigabytes.
            pieces.append(pa.array([spelling for spelling, _, _ in some], _NAMES))
            owner.extend(position for _, position, _ in some)
            display.extend(is_title for _, _, is_title in some)
        names = pa.chunked_array(pieces, _NAMES).combine_chunks()
        joined = pc.binary_join(names, "")
        order = pc.sort_indices(joined)
        names, by_name = names.take(order), order.to_numpy()
        vocabulary, spelled = numbered(names.flatten())
        weight = np.log1p(len(names) / np.bincount(spelled, minlength=len(vocabulary)))
        article = np.zeros(len(vocabulary), np.bool_)
        for word in ARTICLES:
            article[vocabulary.equal(word)] = True
        weight[article] *= _ARTICLE_WEIGHT
        offsets = names.offsets.to_numpy().astype(np.intp)
        # The first of the words that are least of all articles.
        said = np.arange(len(spelled)) + len(spelled) * article[spelled]
        first = np.minimum.reduceat(said, offsets[:-1]) % len(spelled)
        return cls(
            shelf=shelf,
            owner=np.array(owner, np.int32)[by_name],
            display=np.array(display, np.bool_)[by_name],
            joined=Texts.of(joined.take(order)),
            vocabulary=vocabulary,
            weight=weight.astype(np.float32),
            spelled=spelled,
            offsets=offsets,
            first=spelled[first],
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
        most = max(float(np.log1p(self.shelf.n_ratings.max())), 1.0)
        popularity = _POPULARITY_WEIGHT * np.log1p(self.shelf.n_ratings[found]) / most
        order = found[np.lexsort((found, -(similarity[found] + popularity)))][:n]
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
        names = (bare, *((article, *bare) for article in ARTICLES))
        for joined in {"".join(spelt) for name in names for spelt in (name, with_digits(name))}:
            if joined:
                found.update(self.owner[self.joined.equal(joined)].tolist())
        return sorted(found)

    def similarity(self, text: str) -> Values:
        """How well each title answers a query, float32 (n_items,) in 0..1.

        0 is not at all; what does so less than `THRESHOLD` may have 0, too.
        """
        query = words(text[:_LONGEST_QUERY])[:_MOST_WORDS]
        digits = with_digits(query)
        similar = {word: self._word(word) for word in {*query, *digits}}
        best = np.zeros(len(self.shelf), np.float32)
        for spelling in filter(None, dict.fromkeys([query, digits])):
            best = np.maximum(best, self._titles(spelling, similar))
        if len(query) > 1 and len(query[-1]) == 4 and query[-1].isdecimal():
            off = np.abs(self.shelf.years - int(query[-1]))
            fits = np.select([off == 0, off == 1], [1.0, 0.9], _OTHER_YEAR).astype(np.float32)
            best = np.maximum(best, self._titles(query[:-1], similar) * fits)
        return best

    def _titles(self, query: tuple[str, ...], similar: Mapping[str, Values]) -> Values:
        """How well each title answers a query by the best of its names, float32 (n_items,)."""
        alike = self._joined(query)
        by_words, names = self._by_words(query, np.array([similar[word] for word in query]))
        alike[names] = np.maximum(alike[names], by_words)
        named = np.flatnonzero(alike)
        less = np.float32(_NOT_DISPLAY) * ~self.display[named]
        best = np.zeros(len(self.shelf), np.float32)
        np.maximum.at(best, self.owner[named], alike[named] - less)
        return best

    def _by_words(self, query: tuple[str, ...], similar: Values) -> tuple[Values, NDArray[np.intp]]:
        """How well names answer a query word by word, and which names; others do it hardly.

        `similar` says how well each word of the vocabulary answers each of the query.
        """
        # An unknown word weighs as much as the rarest; else the word that answers best counts.
        answer = similar.argmax(axis=1)
        known = similar[np.arange(len(query)), answer] > 0
        asked = np.where(known, self.weight[answer], self.weight.max())
        asked[[word in ARTICLES for word in query]] = _ARTICLE_WEIGHT

        # Who answers none but the most frequent words stays below the threshold.
        lightest = np.argsort(asked)
        share = np.cumsum(asked[lightest]) / asked.sum()
        telling = lightest[share >= THRESHOLD - 0.001]
        there = similar[telling].any(axis=0)[self.spelled]
        names = np.flatnonzero(np.logical_or.reduceat(there, self.offsets[:-1]))

        begins, lengths = self.offsets[names], np.diff(self.offsets)[names]
        starts = np.cumsum(lengths) - lengths
        spelled = self.spelled[np.arange(lengths.sum()) + np.repeat(begins - starts, lengths)]
        in_names = similar[:, spelled]
        covered = asked @ np.maximum.reduceat(in_names, starts, axis=1) / asked.sum()
        said = self.weight[spelled]
        named = np.add.reduceat(said * in_names.max(axis=0), starts)
        share = named / np.add.reduceat(said, starts)
        in_front = similar[_first(query), self.first[names]]
        return covered * (0.7 + 0.25 * share + 0.05 * in_front), names

    def _word(self, word: str) -> Values:
        """How well each word of the vocabulary answers one of a query, float32 (n_vocabulary,)."""
        # In a short word another letter makes another word.
        similar = self.vocabulary.similar(word, _SIMILAR if len(word) >= 4 else 1)
        # "II" is not the beginning of "III".
        if not is_number(word):
            self.vocabulary.raise_unfinished(similar, word)
        return similar

    def _joined(self, query: tuple[str, ...]) -> Values:
        """How alike each name and a query are as runs of letters, float32 (n_names,)."""
        typed = "".join(query)
        alike = self.joined.similar(typed, _SIMILAR_NAME)
        if len(typed) >= 4 and not is_number(query[-1]):
            self.joined.raise_unfinished(alike, typed)
        return alike


def _spellings(
    shelf: Shelf, alternatives: Iterable[Iterable[str]]
) -> Iterator[tuple[tuple[str, ...], int, bool]]:
    """Words of each name of the titles offered, the title's position, whether it is its title."""
    for position, (title, others) in enumerate(zip(shelf.titles, alternatives, strict=True)):
        spellings: dict[tuple[str, ...], bool] = {}
        for name in (title, *others) if shelf.offered[position] else ():
            taken_apart = words(name)
            for spelling in (taken_apart, with_digits(taken_apart)):
                spellings.setdefault(spelling, name == title)
        yield from ((name, position, own) for name, own in spellings.items() if name)


def _first(name: tuple[str, ...]) -> int:
    """Where the first word that is no article stands; 0 in a name of articles."""
    return next((at for at, word in enumerate(name) if word not in ARTICLES), 0)
