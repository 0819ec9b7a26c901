"""A factor's name is what the titles at its poles have in common, and only if it holds."""

import numpy as np
import pytest

from recommender.factors.naming import NO_NAME, SURE, factor_names
from tests.factors.made import catalogue, normal

N = 600
GENRES = [["Horror"], ["Children"], ["Drama", "War"], ["Drama"]]


def world(seed=0):
    """Factor 0 parts horror from children's films, factor 1 old from new, factor 2 is noise."""
    generator = np.random.default_rng(seed)
    genre = generator.integers(0, 4, N)
    decade = generator.integers(0, 4, N)
    factors = generator.normal(size=(N, 3))
    factors[:, 0] += np.select([genre == 0, genre == 1], [2.0, -2.0], 0.0)
    factors[:, 1] += np.where(decade == 3, 2.0, 0.0)
    titles = catalogue(
        N,
        genres=[GENRES[g] for g in genre],
        years=1960 + 10 * decade + 3,
        n_ratings=generator.integers(5, 300, N),
    )
    return factors, titles


def test_names_are_the_words_that_were_planted_and_noise_has_none():
    names = factor_names(*world())
    assert [n.name for n in names[::2]] == ["Horror ↔ children", NO_NAME]
    assert names[1].name.startswith("1990s ↔ ")
    assert [n.holds for n in names] == [True, True, False]
    assert [n.factor for n in names] == [0, 1, 2]


def test_the_evidence_says_how_far_apart_and_how_common_at_the_pole():
    factors, titles = world()
    horror = factor_names(factors, titles)[0].evidence[0]
    assert (horror.word, horror.group, horror.pole, horror.holds) == ("horror", "genre", "+", True)
    has = np.array(["Horror" in genres for genres in titles["genres"]])
    loadings = factors[:, 0]
    expected = (loadings[has].mean() - loadings[~has].mean()) / loadings.std()
    assert horror.effect == pytest.approx(expected, rel=0.1)
    assert horror.overall == pytest.approx(has.mean())
    assert horror.at_pole == pytest.approx(has[np.argsort(-loadings)[:50]].mean())
    assert 0 < horror.p_value <= SURE


def test_mirroring_a_factor_mirrors_its_name():
    factors, titles = world()
    names = factor_names(factors * [-1, -1, 1], titles)
    assert names[0].name == "Children ↔ horror"
    assert names[1].name.endswith(" ↔ 1990s")
    assert [(e.word, e.pole) for e in names[0].evidence] == [("children", "+"), ("horror", "-")]


@pytest.mark.parametrize(("sign", "name"), [(1, "More film-noir"), (-1, "Less film-noir")])
def test_a_factor_with_words_at_one_pole_is_more_or_less_of_them(sign, name):
    noir = np.random.default_rng(0).random(N) < 0.2
    titles = catalogue(N, genres=[["Film-Noir"] if n else [] for n in noir])
    factors = normal(N, 1) + 2.0 * noir[:, None]
    assert factor_names(sign * factors, titles)[0].name == name


def test_hardly_a_word_holds_where_there_is_nothing_to_name():
    """Corrected for all words of all factors: a wrong word in at most one model of twenty."""
    _, titles = world()
    wrong = [
        any(name.holds for name in factor_names(normal(N, 8, seed=seed), titles, seed=seed))
        for seed in range(20)
    ]
    assert sum(wrong) <= 4


def test_titles_with_hardly_any_ratings_are_no_evidence():
    factors, titles = world()
    few = titles["n_ratings"].where(titles.index % 20 == 0, 4).astype(np.int32)
    changed = factors.copy()
    changed[(few < 5).to_numpy()] *= -1
    some = titles.assign(n_ratings=few)
    assert [n.evidence for n in factor_names(changed, some)] == [
        n.evidence for n in factor_names(factors, some)
    ]


def test_a_word_is_not_named_for_being_about_well_known_titles():
    generator = np.random.default_rng(0)
    counts = generator.integers(5, 300, N)
    action = counts + generator.normal(0, 40, N) > 150
    factors = (counts / 100 + generator.normal(0, 0.5, N))[:, None]
    titles = catalogue(N, genres=[["Action"] if a else [] for a in action], n_ratings=counts)
    name = factor_names(factors, titles)[0]
    assert name.name == "Well known ↔ little known"
    assert "action" not in [e.word for e in name.evidence if e.holds]


def test_kinds_are_words_where_titles_differ_in_it():
    series = np.random.default_rng(0).random(N) < 0.5
    titles = catalogue(N, kinds=["TV" if s else "Movie" for s in series])
    factors = normal(N, 1) + 2.0 * series[:, None]
    assert factor_names(factors, titles)[0].name == "TV ↔ movie"


def test_shares_add_up_and_the_same_seed_gives_the_same_names():
    factors, titles = world()
    names = factor_names(factors, titles)
    assert sum(n.share for n in names) == pytest.approx(1)
    assert names[0].share == pytest.approx((factors[:, 0] ** 2).sum() / (factors**2).sum())
    assert factor_names(factors, titles) == names


@pytest.mark.parametrize("n", [0, 1, 30])
def test_a_small_catalogue_has_factors_without_names(n):
    names = factor_names(normal(n, 2), catalogue(n))
    assert [name.name for name in names] == [NO_NAME] * 2
    assert factor_names(np.zeros((n, 0)), catalogue(n)) == ()
