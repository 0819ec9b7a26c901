"""The rating scale accepts its own values and nothing else."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.data.scale import ANIME_SCALE, MOVIE_SCALE, RatingScale
from recommender.errors import RatingError

SCALES = [MOVIE_SCALE, ANIME_SCALE]


def test_movies_go_from_half_a_star_to_five_by_halves():
    assert MOVIE_SCALE.values == (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0)
    assert MOVIE_SCALE.liked == 4.0


def test_anime_goes_from_one_to_ten():
    assert ANIME_SCALE.values == tuple(float(value) for value in range(1, 11))
    assert ANIME_SCALE.liked == 8.0


@pytest.mark.parametrize("scale", SCALES)
def test_every_value_of_a_scale_checks_as_itself(scale):
    for value in scale.values:
        assert scale.check(value) == value
        assert scale.check(np.float32(value)) == value


def test_a_whole_number_is_a_rating_and_comes_back_as_float():
    assert isinstance(MOVIE_SCALE.check(4), float)
    assert MOVIE_SCALE.check(np.int64(4)) == 4.0


@pytest.mark.parametrize("rating", [0, 0.25, 3.3, 5.5, -1, math.nan, math.inf, -math.inf])
def test_a_rating_off_the_scale_is_refused_with_the_allowed_values(rating):
    with pytest.raises(RatingError, match=r"give one of 0\.5, 1, 1\.5, .*, 5\.$"):
        MOVIE_SCALE.check(rating)


@pytest.mark.parametrize("rating", ["4", None, True, np.True_, [4.0]])
def test_what_is_no_number_is_no_rating(rating):
    with pytest.raises(RatingError, match="is not a number"):
        MOVIE_SCALE.check(rating)


@given(rating=st.floats(), scale=st.sampled_from(SCALES))
def test_check_and_contains_agree(rating, scale):
    if scale.contains(rating):
        assert scale.check(rating) in scale.values
    else:
        with pytest.raises(RatingError):
            scale.check(rating)


@given(st.lists(st.floats(), max_size=20))
def test_clipping_keeps_what_is_within_and_moves_the_rest_to_an_end(numbers):
    clipped = MOVIE_SCALE.clip(numbers)
    for number, result in zip(numbers, clipped, strict=True):
        if math.isnan(number):
            assert math.isnan(result)
        elif 0.5 <= number <= 5.0:
            assert result == number
        else:
            assert result == (0.5 if number < 0.5 else 5.0)


@pytest.mark.parametrize(
    "numbers",
    [
        {"low": 1, "high": 1, "step": 1, "liked": 1},
        {"low": 1, "high": 5, "step": 0, "liked": 4},
        {"low": 1, "high": 5, "step": 3, "liked": 4},
        {"low": 1, "high": 5, "step": 1, "liked": 6},
        {"low": 1, "high": math.inf, "step": 1, "liked": 4},
    ],
)
def test_a_scale_that_is_none_cannot_be_made(numbers):
    with pytest.raises(RatingError):
        RatingScale(**numbers)
