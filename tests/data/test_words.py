"""Names as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.data.words import is_number, with_digits, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Amélie", "amelie"),
        ("Fast & Furious", "fast and furious"),
        ("Romeo + Juliet", "romeo and juliet"),
        ("Ocean's Eleven", "oceans eleven"),
        ("M*A*S*H", "mash"),
        ("E.T. the Extra-Terrestrial", "et the extra terrestrial"),
        ("WALL·E", "wall e"),
        ("8½", "8 1 2"),
        ("8 1/2", "8 1 2"),
        ("Straße", "strasse"),
        ("Łódź Ærø", "lodz aero"),
        ("千と千尋の神隠し", "千と千尋の神隠し"),
        ("$", "$"),
        ("  ", ""),
    ],
)
def test_case_accents_and_punctuation_make_no_difference(text, expected):
    assert " ".join(words(text)) == expected


@given(st.text(max_size=60))
def test_taking_a_name_apart_twice_changes_nothing(text):
    once = words(text)
    assert words(" ".join(once)) == once
    assert all(once)


def test_numbers_may_be_written_in_three_ways():
    assert with_digits(words("Rocky IV")) == with_digits(words("Rocky Four")) == ("rocky", "4")


def test_a_letter_that_opens_a_name_is_no_number():
    assert with_digits(("v", "for", "vendetta")) == ("v", "for", "vendetta")
    assert with_digits(("henry", "v")) == ("henry", "5")
    assert is_number("v")
    assert not is_number("5")
