"""A visitor's taste as a picture."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageColor

from pages.components.cover import cover
from pages.components.picture import SIZE, display, taste_picture
from pages.components.title_cards import Card, Prediction

PLACES = [(-0.9, 0.2, 0.1), (0.8, -0.3, 0.4), (0.1, 0.9, -0.5), (0.3, -0.8, 0.9)]
FAVOURITES = [Card(n, f"Title {n}", place, 1990 + n, rating=5.0) for n, place in enumerate(PLACES)]
PICKS = [
    Card(9 + n, "Kôkaku kidôtai: Stand Alone Complex, Nisen jū", place, kind="TV")
    for n, place in enumerate(PLACES)
]


def drawn(*cards):
    return np.asarray(Image.open(BytesIO(taste_picture("My taste in movies", *cards))))


def test_every_title_is_there_with_the_colours_of_its_cover():
    pixels = drawn(FAVOURITES, PICKS)
    assert pixels.shape == (SIZE[1], SIZE[0], 3)
    there = set(map(tuple, pixels.reshape(-1, 3).tolist()))
    for card in (*FAVOURITES, *PICKS):
        look = cover(card.item_id, card.place)
        assert ImageColor.getrgb(look.background) in there
        assert {ImageColor.getrgb(colour) for colour in look.contours[1:]} <= there


def test_a_list_of_nothing_leaves_its_part_out():
    whole, half = drawn(FAVOURITES, PICKS), drawn(FAVOURITES, [])
    assert np.array_equal(whole[:650], half[:650])
    assert len(np.unique(half[700:1240].reshape(-1, 3), axis=0)) == 1


def test_ratings_and_predictions_stand_below_their_covers():
    without = drawn([Card(1, "Heat", PLACES[0])], [])
    rated = drawn([Card(1, "Heat", PLACES[0], rating=4.5)], [])
    predicted = drawn([Card(1, "Heat", PLACES[0], prediction=Prediction(4.4, 3, 5))], [])
    rows = [np.flatnonzero((one != without).any(axis=(1, 2))) for one in (rated, predicted)]
    assert all(at.min() > 630 and at.max() < 690 for at in rows)
    assert (rated != predicted).any()


@pytest.mark.parametrize("title", ["", "W" * 200, "word " * 80, "東京", "\n", "a-b" * 30])
def test_any_title_is_drawn_inside_its_cover(title):
    other = drawn([Card(1, "Heat", PLACES[0])], [])
    changed = np.argwhere((drawn([Card(1, title, PLACES[0])], []) != other).any(axis=2))
    if len(changed):
        (top, left), (bottom, right) = changed.min(axis=0), changed.max(axis=0)
        assert top >= 322
        assert left >= 72
        assert bottom <= 625
        assert right <= 288


def test_letters_beyond_latin_one_come_from_the_other_file():
    pieces = display(40).runs("Shōnen")
    assert [piece for piece, _ in pieces] == ["Sh", "ō", "nen"]
    assert len({font.path for _, font in pieces}) == 2
