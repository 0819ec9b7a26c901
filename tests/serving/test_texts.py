"""Texts: what the bounds pass over is nothing that a comparison of all would find."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import process
from rapidfuzz.distance import OSA

from recommender.serving.texts import Texts, numbered

WORDS = st.text("abcdé9日", min_size=1, max_size=12)


def texts(*entries: str) -> Texts:
    return Texts.of(pa.array(sorted(entries), pa.string()))


@given(st.lists(WORDS, max_size=40), WORDS, st.sampled_from([0.5, 0.7, 0.8, 1.0]))
def test_what_is_similar_is_what_a_comparison_of_all_finds(entries, typed, least):
    found = texts(*entries).similar(typed, least)
    scorer = OSA.normalized_similarity
    all_ = process.cdist([typed], sorted(entries), scorer=scorer, score_cutoff=least)
    assert np.array_equal(found, all_[0] if entries else [])


@pytest.mark.parametrize("typed", ["naruot", "anruto", "nruto", "narutoo", "nar\ud800uto"])
def test_one_slip_is_forgiven(typed):
    assert texts("bleach", "naruto", "otarun").similar(typed, 0.8).argmax() == 1
    assert texts("bleach", "naruto", "otarun").similar(typed, 0.8)[1] > 0.8


def test_the_beginning_stands_for_the_whole_and_more_of_it_for_more():
    similarity = np.zeros(4, np.float32)
    texts("mat", "matrix", "matrices", "nix").raise_unfinished(similarity, "mat")
    assert similarity == pytest.approx([1, 0.875, 0.9, 0])


def test_equal_texts_stand_together():
    made = texts("b", "a", "b", "c")
    assert made.equal("b") == slice(1, 3)
    assert made.equal("bb") == slice(3, 3)
    assert made.take(np.array([3, 0])) == ["c", "a"]


def test_distinct_texts_are_ascending_and_say_which_each_is():
    distinct, which = numbered(pa.array(["b", "é", "a", "b"]))
    assert [distinct[at] for at in range(len(distinct))] == ["a", "b", "é"]
    assert which.tolist() == [1, 2, 0, 1]
