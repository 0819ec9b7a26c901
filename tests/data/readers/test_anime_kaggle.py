"""The Anime Recommendations Database: the real catalogue and a real sample of its ratings."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recommender.data import RatingScale, load, watched_as_ratings
from recommender.data.readers import anime_kaggle


@pytest.fixture(scope="module")
def anime(tastemap_data):
    return load("anime", tastemap_data / "anime")


@pytest.fixture(scope="module")
def published(tastemap_data):
    entries = pd.read_csv(tastemap_data / "anime" / "rating.csv")
    return entries.sort_values(["user_id", "anime_id"])


def test_the_sample_is_read_as_published(anime, published):
    rated = published[published["rating"] != -1]
    assert len(anime.ratings) == len(rated) == 419_943
    assert (anime.ratings.n_users, anime.ratings.n_items) == (5_000, 12_294)
    assert not anime.dropped
    ratings = anime.ratings
    assert np.array_equal(ratings.user_ids[ratings.users], rated["user_id"])
    assert np.array_equal(ratings.item_ids[ratings.items], rated["anime_id"])
    assert np.array_equal(ratings.values, rated["rating"].astype("float32"))


def test_minus_one_is_watched_and_never_a_rating(anime, published):
    watched = published[published["rating"] == -1]
    assert len(anime.watched) == len(watched) == 100_666
    ids = anime.ratings.user_ids, anime.ratings.item_ids
    assert np.array_equal(ids[0][anime.watched.users], watched["user_id"])
    assert np.array_equal(ids[1][anime.watched.items], watched["anime_id"])
    assert anime.ratings.values.min() == 1
    assert (anime.ratings.user_counts() == 0).sum() == 286


def test_minus_one_is_a_rating_again_for_who_reproduces_that(anime, published):
    data = watched_as_ratings(anime)
    assert data.ratings.scale == RatingScale(-1, 10, 1, liked=8)
    assert np.array_equal(data.ratings.item_ids[data.ratings.items], published["anime_id"])
    assert np.array_equal(data.ratings.values, published["rating"].astype("float32"))


def test_titles_are_good_to_read(anime):
    catalogue = anime.catalogue
    assert catalogue.loc[9969, "title"] == "Gintama'"
    assert catalogue.loc[9253, "title"] == "Steins;Gate"
    assert catalogue.loc[1535, "genres"] == [
        *("Mystery", "Police", "Psychological", "Supernatural", "Thriller")
    ]
    assert not catalogue["title"].str.contains(r"&#?\w+;|\s\s|^\s|\s$").any()
    assert catalogue["title"].str.contains("&").any()
    assert catalogue["genres"].map(len).eq(0).sum() == 62
    assert catalogue["year"].isna().all()


def test_kinds_are_those_of_the_site_and_the_missing_ones_are_counted(anime):
    counts = anime.catalogue["kind"].value_counts().to_dict()
    assert counts == {
        **{"TV": 3787, "OVA": 3311, "Movie": 2348},
        **{"Special": 1676, "ONA": 659, "Music": 488, "unknown": 25},
    }
    assert list(anime.mended.values()) == [25]


def test_episodes_are_known_but_for_some(anime):
    episodes = anime.catalogue["episodes"]
    assert (episodes.loc[1535], episodes.loc[5114], episodes.max()) == (37, 64, 1818)
    assert episodes.isna().sum() == 340


def test_a_sample_says_that_it_is_one(anime):
    assert "Here: a sample, 520,609 of its 7,813,737 entries." in anime.provenance.citation


def test_well_known_titles_can_be_looked_for_by_their_english_names(anime):
    names = dict(zip(anime.catalogue["title"], anime.catalogue["alternatives"], strict=True))
    assert names["Shingeki no Kyojin"] == ["Attack on Titan"]
    assert names["Sen to Chihiro no Kamikakushi"] == ["Spirited Away"]
    assert names["Cowboy Bebop"] == []


def test_every_english_name_belongs_to_a_title_and_says_something_new(anime):
    with Path(anime_kaggle.__file__).with_name("english_anime.csv").open(encoding="utf-8") as file:
        names = {row["romanised"]: row["english"] for row in csv.DictReader(file)}
    assert len(names) > 80
    assert set(names) <= set(anime.catalogue["title"])
    assert all(romanised.casefold() != english.casefold() for romanised, english in names.items())
