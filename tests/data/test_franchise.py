"""Which titles belong together, by their names."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.franchises import Known, agreement, first_parts, plain
from recommender.data.franchise import Franchises
from recommender.serving import open_release
from recommender.serving.shelf import Shelf
from recommender.settings import BUNDLED_MODELS
from tests.serving.releases import catalogue


def shelf(titles, years=None, genres=None) -> Shelf:
    return Shelf.of(catalogue(titles, years=years, genres=genres or [["Action"]] * len(titles)))


def together(*titles: str, genres=None) -> bool:
    return len(set(shelf(titles, genres=genres).franchises.first.tolist())) == 1


@pytest.mark.parametrize(
    "titles",
    [
        ("Rocky", "Rocky II", "Rocky V"),
        ("The Godfather", "The Godfather: Part II"),
        ("Kill Bill: Vol. 1", "Kill Bill: Vol. 2"),
        ("Alien", "Aliens vs. Nobody", "Alien³")[::2],
        ("Star Trek", "Star Trek II: The Wrath of Khan", "Star Trek: Nemesis"),
        ("Indiana Jones and the Last Crusade", "Indiana Jones and the Temple of Doom"),
        ("Die Hard", "Live Free or Die Hard"),
        ("Planet of the Apes", "Beneath the Planet of the Apes"),
        ("Toy Story", "Toy Story of Terror"),
        ("Ocean's Eleven", "Ocean's Twelve"),
        ("Naruto", "Naruto: Shippuuden Movie 2 - Kizuna"),
        ("Bakuman.", "Bakuman. 2nd Season", "Bakuman. 3rd Season Specials"),
        ("Hellraiser", "Hellbound: Hellraiser II"),
    ],
)
def test_parts_of_a_franchise_are_found(titles):
    assert together(*titles)


@pytest.mark.parametrize(
    ("titles", "genres"),
    [
        (("Star Wars: Episode IV - A New Hope", "Star Trek"), [["Sci-Fi"], ["Sci-Fi"]]),
        (("Heat", "The Heat"), [["Crime"], ["Crime"]]),
        (("Air", "Air Gear"), [["Drama"], ["Sports"]]),
        (("American Pie", "American Beauty"), [["Comedy"], ["Drama", "Comedy"]]),
        (("House of 1000 Corpses", "House of Wax"), [["Horror"], ["Horror"]]),
        (("Twilight", "Twilight"), [["Crime", "Drama"], ["Fantasy", "Romance"]]),
    ],
)
def test_titles_that_only_sound_alike_stay_apart(titles, genres):
    assert not together(*titles, genres=genres)


def test_a_crossover_joins_one_side_and_does_not_weld_two():
    titles = ("Freddy Krueger", "Jason Voorhees", "Freddy Krueger vs. Jason Voorhees")
    first = shelf(titles).franchises.first
    assert first[0] != first[1]
    assert first[2] in (first[0], first[1])


@pytest.mark.parametrize(
    ("titles", "years", "first"),
    [
        (("Star Wars: Episode I", "Star Wars: Episode IV"), (1999, 1977), 1),
        (("Saw II", "Saw"), (None, None), 1),
        (("Naruto Movie 1", "Naruto", "Naruto Movie 2"), (None, None, None), 1),
        (("Steins Gate 0", "Steins Gate"), (None, None), 1),
    ],
)
def test_the_first_part_is_told_by_year_and_else_by_number_and_name(titles, years, first):
    assert set(shelf(titles, years).franchises.first.tolist()) == {first}


@pytest.mark.parametrize("first", [[1, 0], [0, 2], [-1, 1]])
def test_the_first_part_of_a_franchise_is_its_own_first_part(first):
    with pytest.raises(ValueError, match="first of a franchise"):
        Franchises(np.array(first, np.int32))


def test_some_titles_belong_together_as_they_do_among_all():
    titles = ("Rocky", "Heat", "Rocky II", "Saw", "Rocky V", "Saw II")
    some = shelf(titles).franchises.among(np.array([1, 2, 4, 5]))
    assert some.first.tolist() == [0, 1, 1, 3]


@given(st.lists(st.text(min_size=1).filter(str.strip), min_size=1, max_size=12))
def test_whatever_titles_are_called_each_belongs_to_one_franchise(titles):
    counts = np.arange(len(titles))
    years = np.zeros(len(titles), np.int16)
    found = Franchises.find(titles, years, [["Action"]] * len(titles), counts)
    assert len(found.first) == len(titles)
    # The first part of a franchise is of it.
    assert np.array_equal(found.first[found.first], found.first)


@pytest.mark.parametrize(
    ("domain", "precision", "share"), [("movies", 0.95, 0.7), ("anime", 0.99, 0.8)]
)
def test_known_franchises_are_found_better_than_by_plain_names(domain, precision, share):
    shelf = open_release(domain, BUNDLED_MODELS).shelf
    known = Known.of(domain, shelf)
    assert len(known.franchises) >= 40
    found = agreement(shelf.franchises.first, known, shelf.offered)
    peer = agreement(plain(shelf), known, shelf.offered)
    assert found.precision >= precision
    assert found.found >= max(share, peer.found + 0.2)
    assert found.recall > peer.recall
    assert first_parts(shelf.franchises, known) >= 0.9
