"""What holds for every MovieLens format: the same data, the same errors with file and line."""

import pytest

from recommender.data import MOVIE_SCALE, load
from recommender.errors import DataError, RatingError
from tests.data.formats import ML_1M, MOVIE_FORMATS, MOVIES, RATINGS

every_format = pytest.mark.parametrize("written", MOVIE_FORMATS, ids=lambda written: written.name)


@every_format
def test_titles_years_and_genres_are_read(tmp_path, written):
    catalogue = load("movies", written.write(tmp_path)).catalogue
    assert catalogue.index.tolist() == [1, 3, 7, 20]
    assert catalogue["title"].tolist() == [
        "Toy Story",
        "Seven",
        "The City of Lost Children",
        "An Unrated",
    ]
    assert catalogue["alternatives"].tolist() == [[], ["Se7en"], ["La Cité des enfants perdus"], []]
    assert catalogue["year"].tolist() == [1995, 1995, 1995, 2001]
    assert catalogue["genres"].tolist() == [
        ["Animation", "Comedy"],
        ["Crime"],
        ["Drama", "Sci-Fi"],
        [],
    ]
    assert set(catalogue["kind"]) == {"movie"}


@every_format
def test_ratings_are_read_and_a_movie_without_any_stays(tmp_path, written):
    data = load("movies", written.write(tmp_path))
    ratings = data.ratings
    assert ratings.user_ids.tolist() == [1, 2, 5]
    assert ratings.users.tolist() == [0, 0, 1, 1, 2]
    assert ratings.item_ids[ratings.items].tolist() == [1, 3, 1, 7, 3]
    assert ratings.values.tolist() == [1, 5, 3, 4, 2]
    assert ratings.timestamps.tolist() == [1003, 1002, 1001, 1000, 1004]
    assert ratings.scale == MOVIE_SCALE
    assert data.catalogue["n_ratings"].tolist() == [2, 2, 1, 0]
    assert data.catalogue["mean_rating"].tolist()[:3] == [2.0, 3.5, 4.0]
    assert not data.dropped
    assert not data.mended


@every_format
def test_the_provenance_names_the_set_its_terms_and_its_files(tmp_path, written):
    provenance = load("movies", written.write(tmp_path)).provenance
    assert provenance.name == f"MovieLens {'(csv)' if written.name == 'csv' else written.name}"
    assert ("no redistribution" in provenance.licence) == (written.name != "csv")
    assert "Harper" in provenance.citation
    assert {written.ratings_file, written.titles_file} <= set(provenance.files)
    assert all(len(digest) == 64 for digest in provenance.files.values())


@every_format
def test_a_rating_off_the_scale_is_named(tmp_path, written):
    written.write(tmp_path)
    written.spoil_ratings(tmp_path, "9 1 5.5 1", "9 3 0 1")
    first = written.first_line + len(RATINGS)
    place = f"{written.ratings_file}:{first}"
    with pytest.raises(RatingError, match=rf"^{place}: the rating 5\.5 .* 2 such lines: {place}, "):
        load("movies", tmp_path)


@every_format
def test_a_second_rating_of_a_movie_by_a_user_is_named_with_the_first(tmp_path, written):
    written.write(tmp_path)
    written.spoil_ratings(tmp_path, "2 7 1 1")
    first, second = written.first_line, written.first_line + len(RATINGS)
    with pytest.raises(
        DataError,
        match=rf"^{written.ratings_file}:{second}: user 2 rates item 7 a second time "
        rf"\(first at {written.ratings_file}:{first}\)\. Keep one of them\.$",
    ):
        load("movies", tmp_path)


@pytest.mark.parametrize(
    "written",
    [written for written in MOVIE_FORMATS if written is not ML_1M],
    ids=lambda written: written.name,
)
def test_ratings_of_a_movie_that_is_not_in_the_catalogue_are_named(tmp_path, written):
    written.write(tmp_path)
    written.spoil_ratings(tmp_path, *(f"{user} 99 4 1" for user in range(10, 14)))
    first = written.first_line + len(RATINGS)
    named = ", ".join(f"{written.ratings_file}:{first + i}" for i in range(3))
    with pytest.raises(DataError, match=rf"item id 99 is not in the .* 4 such lines: {named}, …"):
        load("movies", tmp_path)


@every_format
@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("9 1 good 1", "rating must be a number, not 'good'"),
        ("nine 1 4 1", "userId must be a whole number, not 'nine'"),
        ("9 one 4 1", "movieId must be a whole number, not 'one'"),
        ("9 1 4 soon", "timestamp must be a whole number, not 'soon'"),
        ("9 1 4", "there are 3 fields instead of 4"),
    ],
)
def test_a_line_that_is_not_numbers_is_named(tmp_path, written, line, message):
    written.write(tmp_path)
    written.spoil_ratings(tmp_path, line)
    place = f"{written.ratings_file}:{written.first_line + len(RATINGS)}"
    with pytest.raises(DataError, match=f"^{place}: {message}"):
        load("movies", tmp_path)


@every_format
@pytest.mark.parametrize("which", ["ratings_file", "titles_file"])
def test_an_empty_file_is_refused(tmp_path, written, which):
    written.write(tmp_path)
    name = getattr(written, which)
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(DataError, match=f"^{name} is empty"):
        load("movies", tmp_path)


@every_format
def test_a_movie_id_that_occurs_twice_is_named_with_the_first(tmp_path, written):
    written.write(tmp_path, movies=[*MOVIES, (7, "Again (1996)", [])])
    first, second = written.first_line, written.first_line + len(MOVIES)
    with pytest.raises(
        DataError,
        match=rf"^{written.titles_file}:{second}: movie id 7 occurs a second time "
        rf"\(first at {written.titles_file}:{first}\)",
    ):
        load("movies", tmp_path)


@every_format
def test_a_movie_id_that_is_no_number_is_named(tmp_path, written):
    written.write(tmp_path, movies=[*MOVIES, ("x1", "Odd (1996)", [])])
    place = f"{written.titles_file}:{written.first_line + len(MOVIES)}"
    with pytest.raises(DataError, match=f"^{place}: movieId must be a whole number, not 'x1'"):
        load("movies", tmp_path)


@every_format
def test_an_empty_title_is_named(tmp_path, written):
    written.write(tmp_path, movies=[*MOVIES, (30, " ", [])])
    place = f"{written.titles_file}:{written.first_line + len(MOVIES)}"
    with pytest.raises(DataError, match=f"^{place}: movie 30 has an empty title"):
        load("movies", tmp_path)


@every_format
def test_a_catalogue_in_a_strange_encoding_is_named_by_line(tmp_path, written):
    written.write(tmp_path)
    path = tmp_path / written.titles_file
    # A byte that neither UTF-8 nor Latin-1 text has.
    path.write_bytes(path.read_bytes().replace(b"Toy", b"T\x81y"))
    with pytest.raises(
        DataError, match=f"^{written.titles_file}:{written.first_line + 1}: expected .*UTF-8 text"
    ):
        load("movies", tmp_path)


@every_format
def test_two_movies_may_share_title_and_year(tmp_path, written):
    data = load("movies", written.write(tmp_path, movies=[*MOVIES, (2, "Toy Story (1995)", [])]))
    assert data.catalogue.loc[[1, 2], "title"].tolist() == ["Toy Story", "Toy Story"]


@every_format
def test_the_order_of_the_lines_does_not_matter(tmp_path, written):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one = load("movies", written.write(tmp_path / "a"))
    other = load("movies", written.write(tmp_path / "b", MOVIES[::-1], RATINGS[::-1]))
    assert one.catalogue.equals(other.catalogue)
    assert one.ratings.items.tolist() == other.ratings.items.tolist()
    assert one.ratings.values.tolist() == other.ratings.values.tolist()
