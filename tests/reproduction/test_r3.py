"""R3 starts where TensorFlow starts and falls along the published loss."""

import pytest

from recommender.reproduction import r3, system


@pytest.fixture(scope="module")
def rows(small_movies):
    return r3.study(small_movies, system("r3").seed, lambda done, phrase: None, epochs=41)


def test_the_matrix_and_the_loss_are_the_published_ones(rows):
    compared = [row for row in rows if row.published is not None]
    assert [row.published for row in compared] == [9_724, 610, 6_079_012, 126_539]
    for row in compared:
        assert row.ours == pytest.approx(row.published, rel=1e-4), row.what


def test_another_seed_is_another_start(small_movies, rows, figures):
    other = r3.study(small_movies, 1, lambda done, phrase: None, epochs=1)
    start = "loss at epoch 0"
    assert figures(other)[start] != figures(rows)[start]
    assert figures(other)[start] == pytest.approx(figures(rows)[start], rel=0.05)


def test_the_best_rated_titles_and_twenty_others_are_listed(rows):
    rated = [row for row in rows if "best rated" in row.what]
    unseen = [row for row in rows if "best unwatched" in row.what]
    assert (len(rated), len(unseen)) == (5, 20)
    assert all(row.note.startswith("rated 5, predicted ") for row in rated)
    assert not {row.ours for row in rated} & {row.ours for row in unseen}
    predicted = [float(row.note.removeprefix("predicted ")) for row in unseen]
    assert predicted == sorted(predicted, reverse=True)
