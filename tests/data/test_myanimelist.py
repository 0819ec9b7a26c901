"""MyAnimeList texts become plain, years are found, and later entries replace earlier ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.data.dataset import Provenance
from recommender.data.myanimelist import (
    Anime,
    Entries,
    anime_of,
    assemble,
    clean,
    episode_count,
    first_year,
)
from recommender.data.places import by_row
from recommender.data.tables import TextRow
from recommender.errors import DataError


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Gintama&#039;", "Gintama'"),
        ("Gintama&amp;#039;", "Gintama'"),
        ("&amp;amp;quot;A&amp;quot;", '"A"'),
        ("Tiger &amp; Bunny", "Tiger & Bunny"),
        ("Ninja &gt; Samurai &#x2605;", "Ninja > Samurai ★"),
        ("  Two\u3000 spaces\n&nbsp; ", "Two spaces"),
        ("Steins;Gate", "Steins;Gate"),
        ("R&notes &unknown; A&B;", "R&notes &unknown; A&B;"),
        ("", ""),
    ],
)
def test_entities_are_decoded_and_spaces_are_single(text, plain):
    assert clean(text) == plain


@given(st.text(st.sampled_from("&amp;#039;lt gtx ★"), max_size=30))
def test_a_clean_text_stays_as_it_is(text):
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("Apr 3, 1998 to Apr 24, 1999", 1998),
        ("Oct 20, 1999 to ?", 1999),
        ("2021", 2021),
        ("Jan, 1917", 1917),
        ("Not available", None),
        ("", None),
        ("12345", None),
    ],
)
def test_the_year_is_that_of_the_first_broadcast(text, year):
    assert first_year(text) == year


@pytest.mark.parametrize(
    ("text", "count"),
    [
        *(("26", 26), ("26.0", 26), ("1818", 1818), ("0", 0), ("Unknown", 0), ("UNKNOWN", 0)),
        *(("", 0), ("-1", None), ("1.5", None), ("40000", None), ("TV", None), (".0", None)),
    ],
)
def test_episodes_are_a_number_or_unknown(text, count):
    assert episode_count(text) == count


def test_episodes_that_are_no_number_are_refused_by_line():
    row = {"anime_id": "21", "Name": "One Piece", "Genres": "", "Type": "TV", "Episodes": "many"}
    with pytest.raises(DataError, match=r"f:2: Episodes of anime 21 must be .* not 'many'"):
        anime_of([TextRow("f:2", row)])


def test_a_file_without_episodes_knows_none():
    row = {"anime_id": "21", "Name": "One Piece", "Genres": "", "Type": "TV"}
    (anime,) = anime_of([TextRow("f:2", row)])
    assert anime.episodes is None


def test_a_name_that_differs_in_upper_case_alone_is_no_alternative():
    names = {
        "english": "ONE PIECE",
        "other": "ワンピース",
        "more": "One Piece",
        "last": "ワンピース",
    }
    row = TextRow(
        "f:2", {"anime_id": "21", "Name": "One Piece", "Genres": "", "Type": "TV"} | names
    )
    (anime,) = anime_of([row], alternatives=list(names))
    assert anime.alternatives == ["ワンピース"]


rows_of_lists = st.lists(
    st.tuples(st.integers(-3, 3), st.integers(-2, 6), st.sampled_from([0.0, 1.0, 5.0, 10.0])),
    min_size=1,
)


@given(rows_of_lists)
def test_every_entry_is_rated_watched_or_counted_as_dropped(rows):
    titles = [Anime(item, f"Anime {item}", [], None, [], "TV", 12, "f:1") for item in range(5)]
    rows = [*rows, (9, 0, 7.0)]  # at least one rating
    users, items, values = zip(*rows, strict=True)
    entries = Entries(
        np.array(users, np.int32), np.array(items, np.int32), np.array(values, np.float32), by_row
    )
    data = assemble(titles, entries, provenance=Provenance("", "", "", "", {}), unrated=0.0)

    last = {(user, item): value for user, item, value in rows if 0 <= item < 5}
    user_ids, item_ids = data.ratings.user_ids, data.ratings.item_ids
    pairs = zip(user_ids[data.ratings.users], item_ids[data.ratings.items], strict=True)
    rated = dict(zip(pairs, data.ratings.values.tolist(), strict=True))
    watched = set(zip(user_ids[data.watched.users], item_ids[data.watched.items], strict=True))
    assert rated == {pair: value for pair, value in last.items() if value != 0}
    assert watched == {pair for pair, value in last.items() if value == 0}
    assert user_ids.tolist() == sorted({user for user, _ in last})
    assert len(rated) + len(watched) + sum(data.dropped.values()) == len(rows)
