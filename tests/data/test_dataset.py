"""The parts of a data set belong together; watched titles are apart until somebody insists."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.data import ANIME_SCALE, DataSet, Provenance, Ratings, Watched, watched_as_ratings
from recommender.data import catalogue as catalogues
from recommender.errors import DataError, RatingError

USERS, ITEMS = np.arange(10, 70, 10), np.arange(100, 104)


def data_set(cells):
    """Make a data set of (user, item) -> rating; None for watched and not rated."""
    rated = sorted((pair, value) for pair, value in cells.items() if value is not None)
    seen = sorted(pair for pair, value in cells.items() if value is None)
    ratings = Ratings.from_columns(
        [user for (user, _), _ in rated],
        [item for (_, item), _ in rated],
        [value for _, value in rated],
        item_ids=ITEMS,
        user_ids=USERS,
        scale=ANIME_SCALE,
    )
    names = [f"Anime {item}" for item in ITEMS]
    nothing = [[] for _ in ITEMS]
    return DataSet(
        domain="anime",
        catalogue=catalogues.build(
            ratings,
            ITEMS,
            titles=names,
            alternatives=nothing,
            years=[None] * len(ITEMS),
            genres=nothing,
            kinds=["TV"] * len(ITEMS),
        ),
        ratings=ratings,
        provenance=Provenance("Some set", "", "", "", {}),
        watched=Watched.from_columns(
            [user for user, _ in seen], [item for _, item in seen], user_ids=USERS, item_ids=ITEMS
        ),
    )


cell_values = st.one_of(st.none(), st.sampled_from(ANIME_SCALE.values))
pairs_of_ids = st.tuples(st.sampled_from(USERS.tolist()), st.sampled_from(ITEMS.tolist()))
cells_of_a_set = st.dictionaries(pairs_of_ids, cell_values, max_size=24)


def test_ratings_of_another_catalogue_are_refused(movies):
    with pytest.raises(DataError, match="different item ids"):
        replace(movies, catalogue=movies.catalogue.iloc[1:])


def test_counts_of_other_ratings_are_refused(movies):
    mask = np.ones(len(movies.ratings), dtype=bool)
    mask[0] = False
    with pytest.raises(DataError, match="n_ratings are not the counts"):
        replace(movies, ratings=movies.ratings.subset(mask))


def test_what_was_dropped_is_kept_as_read_only_counts_without_zeros(movies):
    counted = replace(movies, dropped={"some reason": 3, "never happened": 0})
    assert dict(counted.dropped) == {"some reason": 3}
    with pytest.raises(TypeError):
        counted.dropped["some reason"] = 4
    with pytest.raises(TypeError):
        counted.provenance.files["f"] = "0"


def test_a_format_that_tells_of_no_watched_titles_has_none(movies):
    assert movies.watched is None


@pytest.mark.parametrize(("users", "items"), [([6], [0]), ([0], [4])])
def test_watched_titles_beyond_the_ratings_are_refused(users, items):
    watched = Watched(np.array(users, np.int32), np.array(items, np.int32))
    with pytest.raises(DataError, match="must be positions in the ratings, below"):
        replace(data_set({(10, 100): 5}), watched=watched)


@given(cells_of_a_set, st.data())
def test_a_title_is_rated_or_watched_and_never_both(cells, drawn):
    data = data_set(cells)
    if len(data.ratings):
        row = drawn.draw(st.integers(0, len(data.ratings) - 1))
        pairs = {(data.ratings.users[row], data.ratings.items[row])}
        pairs |= set(zip(data.watched.users, data.watched.items, strict=True))
        users, items = np.array(sorted(pairs), dtype=np.int32).T
        with pytest.raises(DataError, match="either rated or watched"):
            replace(data, watched=Watched(users.copy(), items.copy()))


@given(cells_of_a_set)
def test_watched_titles_become_the_lowest_ratings_for_who_asks_for_it(cells):
    ratings = watched_as_ratings(data_set(cells)).ratings
    ids = zip(ratings.user_ids[ratings.users], ratings.item_ids[ratings.items], strict=True)
    found = dict(zip(ids, ratings.values.tolist(), strict=True))
    assert found == {pair: -1 if value is None else value for pair, value in cells.items()}
    assert ratings.user_ids.tolist() == USERS.tolist()


def test_watched_titles_taken_for_ratings_are_counted_as_such():
    data = watched_as_ratings(data_set({(10, 100): 5, (20, 100): None, (20, 101): None}))
    assert data.watched is None
    assert str(data.ratings.scale) == "-1 to 10 by 1"
    assert data.ratings.scale.liked == ANIME_SCALE.liked
    assert data.catalogue["n_ratings"].tolist() == [2, 1, 0, 0]
    assert data.catalogue["mean_rating"].tolist()[:2] == [2, -1]


def test_watched_titles_can_be_taken_for_no_number_that_is_off_the_steps():
    with pytest.raises(RatingError, match=r"scale that starts at -0\.5"):
        watched_as_ratings(data_set({(10, 100): None}), value=-0.5)


def test_without_watched_titles_there_is_nothing_to_take_for_ratings(movies):
    with pytest.raises(DataError, match=r"MovieLens .* does not tell what was watched"):
        watched_as_ratings(movies)
