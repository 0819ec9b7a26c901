"""What the cluster reads is what the readers read, and what they refuse it refuses."""

import numpy as np
import pandas as pd
import pytest

from recommender.data import load
from recommender.data.synthetic import mark, provenance_of
from recommender.errors import DataError, RatingError
from recommender.spark.material import read
from tests.data.formats import write_2023
from tests.releases import village
from tests.training.trainings import write_movielens

MOVIES = "movieId,title,genres\n1,Heat (1995),Crime\n2,Jumanji (1995),(no genres listed)\n"
ANIME = 'anime_id,name,genre,type,episodes,rating,members\n1,A,"Drama, School",TV,12,8,9\n'
ANIME += "5,B,,Movie,1,8,9\n6,C,,,Unknown,8,9\n"


def folder(path, **files):
    path.mkdir(exist_ok=True)
    for name, text in files.items():
        (path / f"{name}.csv").write_text(text)
    return path


def everything(crowd):
    return crowd.collected(crowd.activity()[0])


def assert_same(crowd, material, data):
    theirs, ours = everything(crowd), data.ratings
    rated = ours.user_counts() > 0
    np.testing.assert_array_equal(theirs.user_ids, ours.user_ids[rated])
    np.testing.assert_array_equal(theirs.user_ids[theirs.users], ours.user_ids[ours.users])
    np.testing.assert_array_equal(theirs.items, ours.items)
    np.testing.assert_array_equal(theirs.values, ours.values)
    pd.testing.assert_frame_equal(material.catalogue, data.catalogue)
    assert (material.n_ratings, material.n_users) == (len(ours), rated.sum())
    assert sorted(material.dropped.values()) == sorted(data.dropped.values())
    assert material.mended == data.mended
    for name in ("name", "citation", "licence", "url"):
        assert getattr(material.provenance, name) == getattr(data.provenance, name)


def test_a_data_set_is_the_same_as_read_by_its_reader(spark, tmp_path):
    # A name that has to be escaped in an address, and a set that says what it is.
    place = write_movielens(village.data(), tmp_path / "vil lage=1")
    (place / "README.txt").write_text("This dataset (ml-village) describes a village.\n")
    crowd, material = read(spark, "movies", str(place))
    data = load("movies", place)
    assert "ml-village" in material.provenance.name
    assert_same(crowd, material, data)
    assert crowd.mean == pytest.approx(data.ratings.values.mean(dtype=float), rel=1e-12)
    assert crowd.deviation == pytest.approx(data.ratings.values.std(dtype=float), rel=1e-9)
    catalogue = data.provenance.files["movies.csv"]
    assert material.provenance.files["movies.csv"] == catalogue


def test_the_order_of_lines_and_the_kind_of_file_change_nothing(spark, tmp_path):
    place = write_movielens(village.data(), tmp_path / "village")
    crowd, _ = read(spark, "movies", place.as_uri())
    lines = pd.read_csv(place / "ratings.csv")
    (place / "ratings.csv").unlink()
    (place / "ratings.parquet").mkdir()
    shuffled = lines.sample(frac=1, random_state=0)
    shuffled[:5000].to_parquet(place / "ratings.parquet" / "a.parquet")
    shuffled[5000:].to_parquet(place / "ratings.parquet" / "b.parquet")
    again, _ = read(spark, "movies", str(place))
    assert again.fingerprint() == crowd.fingerprint()
    np.testing.assert_array_equal(again.counts, crowd.counts)
    some = crowd.activity()[0][::7]
    less = again.without(some)
    assert less.fingerprint() != crowd.fingerprint()
    assert len(less.collected(some)) == 0
    theirs = again.collected(some)
    np.testing.assert_array_equal(theirs.user_ids, some)
    np.testing.assert_array_equal(less.counts + theirs.counts(), crowd.counts)


def test_what_a_tolerant_format_leaves_out_is_left_out_and_counted(spark, tmp_path):
    lines = "1,1,8\n1,5,-1\n2,1,-1\n2,1,9\n3,5,7\n3,5,-1\n4,9,3\n4,6,10\n4,6,1\n5,77,-1\n6,6,2\n"
    place = folder(tmp_path / "a", anime=ANIME, rating=f"user_id,anime_id,rating\n{lines}")
    crowd, material = read(spark, "anime", str(place))
    assert_same(crowd, material, load("anime", place))
    assert sorted(material.dropped.values()) == [2, 3]
    assert "Here: a sample, 11 of its" in material.provenance.citation


def test_ratings_that_nobody_gave_stay_marked(spark, tmp_path):
    place = folder(tmp_path / "a", anime=ANIME, rating="user_id,anime_id,rating\n1,1,8\n2,5,9\n")
    mark(place, provenance_of(load("anime", place).provenance, 2, 2, 0), {})
    _, material = read(spark, "anime", str(place))
    assert material.provenance.name.startswith("Synthetic ratings, which nobody gave")
    assert material.provenance.citation == load("anime", place).provenance.citation


def test_quotes_within_quotes_are_one_quote(spark, tmp_path):
    write_2023(tmp_path)
    (tmp_path / "users-score-2023.csv").write_text(
        "user_id,Username,anime_id,Anime Title,rating\n"
        '4,u,5,"He said ""one, two""",8\n4,"a,b",1,,10\n'
    )
    crowd, material = read(spark, "anime", str(tmp_path))
    assert_same(crowd, material, load("anime", tmp_path))


@pytest.mark.parametrize(
    ("lines", "error", "said"),
    [
        ("1,1,4\n1,2,five\n", DataError, "1 lines are no entry, such as '1,2,five'"),
        ("x,1,4\n,2,5\n", DataError, "2 lines are no entry"),
        ("3000000000,1,4\n", DataError, "users' below 2,147,483,648"),
        ("1,1,4\n1,2,4.2\n", RatingError, "1 ratings are off the scale from 0.5 to 5 by 0.5"),
        (
            "1,1,4\n1,3,4\n",
            DataError,
            "1 ratings are of no title in the catalogue, such as '1,3,4'",
        ),
        ("1,1,4\n1,1,3\n", DataError, "1 ratings are of a user and title rated before"),
        ("", DataError, "no rating is left"),
    ],
)
def test_a_rating_that_cannot_be_is_refused_with_an_example(spark, tmp_path, lines, error, said):
    place = folder(tmp_path / "m", movies=MOVIES, ratings=f"userId,movieId,rating\n{lines}")
    with pytest.raises(error, match=said):
        read(spark, "movies", str(place))


def test_a_folder_that_is_no_data_set_is_refused_with_what_would_be_one(spark, tmp_path):
    with pytest.raises(DataError, match="does not exist; name a folder"):
        read(spark, "movies", str(tmp_path / "nowhere"))
    place = folder(tmp_path / "m", movies=MOVIES)
    with pytest.raises(DataError, match=r"holds movies.csv.*ratings.csv, or the same as .parquet"):
        read(spark, "movies", str(place))
    folder(place, ratings="userId,movieId\n1,1\n")
    with pytest.raises(DataError, match="the columns rating are missing"):
        read(spark, "movies", str(place))
    with pytest.raises(DataError, match="no data sets of music"):
        read(spark, "music", str(place))
