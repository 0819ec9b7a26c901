"""Which title an entry is: certain, to be reviewed, or none."""

import numpy as np
import pytest

from recommender.serving.importers import Entry
from recommender.serving.matching import Match, match
from tests.serving.releases import catalogue, factor_model, release

TITLES = {
    "Heat": 1995,
    "Alien": 1979,
    "Hamlet": 1990,
    "Hamlet ": 1996,
    "Dune": 1984,
    "Toy Story": 1995,
    "Toy Story 2": 1999,
    "Star Wars: Episode IV - A New Hope": 1977,
    "The City of Lost Children": 1995,
    "Good Will Hunting": 1997,
    "Rocky IV": 1985,
    "Unknown Year": None,
    "Mortal Kombat": 1995,
}


def made(years=True):

    titles = catalogue(
        [title.strip() for title in TITLES],
        years=list(TITLES.values()) if years else [None] * len(TITLES),
        alternatives={"The City of Lost Children": ["La Cité des enfants perdus"]},
    )
    ids = titles.index.to_numpy()
    model = factor_model(ids, np.eye(len(ids))[:, :3])
    return release(titles, {"house": model}, "house", "house")


RELEASE = made()


def of(*names: str, year: int | None = None, item_id: int | None = None, release=RELEASE) -> Match:
    entry = Entry("list.csv:2", names, year, item_id)
    ((number, found),) = match(release.names, [entry])
    assert number == 0
    return found


def titles(positions) -> list[str]:
    return [RELEASE.shelf.named(at) for at in positions]


def sure(found: Match) -> str | None:
    assert found.candidates == ()
    return None if found.sure is None else RELEASE.shelf.named(found.sure)


def test_an_id_of_the_catalogue_decides_whatever_the_name():
    assert sure(of("Alien", item_id=10)) == "Heat (1995)"
    assert of("Heat", item_id=11) == Match()


@pytest.mark.parametrize(
    ("names", "year", "expected"),
    [
        (["Heat"], 1995, "Heat (1995)"),
        (["heat"], 1996, "Heat (1995)"),
        (["Heat"], None, "Heat (1995)"),
        (["HEAT!"], 1994, "Heat (1995)"),
        (["City of Lost Children"], 1995, "The City of Lost Children (1995)"),
        (["La cite des enfants perdus"], 1995, "The City of Lost Children (1995)"),
        (["Nothing here", "The Alien"], 1979, "Alien (1979)"),
        (["Rocky 4"], 1985, "Rocky IV (1985)"),
        (["Hamlet"], 1996, "Hamlet (1996)"),
        (["Hamlet"], 1991, "Hamlet (1990)"),
        (["Unknown Year"], 2010, "Unknown Year"),
    ],
)
def test_a_name_and_about_its_year_are_certain(names, year, expected):
    assert sure(of(*names, year=year)) == expected


@pytest.mark.parametrize(
    ("name", "year"),
    [("Heat", 1972), ("Dune", 2021), ("Toy Story 3", 1999), ("Zzyzx", 1995), ("Zzyzx", None)],
)
def test_another_film_of_the_name_is_not_in_the_catalogue(name, year):
    assert of(name, year=year) == Match()


def test_several_of_the_name_are_for_review():
    found = of("Hamlet")
    assert titles(found.candidates) == ["Hamlet (1990)", "Hamlet (1996)"]
    assert (found.sure, found.suggested) == (None, None)


def test_a_year_that_is_off_by_a_few_is_for_review_without_a_proposal():
    found = of("Heat", year=1998)
    assert (titles(found.candidates), found.suggested) == (["Heat (1995)"], None)


@pytest.mark.parametrize(
    ("name", "year", "suggested"),
    [
        ("Good Will Huntng", 1997, "Good Will Hunting (1997)"),
        ("Star Wars", 1977, "Star Wars: Episode IV - A New Hope (1977)"),
    ],
)
def test_what_is_misspelt_or_lacks_its_subtitle_is_proposed(name, year, suggested):
    found = of(name, year=year)
    assert found.sure is None
    assert titles([found.suggested]) == [suggested]
    assert found.suggested in found.candidates


def test_a_spin_off_is_for_review_without_a_proposal():
    found = of("Mortal Kombat: The Journey Begins", year=1995)
    assert (titles(found.candidates), found.suggested) == (["Mortal Kombat (1995)"], None)


def test_without_years_names_decide_and_what_is_merely_like_one_is_never_proposed():
    bare = made(years=False)
    assert of("Heat", year=2020, release=bare).sure == 0
    assert of("Hamlet", release=bare).candidates == (2, 3)
    near = of("Good Will Huntng", release=bare)
    assert (near.sure, near.suggested, near.candidates) == (None, None, (9,))


def test_every_entry_is_answered_once():
    entries = [
        Entry("x:1", (name,), year) for name in ("Heat", "Hamlet", "No") for year in (1, 1995)
    ]
    found = dict(match(RELEASE.names, entries))
    assert sorted(found) == list(range(len(entries)))


def test_real_films_by_name_and_year_are_the_ones_they_are_by_id(served):
    """The catalogue's own films as another MovieLens set writes them: 2 in 1,000 may be twins."""
    at = served.shelf.position
    entries, ids = [], []
    for item_id, title, year in zip(
        served.shelf.item_ids, served.shelf.titles, served.shelf.years, strict=True
    ):
        entries.append(Entry("x:1", (title,), int(year) or None))
        ids.append(int(item_id))
    found = dict(match(served.names, entries))
    certain = {number: one.sure for number, one in found.items() if one.sure is not None}
    right = sum(served.shelf.item_ids[position] == ids[n] for n, position in certain.items())
    assert right == len(certain)
    assert right > 0.995 * len(ids)
    unsure = {number: one for number, one in found.items() if one.sure is None}
    assert all(at[ids[number]] in one.candidates for number, one in unsure.items())
