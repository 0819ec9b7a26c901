"""Where a search looks: near the defaults, on the right scale, never outside what is allowed."""

from dataclasses import fields

import pytest

from recommender.algorithms import algorithm, configure, names
from recommender.errors import ParameterError
from recommender.evaluation.search_space import Range, Values, at_edge, grid, search_space

TUNED = [name for name in names() if name != "popularity"]


@pytest.mark.parametrize("name", TUNED)
def test_every_algorithm_can_be_searched_within_what_it_declares(name):
    """Both ends of every range make an algorithm, and the defaults lie between them."""
    kind = algorithm(name)
    space = search_space(kind(), {})
    assert space
    for parameter, searched in space.items():
        default = getattr(kind(), parameter)
        for value in searched.grid():
            kind(**{parameter: value})
        if isinstance(searched, Range):
            assert searched.low <= default <= searched.high
            assert searched.whole == isinstance(default, int)
            assert searched.low < searched.high
        else:
            assert default in searched.values


def test_what_buys_quality_with_time_is_searched_only_if_named():
    assert "iterations" not in search_space(configure("taste-als"), {})
    own = search_space(configure("taste-als"), {"iterations": None})
    assert own == {"iterations": Range(3, 40)}


def test_what_is_fixed_is_not_searched():
    space = search_space(configure("bias"), {}, fixed=["item_shrinkage"])
    assert set(space) == {"user_shrinkage"}
    with pytest.raises(ParameterError, match="both fixed and to be searched"):
        search_space(configure("bias"), {"item_shrinkage": None}, fixed=["item_shrinkage"])


def test_wide_ranges_are_searched_near_the_default_by_factors_and_narrow_ones_whole():
    space = search_space(configure("taste-als", k=100), {"k": None, "rating_decay": None})
    assert space == {"k": Range(25, 400), "rating_decay": Range(0.001, 0.1)}
    assert all(allowed.log for allowed in space.values())
    assert search_space(configure("blend"), {"weight": None}) == {"weight": Range(0.0, 1.0)}
    assert not Range(0.0, 1.0).log
    assert search_space(configure("taste-als"), {"unrated_weight": None}) == {
        "unrated_weight": Range(0.02, 1.0)  # 0.2 tenfold would be more than is allowed
    }


@pytest.mark.parametrize(
    ("named", "complaint"),
    [
        ({"colour": None}, "taste-als has no parameter 'colour'; it has k, "),
        ({"k": Range(1, 2000)}, "k must lie in 1..1024, not 2000"),
        ({"k": Range(1.5, 9.0)}, "k must be a whole number"),
        ({"k": Range(9, 9)}, "9..9 holds no range"),
        ({"power": Values((1.0, "two"))}, "power must be a number"),
    ],
)
def test_what_cannot_be_searched_is_said_so(named, complaint):
    with pytest.raises(ParameterError, match=complaint):
        search_space(configure("taste-als"), named)


def test_an_algorithm_without_parameters_has_nothing_to_search():
    assert not fields(algorithm("popularity"))
    with pytest.raises(ParameterError, match="popularity has nothing to search"):
        search_space(configure("popularity"), {})


def test_a_grid_has_both_ends_and_even_steps_between():
    assert Range(0.0, 1.0).grid() == (0.0, 0.25, 0.5, 0.75, 1.0)
    assert Range(1, 16).grid() == (1, 2, 4, 8, 16)
    assert Range(0.01, 100.0).grid() == pytest.approx((0.01, 0.1, 1, 10, 100))
    assert Range(1, 3).grid() == (1, 2, 3)
    points = grid({"k": Range(1, 2), "word": Values(("a", "b"))})
    assert len(points) == 4
    assert points[0] == {"k": 1, "word": "a"}


def test_a_grid_that_would_never_end_is_refused():
    with pytest.raises(ParameterError, match="1,953,125 points; name fewer with --parameter"):
        grid(search_space(configure("taste-als"), {}))


def test_numbers_are_as_one_writes_them_and_stay_inside():
    assert Range(0.001, 1.0).rounded(0.0123456) == 0.0123
    assert Range(0.12345, 1.0).rounded(0.12346) == 0.12345
    assert Range(1, 2000).rounded(1234) == 1234


def test_a_best_at_the_end_of_its_range_is_named_unless_nothing_lies_beyond():
    taste = configure("taste-als")
    space = {"k": Range(12, 192), "power": Range(0.2, 10.0), "unrated_weight": Range(0.02, 1.0)}
    assert at_edge(taste, space, {"k": 190, "power": 2.0, "unrated_weight": 1.0}) == ["k"]
    assert at_edge(taste, space, {"k": 48, "power": 0.2, "unrated_weight": 0.2}) == ["power"]
