"""R5 shows the error against the number of factors, and lists of three lengths."""

import pytest

from recommender.reproduction import r5


@pytest.fixture(scope="module")
def rows(small_movies):
    return r5.study(small_movies, 0, lambda done, phrase: None, factors=(1, 10))


def test_the_error_is_shown_for_every_number_of_factors(rows, figures):
    found = figures(rows)
    for k in (1, 10):
        rmse, mse = found[f"RMSE, 5 folds, k = {k}"], found[f"MSE, 5 folds, k = {k}"]
        assert 0.85 < rmse < 1
        assert mse == pytest.approx(rmse**2, abs=0.001)
    best = found["k with the lowest RMSE"]
    assert found[f"RMSE, 5 folds, k = {best}"] == min(
        found[f"RMSE, 5 folds, k = {k}"] for k in (1, 10)
    )


def test_the_lists_are_of_titles_not_rated_best_first(rows):
    listed = [row for row in rows if row.what.startswith("user 1, rank")]
    assert [row.what.split("(")[1] for row in listed] == (
        ["top 3)"] * 3 + ["top 5)"] * 2 + ["top 10)"] * 5
    )
    assert len({row.ours for row in listed}) == 10
    predicted = [float(row.note.removeprefix("predicted ")) for row in listed]
    assert predicted == sorted(predicted, reverse=True)
