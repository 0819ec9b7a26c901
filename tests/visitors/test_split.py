"""The split is by chance, stays as it is, and asks only whom it may."""

import pytest

from recommender.errors import SettingError
from recommender.settings import Settings
from recommender.visitors.changes import pseudonym
from recommender.visitors.split import assigned, pair

SETTINGS = Settings(split=(("movies", "blend", "taste-als"),))
MODELS = {"blend", "taste-als", "bias"}
PEOPLE = [pseudonym(str(number)) for number in range(2000)]


def given(settings: Settings, domain: str = "movies") -> list[str | None]:
    return [assigned(one, domain, MODELS, settings) for one in PEOPLE]


def test_about_half_of_the_visitors_get_each():
    found = given(SETTINGS)
    assert set(found) == {"blend", "taste-als"}
    assert abs(found.count("blend") - 1000) < 100


def test_a_visitor_stays_on_one_side_whatever_the_order():
    assert given(SETTINGS) == given(SETTINGS)
    assert given(SETTINGS) == given(Settings(split=(("movies", "taste-als", "blend"),)))


def test_another_split_mixes_them_anew():
    other = Settings(split=(("movies", "blend", "bias"),))
    both = sum(
        (one == "blend") == (two == "blend")
        for one, two in zip(given(SETTINGS), given(other), strict=True)
    )
    assert abs(both - 1000) < 100


def test_without_a_split_or_one_of_its_models_nobody_is_given_any():
    assert set(given(Settings())) == set(given(SETTINGS, "anime")) == {None}
    assert assigned(PEOPLE[0], "movies", {"blend"}, SETTINGS) is None


def test_the_setting_is_read_and_a_mistake_is_named():
    value = "movies:blend,taste-als anime:blend,few-shot-linear"
    found = Settings.from_environment({"TASTEMAP_SPLIT": value})
    assert pair("anime", found) == ("blend", "few-shot-linear")
    for wrong in ("blend,bias", "movies:blend", "movies:blend,blend", f"{value} {value}"):
        with pytest.raises(SettingError, match="TASTEMAP_SPLIT"):
            Settings.from_environment({"TASTEMAP_SPLIT": wrong})
