"""Your taste: what it says, what it does not, and that ratings can be changed there."""

from recommender.serving.portrait import portrait
from recommender.serving.profile import FEWEST, against_predictions, profile
from tests.pages.visits import Visit

SURPRISING = "Your most surprising ratings"
STARS = (5, 1, 4.5, 3, 0.5, 5, 2, 4)


def rated(famous):
    return dict(zip(famous, STARS, strict=False))


def open_page(ratings, **address):
    link = "_".join(f"{item_id}-{rating:g}" for item_id, rating in ratings.items())
    return Visit("taste.py", ratings=link, **address)


def test_the_page_says_what_the_ratings_say(served, famous):
    visit = open_page(rated(famous))
    folded = served.fold_in(rated(famous))
    said = portrait(profile(served, folded))
    text = " ".join(visit.texts())
    for one in said.statements:
        assert one.text.split("“")[0] in text
        assert one.evidence.split(";")[0] in text
    assert all(words in text for words in said.unknown)


def test_the_most_surprising_ratings_can_be_changed_and_the_change_undone(served, famous):
    visit = open_page(rated(famous))
    table = against_predictions(served, served.fold_in(rated(famous)))
    assert visit.ids(SURPRISING) == table["item_id"].head(6).tolist()
    for card, row in zip(visit.cards(SURPRISING), table.itertuples(), strict=False):
        assert f"{row.predicted:.1f}" in card["note"]
    first = visit.ids(SURPRISING)[0]
    before = visit.address
    visit.send(SURPRISING, ("rate", first, 3.0))
    assert f"{first}-3" in visit.address["ratings"].split("_")
    visit.press("Undo")
    assert visit.address == before


def test_with_few_ratings_the_page_says_how_many_it_takes(famous):
    visit = open_page(dict(list(rated(famous).items())[: FEWEST - 1]))
    text = " ".join(visit.texts())
    assert f"at least {FEWEST}" in text
    assert f"You have rated {FEWEST - 1} so far" in text
    assert "none yet" in " ".join(Visit("taste.py").texts())


def test_a_baseline_that_knows_no_taste_has_no_place_on_the_map(famous):
    visit = open_page(rated(famous), model="popularity")
    assert "where on the map" in " ".join(visit.texts())
