"""Synthetic ratings have the popularity, activity, scale and tastes of the real ones."""

import numpy as np
import pytest


@pytest.fixture
def figures(made):
    return {figure.name: figure for figure in made[0].figures}


def test_titles_are_as_popular(made, real):
    shares = [data.ratings.counts() / len(data.ratings) for data in (real, made[1])]
    # Each has the rate that its ratings speak for, and is not known better than by these.
    assert np.corrcoef(shares)[0, 1] > 0.95
    apart = np.abs(np.sort(shares[0]) - np.sort(shares[1])).sum()
    assert apart < 0.1


def test_users_are_as_active_but_for_a_factor(made, real):
    relative = [
        np.quantile(counts, [0.1, 0.25, 0.5, 0.75, 0.9]) / counts.mean()
        for counts in (data.ratings.user_counts() for data in (real, made[1]))
    ]
    assert relative[1] == pytest.approx(relative[0], rel=0.15)


def test_ratings_are_spread_over_the_scale_alike(figures, real):
    for value in real.ratings.scale.values:
        figure = figures[f"share of the rating {value:g}"]
        assert abs(figure.difference) < 0.02


def test_tastes_show_in_who_chooses_what(figures, made):
    assert made[0].strength > 0.2
    figure = figures["choice: singular values 2 to 10"]
    assert figure.synthetic == pytest.approx(figure.real, rel=0.3)


def test_titles_are_liked_by_those_who_would_like_them(made, real):
    """What the mean of a title is in the real set, it is in the synthetic one."""
    means = []
    for data in (real, made[1]):
        ratings = data.ratings
        sums = np.bincount(ratings.items, ratings.values, ratings.n_items)
        means.append(sums / np.maximum(ratings.counts(), 1))
    enough = real.ratings.counts() >= 20
    assert np.corrcoef([m[enough] for m in means])[0, 1] > 0.8
