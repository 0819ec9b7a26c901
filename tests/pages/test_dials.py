"""The dials on the Recommend page: what they show, what they do, and the way back."""

import pytest
from streamlit.testing.v1.element_tree import Multiselect, SelectSlider, Toggle

from recommender.serving.dials import Dials
from tests.pages.visits import PICKS, Visit

DIALS = "dials"


@pytest.fixture
def rated(famous) -> dict[int, float]:
    return {famous[0]: 5.0, famous[1]: 1.0, famous[2]: 4.0}


@pytest.fixture
def visit(rated) -> Visit:
    ratings = "_".join(f"{item_id}-{rating:g}" for item_id, rating in rated.items())
    return Visit(ratings=ratings)


# A test's browser does not keep a popover open from one run to the next.


def slider(visit: Visit, label: str, where: int = 0) -> SelectSlider:
    visit.open_dials()
    return [one for one in visit.app.select_slider if one.label == label][where]


def select(visit: Visit, label: str) -> Multiselect:
    visit.open_dials()
    (found,) = (one for one in visit.app.multiselect if one.label == label)
    return found


def toggle(visit: Visit, label: str) -> Toggle:
    visit.open_dials()
    (found,) = (one for one in visit.app.toggle if one.label == label)
    return found


def expected(served, rated, dials: Dials) -> list[int]:
    return served.fold_in(rated).recommend(8, dials=dials)["item_id"].tolist()


def test_a_slider_changes_the_list_and_undo_takes_it_back(visit, served, rated):
    before = visit.ids(PICKS)
    slider(visit, "Familiar or surprising").set_value(100).run()
    assert visit.ids(PICKS) == expected(served, rated, Dials(surprise=100)) != before
    assert visit.address[DIALS] == "s100"
    assert "Turned a dial: Surprising." in visit.texts()
    visit.press("Undo")
    assert visit.ids(PICKS) == before
    assert DIALS not in visit.address
    assert slider(visit, "Familiar or surprising").value == 0


def test_the_slider_of_a_phone_and_that_of_a_wide_screen_are_one(visit, served, rated):
    slider(visit, "Variety", where=1).set_value(50).run()
    assert [slider(visit, "Variety", where).value for where in (0, 1)] == [50, 50]
    assert visit.ids(PICKS) == expected(served, rated, Dials(variety=50))


def test_filters_stand_as_chips_that_take_them_back(visit, served, rated):
    select(visit, "Only these genres").set_value(["Comedy", "War"]).run()
    toggle(visit, "One per franchise").set_value(True).run()
    turned = Dials(genres=("Comedy", "War"), one_per_franchise=True)
    assert visit.ids(PICKS) == expected(served, rated, turned)
    assert visit.address[DIALS] == "gComedy.War_o"
    visit.press("Comedy or War")
    assert visit.ids(PICKS) == expected(served, rated, Dials(one_per_franchise=True))
    assert select(visit, "Only these genres").value == []
    visit.press("Reset")
    assert visit.ids(PICKS) == expected(served, rated, Dials())
    assert "Turned a dial back: One per franchise." in visit.texts()


def test_years_at_their_ends_leave_nothing_out(visit):
    years = visit.open_dials().range("Years")
    low, high = years.min, years.max
    years.set_value((1990, high)).run()
    assert visit.address[DIALS] == "y1990."
    assert visit.open_dials().range("Years").value == (1990, high)
    visit.open_dials().range("Years").set_value((low, high)).run()
    assert DIALS not in visit.address


def test_there_is_no_dial_for_episodes_where_none_are_known(visit):
    assert [one.label for one in visit.open_dials().app.slider] == ["Years"]


def test_what_a_link_says_is_how_the_dials_stand(rated):
    visit = Visit(
        ratings="_".join(f"{item_id}-{rating:g}" for item_id, rating in rated.items()),
        dials="s37_a-100_xHorror_y1990.1999_r33_f",
    )
    assert slider(visit, "Familiar or surprising").value == 37
    assert slider(visit, "Certain or adventurous").value == -100
    assert select(visit, "None of these genres").value == ["Horror"]
    assert visit.open_dials().range("Years").value == (1990, 1999)
    assert slider(visit, "At least so many ratings").value == 33
    assert toggle(visit, "First parts first").value is True
    assert visit.warnings() == []


def test_dials_that_mean_nothing_are_said_to_be_left_out(rated):
    visit = Visit(ratings=f"{next(iter(rated))}-5", dials="gNo such genre_v25")
    assert slider(visit, "Variety").value == 25
    assert "dials" in visit.warnings()[0]


def test_when_too_few_titles_fit_the_page_says_which_filter_to_turn_back(served, rated):
    turned = Dials(genres=("Film-Noir",), first_year=1995, last_year=1999, fewest_ratings=100)
    visit = Visit(
        ratings="_".join(f"{item_id}-{rating:g}" for item_id, rating in rated.items()),
        dials=turned.encode(),
    )
    shown = len(expected(served, rated, turned))
    assert len(visit.ids(PICKS)) == shown < 8
    (told,) = (text for text in visit.texts() if "all of your dials" in text)
    ways = [button.label for button in visit.app.main.button if button.label.startswith("Without")]
    assert ways[0].replace("\\", "").startswith("Without “Film-Noir”: ")
    visit.press(ways[0])
    assert len(visit.ids(PICKS)) == 8
    assert "Film-Noir" in told.replace("\\", "")


def test_when_only_all_filters_together_help_the_page_offers_to_reset_them(rated):
    visit = Visit(ratings=f"{next(iter(rated))}-5", dials="gWar_xWar_kx_y1902.1903_r10000")
    assert visit.ids(PICKS) == []
    assert "No title fits all of your dials together." in visit.texts()
    assert len(visit.press("Reset all dials").ids(PICKS)) == 8


def test_starting_over_keeps_the_dials(visit):
    toggle(visit, "First parts first").set_value(True).run()
    visit.press("Start over")
    assert toggle(visit, "First parts first").value is True


def test_without_ratings_filters_work_and_sliders_wait(served):
    visit = Visit(dials="gWar")
    assert all("War" in served.catalogue.loc[item_id, "genres"] for item_id in visit.ids(PICKS))
    assert slider(visit, "Variety").disabled
