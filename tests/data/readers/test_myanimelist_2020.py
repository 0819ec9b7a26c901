"""MyAnimeList 2020: planned titles, and which of its two files is read."""

import pytest

from recommender.data import load
from recommender.errors import DataError
from tests.data.formats import ENTRIES, MAL_2020, write_2020, write_2020_complete


def append(folder, *lines):
    with (folder / "animelist.csv").open("a") as file:
        file.writelines(f"{line}\n" for line in lines)


def test_a_planned_title_is_neither_watched_nor_rated(tmp_path):
    write_2020(tmp_path)
    append(tmp_path, "3,44,0,6,0", "8,1,0,6,0", "7,90,0,4,1")
    data = load("anime", tmp_path)
    assert dict(data.dropped) == {"entries that are planned, neither watched nor rated": 2}
    assert 8 not in data.ratings.user_ids
    watched = data.ratings.item_ids[data.watched.items].tolist()
    assert watched == [44, 1, 90]


def test_a_planned_title_that_was_rated_is_rated(tmp_path):
    write_2020(tmp_path)
    append(tmp_path, "3,44,9,6,0")
    data = load("anime", tmp_path)
    assert data.catalogue.loc[44, "n_ratings"] == 1
    assert not data.dropped


def test_the_whole_lists_are_read_where_both_files_are(tmp_path):
    write_2020(tmp_path)
    write_2020_complete(tmp_path, entries=ENTRIES[:1])
    data = load("anime", tmp_path)
    assert len(data.ratings) == 4
    assert data.watched is not None
    assert data.provenance.name == "Anime Recommendation Database 2020 (animelist.csv)"


def test_complete_ratings_alone_do_not_tell_what_was_watched(tmp_path):
    data = load("anime", write_2020_complete(tmp_path))
    assert data.watched is None
    assert data.provenance.name == "Anime Recommendation Database 2020 (rating_complete.csv)"


def test_genres_may_have_the_name_that_the_readme_gives_them(tmp_path):
    write_2020(tmp_path)
    path = tmp_path / "anime.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Genres", "Genders"), encoding="utf-8")
    assert load("anime", tmp_path).catalogue.loc[1, "genres"] == ["Action"]


@pytest.mark.parametrize(
    ("name", "header", "missing"),
    [
        ("animelist.csv", "user_id,anime_id,rating", "watching_status"),
        ("anime.csv", "MAL_ID,Name,Genres,English name,Type", "Japanese name, Aired"),
    ],
)
def test_missing_columns_are_named(tmp_path, name, header, missing):
    MAL_2020.write(tmp_path)
    (tmp_path / name).write_text(f"{header}\n1,2,3\n")
    with pytest.raises(DataError, match=f"^{name}:1: the columns {missing} are missing"):
        load("anime", tmp_path)
