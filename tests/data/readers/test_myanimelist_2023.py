"""MyAnimeList 2023: its text columns cost nothing, however many rows there are."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pytest

from recommender.data import load
from recommender.errors import DataError
from tests.data.formats import write_2023

N = 2_000_000
# Not ru_maxrss: a process inherits that of the one which started it.
MEASURE = """
import re, sys
from pathlib import Path
from recommender.data import load
from recommender.data.readers import all_readers
all_readers()
def peak():
    return 1024 * int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
before = peak()
data = load("anime", sys.argv[1])
print(len(data.ratings), peak() - before)
"""


@pytest.mark.parametrize(
    ("name", "header", "missing"),
    [
        ("users-score-2023.csv", "user_id,anime_id,score", "rating"),
        ("anime-dataset-2023.csv", "anime_id,Name,Genres,Type,Aired", "English name, Other name"),
    ],
)
def test_missing_columns_are_named(tmp_path, name, header, missing):
    write_2023(tmp_path)
    (tmp_path / name).write_text(f"{header}\n1,2,3\n")
    with pytest.raises(DataError, match=f"^{name}:1: the columns {missing} are missing"):
        load("anime", tmp_path)


def test_names_of_users_and_titles_may_hold_commas_and_be_missing(tmp_path):
    write_2023(tmp_path)
    (tmp_path / "users-score-2023.csv").write_text(
        'user_id,Username,anime_id,Anime Title,rating\n4,,5,"One, two",8\n4,"a,b",1,,10\n'
    )
    ratings = load("anime", tmp_path).ratings
    assert ratings.values.tolist() == [10, 8]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells peaks apart")
def test_the_text_beside_two_million_ratings_takes_no_memory(tmp_path):
    n_users, n_items = 20_000, 8_000
    cells = np.random.default_rng(0).choice(n_users * n_items, size=N, replace=False)
    cells = cells[np.argsort(cells // n_items, kind="stable")]  # by user, titles in any order
    users, items = cells // n_items, cells % n_items
    table = {
        "user_id": users * 7 + 1,
        "Username": pa.array([f"somebody called {user}" for user in range(n_users)]).take(users),
        "anime_id": items + 1,
        "Anime Title": pa.array([f"Anime {item} with a long name" for item in range(n_items)]).take(
            items
        ),
        "rating": cells % 10 + 1,
    }
    titles = [
        (item, f"Anime {item}", "", "", "Action", "TV", "", "") for item in range(1, n_items + 1)
    ]
    write_2023(tmp_path, titles=titles)
    pyarrow.csv.write_csv(pa.table(table), tmp_path / "users-score-2023.csv")

    child = subprocess.run(
        [sys.executable, "-c", MEASURE, str(tmp_path)], check=True, capture_output=True, text=True
    )
    n_ratings, growth = map(int, child.stdout.split())
    assert n_ratings == N
    # At the peak it is 80 bytes a rating, of which the data set keeps 12; with the text it is 210.
    assert growth < 140 * N
