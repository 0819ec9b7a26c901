"""MovieLens csv: its columns, its size, and the real ml-latest-small."""

import shutil
import time

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pytest

from recommender.data import load
from recommender.errors import DataError
from tests.data.formats import write_csv


def test_columns_may_stand_in_any_order_and_further_ones_are_ignored(tmp_path):
    write_csv(tmp_path)
    (tmp_path / "ratings.csv").write_text(
        "rating,note,movieId,timestamp,userId\n4.5,good,7,1000,2\n"
    )
    ratings = load("movies", tmp_path).ratings
    assert (ratings.user_ids.tolist(), ratings.values.tolist()) == ([2], [4.5])


@pytest.mark.parametrize(
    ("name", "header", "missing"),
    [
        ("ratings.csv", "user,movieId,rating", "userId, timestamp"),
        ("movies.csv", "movieId,name,genres", "title"),
    ],
)
def test_missing_columns_are_named(tmp_path, name, header, missing):
    write_csv(tmp_path)
    (tmp_path / name).write_text(f"{header}\n1,2,3\n")
    with pytest.raises(DataError, match=f"^{name}:1: the columns {missing} are missing"):
        load("movies", tmp_path)


def test_a_catalogue_in_latin_1_is_refused_by_line_and_byte(tmp_path):
    write_csv(tmp_path)
    text = (tmp_path / "movies.csv").read_text(encoding="utf-8")
    (tmp_path / "movies.csv").write_bytes(text.encode("latin-1"))
    at = len(text.split("é")[0])
    with pytest.raises(
        DataError, match=rf"^movies\.csv:2: expected UTF-8 text, but byte {at} .* is 0xe9"
    ):
        load("movies", tmp_path)


def test_the_set_is_named_after_its_readme(tmp_path):
    write_csv(tmp_path)
    (tmp_path / "README.txt").write_text("Summary\n===\n\nThis dataset (ml-25m) describes …")
    assert load("movies", tmp_path).provenance.name == "MovieLens ml-25m"


def test_a_million_ratings_are_read_in_seconds_whatever_their_order(tmp_path):
    n_users, n_items = 10_000, 2_000
    rng = np.random.default_rng(0)
    cells = rng.choice(n_users * n_items, size=10**6, replace=False)
    values = rng.integers(1, 11, 10**6) / 2
    table = {
        "userId": cells // n_items + 1,
        "movieId": (cells % n_items) * 3 + 1,
        "rating": values,
        "timestamp": np.arange(10**6),
    }
    pyarrow.csv.write_csv(pa.table(table), tmp_path / "ratings.csv")
    rows = "".join(f'{item * 3 + 1},"Movie {item}, The (1999)",Drama\n' for item in range(n_items))
    (tmp_path / "movies.csv").write_text("movieId,title,genres\n" + rows)

    start = time.perf_counter()
    ratings = load("movies", tmp_path).ratings
    # It takes half a second; anything that loops over rows in Python takes far longer.
    assert time.perf_counter() - start < 5
    order = np.argsort(cells)
    assert np.array_equal(ratings.users.astype(np.int64) * n_items + ratings.items, cells[order])
    assert np.array_equal(ratings.values, values[order].astype(np.float32))
    assert np.array_equal(ratings.timestamps, order)


def test_ml_latest_small_is_read_as_published(tastemap_data):
    folder = tastemap_data / "ml-latest-small"
    data = load("movies", folder)
    assert len(data.ratings) == 100_836
    assert (data.ratings.n_users, data.ratings.n_items) == (610, 9_742)
    assert data.provenance.name == "MovieLens ml-latest-small"
    assert not data.dropped
    assert not data.mended

    published = pd.read_csv(folder / "ratings.csv").sort_values(["userId", "movieId"])
    ratings = data.ratings
    assert np.array_equal(ratings.user_ids[ratings.users], published["userId"])
    assert np.array_equal(ratings.item_ids[ratings.items], published["movieId"])
    assert np.array_equal(ratings.values, published["rating"].astype("float32"))
    assert np.array_equal(ratings.timestamps, published["timestamp"])


def test_titles_of_ml_latest_small_are_good_to_read(tastemap_data):
    catalogue = load("movies", tastemap_data / "ml-latest-small").catalogue
    assert catalogue.loc[2571, ["title", "year"]].tolist() == ["The Matrix", 1999]
    assert catalogue.loc[47, "alternatives"] == ["Se7en"]
    assert catalogue.loc[29, "title"] == "The City of Lost Children"
    assert catalogue.loc[29, "alternatives"] == ["La Cité des enfants perdus"]
    assert catalogue.loc[8638, "title"] == "Before Sunset"
    assert catalogue.loc[8874, "title"] == "Shaun of the Dead"
    assert catalogue.loc[1, "genres"] == [
        *("Adventure", "Animation", "Children", "Comedy", "Fantasy")
    ]
    assert catalogue["year"].isna().sum() == 12
    assert catalogue["year"].min() == 1902
    assert not catalogue["title"].str.contains(r", (?:The|A|An)$").any()
    assert not catalogue["title"].str.contains(r"\(\d{4}\)").any()


def test_a_zip_of_ml_latest_small_is_the_folder(tastemap_data, tmp_path):
    packed = shutil.make_archive(
        str(tmp_path / "set"), "zip", root_dir=tastemap_data, base_dir="ml-latest-small"
    )
    folder, zipped = load("movies", tastemap_data / "ml-latest-small"), load("movies", packed)
    assert folder.catalogue.equals(zipped.catalogue)
    assert np.array_equal(folder.ratings.values, zipped.ratings.values)
    assert folder.provenance == zipped.provenance
