"""R1: Funk SVD of scikit-surprise on the four best known anime of the Kaggle data set of 2016.

R1 took "watched, not rated" (-1) for a rating, on a scale from -1 to 10. That run is made first as
it was, then once more on the ratings alone, as Tastemap reads them. All of it is scikit-surprise's
own: the split, the cross-validation, the grid search, the predictions. Every step is seeded, which
R1's were not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from recommender.algorithms.contract import Progress
from recommender.data.dataset import DataSet, watched_as_ratings
from recommender.data.ratings import Ratings
from recommender.errors import DataError
from recommender.reproduction.contract import Row, System, part
from recommender.reproduction.lists import named

TITLES = (1535, 16498, 11757, 5114)
"""The four anime with the most members in anime.csv: what R1 kept."""

GRID: Mapping[str, Sequence[float]] = {"n_epochs": [50, 100], "lr_all": [0.005, 0.009]}
FOLDS = 10
USERS = (1, 3)


def run(data: DataSet, seed: int, progress: Progress) -> list[Row]:
    """Reruns R1 with -1 as a rating, then without."""
    flawed = watched_as_ratings(data)
    rows = study(flawed, "-1 is a rating", seed, part(progress, 0.0, 0.5))
    return rows + study(data, "-1 is no rating", seed, part(progress, 0.5, 1.0))


def study(
    data: DataSet,
    reading: str,
    seed: int,
    progress: Progress,
    grid: Mapping[str, Sequence[float]] = GRID,
    folds: int = FOLDS,
) -> list[Row]:
    """All that R1 did, on one reading of -1.

    Args:
        data: ratings of a scale that says how -1 is read.
        reading: words for that.
        seed: of the splits and of every descent.
        progress: told about every step.
        grid: of the search.
        folds: of the search.

    Returns:
        The figures.

    Raises:
        DataError: one of the four titles is not in the data.
    """
    # Imported here: the command line must not cost a training library to say what it can do.
    import surprise
    from surprise import accuracy
    from surprise.model_selection import GridSearchCV, KFold, cross_validate, train_test_split

    table = four_titles(data.ratings)
    reader = surprise.Reader(rating_scale=(data.ratings.scale.low, data.ratings.scale.high))
    loaded = surprise.Dataset.load_from_df(table, reader)
    rows = [
        Row("ratings of the four titles", len(table)),
        Row("users of the pivot table, 4 titles wide", table["user"].nunique()),
    ]

    progress(0.0, "a split of 75 to 25")
    training, test = train_test_split(loaded, test_size=0.25, random_state=seed)
    predictions = surprise.SVD(random_state=seed).fit(training).test(test)
    rows.append(Row("test RMSE, 75/25", _rounded(accuracy.rmse(predictions, verbose=False))))

    progress(0.1, "cross-validation")
    fitted = surprise.SVD(random_state=seed)
    errors = cross_validate(fitted, loaded, ["RMSE", "MAE"], KFold(5, random_state=seed))
    for measure in ("rmse", "mae"):
        figure = _rounded(errors[f"test_{measure}"].mean())
        rows.append(Row(f"{measure.upper()}, 5 folds", figure))

    progress(0.2, "grid search on all cores")
    search = GridSearchCV(
        surprise.SVD,
        # Processes do not share a generator, so the seed is handed on as one more parameter.
        {**grid, "random_state": [seed]},
        ["rmse", "mae"],
        KFold(folds, random_state=seed),
        n_jobs=-1,
    )
    search.fit(loaded)
    tried = search.cv_results
    for measure in ("rmse", "mae"):
        for settings, figure in zip(tried["params"], tried[f"mean_test_{measure}"], strict=True):
            what = f"{measure.upper()}, {folds} folds, {_words(settings)}"
            rows.append(Row(what, _rounded(figure)))
        rows.append(Row(f"best {measure.upper()} with", _words(search.best_params[measure])))

    progress(0.9, "predictions")
    best = search.best_estimator["rmse"].fit(loaded.build_full_trainset())
    given = table.set_index(["user", "item"])["rating"]
    for user in USERS:
        for item in TITLES:
            title = named(data.catalogue, int(np.searchsorted(data.ratings.item_ids, item)))
            known = given.get((user, item))
            note = "not in the ratings" if known is None else f"in the ratings as {known:g}"
            figure = _rounded(best.predict(user, item).est)
            rows.append(Row(f"user {user}, {title}", figure, note=note))
    progress(1.0, "done")
    return [_with(reading, row) for row in rows]


def four_titles(ratings: Ratings) -> pd.DataFrame:
    """The ratings of R1's four titles by their own ids: columns user, item, rating.

    Raises:
        DataError: one of the titles is not in the catalogue.
    """
    missing = sorted(set(TITLES) - set(ratings.item_ids.tolist()))
    if missing:
        raise DataError(f"R1 needs the anime {TITLES}; {missing} are not in this data set.")
    kept = np.isin(ratings.item_ids[ratings.items], TITLES)
    return pd.DataFrame(
        {
            "user": ratings.user_ids[ratings.users[kept]],
            "item": ratings.item_ids[ratings.items[kept]],
            "rating": ratings.values[kept].astype(np.float64),
        }
    )


def _words(settings: Mapping[str, Any]) -> str:
    return f"n_epochs {settings['n_epochs']}, lr_all {settings['lr_all']:g}"


def _with(reading: str, row: Row) -> Row:
    return Row(row.what, row.ours, row.published, "; ".join(filter(None, [reading, row.note])))


def _rounded(figure: float) -> float:
    return round(float(figure), 4)


SYSTEM = System(
    title="Funk SVD on the Anime Recommendations Database, scikit-surprise",
    domain="anime",
    data=("anime-recommendations-database", "anime"),
    run=run,
)
