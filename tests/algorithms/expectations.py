"""What holds for which algorithm, where the contract's laws cannot be the same for all."""

from dataclasses import dataclass, field

import pytest


@dataclass(frozen=True)
class Expectation:
    """What holds for an algorithm.

    Attributes:
        knows_taste: visitors with other ratings get another order.
        random: another seed gives another model.
        median, low: lowest rank correlation of a recalculated user's scores with the trained
            user's that the median and the 5 % quantile of users with many ratings may have.
        checkerboard: hyper-parameters for a world of forty users.
    """

    knows_taste: bool = True
    random: bool = True
    median: float = 0.95
    low: float = 0.90
    checkerboard: dict = field(default_factory=dict)


EXPECTATIONS = {
    "bias": Expectation(knows_taste=False, random=False, median=0.9999, low=0.9999),
    "blend": Expectation(checkerboard={"k": 2}),
    "centred-svd": Expectation(random=False, median=0.99, low=0.99, checkerboard={"k": 2}),
    "ease": Expectation(random=False),
    "embedding-mf": Expectation(checkerboard={"k": 2}),
    "few-shot-linear": Expectation(random=False),
    "funk-svd": Expectation(median=0.99, low=0.98),
    "item-knn": Expectation(random=False),
    "nmf": Expectation(checkerboard={"k": 2}),
    "popularity": Expectation(knows_taste=False, random=False),
    "pure-svd": Expectation(random=False, median=0.99, low=0.99, checkerboard={"k": 2}),
    "taste-als": Expectation(checkerboard={"k": 2}),
}


def expectation(name):
    return EXPECTATIONS.get(name, Expectation())


def skip_without_taste(name):
    if not expectation(name).knows_taste:
        pytest.skip(f"{name} knows no taste")


def skip_without_rater(model):
    if not model.predicts_ratings:
        pytest.skip("the model predicts no ratings")
