"""The catalogue as arrays."""

import numpy as np
import pytest

from recommender.serving.shelf import Shelf
from tests.serving.releases import catalogue


def shelf() -> Shelf:
    return Shelf.of(
        catalogue(["A", "B", "C", "D"], n_ratings=[2, 5, 5, 0], years=[1999, None, 2001, 2002])
    )


def test_popularity_puts_much_rated_titles_first_and_low_ids_before_high_ones():
    assert shelf().by_popularity.tolist() == [1, 2, 0, 3]


def test_unknown_ids_have_no_position():
    assert shelf().positions([30, 7, 10]).tolist() == [2, 0]
    assert shelf().positions([]).dtype == np.intp


def test_positions_are_looked_up_as_in_a_dict():
    position = shelf().position
    assert dict(position) == {10: 0, 20: 1, 30: 2, 40: 3}
    assert position.get(np.int64(40)) == 3
    for unknown in (5, 25, 50, 10**30, float("nan"), "10", None):
        assert position.get(unknown) is None


def test_genres_and_kinds_are_found_and_equal_ones_are_kept_once():
    genres = [["Drama", "Crime"], [], ["Crime", "Drama"], ["Drama", "Crime"]]
    made = catalogue(["A", "B", "C", "D"], genres=genres)
    made["kind"] = ["TV", "unknown", "Movie", "TV"]
    laid = Shelf.of(made)
    assert laid.genres[0] is laid.genres[3]
    assert laid.all_genres == ("Crime", "Drama")
    assert laid.of_genres(["Crime", "Nothing"]).tolist() == [True, False, True, True]
    assert not laid.of_genres([]).any()
    assert laid.of_kinds(["Movie", "OVA"]).tolist() == [False, False, True, False]


def test_a_title_is_named_with_its_year_if_that_is_known():
    assert [shelf().named(position) for position in (0, 1)] == ["A (1999)", "B"]


def test_nobody_can_change_what_all_visitors_share():
    made = shelf()
    for array in (made.item_ids, made.years, made.episodes, made.n_ratings, made.by_popularity):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    with pytest.raises(TypeError):
        made.position[10] = 3


def test_titles_for_adults_only_are_not_offered_unless_wanted():
    genres = [["Drama"], ["Drama", "Hentai"], ["Erotica"], ["Ecchi"]]
    made = catalogue(["A", "B", "C", "D"], genres=genres)
    assert Shelf.of(made).offered.tolist() == [True, False, False, True]
    assert Shelf.of(made, adult=True).offered.all()


def test_a_kind_is_kept_where_it_tells_something():
    made = catalogue(["A", "B", "C"])
    assert Shelf.of(made).kinds == ("", "", "")
    made["kind"] = ["TV", "unknown", "Movie"]
    assert Shelf.of(made).kinds == ("TV", "", "Movie")
