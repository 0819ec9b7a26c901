"""A region is named after what was planted there, and nothing is named where nothing is."""

import numpy as np
import pytest

from recommender.factors.regions import regions
from tests.factors.made import catalogue

N = 2500


def flat(seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, (N, 2))


def test_the_words_stand_where_their_titles_lie():
    places = flat()
    horror = np.linalg.norm(places - [0.5, 0.5], axis=1) < 0.3
    kids = np.linalg.norm(places - [-0.5, -0.4], axis=1) < 0.3
    genres = [
        ["Horror"] if h else ["Kids"] if k else ["Drama"] for h, k in zip(horror, kids, strict=True)
    ]
    found = regions(places, catalogue(N, genres=genres))
    by_name = {region.name: region for region in found}
    assert set(by_name) == {"Horror", "Kids"}
    for name, middle, has in (("Horror", [0.5, 0.5], horror), ("Kids", [-0.5, -0.4], kids)):
        region = by_name[name]
        assert np.hypot(region.x - middle[0], region.y - middle[1]) < 0.3
        assert region.share > 0.9
        assert region.overall == pytest.approx(has.mean())
        assert region.titles >= 12
        assert region.p_value <= 0.05


def test_hardly_a_region_is_named_where_words_are_strewn_at_random():
    generator = np.random.default_rng(1)
    wrong = 0
    for seed in range(12):
        genres = [[g] for g in generator.choice(["Horror", "Kids", "Drama", "War"], N)]
        wrong += bool(regions(flat(seed), catalogue(N, genres=genres), seed))
    assert wrong <= 2


def test_labels_do_not_lie_on_one_another_and_repeat_at_most_once():
    places = flat()
    genres = [[f"G{int(4 * (x + 1) / 2)}{int(4 * (y + 1) / 2)}"] for x, y in places]
    found = regions(places, catalogue(N, genres=genres))
    assert 8 <= len(found) <= 14
    at = np.array([(r.x, r.y) for r in found])
    apart = np.linalg.norm(at[:, None] - at, axis=2) + 9 * np.eye(len(at))
    assert apart.min() > 0.1
    names = [r.name for r in found]
    assert max(map(names.count, names)) <= 2


def test_how_well_known_titles_are_is_no_word_for_a_region():
    places = flat()
    counts = np.where(places[:, 0] > 0, 300, 10) + np.arange(N) % 7
    action = (counts > 100) & (np.random.default_rng(0).random(N) < 0.6)
    genres = [["Action"] if a else [] for a in action]
    assert regions(places, catalogue(N, genres=genres, n_ratings=counts)) == []


def test_the_same_seed_gives_the_same_regions():
    places = flat()
    titles = catalogue(N, genres=[["Horror"] if x > 0.5 else [] for x, _ in places])
    assert regions(places, titles) == regions(places, titles) != []


@pytest.mark.parametrize("n", [0, 1, 50])
def test_a_small_map_has_no_regions(n):
    assert regions(flat()[:n], catalogue(n, genres=[["Horror"]] * n)) == []
