"""Scores of other services become ratings, and the visitor is told how."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.data.scale import ANIME_SCALE, MOVIE_SCALE
from recommender.serving.conversion import scale_sentence, to_scale
from recommender.serving.importers import Reading


@pytest.mark.parametrize(
    ("score", "highest", "scale", "rating"),
    [
        *((n, 10, MOVIE_SCALE, n / 2) for n in range(1, 11)),
        *((n / 2, 5, MOVIE_SCALE, n / 2) for n in range(1, 11)),
        *((n, 10, ANIME_SCALE, n) for n in range(1, 11)),
        *((n, 5, ANIME_SCALE, 2 * n) for n in range(1, 6)),
        *((1, 100, ANIME_SCALE, 1), (84, 100, ANIME_SCALE, 8), (85, 100, ANIME_SCALE, 9)),
        *((8.4, 10, ANIME_SCALE, 8), (8.5, 10, ANIME_SCALE, 9), (0.5, 10, ANIME_SCALE, 1)),
        *((1, 3, ANIME_SCALE, 3), (2, 3, ANIME_SCALE, 7), (3, 3, ANIME_SCALE, 10)),
        (None, 10, ANIME_SCALE, None),
    ],
)
def test_scores_are_converted_in_proportion(score, highest, scale, rating):
    assert to_scale(score, highest, scale) == rating


@given(st.floats(1e-6, 1), st.sampled_from([3, 5, 10, 100]))
def test_any_score_becomes_a_rating_and_a_better_one_no_worse(share, highest):
    for scale in (MOVIE_SCALE, ANIME_SCALE):
        rating = to_scale(share * highest, highest, scale)
        assert rating in scale.values
        assert to_scale(highest, highest, scale) == scale.high
        assert rating <= to_scale(min(highest, share * highest * 1.2), highest, scale)


_AS_THEY_ARE = "Letterboxd rates like Tastemap, 0.5 to 5: ratings stay as they are."
_BECAME = "became 1 to 10"


@pytest.mark.parametrize(
    ("service", "highest", "words", "scale", "sentence"),
    [
        ("IMDb", 10, "1 to 10", MOVIE_SCALE, "IMDb's 1 to 10 became 0.5 to 5: 7 is 3.5 here."),
        ("Letterboxd", 5, "half stars up to 5", MOVIE_SCALE, _AS_THEY_ARE),
        ("AniList", 100, "1 to 100", ANIME_SCALE, f"AniList's 1 to 100 {_BECAME}: 70 is 7 here."),
        ("AniList", 3, "smileys", ANIME_SCALE, f"AniList's smileys {_BECAME}: 2 is 7 here."),
        ("AniList", 10, "decimals", ANIME_SCALE, f"AniList's decimals {_BECAME}: 7 is 7 here."),
    ],
)
def test_what_became_of_the_scale_is_said(service, highest, words, scale, sentence):
    assert scale_sentence(Reading(service, "x", highest, words, ()), scale) == sentence
