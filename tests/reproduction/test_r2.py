"""R2 keeps what it kept; the full factorisation takes minutes, a smaller one goes the same way."""

import pytest

from recommender.reproduction import r2


@pytest.fixture(scope="module")
def rows(small_movies):
    return r2.study(small_movies, 0, lambda done, phrase: None, k=40, max_iter=30)


def test_the_counts_are_the_published_ones(rows):
    counted = rows[:4]
    assert [row.published for row in counted] == [9_742, 1_235, 66_658, 610]
    assert all(row.ours == row.published for row in counted)


def test_fewer_factors_reconstruct_less(rows, figures):
    found = figures(rows)
    assert found["factors"] == 40
    assert found["reconstruction error"] > 100 > r2_published(rows)


def r2_published(rows):
    return next(row.published for row in rows if row.what == "reconstruction error")


def test_the_new_user_gets_titles_that_are_not_the_rated_ones(rows):
    listed = [row for row in rows if row.what.startswith("new user, rank")]
    assert [row.published for row in listed[:3]] == list(r2.PUBLISHED)
    titles = [row.ours for row in listed]
    assert len(set(titles)) == r2.LISTED
    assert not {"Toy Story (1995)", "Grumpier Old Men (1995)", "Heat (1995)"} & set(titles)


def test_the_published_titles_have_a_rank(rows, figures):
    found = figures(rows)
    assert all(found[f"rank of {title}"] >= 1 for title in r2.PUBLISHED)
