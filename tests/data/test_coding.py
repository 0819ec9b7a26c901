"""Coding by blocks gives what coding at once would give."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.data import coding

ids = st.integers(-(2**40), 2**40)


@pytest.fixture(autouse=True, scope="module")
def small_blocks():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(coding, "BLOCK", 3)
        yield


def test_blocks_cover_all_rows_once():
    rows = [list(range(10))[block] for block in coding.blocks(10)]
    assert rows == [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9]]
    assert list(coding.blocks(0)) == []


@given(st.lists(ids))
def test_distinct_ids_are_sorted_and_unique(column):
    found = coding.distinct(np.array(column, dtype=np.int64))
    assert found.tolist() == sorted(set(column))
    assert found.dtype == np.int64


@given(st.lists(st.integers(-20, 20)), st.sets(st.integers(-20, 20)))
def test_positions_lead_back_to_the_ids_and_unknown_ones_have_none(column, known):
    known_ids = np.array(sorted(known), dtype=np.int64)
    for dtype in ("int8", "int32", "int64"):
        found = coding.positions(np.array(column, dtype=dtype), known_ids)
        assert found.dtype == np.int32
        expected = [sorted(known).index(each) if each in known else -1 for each in column]
        assert found.tolist() == expected


@given(st.lists(st.tuples(st.integers(0, 2**31 - 1), st.integers(0, 9))))
def test_order_sorts_pairs_and_keeps_equal_ones_as_they_were(pairs):
    users, items = np.array(pairs, dtype=np.int32).reshape(-1, 2).T
    found = coding.order(users, items, 10).tolist()
    assert found == sorted(range(len(pairs)), key=lambda row: pairs[row])
    ordered = users[found], items[found]
    assert coding.ascending(*ordered) == (len(set(pairs)) == len(pairs))
