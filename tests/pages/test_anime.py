"""The Recommend page where the domain is anime: a scale to 10, kinds, titles for adults only."""

from pathlib import Path

import pytest

from recommender.releases import Registry, write
from recommender.serving import ServedRelease, opened
from recommender.serving.dials import Dials
from tests.pages.visits import ASKED, FOUND, OWN, PICKS, Visit
from tests.releases import anime


@pytest.fixture
def served(models: Path) -> ServedRelease:
    Registry(models).promote("anime", write(anime.draft(), models).name)
    return opened.release("anime")


def test_all_ten_ratings_are_kept(served):
    ids = [item_id for item_id in served.shelf.item_ids.tolist() if item_id not in anime.ADULT][:10]
    visit = Visit()
    for rating, item_id in enumerate(ids, start=1):
        visit.send(ASKED, ("rate", item_id, float(rating)))
    assert visit.ratings() == {item_id: at for at, item_id in enumerate(ids, start=1)}
    rated = "_".join(f"{item_id}-{at}" for at, item_id in enumerate(ids, start=1))
    assert visit.address == {"domain": "anime", "ratings": rated}
    assert Visit(**visit.address).ratings() == visit.ratings()
    (warning,) = Visit(ratings=f"{ids[0]}-0_{ids[1]}-5.5").warnings()
    assert "Ratings go from 1 to 10 by 1" in warning


def test_a_card_tells_the_kind_and_no_year(served):
    visit = Visit(ratings="1-9")
    kinds = served.catalogue["kind"].replace("unknown", "")
    for card in (*visit.cards(ASKED), *visit.cards(PICKS), *visit.cards(OWN)):
        assert (card["kind"], card["year"]) == (kinds[card["id"]], None)


def test_the_dial_for_episodes_keeps_what_one_has_the_time_for(served):
    visit = Visit(ratings="1-9")
    assert [one.label for one in visit.open_dials("anime").app.slider] == ["Episodes"]
    low, high = visit.range("Episodes").value
    assert (low, high) == (2, 40)
    visit.range("Episodes").set_value((low, 13)).run()
    assert visit.address["dials"] == "e.13"
    expected = served.fold_in({1: 9.0}).recommend(8, dials=Dials(most_episodes=13))
    assert visit.ids(PICKS) == expected["item_id"].tolist()
    assert served.catalogue.loc[visit.ids(PICKS), "episodes"].between(1, 13).all()
    visit.press("Up to 13 episodes")
    assert visit.open_dials("anime").range("Episodes").value == (low, high)
    assert "dials" not in visit.address


def test_the_number_of_titles_to_search_is_that_of_those_found(served):
    visit = Visit()
    assert visit.app.text_input[0].label == f"Search all {anime.N_TITLES - 2} anime"
    assert visit.search("attack on titan").cards(FOUND)[0]["title"] == anime.TITAN


def test_a_ranker_without_ratings_has_the_raters_beside_it(served):
    cards = Visit(ratings="1-9_7-3").cards(PICKS)
    for card in cards:
        rates = served.fold_in({1: 9, 7: 3}, "rates").predict([card["id"]])[0]
        assert card["prediction"]["rating"] == pytest.approx(rates, abs=0.006)
        assert card["match"] is None


def test_a_chosen_model_without_ratings_shows_a_match_and_no_stars(served):
    for card in Visit(ratings="1-9_7-3", model="orders").cards(PICKS):
        assert card["prediction"] is None
        assert 0 <= card["match"] <= 100
    # The ranker in a link is no choice: it shows what the page shows without one.
    assert Visit(ratings="1-9_7-3", model="house").cards(PICKS)[0]["prediction"]


def test_titles_for_adults_only_are_nowhere_unless_rated(served):
    skipped = "_".join(str(item_id) for item_id in served.shelf.item_ids[8:])
    for visit in (Visit(), Visit(ratings="1-9"), Visit(skipped=skipped)):
        shown = visit.ids(ASKED)
        while any(button.label == "More" for button in visit.app.button):
            shown += visit.press("More").ids(PICKS)
        assert len(shown) >= anime.N_TITLES - 3
        assert not set(shown) & set(anime.ADULT)
    assert visit.search("yoru no hon").ids(FOUND) == []
    visit = Visit(ratings=f"{anime.ADULT[0]}-10")
    assert visit.ratings() == {anime.ADULT[0]: 10.0}
    assert visit.headings()[0] == "For you"
