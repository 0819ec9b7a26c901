"""Small made-up worlds of ratings, with laws that are known because they were put in."""

import numpy as np

from recommender.data.ratings import Ratings
from recommender.data.scale import MOVIE_SCALE, RatingScale

FINE_SCALE = RatingScale(low=-16.0, high=16.0, step=2.0**-6, liked=1.0)
"""So wide and fine that neither clipping nor rounding disturbs a law."""


def village(n_users=160, n_items=130, n_unrated=10, seed=0):
    """Ratings on the movies' scale: popularity, generosity, quality and two tastes, with noise.

    The last `n_unrated` titles have no ratings. Ids are neither dense nor in step with positions.
    Every user has from 6 to 60 ratings.
    """
    generator = np.random.default_rng(seed)
    n_rated = n_items - n_unrated
    taste, kind = generator.normal(size=(n_users, 2)), generator.normal(size=(n_rated, 2))
    quality, generosity = generator.normal(0, 0.5, n_rated), generator.normal(0, 0.4, n_users)
    liking = quality + taste @ kind.T * 0.6
    chance = 1.5 * generator.normal(size=n_rated) + 0.7 * liking
    users, items, values = [], [], []
    for user in range(n_users):
        n = int(np.exp(generator.uniform(np.log(6), np.log(60))))
        # The n largest of chance + Gumbel noise are n draws without replacement.
        seen = np.argsort(-chance[user] - generator.gumbel(size=n_rated))[:n]
        rating = 3.3 + generosity[user] + liking[user, seen] + generator.normal(0, 0.5, n)
        users.append(np.full(n, user))
        items.append(seen)
        values.append(np.clip(np.round(rating * 2) / 2, 0.5, 5))
    return Ratings.from_columns(
        7 + 3 * np.concatenate(users),
        100 + 5 * np.concatenate(items),
        np.concatenate(values),
        item_ids=100 + 5 * np.arange(n_items),
        scale=MOVIE_SCALE,
    )


def checkerboard(n=40, seed=0):
    """Even users love even titles, odd users odd ones; everybody's own diagonal title is withheld.

    After implicit's test matrix. A user has also rated half the titles of the other colour, badly;
    so the withheld title is the one right answer among the unrated.
    """
    generator = np.random.default_rng(seed)
    user, item = np.indices((n, n)).reshape(2, -1)
    alike = (user + item) % 2 == 0
    shown = np.where(alike, user != item, generator.random(n * n) < 0.5)
    return Ratings.from_columns(
        user[shown],
        item[shown],
        np.where(alike, 5.0, 1.0)[shown],
        item_ids=np.arange(n),
        scale=MOVIE_SCALE,
    )


def degenerate():
    """Ratings with little to learn from, by what is wrong with them."""
    generator = np.random.default_rng(0)
    users = np.repeat(np.arange(20), 6)
    items = np.concatenate([generator.choice(15, 6, replace=False) for _ in range(20)])
    some = _movies(users, items, generator.choice(MOVIE_SCALE.values, 120), 18)
    return {
        "all ratings alike": _movies(users, items, np.full(120, 4.5), 15),
        "one rating a user": _movies(
            np.arange(20), generator.integers(0, 15, 20), generator.choice([1.0, 3.0, 5.0], 20), 15
        ),
        "a single user": _movies(np.zeros(8, int), np.arange(8), np.arange(2, 10) / 2, 8),
        "a single rating": _movies([0], [3], [4.0], 5),
        "users without ratings": some.subset(some.users >= 12),
    }


def _movies(users, items, values, n_items):
    return Ratings.from_columns(
        users, items, values, item_ids=np.arange(n_items), scale=MOVIE_SCALE
    )


def ratings_of(ratings, user):
    """A user's ratings as a visitor's: item_id -> rating."""
    own = ratings.users == user
    ids = ratings.item_ids[ratings.items[own]].tolist()
    return dict(zip(ids, ratings.values[own].tolist(), strict=True))


def linear_world(n_users, n_items, k, noise, per_user, seed=0):
    """Ratings that truly are offset + [1, x] . w + noise, with w ~ N(0, prior).

    Returns:
        The ratings on `FINE_SCALE`, the factors x, the offsets, and the prior covariance.
    """
    generator = np.random.default_rng(seed)
    factors = generator.normal(size=(n_items, k)).astype(np.float32)
    offset = generator.normal(0, 1, n_items)
    root = np.tril(generator.normal(0, 0.3, (1 + k, 1 + k)), -1) + np.diag(
        generator.uniform(0.4, 1.2, 1 + k)
    )
    weights = generator.normal(size=(n_users, 1 + k)) @ root.T
    users = np.repeat(np.arange(n_users), per_user)
    items = np.concatenate(
        [generator.choice(n_items, per_user, replace=False) for _ in range(n_users)]
    )
    expected = offset[items] + weights[users, 0] + (weights[users, 1:] * factors[items]).sum(axis=1)
    values = expected + generator.normal(0, noise, len(users))
    ratings = Ratings.from_columns(
        users,
        items,
        np.round(np.clip(values, -16, 16) * 64) / 64,
        item_ids=np.arange(n_items),
        scale=FINE_SCALE,
    )
    return ratings, factors, offset, root @ root.T
