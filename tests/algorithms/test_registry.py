"""Dropping a file in registers an algorithm, and listing them costs no training library."""

import subprocess
import sys

import numpy as np
import pytest

import recommender.algorithms
from recommender.algorithms import algorithm, configure, names
from recommender.errors import ParameterError
from tests.algorithms.worlds import village

SECOND_OPINION = '''
"""Popularity by another name."""

from dataclasses import dataclass
from typing import ClassVar

from recommender.algorithms.contract import parameter
from recommender.algorithms.popularity import Popularity


@dataclass(frozen=True)
class SecondOpinion(Popularity):
    """Popularity again."""

    name: ClassVar[str] = "second-opinion"
    doubt: float = parameter(0.5, 0.0, 1.0, "how much it doubts")
'''


@pytest.fixture
def dropped_in(tmp_path, monkeypatch):
    """A folder whose files count as lying beside the other algorithms."""
    monkeypatch.setattr(
        recommender.algorithms, "__path__", [*recommender.algorithms.__path__, str(tmp_path)]
    )
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if name.startswith("recommender.algorithms."):
            del sys.modules[name]
            vars(recommender.algorithms).pop(name.rpartition(".")[2], None)


def test_a_release_has_the_rankers_and_the_baselines_to_choose_from():
    assert {"bias", "funk-svd", "popularity", "taste-als"} <= set(names())
    assert names() == sorted(names())
    assert "contract" not in names()


def test_a_file_dropped_in_is_an_algorithm(dropped_in):
    (dropped_in / "second_opinion.py").write_text(SECOND_OPINION)
    assert "second-opinion" in names()
    chosen = configure("second-opinion", doubt=0.25)
    assert chosen.doubt == 0.25
    ratings = village()
    original = configure("popularity").fit(ratings).model.fold_in({}).scores
    np.testing.assert_array_equal(chosen.fit(ratings).model.fold_in({}).scores, original)
    with pytest.raises(ParameterError, match=r"doubt must lie in 0\.\.1"):
        configure("second-opinion", doubt=2)


def test_a_file_that_defines_no_algorithm_of_its_name_is_a_mistake_that_is_told(dropped_in):
    (dropped_in / "empty_promise.py").write_text('"""Nothing."""\n')
    with pytest.raises(TypeError, match="defines no Algorithm named 'empty-promise'"):
        algorithm("empty-promise")


@pytest.mark.parametrize("name", ["svd", "contract", "solvers", "taste_als", "../data"])
def test_an_unknown_name_is_answered_with_those_there_are(name):
    with pytest.raises(ParameterError) as refusal:
        algorithm(name)
    assert str(refusal.value) == f"no algorithm {name!r}; there are {', '.join(names())}"


def test_an_algorithm_is_a_value_equal_to_one_with_the_same_parameters():
    assert configure("taste-als", k=8) == configure("taste-als", k=8)
    assert configure("taste-als", k=8) != configure("taste-als")
    with pytest.raises(AttributeError):
        configure("taste-als").k = 3


def test_a_whole_number_does_for_a_real_one_but_not_the_reverse():
    assert configure("taste-als", power=2).power == 2
    with pytest.raises(ParameterError, match="k must be a whole number"):
        configure("taste-als", k=8.0)


def test_listing_and_configuring_import_no_training_library():
    asked = (
        "import sys, recommender.algorithms as a;"
        "[a.configure(name) for name in a.names()];"
        "print([m for m in ('numba', 'surprise', 'sklearn', 'scipy') if m in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"
