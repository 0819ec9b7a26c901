"""The Together page: people come by link, are named, leave, and are in the address."""

from urllib.parse import urlencode

import pytest

from recommender.serving.link import encode
from recommender.serving.people import decode_people
from recommender.serving.session import State
from recommender.serving.together import agree
from tests.pages.visits import Visit


@pytest.fixture
def lists(famous):
    mine = State("movies", rated=tuple((item_id, 5.0) for item_id in famous[:5]))
    annas = State("movies", rated=tuple((item_id, 4.0) for item_id in famous[20:26]))
    return mine, annas


def open_page(state: State | None = None, **address: str) -> Visit:
    return Visit("together.py", **(encode(state) if state else {}), **address)


def add(visit: Visit, link: str, name: str = "") -> Visit:
    fields = {field.label: field for field in visit.app.text_input}
    fields["Name"].set_value(name)
    fields["Friend's link"].set_value(link)
    return visit.press("Add")


def link(state: State) -> str:
    return f"https://tastemap.example/?{urlencode(encode(state))}"


def html(visit: Visit) -> str:
    return "\n".join(one.proto.body for one in visit.app.get("html"))


def test_alone_the_page_says_how_to_get_a_friends_link(lists):
    visit = open_page(lists[0])
    assert "Share & keep" in "\n".join(visit.texts())
    assert "Two make a group" in visit.headings()


def test_a_friends_link_makes_the_list_that_both_would_like(served, lists):
    mine, annas = lists
    visit = add(open_page(mine), link(annas), "Anna")
    people = [served.fold_in(state.ratings) for state in lists]
    page = html(visit)
    for pick in agree(people, n=12).picks:
        assert served.catalogue.at[pick.item_id, "title"].split("&")[0].split("'")[0] in page
        assert f"{pick.predicted[1]:.1f}" in page
    (person,) = decode_people(visit.address["with"], served)
    assert (person.name, person.state) == ("Anna", annas)


def test_the_group_survives_a_reload_and_leaves_by_undo(served, lists):
    mine, annas = lists
    visit = add(open_page(mine), link(annas))
    again = open_page(mine, **{"with": visit.address["with"], "way": "fair"})
    assert "Friend 1" in html(again)
    assert "with" not in again.press("Remove Friend 1").address
    assert "Friend 1" in html(again.press("Undo"))
    assert "Friend 1" not in html(visit.press("Undo"))


def test_a_wrong_link_gets_a_sentence_and_changes_nothing(lists):
    visit = add(open_page(lists[0]), "https://elsewhere.example/")
    (error,) = visit.app.error
    assert "no ratings in this link" in error.value
    assert "with" not in visit.address


def test_the_other_domain_has_a_group_of_its_own(lists):
    visit = add(open_page(lists[0]), link(lists[1]), "Anna")
    visit.choose_domain("anime")
    assert "Anna" not in html(visit)
    assert "Anna" in html(visit.choose_domain("movies"))


def test_what_somebody_has_seen_can_be_offered_and_is_marked(lists):
    visit = add(open_page(lists[0]), link(lists[1]), "Anna")
    assert "has seen it" not in html(visit)
    (toggle,) = visit.app.toggle
    toggle.set_value(True).run()
    assert "has seen it" in html(visit.run())


def test_a_group_has_eight_people_at_most(lists):
    visit = open_page(lists[0])
    for _ in range(7):
        add(visit, link(lists[1]))
    assert "Friend 7" in html(visit)
    assert "Friend's link" not in [field.label for field in visit.app.text_input]


def test_the_page_says_whose_list_its_address_cannot_hold_whole(served, lists):
    mine, annas = lists
    ids = [int(item_id) for item_id in served.shelf.item_ids[served.shelf.offered]]
    long = State("movies", rated=tuple((item_id, 1.0 + item_id % 5 / 2) for item_id in ids[::3]))
    visit = add(add(open_page(mine), link(annas), "Anna"), link(long), "Ben")
    visit = add(visit, link(long), "Cem")
    (said,) = (text for text in visit.texts() if "no room" in text)
    assert "Ben and Cem" in said
    assert "Anna" not in said
