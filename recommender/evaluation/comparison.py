"""Two models on the same test visitors: one figure of both, subtracted visitor by visitor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recommender.evaluation.differences import by_visitor
from recommender.evaluation.few_ratings import Outcome
from recommender.evaluation.metrics import Estimate


@dataclass(frozen=True)
class Comparison:
    """One figure of both, visitor by visitor.

    Attributes:
        figure: "NDCG@10", higher is better, or "RMSE", lower is better.
        challenger: the mean over the visitors, with its 95 % interval.
        champion: the same.
        difference: challenger minus champion, paired.
        visitors: who have both figures.
        worse: the challenger is worse by more than chance.
    """

    figure: str
    challenger: Estimate
    champion: Estimate
    difference: Estimate
    visitors: int
    worse: bool


@dataclass(frozen=True)
class Learned:
    """What the ratings of visitors of the app did to a challenger that learned from them too.

    Attributes:
        people: visitors.
        ratings: theirs.
        share: of all ratings that it learned from, 0 to 1.
        comparisons: of NDCG@10 and RMSE, the challenger's recipe with their ratings beside the
            same without, on the same test visitors; "champion" in them is the one without.
    """

    people: int
    ratings: int
    share: float
    comparisons: tuple[Comparison, ...]

    @property
    def said(self) -> tuple[str, ...]:
        """The same in sentences."""
        share = (
            f"{self.ratings:,} ratings by {self.people:,} visitors are {100 * self.share:.2g} % of "
            "what it learned from."
        )
        effects = (
            f"{one.figure} with them is {one.challenger.value:.3f}, without "
            f"{one.champion.value:.3f}: {one.difference.value:+.4f} (95 %: "
            f"{one.difference.low:+.4f} to {one.difference.high:+.4f})."
            for one in self.comparisons
        )
        return (share, *effects)


def compare(figure: str, challenger: Sequence[Outcome], champion: Sequence[Outcome]) -> Comparison:
    """Compares two models over the visitors that both have a figure for.

    Args:
        figure: "NDCG@10" or "RMSE".
        challenger: what the one gave the test visitors.
        champion: what the other gave them.
    """
    name = {"NDCG@10": "ndcg", "RMSE": "rmse"}[figure]
    ours, theirs = by_visitor(challenger, name), by_visitor(champion, name)
    both = sorted(ours.keys() & theirs.keys())
    mine, other = (np.array([found[user] for user in both]) for found in (ours, theirs))
    difference = Estimate.mean(mine - other)
    worse = difference.high < 0 if name == "ndcg" else difference.low > 0
    return Comparison(
        figure, Estimate.mean(mine), Estimate.mean(other), difference, len(both), bool(worse)
    )
