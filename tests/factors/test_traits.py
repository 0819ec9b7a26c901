"""Traits are what the catalogue says, in words that name factors and regions alike."""

import numpy as np
import pytest

from recommender.factors.traits import FEWEST_TITLES, sentence, traits
from tests.factors.made import catalogue

N = 200
TITLES = catalogue(
    N,
    genres=[["Sci-Fi", "IMAX"] if i % 2 else ["Drama"] for i in range(N)],
    years=[None if i % 4 == 3 else 1955 + i % 4 * 10 for i in range(N)],
    kinds=["TV" if i < 60 else "unknown" if i < 90 else "Slice of Life" for i in range(N)],
    n_ratings=np.arange(N) // 2,
)


def has(about, word):
    return about.has[:, about.words.index(word)]


def test_genres_decades_kinds_and_fame_are_traits():
    about = traits(TITLES)
    assert dict(zip(about.words, about.groups, strict=True)) == {
        "drama": "genre",
        "IMAX": "genre",
        "sci-fi": "genre",
        "1950s": "decade",
        "1960s": "decade",
        "1970s": "decade",
        "TV": "kind",
        "slice of life": "kind",
        "well known": "popularity",
        "little known": "popularity",
    }
    assert has(about, "sci-fi").tolist() == [i % 2 == 1 for i in range(N)]
    assert has(about, "1960s").tolist() == [i % 4 == 1 for i in range(N)]
    assert has(about, "TV").tolist() == [i < 60 for i in range(N)]
    assert about.share[about.words.index("TV")] == pytest.approx(0.3)


def test_the_quarter_with_the_most_and_the_fewest_ratings_are_well_and_little_known():
    about = traits(TITLES)
    assert has(about, "well known").tolist() == [i >= 150 for i in range(N)]
    assert has(about, "little known").tolist() == [i < 50 for i in range(N)]


def test_what_hardly_any_or_nearly_all_titles_have_is_no_trait():
    few = catalogue(
        N,
        genres=[["Rare", "All"] if i < FEWEST_TITLES - 1 else ["All"] for i in range(N)],
        years=[2001] * N,
    )
    assert traits(few).words == ()


def test_centring_leaves_what_is_not_fame():
    about = traits(TITLES)
    fame = np.log1p(TITLES["n_ratings"].to_numpy(float))
    taste = np.random.default_rng(0).normal(size=N)
    left = about.centred(np.column_stack([fame, taste]))
    assert np.abs(np.corrcoef(left[:, 0], fame)[0, 1]) < 0.4
    assert np.corrcoef(left[:, 1], taste)[0, 1] > 0.9
    for band in np.unique(about.bands):
        np.testing.assert_allclose(left[about.bands == band].mean(axis=0), 0, atol=1e-9)


def test_shuffling_within_bands_keeps_how_well_known_each_title_is():
    about = traits(TITLES)
    generator = np.random.default_rng(0)
    within = about.shuffled(generator, within_bands=True)
    anywhere = about.shuffled(generator, within_bands=False)
    for order in (within, anywhere):
        assert sorted(order) == list(range(N))
        assert (order != np.arange(N)).mean() > 0.9
    assert (about.bands[within] == about.bands).all()
    assert (about.bands[anywhere] == about.bands).mean() < 0.3


def test_a_phrase_starts_with_a_capital_and_keeps_the_others():
    assert sentence(["sci-fi", "IMAX"]) == "Sci-fi, IMAX"
    assert sentence([]) == ""


def test_genres_of_titles_for_adults_only_are_no_traits():
    genres = [["Hentai", "Comedy"] if i % 2 else ["Erotica"] for i in range(N)]
    assert set(traits(TITLES.assign(genres=genres)).words) & {"hentai", "erotica"} == set()
    assert "comedy" in traits(TITLES.assign(genres=genres)).words
