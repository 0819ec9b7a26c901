"""R4 runs on a sample with its filters scaled down, and on synthetic ratings of any size."""

import numpy as np
import pytest

from recommender.reproduction import r4


def silent(done, phrase):
    pass


@pytest.fixture(scope="module")
def rows(anime):
    return r4.on_ratings(anime, 0, silent, more_epochs=())


def test_the_filters_keep_well_rated_titles_and_users_who_rate_much(anime):
    ratings, kept = anime.ratings, r4.filtered(anime.ratings)
    # 1,000 of 24.3 million ratings are 17 of the sample's 420,000.
    assert ratings.counts()[np.unique(kept.items)].min() == 18
    assert ratings.user_counts()[np.unique(kept.users)].min() == 201
    dropped = len(ratings) - len(kept)
    assert 0.4 < dropped / len(ratings) < 0.6


def test_on_a_set_of_its_size_the_filters_are_its_own(anime, monkeypatch):
    monkeypatch.setattr(r4, "ALL_ROWS", len(anime.ratings))
    assert anime.ratings.counts()[np.unique(r4.filtered(anime.ratings).items)].min() > 1_000


def test_the_error_on_held_out_ratings_is_near_the_published_one(rows, figures):
    found = figures(rows)
    assert found["held out at random"] == round(found["ratings kept"] * 100_000 / 12_563_786)
    assert found["test RMSE, 5 epochs"] == pytest.approx(1.1485, abs=0.1)


def test_predicted_ratings_stand_beside_the_actual_ones(rows):
    table = [row for row in rows if row.what.startswith("user ")]
    assert len(table) == r4.SHOWN
    assert all(1 <= row.ours <= 10 for row in table)
    actual = [float(row.note.removeprefix("predicted; rated ")) for row in table]
    assert all(1 <= rating <= 10 and rating == round(rating) for rating in actual)


def test_the_synthetic_run_measures_time_and_memory(figures):
    found = figures(r4.at_full_size(40_000, 400, 500, 0, silent))
    assert found["synthetic: ratings"] == 40_000
    assert found["synthetic: peak memory of the whole run, MiB"] > 50
    assert found["synthetic: test RMSE"] > 1
