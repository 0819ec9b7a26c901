"""Watched pairs are sorted, unique, and do not depend on the order of a file."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.data.watched import Watched
from recommender.errors import DataError

USER_IDS, ITEM_IDS = np.array([4, 7, 9]), np.array([3, 7, 42])


def make(pairs):
    users, items = zip(*pairs, strict=True) if pairs else ([], [])
    return Watched.from_columns(users, items, user_ids=USER_IDS, item_ids=ITEM_IDS)


def test_columns_are_coded_and_sorted_by_user_then_item():
    watched = make([(9, 42), (4, 3), (9, 3)])
    assert watched.users.tolist() == [0, 2, 2]
    assert watched.items.tolist() == [0, 0, 2]
    assert watched.users.dtype == watched.items.dtype == np.int32
    assert len(watched) == 3


def test_watched_pairs_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        make([(4, 3)]).items[0] = 1


@pytest.mark.parametrize("pair", [(5, 3), (4, 5)])
def test_an_unknown_id_is_refused(pair):
    with pytest.raises(DataError, match="must not be negative"):
        make([pair])


def test_a_pair_that_occurs_twice_is_refused():
    with pytest.raises(DataError, match="sorted by user, then item, each once"):
        make([(4, 3), (9, 3), (4, 3)])


@pytest.mark.parametrize(
    ("users", "items", "message"),
    [
        (np.zeros(2, np.int32), np.zeros(1, np.int32), "differ in length: 2, 1"),
        (np.zeros(1, np.int64), np.zeros(1, np.int32), r"Watched\.users must be .* int32"),
        (np.array([1, 0], np.int32), np.array([0, 0], np.int32), "sorted by user, then item"),
    ],
)
def test_broken_pairs_cannot_be_made(users, items, message):
    with pytest.raises(DataError, match=message):
        Watched(users, items)


@pytest.mark.parametrize(
    ("users", "items", "message"),
    [([4, 9], [3], "differ in length: 2, 1"), ([4.5], [3], "users must be whole numbers")],
)
def test_columns_that_do_not_fit_are_refused(users, items, message):
    with pytest.raises(DataError, match=message):
        Watched.from_columns(users, items, user_ids=USER_IDS, item_ids=ITEM_IDS)


@given(st.sets(st.tuples(st.sampled_from(USER_IDS), st.sampled_from(ITEM_IDS))), st.randoms())
def test_watched_pairs_are_exactly_those_given_whatever_their_order(pairs, random):
    rows = sorted(pairs)
    random.shuffle(rows)
    watched = make(rows)
    found = zip(USER_IDS[watched.users], ITEM_IDS[watched.items], strict=True)
    assert list(found) == sorted(pairs)
