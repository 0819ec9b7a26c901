import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from pages.components.title_cards import (
    Card,
    Contribution,
    Event,
    Prediction,
    new_events,
    rated_parts,
    serialise,
)
from recommender.data.scale import ANIME_SCALE, MOVIE_SCALE
from recommender.errors import RatingError

HEAT = Card(
    6,
    "Heat",
    (0.1, -0.2, 0.3),
    year=1995,
    genres=("Action", "Crime", "Thriller", "Drama"),
    prediction=Prediction(4.3, 3.1, 5.0),
    because=("Casino",),
    breakdown=(Contribution("Starting point", 0.5), Contribution("Casino", -0.2, 2.0, 16, 14)),
)


def sent(*events: tuple) -> list[dict]:
    return [
        {"number": number, "type": kind, "item_id": item_id, "rating": rating}
        for number, kind, item_id, rating in events
    ]


def test_a_card_is_plain_json_that_keeps_what_is_shown():
    (plain,) = json.loads(json.dumps(serialise([HEAT], MOVIE_SCALE), allow_nan=False))
    assert (plain["id"], plain["title"], plain["year"]) == (6, "Heat", 1995)
    assert plain["genres"] == ["Action", "Crime", "Thriller"]
    assert plain["prediction"] == {"rating": 4.3, "low": 3.1, "high": 5.0}
    assert plain["because"] == ["Casino"]
    assert plain["breakdown"] == [["Starting point", 0.5], [16, -0.2, 14]]
    assert rated_parts([HEAT]) == {16: ("Casino", 2.0)}
    assert plain["rating"] is None


def test_a_match_is_shown_in_per_cent():
    assert serialise([Card(1, "M", (0, 0, 0), match=0.918)], MOVIE_SCALE)[0]["match"] == 92


def test_markup_in_a_title_stays_text():
    title = "<img src=x onerror=alert(1)>"
    assert serialise([Card(1, title, (0, 0, 0))], MOVIE_SCALE)[0]["title"] == title


def test_a_title_twice_is_refused_by_its_id():
    with pytest.raises(ValueError, match=r"\[6\]"):
        serialise([HEAT, HEAT], MOVIE_SCALE)


@pytest.mark.parametrize(
    "facts",
    [
        {"prediction": Prediction(math.nan, 1, 5)},
        {"match": math.inf},
        {"breakdown": (Contribution("Heat", math.nan),)},
    ],
)
def test_a_number_that_is_none_is_refused_by_the_title(facts):
    with pytest.raises(ValueError, match="Heat"):
        serialise([Card(6, "Heat", (0, 0, 0), **facts)], MOVIE_SCALE)


def test_a_rating_off_the_scale_is_refused():
    with pytest.raises(RatingError):
        serialise([Card(6, "Heat", (0, 0, 0), rating=4.3)], MOVIE_SCALE)


def test_events_come_in_their_order_and_only_once():
    first = sent((1, "rate", 6, 4.5), (2, "skip", 7, None))
    events, last = new_events(first, 0, MOVIE_SCALE)
    assert events == [Event("rate", 6, 4.5), Event("skip", 7)]
    again = first + sent((3, "dismiss", 8, None), (4, "restore", 8, None), (5, "remove", 6, None))
    events, last = new_events(again, last, MOVIE_SCALE)
    assert events == [Event("dismiss", 8), Event("restore", 8), Event("remove", 6)]
    assert new_events(again, last, MOVIE_SCALE) == ([], 5)


@given(st.lists(st.integers(1, 4), max_size=12))
def test_no_event_is_lost_or_doubled_however_messages_are_cut(lengths):
    """Each message carries all that was not acknowledged, and only some of them arrive."""
    everything = sent(*((n, "rate", n, 3.0) for n in range(1, 21)))
    handled, last, end = [], 0, 0
    for length in [*lengths, 20]:
        end = min(20, end + length)
        events, last = new_events(everything[last:end], last, MOVIE_SCALE)
        handled += [event.item_id for event in events]
    assert handled == list(range(1, 21))


def test_nothing_sent_is_no_event():
    assert new_events(None, 3, MOVIE_SCALE) == ([], 3)


@pytest.mark.parametrize(
    "entry",
    [
        "rate",
        {"number": 1, "type": "rate", "item_id": 6},
        {"number": 1, "type": "drop table", "item_id": 6},
        {"number": "1", "type": "skip", "item_id": 6},
        {"number": 1, "type": ["skip"], "item_id": 6},
    ],
)
def test_what_is_no_event_is_refused(entry):
    with pytest.raises(ValueError, match="no event"):
        new_events([entry], 0, MOVIE_SCALE)


@pytest.mark.parametrize("rating", [0, 0.25, 5.5, "5", None, True])
def test_a_forged_rating_is_refused(rating):
    with pytest.raises(RatingError):
        new_events(sent((1, "rate", 6, rating)), 0, MOVIE_SCALE)


def test_ratings_are_checked_on_the_domains_own_scale():
    assert new_events(sent((1, "rate", 6, 9)), 0, ANIME_SCALE)[0] == [Event("rate", 6, 9.0)]


def test_several_widgets_live_on_one_page():
    def page():
        from pages.components.taste_strip import taste_strip
        from pages.components.title_cards import Card, title_cards
        from recommender.data.scale import MOVIE_SCALE

        cards = [Card(6, "Heat", (0.1, -0.2, 0.3)), Card(7, "Seven", (0.1, 0.2, 0.3), rating=4.5)]
        for variant in ("ask", "recommendation", "rated"):
            title_cards(
                cards,
                variant=variant,
                scale=MOVIE_SCALE,
                key=variant,
                label=f"Titles: {variant}",
                on_event=lambda event: None,
            )
        taste_strip(cards, text="1 rated", target="for-you", key="strip")

    app = AppTest.from_function(page).run()
    assert not app.exception
    mounted = [
        data for element in app.get("bidi_component") for data in json.loads(element.proto.json)
    ]
    assert [data.get("label") for data in mounted] == [
        "Titles: ask",
        "Titles: recommendation",
        "Titles: rated",
        None,
    ]
    assert mounted[0]["acknowledged"] == 0
    assert [card["title"] for card in mounted[3]["cards"]] == ["Heat", "Seven"]
