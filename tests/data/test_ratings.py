"""Ratings are sorted, unique, on the scale, and do not depend on the order of a file."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.data.ratings import Ratings
from recommender.data.scale import ANIME_SCALE, MOVIE_SCALE
from recommender.errors import DataError, RatingError

ITEM_IDS = [100, 3, 42, 7]


def make(users, items, values, **options):
    options = {"item_ids": ITEM_IDS, "scale": MOVIE_SCALE} | options
    return Ratings.from_columns(users, items, values, **options)


@pytest.fixture
def small():
    return make([9, 4, 9], [42, 3, 7], [5.0, 0.5, 3.0], timestamps=[30, 10, 20])


def test_columns_are_coded_and_sorted_by_user_then_item(small):
    assert small.user_ids.tolist() == [4, 9]
    assert small.item_ids.tolist() == [3, 7, 42, 100]
    assert small.users.tolist() == [0, 1, 1]
    assert small.items.tolist() == [0, 1, 2]
    assert small.values.tolist() == [0.5, 3.0, 5.0]
    assert small.timestamps.tolist() == [10, 20, 30]
    assert len(small) == 3
    assert (small.n_users, small.n_items) == (2, 4)


def test_dtypes_are_the_promised_ones(small):
    assert small.user_ids.dtype == small.item_ids.dtype == small.timestamps.dtype == np.int64
    assert small.users.dtype == small.items.dtype == np.int32
    assert small.values.dtype == np.float32


def test_an_unrated_title_keeps_its_place(small):
    assert small.counts().tolist() == [1, 1, 1, 0]
    assert small.user_counts().tolist() == [1, 2]


def test_users_without_a_rating_are_users_if_they_are_named():
    ratings = make([9, 4], [42, 3], [5.0, 0.5], user_ids=[9, 7, 4])
    assert ratings.user_ids.tolist() == [4, 7, 9]
    assert ratings.users.tolist() == [0, 2]
    assert ratings.user_counts().tolist() == [1, 0, 1]


def test_a_user_who_rates_must_be_among_those_named():
    with pytest.raises(DataError, match="must be among user_ids"):
        make([9, 4], [42, 3], [5.0, 0.5], user_ids=[9])


@pytest.mark.parametrize("dtype", ["int8", "int32", "uint16", "int64"])
def test_ids_may_be_of_any_width(dtype):
    ratings = make(np.array([9, 4], dtype), np.array([42, 3], dtype), [5.0, 0.5])
    assert ratings.user_ids.tolist() == [4, 9]
    assert ratings.user_ids.dtype == np.int64
    assert ratings.items.tolist() == [0, 2]


def test_ratings_cannot_be_changed(small):
    with pytest.raises(ValueError, match="read-only"):
        small.values[0] = 1.0


def test_the_matrix_holds_every_rating_in_its_place(small):
    matrix = small.matrix()
    assert matrix.dtype == np.float32
    assert matrix.toarray().tolist() == [[0.5, 0, 0, 0], [0, 3.0, 5.0, 0]]


def test_the_matrix_has_memory_of_its_own(small):
    small.matrix().data[:] = 1
    assert small.values.tolist() == [0.5, 3.0, 5.0]


def test_a_subset_keeps_all_users_and_titles(small):
    kept = small.subset(np.array([False, True, True]))
    assert kept.user_ids.tolist() == [4, 9]
    assert kept.values.tolist() == [3.0, 5.0]
    assert kept.timestamps.tolist() == [20, 30]
    assert kept.user_counts().tolist() == [0, 2]
    assert kept.matrix().shape == (2, 4)


@pytest.mark.parametrize("mask", [np.array([0, 1, 1]), np.array([True, False])])
def test_a_subset_takes_a_bool_mask_of_full_length_only(small, mask):
    with pytest.raises(DataError, match="bool mask"):
        small.subset(mask)


def test_ratings_without_timestamps_have_none():
    ratings = make([1], [3], [4.0])
    assert ratings.timestamps is None
    assert ratings.subset(np.array([True])).timestamps is None


def test_no_ratings_at_all_are_still_ratings_of_a_catalogue():
    empty = make([], [], [])
    assert (len(empty), empty.n_users, empty.n_items) == (0, 0, 4)
    assert empty.matrix().shape == (0, 4)


def test_an_unknown_item_is_refused_with_its_row_and_the_count():
    with pytest.raises(DataError, match=r"^row 1: item id 8 is not in the catalogue.* 2 such"):
        make([1, 1, 2], [3, 8, 9], [4, 4, 4])


def test_a_rating_off_the_scale_is_refused_with_its_row_and_the_scale():
    with pytest.raises(RatingError, match=r"^row 2: the rating 5\.5 .* from 0\.5 to 5 by 0\.5"):
        make([1, 1, 2], [3, 7, 7], [4, 4, 5.5])
    with pytest.raises(RatingError, match="-1 is off the scale"):
        make([1], [3], [-1], scale=ANIME_SCALE)
    with pytest.raises(RatingError, match="nan is off the scale"):
        make([1], [3], [np.nan])
    with pytest.raises(RatingError, match="inf is off the scale"):
        make([1], [3], [1e300])


def test_a_second_rating_of_an_item_is_refused_with_both_rows():
    with pytest.raises(
        DataError, match=r"^row 3: user 2 rates item 7 a second time \(first at row 1\)"
    ):
        make([5, 2, 2, 2], [7, 7, 3, 7], [1, 1, 1, 1])


def test_of_many_offences_three_are_named_and_all_are_counted():
    items = [8] * 1500
    with pytest.raises(DataError, match=r"1,500 such lines: row 0, row 1, row 2, …\.$"):
        make(range(1500), items, [4.0] * 1500)


def test_what_names_the_rows_is_asked_for_three_rows_at_most():
    asked = []

    def locate(rows):
        asked.append(list(rows))
        return [f"r.csv:{row + 2}" for row in rows]

    with pytest.raises(
        DataError, match=r"^r\.csv:3: .* 4 such lines: r\.csv:3, r\.csv:4, r\.csv:5"
    ):
        make([1] * 5, [3, 8, 9, 10, 11], [4.0] * 5, locate=locate)
    assert asked == [[1, 2, 3]]


@pytest.mark.parametrize(
    ("users", "items", "message"),
    [
        ([1.5, 2], [3, 7], "users must be whole numbers, not float64"),
        ([1, 2], ["3", "7"], "items must be whole numbers"),
        ([1, 2, 3], [3, 7], "differ in length: 3, 2, 2"),
    ],
)
def test_columns_that_do_not_fit_are_refused(users, items, message):
    with pytest.raises(DataError, match=message):
        make(users, items, [4.0, 4.0])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"users": np.array([1, 0, 1], np.int32)}, "sorted by user, then item"),
        ({"items": np.array([0, 1, 1], np.int32)}, "each pair once"),
        ({"items": np.array([0, 1, 4], np.int32)}, "positions from 0 to 3"),
        ({"users": np.array([-1, 1, 1], np.int32)}, "positions from 0 to 1"),
        ({"users": np.array([0, 1, 1], np.int64)}, "must be one-dimensional int32"),
        ({"values": np.ones(2, np.float32)}, "differ in length"),
        ({"timestamps": np.ones(4, np.int64)}, "differ in length"),
        ({"item_ids": np.array([3, 3, 7, 42])}, "item_ids must be sorted and unique"),
        ({"user_ids": np.array([9, 4])}, "user_ids must be sorted and unique"),
    ],
)
def test_broken_triplets_cannot_be_made(small, change, message):
    parts = {name: getattr(small, name) for name in small.__dataclass_fields__}
    with pytest.raises(DataError, match=message):
        Ratings(**(parts | change))


def test_values_off_the_scale_cannot_be_made(small):
    parts = {name: getattr(small, name) for name in small.__dataclass_fields__}
    with pytest.raises(RatingError, match="on the scale"):
        Ratings(**(parts | {"values": np.array([1, 2, 3.3], np.float32)}))


triplets = st.dictionaries(
    st.tuples(st.integers(-(2**40), 2**40), st.sampled_from(ITEM_IDS)),
    st.sampled_from(MOVIE_SCALE.values),
    max_size=40,
)


@given(triplets, st.randoms())
def test_the_order_of_the_file_does_not_matter(cells, random):
    rows = [(user, item, value) for (user, item), value in cells.items()]
    straight = make(*_columns(sorted(rows)))
    random.shuffle(rows)
    shuffled = make(*_columns(rows))
    for name in ("user_ids", "item_ids", "users", "items", "values"):
        assert np.array_equal(getattr(straight, name), getattr(shuffled, name))


@given(triplets)
def test_ratings_hold_exactly_what_was_given_sorted_and_once(cells):
    ratings = make(*_columns([(user, item, value) for (user, item), value in cells.items()]))
    found = list(zip(ratings.user_ids[ratings.users], ratings.item_ids[ratings.items], strict=True))
    assert found == sorted(cells)
    assert ratings.values.tolist() == [cells[cell] for cell in sorted(cells)]
    assert ratings.user_ids.tolist() == sorted({user for user, _ in cells})


def _columns(rows):
    return ([row[position] for row in rows] for position in range(3))
