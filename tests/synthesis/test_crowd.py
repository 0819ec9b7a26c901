"""A crowd has exactly the ratings asked for, and people are as active beside each other as ever."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from recommender.errors import ParameterError
from recommender.synthesis.crowd import check, gathered


@settings(max_examples=30, deadline=None)
@given(n_users=st.integers(1, 400), share=st.floats(0, 1))
def test_users_rate_as_often_as_asked_together(world, n_users, share):
    most = int(n_users / world.chance.max())
    n_ratings = n_users + int(share * (most - n_users))
    assume(n_ratings <= n_users * (len(world.titles) - 1))
    crowd = gathered(world, n_users, n_ratings, 0)
    assert crowd.counts.sum() == n_ratings
    assert len(crowd.people) == len(crowd.counts) == n_users
    assert crowd.counts.min() >= 1
    assert crowd.counts.max() < len(world.titles)


def test_at_the_real_size_users_are_as_active_as_those_they_are_made_after(world):
    n = len(world.activity)
    crowd = gathered(world, 20 * n, 20 * int(world.activity.sum()), 0)
    factor = crowd.counts / world.activity[crowd.people]
    assert np.median(factor) == pytest.approx(1, abs=0.05)
    assert np.quantile(factor, 0.99) < 1.2


def test_what_is_refused_says_what_would_do():
    chance = np.array([0.5, 0.3, 0.2, 0.0])
    check(chance, 50, 100)
    with pytest.raises(ParameterError, match="at least 51 users"):
        check(chance, 50, 101)
