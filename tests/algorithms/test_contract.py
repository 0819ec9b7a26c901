"""Every registered algorithm keeps the contract."""

from recommender.algorithms import names
from tests.algorithms.contract import AlgorithmContract
from tests.algorithms.expectations import EXPECTATIONS


class TestEveryAlgorithm(AlgorithmContract):
    pass


def test_expectations_are_about_algorithms_that_there_are():
    assert set(EXPECTATIONS) <= set(names())
