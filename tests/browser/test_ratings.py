"""The main job: a visitor gives stars, and the recommendations are what the recommender says."""

import re

from playwright.sync_api import expect

from recommender.serving import ServedRelease
from tests.browser.conftest import Visit
from tests.browser.visitor import FOR_YOU, Visitor


def recommended(release: ServedRelease, visitor: Visitor) -> list[str]:
    """The titles that the recommender answers to the ratings in the visitor's address."""
    rated = [part.split("-") for part in visitor.address()["ratings"].split("_")]
    folded = release.fold_in({int(item_id): float(rating) for item_id, rating in rated})
    return folded.recommend(8)["title"].tolist()


def test_a_visitor_arrives_at_popular_titles_and_is_told_so(visit: Visit, release, famous):
    visitor = visit()
    visitor.has_no_ratings()
    expect(visitor.cards(visitor.asked)).to_have_count(6)
    on_offer = visitor.titles(visitor.asked)
    titles = [release.catalogue.loc[item_id, "title"] for item_id in famous]
    popular = [title for title in titles if title not in on_offer][:8]
    visitor.shows(visitor.picks, popular)
    visitor.comes_to(lambda address: address == {})
    visitor.button("More").click()
    expect(visitor.cards(visitor.picks)).to_have_count(16)
    assert visitor.titles(visitor.picks)[:8] == popular


def test_stars_by_the_mouse_change_the_recommendations_to_what_the_recommender_says(
    visit: Visit, release
):
    visitor = visit()
    first, second, third, *_ = visitor.titles(visitor.asked)
    for title, position, rating in ((first, 4.75, 5), (second, 3.25, 3.5), (third, 1.75, 2)):
        visitor.page.mouse.click(*visitor.point(visitor.asked, title, position))
        visitor.has_rated(title, rating)
        expect(visitor.page.get_by_role("heading", name=FOR_YOU)).to_be_visible()
        visitor.shows(visitor.picks, recommended(release, visitor))
    assert visitor.titles(visitor.own) == [third, second, first]


def test_no_card_moves_while_the_visitor_rates(visit: Visit):
    visitor = visit()
    before = visitor.asked.bounding_box()
    titles = visitor.titles(visitor.asked)
    for title in titles[:2]:
        visitor.page.mouse.click(*visitor.point(visitor.asked, title, 3.75))
        visitor.has_rated(title, 4)
        assert visitor.asked.bounding_box() == before
    # The rated titles give way to others at their places.
    for title in titles[:2]:
        expect(visitor.card(visitor.asked, title)).to_have_count(0)
    now = visitor.titles(visitor.asked)
    assert now[2:] == titles[2:]
    assert visitor.asked.bounding_box() == before


def test_an_explanation_opens_and_its_parts_sum_to_the_score(visit: Visit, release, famous):
    ratings = dict(zip(famous[:4], (5, 2.5, 4, 1), strict=True))
    link = "_".join(f"{item_id}-{rating}" for item_id, rating in ratings.items())
    visitor = visit(f"/?ratings={link}")
    scores = release.fold_in(ratings).recommend(8)["score"].tolist()
    for card, score in zip(visitor.cards(visitor.picks).all(), scores, strict=True):
        table = card.get_by_role("table", name="What the score is made of")
        expect(table).to_be_hidden()
        card.get_by_role("button", expanded=False).click()
        expect(table).to_be_visible()
        rows = table.get_by_role("row").all_text_contents()
        *parts, total = (
            round(100 * float(re.search(r"[+−]?\d+\.\d\d$", row)[0].replace("−", "-")))
            for row in rows
        )
        assert len(parts) == len(ratings) + 1
        assert sum(parts) == total == round(100 * score)
    card.get_by_role("button", expanded=True).click()
    expect(table).to_be_hidden()
