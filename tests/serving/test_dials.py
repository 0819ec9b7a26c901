"""Dials as a value: what they ask for in words, and the way through a web address."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.errors import ParameterError
from recommender.serving.dials import NEUTRAL, Dials, change, decode
from recommender.serving.shelf import Shelf
from tests.serving.releases import catalogue

GENRES = ("(no genres)", "Sci-Fi", "Slice of Life", "a.b_c~d~1")
KINDS = ("Movie", "TV", "movie")


def shelf() -> Shelf:
    titles = catalogue(
        [f"Title {n}" for n in range(4)],
        genres=[[genre] for genre in GENRES],
        episodes=[1, 2, 3, None],
    )
    return Shelf.of(titles.assign(kind=[*KINDS, "TV"]))


SHELF = shelf()

sides = st.integers(-100, 100)
years = st.none() | st.integers(0, 9_999)
episodes = st.none() | st.integers(1, 32_767)
switches = st.booleans()
dials = st.builds(
    Dials,
    surprise=sides,
    variety=st.integers(0, 100),
    adventure=sides,
    genres=st.lists(st.sampled_from(GENRES), unique=True).map(tuple),
    without=st.lists(st.sampled_from(GENRES), unique=True).map(tuple),
    first_year=years,
    last_year=years,
    fewest_episodes=episodes,
    most_episodes=episodes,
    kinds=st.lists(st.sampled_from(KINDS), unique=True).map(tuple),
    fewest_ratings=st.integers(0, 10_000_000),
    one_per_franchise=switches,
    no_sequels=switches,
    show_seen=switches,
    show_planned=switches,
)


@given(dials)
def test_dials_come_back_from_their_text(turned):
    assert decode(turned.encode(), SHELF) == (turned, ())


@given(dials)
def test_turning_back_every_dial_one_by_one_makes_them_neutral(turned):
    n = len(turned.settings())
    for _ in range(n):
        turned = turned.settings()[0].back
    assert turned == NEUTRAL
    assert turned.settings() == ()


def test_neutral_dials_need_no_text():
    assert NEUTRAL.encode() == ""
    assert decode("", SHELF) == (NEUTRAL, ())


def test_a_text_is_short_and_readable():
    turned = Dials(surprise=50, genres=("Sci-Fi",), first_year=1990, no_sequels=True)
    assert turned.encode() == "s50_gSci-Fi_y1990._f"


@settings(max_examples=300)
@given(st.text(max_size=80) | st.from_regex(r"([svargxkyeofwp~.0-9-]{0,8}_){0,8}", fullmatch=True))
def test_whatever_a_text_holds_sound_dials_come_out(text):
    read, notes = decode(text, SHELF)
    assert decode(read.encode(), SHELF) == (read, ())
    assert len(notes) <= 1


@pytest.mark.parametrize(
    "text",
    [
        "s101",
        "s",
        "sx",
        "v-1",
        "gNo such genre",
        "y",
        "y1990",
        "y.",
        "e0.",
        "e1.2.3",
        "o1",
        "z",
        "s5_s6",
        "kTV.X",
    ],
)
def test_what_is_left_out_is_said(text):
    _, notes = decode(text, SHELF)
    assert notes == ("Some dials in the link mean nothing here and were left out.",)


def test_what_can_be_read_is_kept_beside_what_cannot():
    read, notes = decode("s50_gSci-Fi.Western_q", SHELF)
    assert read == Dials(surprise=50, genres=("Sci-Fi",))
    assert notes


def test_years_and_episodes_mean_nothing_where_none_is_known():
    titles = Shelf.of(catalogue(["A", "B"], years=[None, None]))
    for text in ("y1990.2000", "e1.13"):
        assert decode(text, titles)[0] == NEUTRAL
        assert decode(text, titles)[1]
        assert decode(text, SHELF)[0] != NEUTRAL


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (NEUTRAL, Dials(surprise=100), "Turned a dial: Surprising"),
        (NEUTRAL, Dials(surprise=-50), "Turned a dial: Rather familiar"),
        (NEUTRAL, Dials(adventure=-37), "Turned a dial: Certain 37 %"),
        (NEUTRAL, Dials(genres=("War", "Drama")), "Turned a dial: War or Drama"),
        (NEUTRAL, Dials(without=("War", "Drama")), "Turned a dial: No War, no Drama"),
        (NEUTRAL, Dials(first_year=1990), "Turned a dial: From 1990 on"),
        (NEUTRAL, Dials(fewest_episodes=13, most_episodes=26), "Turned a dial: 13 to 26 episodes"),
        (NEUTRAL, Dials(most_episodes=1), "Turned a dial: Up to 1 episode"),
        (NEUTRAL, Dials(fewest_episodes=52), "Turned a dial: From 52 episodes on"),
        (NEUTRAL, Dials(fewest_episodes=1, most_episodes=1), "Turned a dial: 1 episode"),
        (Dials(no_sequels=True), NEUTRAL, "Turned a dial back: First parts first"),
        (Dials(no_sequels=True, variety=50), NEUTRAL, "Turned all dials back"),
        (Dials(genres=("War",)), Dials(genres=("War", "Drama")), "Turned a dial: War or Drama"),
    ],
)
def test_a_turn_is_told_in_words(before, after, told):
    assert change(before, after) == told


def test_a_position_off_the_dial_is_refused():
    with pytest.raises(ParameterError, match="surprise goes from -100 to 100, not to 101"):
        Dials(surprise=101)
