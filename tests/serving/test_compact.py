"""Lists of titles as one short word."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.serving.compact import LONGEST, pack, unpack
from recommender.settings import BUNDLED_MODELS

IDS = st.lists(st.integers(-(2**40), 2**40), unique=True, max_size=60)


@given(IDS, st.lists(IDS, max_size=4), st.sampled_from([0.5, 1.0, 0.1, 0.25]), st.data())
def test_lists_come_back_in_their_order(ids, lists, step, data):
    codes = st.integers(0, 100)
    rated = [(item_id, round(data.draw(codes) * step, 2)) for item_id in ids]
    found, others = unpack(pack(rated, lists))
    assert found == rated
    assert others + [[] for _ in lists[len(others) :]] == lists


@pytest.mark.parametrize("domain", ["movies", "anime"])
def test_a_thousand_ratings_fit_into_an_address(domain):
    (path,) = (BUNDLED_MODELS / domain).glob("*/catalogue.parquet")
    ids = pd.read_parquet(path).index.to_numpy()
    generator = np.random.default_rng(0)
    rated = [(int(i), float(generator.integers(1, 11))) for i in generator.permutation(ids)[:1000]]
    word = pack(rated, [])
    assert len(word) < 6_000
    assert unpack(word)[0] == rated


def test_few_ratings_make_a_short_word():
    assert len(pack([(1, 5.0), (260, 4.5), (318, 2.0)], [[], []])) <= 20


def test_of_more_than_fits_the_last_of_each_list_are_kept():
    rated = [(7919 * at % 100_003, 0.5 + at % 10 / 2) for at in range(4_000)]
    seen = [7907 * at % 100_003 for at in range(3_000)]
    word = pack(rated, [[], seen])
    assert len(word) <= LONGEST
    found, (skipped, watched) = unpack(word)
    assert found == rated[-len(found) :]
    assert len(found) > 500
    assert skipped == []
    assert watched == sorted(seen[-len(watched) :])


def test_what_fits_in_the_order_of_ids_loses_nothing():
    rated = [(7919 * at % 100_003, 4.0) for at in range(1_000)]
    seen = [7907 * at % 100_003 for at in range(1_500)]
    assert unpack(pack(rated, [seen])) == (rated, [sorted(seen)])
