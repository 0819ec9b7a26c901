"""What holds for every anime format: the same data, the same drops, errors with file and line."""

import pandas as pd
import pytest

from recommender.data import ANIME_SCALE, load
from recommender.errors import DataError, RatingError
from tests.data.formats import ANIME, ANIME_FORMATS, ENTRIES, KAGGLE, MAL_2020

every_format = pytest.mark.parametrize("written", ANIME_FORMATS, ids=lambda written: written.name)
UNKNOWN_IDS = "entries of ids that are no anime"
REPLACED = "entries that a later one of the same user and anime replaces"


def pairs(data, coded):
    """User and item ids of ratings or watched titles."""
    users, items = data.ratings.user_ids[coded.users], data.ratings.item_ids[coded.items]
    return list(zip(users.tolist(), items.tolist(), strict=True))


def place(written, entries=ENTRIES):
    """Where the first line goes that is appended to what `entries` were written to."""
    rows = [entry for entry in entries if written.watched or entry[2] is not None]
    return f"{written.ratings_file}:{written.first_line + len(rows)}"


def tail(written, rating=0):
    """A line's end: in the 2020 lists a status and episodes follow the rating."""
    filler = {"users-score-2023.csv": "9 u {} t {}", "animelist.csv": "9 {} {} 2 1"}
    return filler.get(written.ratings_file, "9 {} {}").format("{}", rating)


@every_format
def test_names_genres_and_kinds_are_read(tmp_path, written):
    catalogue = load("anime", written.write(tmp_path)).catalogue
    assert catalogue.index.tolist() == [1, 5, 44, 90]
    assert catalogue["title"].tolist() == [
        "Cowboy Bebop",
        "Tonari no Totoro",
        "Nanoha A's & B",
        "Unseen",
    ]
    assert catalogue["genres"].tolist() == [["Action"], [], ["Action", "Magic"], ["Drama", "Kids"]]
    assert catalogue["kind"].tolist() == ["TV", "Movie", "OVA", "unknown"]
    assert catalogue["episodes"].tolist() == [26, 1, 3, pd.NA]


@every_format
def test_other_names_and_years_are_read_where_the_format_has_them(tmp_path, written):
    catalogue = load("anime", written.write(tmp_path)).catalogue
    if written is KAGGLE:
        assert catalogue["alternatives"].tolist() == [[], ["My Neighbor Totoro"], [], []]
        assert catalogue["year"].isna().all()
    else:
        totoro = ["My Neighbor Totoro", "となりのトトロ"]
        assert catalogue["alternatives"].tolist() == [["カウボーイビバップ"], totoro, [], []]
        assert catalogue["year"].fillna(0).tolist() == [1998, 1988, 2005, 0]


@every_format
def test_ratings_are_read_and_a_title_without_any_stays(tmp_path, written):
    data = load("anime", written.write(tmp_path))
    assert data.domain == "anime"
    assert data.ratings.scale == ANIME_SCALE
    assert pairs(data, data.ratings) == [(2, 5), (3, 1), (3, 5), (7, 5)]
    assert data.ratings.values.tolist() == [8, 7, 10, 1]
    assert data.ratings.timestamps is None
    assert data.catalogue["n_ratings"].tolist() == [1, 3, 0, 0]
    assert not data.dropped


@every_format
def test_what_was_watched_and_not_rated_is_kept_apart_where_the_format_tells(tmp_path, written):
    data = load("anime", written.write(tmp_path))
    if written.watched:
        assert pairs(data, data.watched) == [(2, 44), (7, 1)]
    else:
        assert data.watched is None


@pytest.mark.parametrize("written", [KAGGLE, MAL_2020], ids=lambda written: written.name)
def test_a_user_who_only_watched_is_a_user_without_ratings(tmp_path, written):
    data = load("anime", written.write(tmp_path, entries=[*ENTRIES, (4, 90, None)]))
    assert data.ratings.user_ids.tolist() == [2, 3, 4, 7]
    assert data.ratings.user_counts().tolist() == [1, 2, 0, 1]
    assert pairs(data, data.watched) == [(2, 44), (4, 90), (7, 1)]


@every_format
def test_a_title_of_unknown_kind_is_counted(tmp_path, written):
    data = load("anime", written.write(tmp_path))
    assert dict(data.mended) == {"titles of unknown kind, shown as “unknown”": 1}


@every_format
def test_of_two_entries_the_later_one_counts(tmp_path, written):
    again = [*ENTRIES, (3, 5, 2), (8, 1, 4), (3, 5, 9), (8, 1, 4)]
    data = load("anime", written.write(tmp_path, entries=again))
    found = dict(zip(pairs(data, data.ratings), data.ratings.values.tolist(), strict=True))
    assert found == {(2, 5): 8, (3, 1): 7, (3, 5): 9, (7, 5): 1, (8, 1): 4}
    assert dict(data.dropped) == {REPLACED: 3}


@pytest.mark.parametrize("written", [KAGGLE, MAL_2020], ids=lambda written: written.name)
def test_a_rating_may_replace_a_watched_entry_and_the_other_way_round(tmp_path, written):
    again = [*ENTRIES, (2, 44, 6), (3, 5, None)]
    data = load("anime", written.write(tmp_path, entries=again))
    assert (2, 44) in pairs(data, data.ratings)
    assert pairs(data, data.watched) == [(3, 5), (7, 1)]
    assert dict(data.dropped) == {REPLACED: 2}


@every_format
def test_entries_of_ids_that_are_no_anime_are_left_out_and_counted(tmp_path, written):
    more = [(9, 99, 4), *ENTRIES, (3, 98, 1), (3, 98, 1)]
    data = load("anime", written.write(tmp_path, entries=more))
    assert len(data.ratings) == 4
    assert 9 not in data.ratings.user_ids
    assert dict(data.dropped) == {UNKNOWN_IDS: 3}


@every_format
def test_files_that_do_not_belong_together_are_refused(tmp_path, written):
    entries = [(user, item, rating) for user, item, rating in ENTRIES if rating is None]
    written.write(tmp_path, entries=[*entries, (1, 99, 4)])
    with pytest.raises(DataError, match=r"no entry rates a title of the catalogue; do the files"):
        load("anime", tmp_path)


@every_format
def test_a_rating_off_the_scale_is_named_also_behind_entries_that_are_left_out(tmp_path, written):
    more = [(9, 99, 4), *ENTRIES, (3, 5, 6)]
    written.write(tmp_path, entries=more)
    written.spoil_ratings(tmp_path, tail(written, 11).format(1), tail(written, 7.5).format(5))
    first = place(written, more)
    with pytest.raises(RatingError, match=rf"^{first}: the rating 11 .* 2 such lines: {first}, "):
        load("anime", tmp_path)


@every_format
def test_an_unrated_mark_of_another_format_is_off_the_scale(tmp_path, written):
    mark = 0 if written is KAGGLE else -1
    written.write(tmp_path)
    written.spoil_ratings(tmp_path, tail(written, mark).format(1))
    with pytest.raises(RatingError, match=f"^{place(written)}: the rating {mark} is off the scale"):
        load("anime", tmp_path)


@every_format
@pytest.mark.parametrize(
    ("item", "rating", "message"),
    [
        ("1", "good", "rating must be a number, not 'good'"),
        ("one", "4", "anime_id must be a whole number, not 'one'"),
        ("3000000000", "4", "anime_id must be from -2,147,483,648 to 2,147,483,647, not 3000000"),
        ("1", "4,4,4,4", "there are . fields instead of "),
    ],
)
def test_a_line_that_is_not_numbers_is_named(tmp_path, written, item, rating, message):
    written.write(tmp_path)
    written.spoil_ratings(tmp_path, tail(written, rating).format(item))
    with pytest.raises(DataError, match=f"^{place(written)}: {message}"):
        load("anime", tmp_path)


@every_format
@pytest.mark.parametrize("which", ["ratings_file", "titles_file"])
def test_an_empty_file_is_refused(tmp_path, written, which):
    written.write(tmp_path)
    name = getattr(written, which)
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(DataError, match=f"^{name} is empty"):
        load("anime", tmp_path)


@every_format
def test_an_id_that_occurs_twice_is_named_with_the_first(tmp_path, written):
    written.write(tmp_path, titles=[ANIME[0], ANIME[1], ANIME[1]])
    first, second = (3, 4) if written.name != "2023" else (4, 6)  # its rows have two lines each
    with pytest.raises(
        DataError,
        match=rf"^{written.titles_file}:{second}: anime id 1 occurs a second time "
        rf"\(first at {written.titles_file}:{first}\)",
    ):
        load("anime", tmp_path)


@every_format
@pytest.mark.parametrize(
    ("title", "message"),
    [
        (
            ("x1", "Odd", "", "", "", "TV", "", ""),
            "(MAL_ID|anime_id) must be a whole number, not 'x1'",
        ),
        ((30, "&nbsp;", "", "", "", "TV", "", ""), "anime 30 has an empty [Nn]ame"),
    ],
)
def test_a_title_without_id_or_name_is_named(tmp_path, written, title, message):
    written.write(tmp_path, titles=[title, *ANIME])
    with pytest.raises(DataError, match=rf"^{written.titles_file}:2: {message}"):
        load("anime", tmp_path)


@every_format
def test_the_provenance_names_the_set_its_page_and_its_files(tmp_path, written):
    provenance = load("anime", written.write(tmp_path)).provenance
    assert provenance.name in provenance.citation or written.name.startswith("2020")
    assert provenance.url in provenance.citation
    assert provenance.url.startswith("https://www.kaggle.com/datasets/")
    assert provenance.licence.startswith("CC0" if written.name != "2023" else "See the data set's")
    assert set(provenance.files) == {written.ratings_file, written.titles_file}
    assert all(len(digest) == 64 for digest in provenance.files.values())


@every_format
def test_the_order_of_the_lines_does_not_matter(tmp_path, written):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one = load("anime", written.write(tmp_path / "a"))
    other = load("anime", written.write(tmp_path / "b", ANIME[::-1], ENTRIES[::-1]))
    assert one.catalogue.equals(other.catalogue)
    assert pairs(one, one.ratings) == pairs(other, other.ratings)
    assert one.ratings.values.tolist() == other.ratings.values.tolist()
