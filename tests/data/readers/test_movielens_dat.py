"""MovieLens dat: ml-1m drops and counts ratings of ids that are no movie, as its README allows."""

import pytest

from recommender.data import load
from recommender.errors import DataError, RatingError
from tests.data.formats import ML_1M, ML_10M, RATINGS, write_1m, write_10m


def test_ml_1m_leaves_out_ratings_of_ids_that_are_no_movie_and_counts_them(tmp_path):
    write_1m(tmp_path)
    ML_1M.spoil_ratings(tmp_path, "9 99 4 1", "9 98 4 1", "9 1 4 1")
    data = load("movies", tmp_path)
    assert dict(data.dropped) == {"ratings of ids that are no movie": 2}
    assert len(data.ratings) == len(RATINGS) + 1


def test_lines_are_still_right_after_something_was_dropped(tmp_path):
    write_1m(tmp_path)
    ML_1M.spoil_ratings(tmp_path, "9 99 4 1", "9 1 7 1")
    with pytest.raises(RatingError, match=rf"^ratings\.dat:{len(RATINGS) + 2}: the rating 7"):
        load("movies", tmp_path)


def test_a_set_of_nothing_but_unknown_movies_is_refused(tmp_path):
    write_1m(tmp_path, ratings=[(1, 99, 4, 1)])
    with pytest.raises(DataError, match="no rating is left"):
        load("movies", tmp_path)


def test_ml_1m_may_have_been_converted_to_utf_8(tmp_path):
    write_10m(tmp_path)
    (tmp_path / "users.dat").write_text("1::F::1::10::48067\n")
    assert load("movies", tmp_path).catalogue.loc[7, "alternatives"] == [
        "La Cité des enfants perdus"
    ]


def test_ml_10m_is_utf_8_and_nothing_else(tmp_path):
    write_1m(tmp_path)
    (tmp_path / "users.dat").unlink()
    with pytest.raises(DataError, match=r"^movies\.dat:1: expected UTF-8 text.* 0xe9"):
        load("movies", tmp_path)


def test_half_stars_are_read(tmp_path):
    write_10m(tmp_path)
    ML_10M.spoil_ratings(tmp_path, "9 1 0.5 1")
    assert load("movies", tmp_path).ratings.values[-1] == 0.5


def test_a_quotation_mark_is_part_of_a_title(tmp_path):
    write_10m(
        tmp_path, movies=[(1, '"Great Performances" Cats (1998)', [])], ratings=[(1, 1, 4, 1)]
    )
    assert load("movies", tmp_path).catalogue.loc[1, "title"] == '"Great Performances" Cats'
