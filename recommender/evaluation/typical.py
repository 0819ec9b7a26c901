"""Ten typical people of a data set, and what two releases would recommend to them.

People are told apart by the genres of what they liked; k-means (Lloyd 1982) makes ten groups, and
the person nearest to the middle of each stands for it. The same data give the same ten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.solvers.subsets import well_known
from recommender.data import catalogue as catalogues
from recommender.data.dataset import DataSet
from recommender.data.ratings import Ratings
from recommender.evaluation.few_ratings import showings, visitor_folds

if TYPE_CHECKING:
    from recommender.releases import Release

HOW_MANY, SHOWN, LENGTH = 10, 10, 10
"""People, the ratings that each shows, and the titles of a list."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Title:
    """A title in a list: its id, and its name with the year."""

    item_id: int
    name: str


@dataclass(frozen=True)
class Change:
    """What would change for somebody typical.

    Attributes:
        share: of all people for whom this one stands, 0 to 1.
        likes: genres that this one likes more than others do, at most three.
        rated: titles and ratings that this one shows, best first.
        champion: the list of the release that serves, best first.
        challenger: the list of the one that would.
    """

    share: float
    likes: tuple[str, ...]
    rated: tuple[tuple[Title, float], ...]
    champion: tuple[Title, ...]
    challenger: tuple[Title, ...]

    @property
    def shared(self) -> tuple[Title, ...]:
        """What both recommend, in the new order."""
        return self._both(self.challenger, self.champion, True)

    @property
    def new(self) -> tuple[Title, ...]:
        """What would come."""
        return self._both(self.challenger, self.champion, False)

    @property
    def gone(self) -> tuple[Title, ...]:
        """What would go."""
        return self._both(self.champion, self.challenger, False)

    @staticmethod
    def _both(one: tuple[Title, ...], other: tuple[Title, ...], inside: bool) -> tuple[Title, ...]:
        ids = {title.item_id for title in other}
        return tuple(title for title in one if (title.item_id in ids) is inside)


def changes(challenger: Release, champion: Release, data: DataSet) -> tuple[Change, ...]:
    """Lays the lists of two releases for ten typical people side by side.

    Both may have learned from these very people: the lists show what would change, not which is
    better.

    Args:
        challenger: the new release.
        champion: the one that serves.
        data: whose people; the challenger's.

    Returns:
        At most ten, those who stand for most people first; fewer if there are not ten kinds.
    """
    people, shares, likes = typical(data)
    known = well_known(data.ratings.counts())
    names = _names(challenger) | _names(champion)
    found = []
    shown = {
        showing.user: showing.seen
        for showing in showings(data.ratings, people, known)
        if (showing.shown, showing.k) == ("popular", SHOWN)
    }
    for user, share, genres in zip(people, shares, likes, strict=True):
        seen = shown[int(user)]
        items = data.ratings.item_ids[data.ratings.items[seen]]
        ratings = dict(zip(items.tolist(), data.ratings.values[seen].tolist(), strict=True))
        best = sorted(ratings.items(), key=lambda entry: (-entry[1], entry[0]))
        found.append(
            Change(
                share=round(share, 4),
                likes=genres,
                rated=tuple((Title(i, names[i]), r) for i, r in best if i in names),
                champion=_list(champion, ratings, names),
                challenger=_list(challenger, ratings, names),
            )
        )
    return tuple(found)


def typical(data: DataSet) -> tuple[NDArray[np.intp], list[float], list[tuple[str, ...]]]:
    """Chooses people who stand for many.

    Args:
        data: with people whom the few-ratings protocol can ask.

    Returns:
        Their positions in the ratings, the share of those asked for whom each stands, and what
        each likes more than others do; largest share first.
    """
    from sklearn.cluster import KMeans

    users = np.flatnonzero(visitor_folds(data.ratings) >= 0)
    if not len(users):
        return users, [], []
    genres, tastes = _tastes(data, users)
    kinds = min(HOW_MANY, len(np.unique(tastes, axis=0)))
    groups = KMeans(kinds, n_init=4, random_state=0).fit(tastes)
    distance = np.linalg.norm(tastes - groups.cluster_centers_[groups.labels_], axis=1)
    chosen = []
    for kind in range(kinds):
        members = np.flatnonzero(groups.labels_ == kind)
        if len(members):
            chosen.append((len(members), int(members[np.argmin(distance[members])])))
    chosen.sort(key=lambda entry: (-entry[0], entry[1]))
    usual = tastes.mean(axis=0)
    likes = []
    for _, at in chosen:
        more = tastes[at] - usual
        best = [int(g) for g in np.argsort(-more, kind="stable")[:3] if more[g] > 0]
        likes.append(tuple(genres[g] for g in best))
    return users[[at for _, at in chosen]], [n / len(users) for n, _ in chosen], likes


def _tastes(data: DataSet, users: NDArray[np.intp]) -> tuple[list[str], Array]:
    """The genres, and for every user the share of each in what they liked, of length 1."""
    lists = data.catalogue["genres"].tolist()
    genres = sorted({genre for titles in lists for genre in titles})
    number = {genre: at for at, genre in enumerate(genres)}
    of_title = np.zeros((len(lists), max(len(genres), 1)))
    for at, titles in enumerate(lists):
        for genre in titles:
            of_title[at, number[genre]] = 1 / len(titles)
    ratings = data.ratings
    liked = ratings.subset(ratings.values >= ratings.scale.liked)
    sums = _sums(liked, of_title)[users]
    norms = np.linalg.norm(sums, axis=1, keepdims=True)
    return genres or [""], np.divide(sums, norms, out=np.zeros_like(sums), where=norms > 0)


def _sums(ratings: Ratings, of_title: Array) -> Array:
    matrix = ratings.matrix()
    matrix.data[:] = 1
    return np.asarray(matrix @ of_title)


def _names(release: Release) -> dict[int, str]:
    years = release.catalogue["year"].fillna(0).astype(int)
    return {
        int(item_id): f"{title} ({year})" if year else str(title)
        for item_id, title, year in zip(
            release.catalogue.index, release.catalogue["title"], years, strict=True
        )
    }


def _list(
    release: Release, ratings: Mapping[int, float], names: Mapping[int, str]
) -> tuple[Title, ...]:
    """What a release recommends, without titles for adults only, as the app does."""
    ids = release.catalogue.index.to_numpy()
    at = np.flatnonzero(np.isin(ids, list(ratings)))
    values = np.array([ratings[int(item_id)] for item_id in ids[at]], np.float64)
    scores = release.models[release.ranker].taste(at, values).scores.copy()
    scores[at] = -np.inf
    scores[np.asarray(catalogues.adult(release.catalogue))] = -np.inf
    best = np.argsort(-scores, kind="stable")[:LENGTH]
    return tuple(Title(int(ids[b]), names[int(ids[b])]) for b in best if np.isfinite(scores[b]))
