"""Several models' lists for one visitor, and what they agree on."""

import pytest

from recommender.errors import ParameterError
from recommender.serving.agreement import side_by_side
from tests.serving.releases import real

N = 10


@pytest.fixture(scope="module")
def release(movies):
    return real(movies)


@pytest.fixture(scope="module")
def ratings(release):
    best = release.shelf.item_ids[release.shelf.by_popularity[:6]].tolist()
    return dict(zip(best, (5.0, 4.5, 1.0, 4.0, 2.0, 5.0), strict=True))


@pytest.fixture(scope="module")
def found(release, ratings):
    return side_by_side(release, ratings, ["house", "orders", "popularity"], n=N)


def test_each_list_is_what_its_model_recommends(release, ratings, found):
    for model, ids in found.lists.items():
        expected = release.fold_in(ratings, model).recommend(N)["item_id"].tolist()
        assert list(ids) == expected


def test_votes_count_the_lists_that_name_a_title_the_most_named_first(found):
    counts = list(found.votes.values())
    assert counts == sorted(counts, reverse=True)
    for item_id, n in found.votes.items():
        assert n == sum(item_id in ids for ids in found.lists.values())
    assert sum(counts) == 3 * N


def test_unanimous_titles_are_in_all_lists_and_lone_ones_in_one(found):
    for item_id in found.unanimous:
        assert all(item_id in ids for ids in found.lists.values())
    others = {one for name in ("house", "orders") for one in found.lists[name]}
    assert found.alone["popularity"] == len(set(found.lists["popularity"]) - others)
    # These two order titles by the same numbers.
    assert found.alone["house"] == found.alone["orders"] == 0


def test_a_model_that_gives_all_the_same_order_is_not_personal(found):
    assert found.personal == {"house", "orders"}


def test_rated_and_dismissed_titles_are_in_no_list(release, ratings, found):
    dismissed = found.lists["house"][0]
    again = side_by_side(release, ratings, ["house", "popularity"], n=N, exclude=[dismissed])
    assert dismissed not in again.votes
    assert not set(again.votes) & set(ratings)


def test_an_unknown_model_is_reported(release, ratings):
    with pytest.raises(ParameterError, match="no model 'guess'"):
        side_by_side(release, ratings, ["house", "guess"])
