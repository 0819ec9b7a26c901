"""A visitor's state in a web address."""

from base64 import urlsafe_b64encode
from itertools import chain, pairwise
from zlib import crc32

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.serving.compact import pack
from recommender.serving.link import decode, encode, fit, read_domain, read_title
from recommender.serving.session import PLACES, State
from tests.serving.releases import catalogue, factor_model, release

NAMES = [f"Title {number}" for number in range(400)]


def made():
    titles = catalogue(NAMES)
    factors = np.column_stack([np.ones(len(NAMES)), np.arange(len(NAMES)) % 7])
    model = factor_model(titles.index.to_numpy(), factors)
    return release(titles, {"house": model, "plain": model}, "house", "house")


def written(body):
    """A word with a right checksum, whatever is in it."""
    checksum = (crc32(body) & 0xFFFF).to_bytes(2, "big")
    return "1" + urlsafe_b64encode(body + checksum).decode().rstrip("=")


def places_of(state):
    return [getattr(state, place) for place in PLACES]


RELEASE = made()
IDS = RELEASE.catalogue.index.tolist()


@st.composite
def states(draw):
    ids = draw(st.lists(st.sampled_from(IDS), unique=True, max_size=30))
    cuts = sorted(draw(st.tuples(*[st.integers(0, len(ids))] * len(PLACES))))
    places = [tuple(ids[start:end]) for start, end in pairwise([*cuts, len(ids)])]
    value = st.sampled_from(RELEASE.scale.values)
    return State(
        "movies",
        draw(st.sampled_from([None, "house", "plain"])),
        tuple((item_id, draw(value)) for item_id in ids[: cuts[0]]),
        *places,
    )


@given(states())
def test_a_state_comes_back_from_its_link(state):
    read = decode(encode(state), RELEASE)
    assert read.state == state
    assert read.notes == ()


def test_addresses_from_before_are_still_read():
    old = {
        "domain": "movies",
        "ratings": "10-5_30-2_60-3.5",
        "skipped": "20_40",
        "dismissed": "50",
        "seen": "70",
        "planned": "80_90",
    }
    assert decode(old, RELEASE).state == State(
        "movies", None, ((10, 5.0), (30, 2.0), (60, 3.5)), (20, 40), (50,), (70,), (80, 90)
    )


def test_what_an_old_address_adds_to_a_new_one_counts_after_it():
    word = pack([(10, 5.0), (20, 1.0)], [[30]])
    read = decode({"taste": word, "ratings": "20-2_40-3", "skipped": "50"}, RELEASE)
    assert read.state == State("movies", None, ((10, 5.0), (20, 2.0), (40, 3.0)), skipped=(30, 50))


@given(states().filter(lambda state: len(encode(state)) > 1), st.data())
def test_a_link_that_was_cut_or_changed_is_said_to_be_damaged(state, data):
    word = encode(state).get("taste", pack(((10, 5.0),), [(20,)]))
    at = data.draw(st.integers(1, len(word) - 1))
    other = data.draw(st.sampled_from("Az9-_").filter(lambda letter: letter != word[at]))
    for wrong in (word[:at], word[:at] + other + word[at + 1 :], f"2{word[1:]}"):
        read = decode({"taste": wrong}, RELEASE)
        damaged = any("damaged" in note for note in read.notes)
        assert damaged or read.state == State("movies", None, state.rated, *places_of(state))


def test_a_state_is_fitted_to_another_release():
    state = State("movies", "gone", ((10, 5.0), (99, 2.0), (20, 9.0)), skipped=(30, 31))
    read = fit(state, RELEASE)
    assert read.state == State("movies", None, ((10, 5.0),), skipped=(30,))
    assert len(read.notes) == 3


@settings(max_examples=300)
@given(
    st.dictionaries(
        st.sampled_from(["domain", "model", "taste", "ratings", *PLACES, "other"]),
        st.one_of(
            st.text(max_size=200),
            st.binary(max_size=40).map(written),
            st.from_regex(r"([0-9-]{1,20}(\.[0-9]{1,2})?[_-]){0,12}", fullmatch=True),
        ),
    )
)
def test_whatever_a_link_holds_a_sound_state_comes_out(parameters):
    read = decode(parameters, RELEASE)
    state = read.state
    places = [*state.ratings, *chain(*(getattr(state, place) for place in PLACES))]
    assert len(places) == len(set(places))
    assert set(places) <= set(IDS)
    assert all(rating in RELEASE.scale.values for rating in state.ratings.values())
    assert state.domain == "movies"
    assert state.model in (None, "house", "plain")
    assert len(read.notes) <= 6
    assert decode(encode(state), RELEASE).state == state
    RELEASE.fold_in(state.ratings, state.model)


@given(st.text(max_size=60))
def test_any_domain_in_a_link_gives_one_that_there_is(named):
    read = read_domain({"domain": named}, ["anime", "movies"], "movies")
    assert read.state.domain in ("anime", "movies")
    assert bool(read.notes) == (named not in ("anime", "movies"))


def test_a_link_without_a_domain_is_about_the_default_one():
    assert read_domain({}, ["anime", "movies"], "movies").notes == ()
    assert read_domain({"domain": "anime"}, ["anime", "movies"], "movies").state == State("anime")


def test_titles_that_are_not_there_are_named_and_the_rest_counts():
    read = decode({"ratings": "10-5_99-4_7-3", "skipped": "11"}, RELEASE)
    assert read.state.ratings == {10: 5.0}
    assert read.notes == (
        "The link has titles that are not in the catalogue, left out: 99, 7, 11.",
    )


def test_many_unknown_titles_are_named_in_part():
    read = decode({"skipped": "_".join(map(str, range(1, 10)))}, RELEASE)
    assert read.notes[0].endswith("left out: 1, 2, 3, 4, 5 and 4 more.")


@pytest.mark.parametrize("rating", ["7", "0", "3.25", "999", "0.01"])
def test_ratings_off_the_scale_are_left_out_with_their_titles(rating):
    read = decode({"ratings": f"10-{rating}_20-4"}, RELEASE)
    assert read.state.ratings == {20: 4.0}
    (note,) = read.notes
    assert "0.5 to 5 by 0.5" in note
    assert note.endswith("for Title 0 (2000).")


@pytest.mark.parametrize(
    "part",
    [
        "",
        "10",
        "10-",
        "-5",
        "10-5-5",
        "10:5",
        "1e1-5",
        "10-５",
        "١٠-5",
        "10- 5",
        "10-nan",
        "10-inf",
    ],
)
def test_what_cannot_be_read_is_counted_not_quoted(part):
    read = decode({"ratings": f"20-4_{part}"}, RELEASE)
    assert read.state.ratings == {20: 4.0}
    assert read.notes == (
        "Some of the link could not be read and was left out; parts concerned: 1.",
    )


def test_no_note_repeats_what_a_stranger_wrote():
    evil = "<script>alert(1)</script> [x](javascript:alert(1)) **bold**"
    names = ("model", "taste", "ratings", *PLACES)
    notes = " ".join(
        [
            *decode(dict.fromkeys(names, evil), RELEASE).notes,
            *read_domain({"domain": evil}, ["movies"], "movies").notes,
        ]
    )
    assert notes
    assert not any(word in notes for word in ("script", "bold", "alert"))


def test_an_unknown_model_is_replaced_by_the_releases_own():
    read = decode({"model": "mine"}, RELEASE)
    assert read.state.model is None
    assert read.notes == ("The model in the link is not here; house ranks instead.",)


def test_a_rating_wins_over_a_skip_and_a_skip_over_a_dismissal():
    read = decode({"ratings": "10-5", "skipped": "10_20", "dismissed": "20_30"}, RELEASE)
    assert read.state == State("movies", None, ((10, 5.0),), (20,), (30,))


def test_the_last_of_two_ratings_of_a_title_counts():
    assert decode({"ratings": "10-5_10-2"}, RELEASE).state.ratings == {10: 2.0}


def test_endless_links_are_cut_and_said_to_be():
    endless = decode({"skipped": "1" * 10_000_000}, RELEASE)
    assert endless.state == State("movies")
    assert "too long" in endless.notes[-1]
    assert "damaged" in decode({"taste": "1" * 10_000_000}, RELEASE).notes[0]


def test_an_address_may_be_about_a_title(served):
    item_id = int(served.shelf.item_ids[5])
    state = State("movies", rated=((item_id, 4.0),))
    address = encode(state, item_id)
    assert address == encode(state) | {"title": str(item_id)}
    assert read_title(address, served) == (item_id, ())
    assert decode(address, served).state == state
    assert read_title(encode(state), served) == (None, ())
    assert read_title(address | {"domain": "anime"}, served) == (None, ())


@pytest.mark.parametrize("named", ["0", "x", "1.0", "-5", "９", "9" * 30, "1_2"])
def test_a_title_that_is_not_offered_is_no_title_and_said(served, named):
    item_id, notes = read_title({"title": named}, served)
    assert item_id is None
    assert len(notes) == 1
