"""The other people of a group, as links and addresses have them."""

from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.errors import DataError
from recommender.serving.compact import LONGEST
from recommender.serving.link import encode
from recommender.serving.people import (
    NAME,
    Person,
    clean_name,
    decode_people,
    encode_people,
    read_link,
)
from recommender.serving.session import State
from tests.serving.test_together import IDS, RELEASE

STATE = State("movies", rated=((IDS[0], 5.0), (IDS[1], 2.5)), dismissed=(IDS[2],), seen=(IDS[3],))
DOMAINS = ("anime", "movies")


def link(state: State) -> str:
    return f"https://tastemap.example/explore?{urlencode(encode(state))}"


@pytest.mark.parametrize(
    "text",
    [
        link(STATE),
        f"  {link(STATE)}#top\n",
        link(STATE).partition("/explore")[2],
        encode(STATE)["taste"],
        f"x?domain=movies&ratings={IDS[0]}-5_{IDS[1]}-2.5&dismissed={IDS[2]}&seen={IDS[3]}",
    ],
)
def test_a_link_gives_the_friends_list(text):
    assert read_link(text, RELEASE, DOMAINS) == STATE


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Paste"),
        ("https://tastemap.example/", "no ratings in this link"),
        ("hello, look at this", "no ratings in this link"),
        ("https://tastemap.example/?domain=anime&taste=1AAAA", "Choose Anime"),
        ("https://tastemap.example/?domain=books&taste=1AAAA", "not here"),
        (link(STATE)[:-3], "copy it whole"),
        (link(State("movies", seen=(IDS[0],))), "not rated anything"),
        ("https://tastemap.example/?ratings=99999-4", "99999"),
    ],
)
def test_a_wrong_link_says_what_to_do(text, words):
    with pytest.raises(DataError, match=words):
        read_link(text, RELEASE, DOMAINS)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_whatever_is_pasted_is_a_list_or_a_sentence(text):
    try:
        words = ""
        rated = read_link(text, RELEASE, DOMAINS).rated
    except DataError as error:
        words, rated = str(error), ()
    assert bool(rated) != words.endswith(".")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=30), max_size=7))
def test_people_come_back_from_the_address(names):
    people: list[Person] = []
    for name in names:
        people.append(Person(clean_name(name, [one.name for one in people]), STATE))
    assert decode_people(encode_people(people), RELEASE) == tuple(people)
    assert len({one.name for one in people}) == len(people)
    assert all(1 <= len(one.name) <= NAME + 2 for one in people)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_an_address_of_strangers_is_never_an_error(text):
    assert isinstance(decode_people(text, RELEASE), tuple)


def test_long_lists_are_cut_to_what_an_address_holds():
    long = State("movies", rated=tuple((at, 3.5) for at in range(1, 4000)))
    people = [Person("Anna", long), Person("Ben", STATE)]
    value = encode_people(people, beside=3000)
    assert len(value) <= LONGEST - 3000
    assert decode_people(value, RELEASE)[-1] == people[1]
