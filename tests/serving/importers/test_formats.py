"""Each service's export, in the layout that it has been published in, is read for what it says."""

import json

import pytest

from recommender.errors import DataError
from recommender.serving.bring_list import read
from recommender.serving.importers import Entry, Reading, all_importers
from recommender.serving.importers.tastemap import plain_cell, safe_cell
from tests.serving.importers import exports


def told(reading: Reading) -> list[tuple[object, ...]]:
    """What each entry says: name, year, id, score, planned."""
    return [
        (next(iter(entry.names), None), entry.year, entry.item_id, entry.score, entry.planned)
        for entry in reading.entries
    ]


def test_every_service_has_a_name_steps_and_a_domain():
    importers = all_importers()
    assert [one.service for one in importers] == [
        *("AniList", "IMDb", "Letterboxd", "MovieLens", "MyAnimeList", "Tastemap", "Trakt")
    ]
    assert all(one.steps and all(step.endswith(".") for step in one.steps) for one in importers)
    assert {one.domain for one in importers} == {"anime", "movies", ""}


@pytest.mark.parametrize("pack", [bytes, exports.gzipped])
def test_myanimelist_xml(pack):
    data = exports.myanimelist(
        [
            (1, "Cowboy Bebop", 9, "Completed"),
            (5, "Tengoku no Tobira & more", 0, "Completed"),
            (6, "Trigun", 0, "Plan to Watch"),
            (7, "Witch Hunter Robin", 0, "6"),
            (8, "Dropped one", 2, "Dropped"),
            (15, "On hold", 0, "On-Hold"),
        ]
    )
    reading = read("animelist_1700000000_-_1.xml.gz", pack(data))
    assert (reading.service, reading.domain, reading.highest) == ("MyAnimeList", "anime", 10)
    assert told(reading) == [
        ("Cowboy Bebop", None, 1, 9, False),
        ("Tengoku no Tobira & more", None, 5, None, False),
        ("Trigun", None, 6, None, True),
        ("Witch Hunter Robin", None, 7, None, True),
        ("Dropped one", None, 8, 2, False),
        ("On hold", None, 15, None, False),
    ]
    assert reading.entries[0].place.endswith(".xml:12")
    assert reading.entries[0].date == "2016-05-30"


def test_a_list_of_manga_is_refused_with_what_to_export_instead():
    data = exports.myanimelist([(1, "Monster", 9, "Completed")], kind="manga")
    with pytest.raises(DataError, match="list of manga; choose “Anime List”"):
        read("mangalist.xml", data)


def test_letterboxd_zip():
    data = exports.letterboxd(
        ratings=[("Heat", 1995, 4.5), ("Amélie", 2001, 5)],
        diary=[("Heat", 1995, 4, "2020-05-06"), ("Seven", 1995, "", "2021-01-01")],
        watched=[("Heat", 1995), ("Alien", 1979)],
        watchlist=[("Dune", 2021)],
    )
    reading = read("letterboxd-somebody-2024-01-02-03-04-utc.zip", data)
    assert (reading.service, reading.domain, reading.highest) == ("Letterboxd", "movies", 5)
    assert told(reading) == [
        ("Heat", 1995, None, 4.5, False),
        ("Amélie", 2001, None, 5, False),
        ("Heat", 1995, None, 4, False),
        ("Seven", 1995, None, None, False),
        ("Heat", 1995, None, None, False),
        ("Alien", 1979, None, None, False),
        ("Dune", 2021, None, None, True),
    ]
    assert reading.entries[1].place == "ratings.csv:3"
    assert reading.entries[2].date == "2020-05-06"
    inside = exports.letterboxd(ratings=[("Heat", 1995, 4.5)], folder="letterboxd-export/")
    assert told(read("again.zip", inside)) == [("Heat", 1995, None, 4.5, False)]


def test_a_single_file_of_letterboxd_is_what_its_name_says():
    watchlist = exports.table(exports.LETTERBOXD, [("2024-01-02", "Dune", 2021, "x")]).encode()
    assert told(read("watchlist.csv", watchlist)) == [("Dune", 2021, None, None, True)]
    assert told(read("watched.csv", watchlist)) == [("Dune", 2021, None, None, False)]


def test_imdb_ratings():
    data = exports.imdb(
        [
            ("Heat", "Heat", 1995, 9, "Movie"),
            ("City of God", "Cidade de Deus", 2002, 10, "movie"),
            ("Breaking Bad", "Breaking Bad", 2008, 10, "TV Series"),
            ("Pilot", "Pilot", 2008, 9, "tvEpisode"),
        ]
    )
    reading = read("ratings.csv", data)
    assert (reading.service, reading.highest) == ("IMDb", 10)
    assert told(reading) == [
        ("Heat", 1995, None, 9, False),
        ("City of God", 2002, None, 10, False),
    ]
    assert reading.entries[1].names == ("City of God", "Cidade de Deus")
    assert [line.why for line in reading.skipped] == [
        "Breaking Bad is no film",
        "Pilot is no film",
    ]


def test_an_imdb_export_from_before_original_titles_in_latin_1():
    header = exports.IMDB.replace("Original Title,", "")
    row = ["tt0211915", 9, "2014-05-30", "Amélie", "url", "Movie", 8.3, 122, 2001, "", 1, "", ""]
    data = exports.table(header, [row]).encode("latin-1")
    assert told(read("ratings.csv", data)) == [("Amélie", 2001, None, 9, False)]


def test_an_imdb_watchlist_is_planned_but_for_what_has_been_rated():
    data = exports.imdb_list([("Dune", 2021, ""), ("Heat", 1995, 9)])
    assert told(read("watchlist.csv", data)) == [
        ("Dune", 2021, None, None, True),
        ("Heat", 1995, None, 9, False),
    ]


def test_movielens_ratings_of_the_site_and_of_a_data_set():
    site = exports.movielens_site([(6, 4.5, "Heat (1995)"), (2571, 5.0, "Matrix, The (1999)")])
    reading = read("movielens-ratings.csv", site)
    assert (reading.service, reading.domain, reading.highest) == ("MovieLens", "movies", 5)
    assert told(reading) == [("Heat", 1995, 6, 4.5, False), ("The Matrix", 1999, 2571, 5, False)]
    data_set = exports.movielens_data([(7, 6, 4.5), (7, 2571, 3)])
    assert told(read("ratings.csv", data_set)) == [
        (None, None, 6, 4.5, False),
        (None, None, 2571, 3, False),
    ]


def test_a_data_set_of_several_users_is_refused():
    with pytest.raises(DataError, match=r"ratings\.csv:3: .*several users; bring .* one userId"):
        read("ratings.csv", exports.movielens_data([(1, 6, 4), (2, 6, 3)]))


@pytest.mark.parametrize("old", [False, True])
def test_trakt_zip(old):
    data = exports.trakt(
        ratings=[("Heat", 1995, 9)],
        watched=[("Heat", 1995), ("Alien", 1979)],
        watchlist=[("Dune", 2021)],
        old=old,
    )
    reading = read("trakt-export.zip", data)
    assert (reading.service, reading.domain, reading.highest) == ("Trakt", "movies", 10)
    assert told(reading) == [
        ("Heat", 1995, None, 9, False),
        ("Heat", 1995, None, None, False),
        ("Alien", 1979, None, None, False),
        ("Dune", 2021, None, None, True),
    ]
    assert [line.why for line in reading.skipped] == ["it is about no film"]


def test_a_single_file_of_trakt():
    rated = [
        {"rated_at": "2024", "rating": 7, "type": "movie", "movie": exports.film("Heat", 1995)}
    ]
    reading = read("ratings-movies.json", json.dumps(rated).encode())
    assert told(reading) == [("Heat", 1995, None, 7, False)]
    assert reading.entries[0].place == "ratings-movies.json, entry 1"
    listed = [{"listed_at": "2024", "type": "movie", "movie": exports.film("Heat", 1995)}]
    assert told(read("lists-watchlist.json", json.dumps(listed).encode()))[0][-1] is True
    assert read("lists-list-1-best.json", json.dumps(listed).encode()).entries == ()


@pytest.mark.parametrize(
    ("score_format", "highest"),
    [
        ("POINT_100", 100),
        ("POINT_10_DECIMAL", 10),
        ("POINT_10", 10),
        ("POINT_5", 5),
        ("POINT_3", 3),
    ],
)
def test_anilist_says_what_its_scores_mean(score_format, highest):
    entries = [(1, "Cowboy Bebop", highest, "COMPLETED"), (None, "Trigun", 0, "PLANNING")]
    for wrapped in (True, False):
        reading = read("anilist.json", exports.anilist(entries, score_format, wrapped=wrapped))
        assert (reading.domain, reading.highest, reading.note) == ("anime", highest, "")
        assert told(reading) == [
            ("Cowboy Bebop", 2001, 1, highest, False),
            ("Trigun", 2001, None, None, True),
        ]
    assert reading.entries[1].names == ("Trigun", "タイトル")


@pytest.mark.parametrize(
    ("scores", "highest"), [([85, 40], 100), ([8.5, 7], 10), ([9, 4], 10), ([5, 1], 5), ([3, 1], 3)]
)
def test_without_a_word_on_it_the_highest_score_tells_anilists_scale_and_that_is_said(
    scores, highest
):
    entries = [(n, f"Title {n}", score, "COMPLETED") for n, score in enumerate(scores, start=1)]
    reading = read("anilist.json", exports.anilist(entries, None))
    assert reading.highest == highest
    assert reading.note.startswith("The file does not say what its scores mean; read as ")


def test_anilists_download_is_read_by_number_as_far_as_those_are_shared():
    data = exports.anilist_download(
        [(1, 0, 2, 90), (5, 0, 1, 0), (30013, 1, 2, 80), (150672, 0, 2, 100)]
    )
    reading = read("gdpr_data.json", data)
    assert reading.highest == 100
    assert told(reading) == [(None, None, 1, 90, False), (None, None, 5, None, True)]
    assert [line.why for line in reading.skipped] == [
        "it is about no anime",
        "it has AniList's own number and no title",
    ]
    assert "names titles by number alone" in reading.note


def test_tastemaps_own_list_comes_back():
    data = exports.tastemap(
        [
            ("anime", 1, "Cowboy Bebop", "", "rated", 9),
            ("anime", 5, safe_cell("=HYPERLINK(1)"), "", "seen", ""),
            ("anime", 6, safe_cell("'Trigun"), "", "planned", ""),
            ("anime", 7, "Skipped one", "", "skipped", ""),
        ]
    )
    reading = read("tastemap-anime.csv", data)
    assert (reading.domain, reading.highest) == ("anime", 10)
    assert told(reading) == [
        ("Cowboy Bebop", None, 1, 9, False),
        ("=HYPERLINK(1)", None, 5, None, False),
        ("'Trigun", None, 6, None, True),
    ]
    assert [line.place for line in reading.skipped] == ["tastemap-anime.csv:5"]


@pytest.mark.parametrize("text", ["=1+1", "+49", "-1", "@x", "'x", "\t=1", "Heat", "", "it's"])
def test_a_cell_is_no_formula_and_comes_back_as_it_was(text):
    assert not safe_cell(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert plain_cell(safe_cell(text)) == text


def test_tastemaps_own_list_of_two_domains_is_refused():
    rows = [("anime", 1, "x", "", "rated", 9), ("movies", 1, "x", "", "rated", 4)]
    with pytest.raises(DataError, match="domain must be the same in every line"):
        read("both.csv", exports.tastemap(rows))


@pytest.mark.parametrize(
    ("rating", "year", "why"),
    [
        ("nine", 1995, "Your Rating is no number; give one or leave it empty"),
        ("11", 1995, "the rating of Heat (1995) is not within 0 and 10"),
        ("-3", 1995, "the rating of Heat (1995) is not within 0 and 10"),
        ("1e400", 1995, "Your Rating is no number; give one or leave it empty"),
        ("9" * 400, 1995, "Your Rating is no number; give one or leave it empty"),
    ],
)
def test_a_line_that_is_wrong_is_left_out_with_field_and_mend(rating, year, why):
    rows = [("Heat", "Heat", year, rating, "Movie"), ("Alien", "Alien", 1979, 8, "Movie")]
    reading = read("ratings.csv", exports.imdb(rows))
    assert told(reading) == [("Alien", 1979, None, 8, False)]
    ((place, said),) = ((line.place, line.why) for line in reading.skipped)
    assert (place, said) == ("ratings.csv:2", why)


def test_lines_without_a_title_or_with_an_endless_one_or_with_fields_missing_are_left_out():
    text = exports.table(exports.RATED, [("d", "", 1995, "u", 3), ("d", "x" * 301, 1995, "u", 3)])
    reading = read("ratings.csv", (text + "2024,Heat\n").encode())
    assert reading.entries == ()
    assert [line.why for line in reading.skipped] == [
        "there is no title; give it one",
        "the title is longer than 300 characters; shorten it",
        "it has more or fewer fields than the header line",
    ]


def test_an_odd_year_is_no_year():
    text = exports.table(exports.RATED, [("d", "Heat", "MCMXCV", "u", 3)])
    assert told(read("ratings.csv", text.encode())) == [("Heat", None, None, 3, False)]


def test_an_entry_is_called_by_its_name_and_year_or_its_number():
    assert Entry("x:1", ("Heat",), 1995).called == "Heat (1995)"
    assert Entry("x:1", ("Heat",)).called == "Heat"
    assert Entry("x:1", item_id=6).called == "number 6"
