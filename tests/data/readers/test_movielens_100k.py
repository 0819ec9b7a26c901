"""ml-100k: genre flags, and the title that was lost."""

import pytest

from recommender.data import load
from recommender.errors import DataError
from tests.data.formats import MOVIES, write_100k


def test_the_unknown_movie_is_kept_without_title_and_genres_and_counted(tmp_path):
    data = load("movies", write_100k(tmp_path, movies=[*MOVIES, (267, "unknown", ["unknown"])]))
    lost = data.catalogue.loc[267]
    assert lost["title"] == "Untitled movie 267"
    assert lost["genres"] == []
    assert list(data.mended.values()) == [1]


def test_genres_come_from_u_genre_in_its_order(tmp_path):
    write_100k(tmp_path)
    text = (tmp_path / "u.genre").read_text()
    (tmp_path / "u.genre").write_text(text.replace("Comedy", "Slapstick"))
    assert load("movies", tmp_path).catalogue.loc[1, "genres"] == ["Animation", "Slapstick"]


def test_a_flag_that_is_neither_0_nor_1_is_named(tmp_path):
    write_100k(tmp_path)
    text = (tmp_path / "u.item").read_text(encoding="latin-1")
    (tmp_path / "u.item").write_text(text.replace("|1|1|0|", "|1|2|0|"), encoding="latin-1")
    with pytest.raises(DataError, match=r"^u\.item:2: the flag of Comedy must be 0 or 1, not '2'"):
        load("movies", tmp_path)


def test_a_genre_list_of_another_length_is_found_out(tmp_path):
    write_100k(tmp_path)
    with (tmp_path / "u.genre").open("a") as file:
        file.write("Western|6\n")
    with pytest.raises(DataError, match=r"^u\.item:1: there are 11 fields instead of 12"):
        load("movies", tmp_path)
