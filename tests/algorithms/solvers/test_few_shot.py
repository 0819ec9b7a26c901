"""Moments over what users might show equal what listing every subset gives."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.algorithms.solvers.few_shot import expected_moments
from tests.algorithms import worlds

FIRST = np.isin(np.arange(9), [1, 4, 6])
MODELLED = np.array([0, 1, 2, 4, 5, 6, 7], np.int32)


def tiny(profiles):
    """Ratings with these profiles of nine titles, and an x and a y for each rating."""
    users = np.concatenate([np.full(len(p), u) for u, p in enumerate(profiles)])
    items = np.concatenate([sorted(p) for p in profiles])
    generator = np.random.default_rng(len(items))
    ratings = worlds.Ratings.from_columns(
        users, items, np.full(len(items), 3.0), item_ids=np.arange(9), scale=worlds.MOVIE_SCALE
    )
    return ratings, generator.uniform(0, 1, len(items)), generator.uniform(0, 1, len(items))


def showings(profile, k, popular_first):
    """Every equally likely set of titles that a user shows."""
    profile = [int(title) for title in profile]
    size = min(k, len(profile) - 1)
    if not popular_first:
        return list(combinations(profile, size))
    first = [title for title in profile if FIRST[title]]
    if len(first) >= size:
        return list(combinations(first, size))
    rest = [title for title in profile if not FIRST[title]]
    return [(*first, *others) for others in combinations(rest, size - len(first))]


def by_listing(ratings, x, y, k, share_first):
    """The moments, one subset after the other."""
    n = ratings.n_items
    features, targets, gram, cross = (np.zeros(shape) for shape in (n, n, (n, n), (n, n)))
    for user in range(ratings.n_users):
        own = ratings.users == user
        profile = ratings.items[own]
        whole_x, whole_y = np.zeros(n), np.zeros(n)
        whole_x[profile], whole_y[profile] = x[own], y[own]
        for popular_first, share in ((True, share_first), (False, 1 - share_first)):
            every = showings(profile, k, popular_first)
            for shown in every:
                marks = np.isin(np.arange(n), shown)
                seen, wanted = whole_x * marks, whole_y * ~marks
                weight = share / len(every)
                features += weight * seen
                targets += weight * wanted
                gram += weight * np.outer(seen, seen)
                cross += weight * np.outer(seen, wanted)
    block = np.ix_(MODELLED, MODELLED)
    return features[MODELLED], targets[MODELLED], gram[block], cross[block]


profiles = st.lists(st.sets(st.integers(0, 8), min_size=1), min_size=1, max_size=4)


@given(profiles, st.integers(1, 6), st.sampled_from([0.0, 0.5, 1.0]))
def test_the_moments_are_those_over_every_subset(profiles, k, share_first):
    ratings, x, y = tiny(profiles)
    moments = expected_moments(ratings, x, y, MODELLED, FIRST, k, share_first)
    listed = by_listing(ratings, x, y, k, share_first)
    found = (moments.features, moments.targets, moments.gram, moments.cross)
    assert moments.n_users == len(profiles)
    for mine, theirs in zip(found, listed, strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-12)


def test_a_user_without_ratings_does_not_count():
    ratings, x, y = tiny([{0, 1, 2}, {3, 4}])
    few = ratings.subset(ratings.users == 1)
    moments = expected_moments(few, x[3:], y[3:], MODELLED, FIRST, 4, 0.5)
    assert moments.n_users == 1
    assert not moments.gram[0].any()


@pytest.mark.parametrize("share_first", [0.0, 1.0])
def test_a_shown_title_is_never_its_own_target(share_first):
    ratings, x, y = tiny([{0, 1, 2, 4, 5}, {1, 4, 6, 7}])
    moments = expected_moments(ratings, x, y, MODELLED, FIRST, 3, share_first)
    assert not np.diag(moments.cross).any()
