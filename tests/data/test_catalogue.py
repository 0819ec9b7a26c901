"""A catalogue has one shape, and what has another is refused by name."""

import numpy as np
import pandas as pd
import pytest

from recommender.data import catalogue
from recommender.data.ratings import Ratings
from recommender.data.scale import MOVIE_SCALE
from recommender.errors import DataError

ITEM_IDS = [30, 10, 20]


@pytest.fixture
def ratings():
    return Ratings.from_columns(
        [1, 1, 2], [30, 10, 30], [4.0, 2.0, 1.0], item_ids=ITEM_IDS, scale=MOVIE_SCALE
    )


@pytest.fixture
def good(ratings):
    return catalogue.build(
        ratings,
        ITEM_IDS,
        titles=["Thirty", "Ten", "Twenty"],
        alternatives=[[], ["Dix", "Zehn"], []],
        years=[1930, None, 1920],
        genres=[["Drama"], [], ["War"]],
        kinds=["movie", "TV", "movie"],
        episodes=[1, 26, None],
    )


def test_a_catalogue_is_sorted_and_counts_its_ratings(good):
    assert good.index.tolist() == [10, 20, 30]
    assert good["title"].tolist() == ["Ten", "Twenty", "Thirty"]
    assert good["alternatives"].tolist() == [["Dix", "Zehn"], [], []]
    assert good["year"].tolist() == [pd.NA, 1920, 1930]
    assert good["genres"].tolist() == [[], ["War"], ["Drama"]]
    assert good["kind"].tolist() == ["TV", "movie", "movie"]
    assert good["episodes"].tolist() == [26, pd.NA, 1]
    assert good["n_ratings"].tolist() == [1, 0, 2]
    assert good["mean_rating"].iloc[[0, 2]].tolist() == [2.0, 2.5]
    assert np.isnan(good["mean_rating"].iloc[1])


def test_columns_have_the_promised_dtypes(good):
    assert {name: str(dtype) for name, dtype in good.dtypes.items()} == catalogue.DTYPES
    assert good.index.dtype == np.int64
    assert good.index.name == "item_id"


def test_a_catalogue_passes_its_own_check_unchanged(good):
    assert catalogue.check(good) is good


def test_counting_other_ratings_of_the_same_titles_leaves_the_rest_as_it_is(good, ratings):
    counted = catalogue.count(good, ratings.subset(np.array([True, False, True])))
    assert counted["n_ratings"].tolist() == [1, 0, 1]
    assert counted["mean_rating"].iloc[[0, 2]].tolist() == [2.0, 1.0]
    facts = ["title", "alternatives", "year", "genres", "kind", "episodes"]
    assert counted[facts].equals(good[facts])
    assert good["n_ratings"].tolist() == [1, 0, 2]


def test_two_titles_may_look_the_same(good):
    good["title"] = good["title"].where(good.index != 10, "Twenty")
    good["year"] = pd.array([1920, 1920, 1930], dtype="Int16")
    catalogue.check(good)


def test_titles_that_are_not_those_of_the_ratings_are_refused(ratings):
    with pytest.raises(DataError, match="not those of the ratings"):
        catalogue.build(
            ratings,
            [1, 2],
            titles=["a", "b"],
            alternatives=[[], []],
            years=[None, None],
            genres=[[], []],
            kinds=["movie", "movie"],
        )


def _set(frame, column, value, dtype):
    values = frame[column].tolist()
    values[1] = value
    frame[column] = pd.Series(values, index=frame.index, dtype=dtype)
    return frame


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda frame: frame.drop(columns="kind"), "this one has title, .*, mean_rating"),
        (lambda frame: frame.assign(extra=1), "has the columns"),
        (lambda frame: frame.astype({"n_ratings": "int64"}), "n_ratings must have dtype int32"),
        (lambda frame: frame.astype({"year": "float64"}), "year must have dtype Int16"),
        (lambda frame: frame.rename_axis("id"), "not by id as int64"),
        (lambda frame: frame.set_axis(pd.Index(list("abc"), name="item_id")), "as int64, not by"),
        (lambda frame: frame.iloc[[0, 1, 1]], "Item id 20 occurs more than once"),
        (lambda frame: frame.iloc[::-1], "ascending by item_id"),
        (lambda frame: _set(frame, "title", "  ", "str"), "item id 20: title must not be empty"),
        (lambda frame: _set(frame, "kind", None, "str"), "item id 20: kind must not be empty"),
        (
            lambda frame: _set(frame, "genres", "Drama", "object"),
            "item id 20: genres must be a list",
        ),
        (lambda frame: _set(frame, "genres", ["War", 3], "object"), "item id 20: genres"),
        (lambda frame: _set(frame, "alternatives", [""], "object"), "item id 20: alternatives"),
        (lambda frame: _set(frame, "episodes", 0, "Int16"), "item id 20: episodes must be 1 or"),
        (lambda frame: _set(frame, "n_ratings", -1, "int32"), "item id 20: n_ratings"),
        (lambda frame: _set(frame, "mean_rating", 3.0, "float32"), "item id 20: mean_rating"),
        (lambda frame: _set(frame, "n_ratings", 5, "int32"), "item id 20: mean_rating"),
    ],
)
def test_a_frame_of_another_shape_is_refused_by_column_and_item(good, spoil, message):
    with pytest.raises(DataError, match=message):
        catalogue.check(spoil(good))


def test_titles_for_adults_only_are_known_by_their_genres(good):
    frame = _set(good, "genres", ["Drama", "Hentai"], "object")
    assert catalogue.adult(frame)[frame.index == 20].all()
    assert catalogue.adult(frame).sum() == 1
    assert not catalogue.adult(_set(good, "genres", ["Ecchi"], "object")).any()
