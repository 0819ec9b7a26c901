import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.components.cover import CONTRAST, contrast, cover, cover_colours

COORDINATE = st.floats(-1, 1)
PLACE = st.tuples(COORDINATE, COORDINATE, COORDINATE)
ITEM_ID = st.integers(0, 10**7)


def distance(one: str, other: str) -> float:
    """Euclidean distance of two "#rrggbb" colours, 0 to 441."""
    return math.dist(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]))


@given(PLACE, ITEM_ID)
def test_text_has_aa_contrast_with_paper_and_contours_everywhere(place, item_id):
    drawn = cover(item_id, place)
    for colour in (drawn.background, *drawn.contours):
        assert contrast(colour, drawn.foreground) >= CONTRAST


@given(PLACE, PLACE, ITEM_ID)
def test_neighbours_look_alike(place, direction, item_id):
    # A fiftieth of the atlas apart is a step in colour that one has to look for.
    near = tuple(
        max(-1.0, min(1.0, at + 0.02 * by)) for at, by in zip(place, direction, strict=True)
    )
    assert distance(cover_colours(place)[0], cover_colours(near)[0]) < 24


def test_the_corners_of_the_atlas_are_told_apart():
    corners = [(-0.9, -0.9, 0.0), (-0.9, 0.9, 0.0), (0.9, -0.9, 0.0), (0.9, 0.9, 0.0)]
    papers = [cover_colours(corner)[0] for corner in corners]
    for i, one in enumerate(papers):
        for other in papers[i + 1 :]:
            assert distance(one, other) > 40


@given(PLACE, ITEM_ID)
def test_a_title_always_gets_the_same_cover(place, item_id):
    first = cover(item_id, place)
    cover.cache_clear()
    assert cover(item_id, place) == first
    assert (first.background, first.foreground) == cover_colours(place)


def test_two_titles_at_one_place_have_the_same_paper_but_other_contours():
    one, other = cover(1, (0.2, 0.1, -0.4)), cover(2, (0.2, 0.1, -0.4))
    assert one.background == other.background
    assert one.outline != other.outline


@given(st.tuples(*[st.floats(-50, 50)] * 3))
def test_a_place_outside_the_atlas_is_drawn_at_its_border(place):
    x, y, z = (max(-1.0, min(1.0, coordinate)) for coordinate in place)
    assert cover_colours(place) == cover_colours((x, y, z))


@pytest.mark.parametrize("broken", [math.nan, math.inf])
def test_a_place_that_is_no_number_is_refused(broken):
    with pytest.raises(ValueError, match="place in the atlas"):
        cover(1, (0.0, broken, 0.0))


def test_contrast_agrees_with_the_published_extremes():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#336699", "#336699") == 1
