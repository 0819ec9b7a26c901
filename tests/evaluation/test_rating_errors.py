"""Where predicted ratings are off: every hidden rating counts once, wherever it is counted."""

import numpy as np
import pandas as pd
import pytest

from recommender.data.scale import ANIME_SCALE, MOVIE_SCALE
from recommender.evaluation.few_ratings import Guesses
from recommender.evaluation.rating_errors import LEVELS, summarise, tally
from recommender.factors.model import Prediction

N_ITEMS = 30


def catalogue(genres=None):
    frame = pd.DataFrame({"n_ratings": np.arange(N_ITEMS, 0, -1)}, index=np.arange(N_ITEMS) * 7)
    return frame.assign(genres=genres or [["Drama", "Noir"][: 1 + at % 2] for at in range(N_ITEMS)])


def guesses(seed, n=200, scale=MOVIE_SCALE, shift=0.0):
    generator = np.random.default_rng(seed)
    actual = generator.choice(scale.values, n)
    rating = scale.clip(actual + generator.normal(shift, 0.8, n))
    low, high = scale.clip(rating - 1), scale.clip(rating + 1)
    items = generator.integers(0, N_ITEMS, n).astype(np.int32)
    return Guesses(items, actual, Prediction(rating, low, high))


def tallies(n=9, **options):
    return [tally([guesses(seed, **options)], N_ITEMS, MOVIE_SCALE) for seed in range(n)]


def test_errors_are_those_counted_by_hand():
    folds = [[guesses(2 * fold), guesses(2 * fold + 1)] for fold in range(4)]
    found = summarise([tally(fold, N_ITEMS, MOVIE_SCALE) for fold in folds], catalogue())
    assert found["ratings"] == 1600
    noir = next(entry for entry in found["by_genre"] if entry["genre"] == "Noir")
    errors = []
    for fold in folds:
        items = np.concatenate([one.items for one in fold])
        off = np.concatenate([one.predicted.rating - one.actual for one in fold])
        errors.append(off[items % 2 == 1])
    assert noir["ratings"] == sum(map(len, errors))
    assert noir["error"] == pytest.approx(np.concatenate(errors).mean(), abs=1e-4)
    by_fold = [np.sqrt(np.mean(error**2)) for error in errors]
    assert noir["rmse"]["value"] == pytest.approx(np.mean(by_fold), abs=1e-4)
    assert noir["rmse"]["low"] < noir["rmse"]["value"] < noir["rmse"]["high"]


def test_a_title_counts_in_each_of_its_genres_and_the_largest_comes_first():
    found = summarise(tallies(), catalogue())["by_genre"]
    assert [entry["genre"] for entry in found] == ["Drama", "Noir"]
    assert found[0]["ratings"] == 9 * 200


def test_a_genre_that_a_fold_lacks_is_left_out():
    genres = [["Drama"] for _ in range(N_ITEMS)]
    genres[0] = ["Rare"]
    folds = tallies()
    folds[0].ratings[0] = 0
    names = [entry["genre"] for entry in summarise(folds, catalogue(genres))["by_genre"]]
    assert names == ["Drama"]


def test_the_bands_hold_every_title_once_the_best_known_first(village):
    ratings = village.ratings
    everything = Guesses(
        np.arange(ratings.n_items, dtype=np.int32),
        np.full(ratings.n_items, 3.0),
        Prediction(*(np.full(ratings.n_items, value) for value in (3.5, 2.5, 4.5))),
    )
    found = summarise([tally([everything], ratings.n_items, MOVIE_SCALE)] * 2, village.catalogue)[
        "by_popularity"
    ]
    assert [(band["from"], band["to"]) for band in found] == [(1, 100), (101, 260)]
    assert [band["ratings"] for band in found] == [200, 320]
    assert {band["error"] for band in found} == {0.5}


@pytest.mark.parametrize("scale", [MOVIE_SCALE, ANIME_SCALE])
def test_the_table_counts_predictions_to_the_nearest_rating(scale):
    guessed = guesses(1, scale=scale)
    table = tally([guessed], N_ITEMS, scale).table
    nearest = np.rint((guessed.predicted.rating - scale.low) / scale.step).astype(int)
    given = ((guessed.actual - scale.low) / scale.step).astype(int)
    slow = np.zeros((len(scale.values),) * 2, int)
    for row, column in zip(nearest, given, strict=True):
        slow[row, column] += 1
    assert np.array_equal(table, slow)
    found = summarise([tally([guessed], N_ITEMS, scale)] * 3, catalogue())
    assert np.array_equal(found["predicted"], 3 * slow)


def test_a_model_that_always_says_too_much_has_a_positive_error():
    found = summarise(tallies(shift=1.0), catalogue())
    assert all(entry["error"] > 0.3 for entry in found["by_genre"] + found["by_popularity"])


def test_wider_ranges_hold_more():
    held = [entry["within"]["value"] for entry in summarise(tallies(), catalogue())["ranges"]]
    assert held == sorted(held)
    assert len(held) == len(LEVELS)
