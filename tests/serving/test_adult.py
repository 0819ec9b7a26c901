"""Titles for adults only: nowhere among what is offered, and a rating of one counts."""

import pytest

from recommender.errors import TitleError
from recommender.releases import Registry, write
from recommender.serving import ServedRelease, open_release
from recommender.serving.link import decode
from tests.releases import anime

ADULT = set(anime.ADULT)


@pytest.fixture
def models(tmp_path, monkeypatch):
    monkeypatch.delenv("TASTEMAP_ADULT", raising=False)
    Registry(tmp_path).promote("anime", write(anime.draft(), tmp_path).name)
    return tmp_path


def offered(served: ServedRelease) -> list[set[int]]:
    """All that is offered in each way."""
    lists = [
        served.fold_in({}).recommend(100)["item_id"],
        *(served.fold_in({1: 9}, name).recommend(100)["item_id"] for name in served.models),
        served.titles_to_rate(n=100),
        served.search("yoru no hon")["item_id"],
        served.search("tabi no hi", 100)["item_id"],
    ]
    return [set(map(int, ids)) for ids in lists]


def test_they_are_offered_only_where_the_environment_says_so(models, monkeypatch):
    served = open_release("anime", models)
    for ids in offered(served):
        assert not ids & ADULT
    assert len(offered(served)[0]) == anime.N_TITLES - len(ADULT)
    with pytest.raises(TitleError):
        served.find_one("Yoru no Hon")

    monkeypatch.setenv("TASTEMAP_ADULT", "1")
    served = open_release("anime", models)
    assert sum(bool(ids & ADULT) for ids in offered(served)) == len(offered(served))
    assert served.find_one("Yoru no Hon") in ADULT


def test_models_do_not_know_the_difference(models, monkeypatch):
    scores = open_release("anime", models).fold_in({1: 9}).scores
    monkeypatch.setenv("TASTEMAP_ADULT", "1")
    assert (open_release("anime", models).fold_in({1: 9}).scores == scores).all()


def test_a_rating_of_one_in_a_link_stays_and_counts(models):
    served = open_release("anime", models)
    state = decode({"ratings": f"1-9_{anime.ADULT[0]}-10"}, served).state
    assert state.ratings == {1: 9.0, anime.ADULT[0]: 10.0}
    visitor, without = served.fold_in(state.ratings), served.fold_in({1: 9.0})
    assert (visitor.scores != without.scores).any()
    assert anime.ADULT[0] in visitor.explain(7)["item_id"].tolist()
