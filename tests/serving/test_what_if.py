"""What would change a recommendation: the ranks without ratings are those of a list made anew."""

import pytest

from recommender.errors import TitleError
from recommender.serving.what_if import STRONGEST, ranks_without


def order(visitor, also):
    return visitor.order(also)


@pytest.fixture(scope="module")
def rated(served):
    famous = served.shelf.item_ids[served.shelf.by_popularity[:16:2]].tolist()
    return dict(zip(famous, (5.0, 1.0, 4.5, 3.0, 2.0, 4.0, 5.0, 0.5), strict=True))


@pytest.mark.parametrize("model", [None, "orders"])
def test_the_ranks_are_those_of_the_list_without_the_rating(served, rated, model):
    visitor = served.fold_in(rated, model)
    for item_id in visitor.recommend(3)["item_id"]:
        ranks = ranks_without(served, visitor, item_id, order)
        assert len(ranks) == STRONGEST
        for left_out, rank in ranks.items():
            others = {other: rating for other, rating in rated.items() if other != left_out}
            anew = served.fold_in(others, model).recommend(rank, exclude=[left_out])
            assert anew["item_id"].iloc[-1] == item_id


def test_the_strongest_ratings_are_asked_about(served, rated):
    visitor = served.fold_in(rated)
    item_id = int(visitor.recommend(1)["item_id"].iloc[0])
    by_strength = visitor.explain(item_id).dropna(subset="item_id")["item_id"].tolist()
    assert list(ranks_without(served, visitor, item_id, order)) == by_strength[:STRONGEST]
    assert list(ranks_without(served, visitor, item_id, order, most=99)) == by_strength


def test_a_rating_that_carries_a_title_takes_it_along(served, rated):
    visitor = served.fold_in(rated)
    picks = visitor.recommend(8)["item_id"].tolist()
    drops = [
        rank - place
        for place, item_id in enumerate(picks, 1)
        for rank in ranks_without(served, visitor, item_id, order).values()
    ]
    assert max(drops) > 8


def test_without_the_only_rating_the_list_is_everybodys(served, rated):
    (only, *_) = rated
    visitor = served.fold_in({only: 5.0})
    item_id = int(visitor.recommend(1)["item_id"].iloc[0])
    popular = served.fold_in({}).recommend(len(served.shelf), exclude=[only])
    rank = popular.index[popular["item_id"] == item_id][0]
    assert ranks_without(served, visitor, item_id, order) == {only: rank}


def test_a_title_that_the_order_leaves_out_has_no_rank(served, rated):
    visitor = served.fold_in(rated)
    item_id = int(visitor.recommend(1)["item_id"].iloc[0])
    found = ranks_without(served, visitor, item_id, lambda one, also: one.order((*also, item_id)))
    assert found == {}


def test_a_title_that_is_not_there_is_refused(served, rated):
    with pytest.raises(TitleError):
        ranks_without(served, served.fold_in(rated), -1, order)
