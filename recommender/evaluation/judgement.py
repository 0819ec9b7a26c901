"""A challenger beside the champion: may it serve?

Both recipes are fitted on the same splits of the same data and asked by the same test visitors
(`recommender.evaluation.few_ratings`), so every visitor's two figures can be subtracted. The
champion as it serves cannot be asked instead: the test visitors may be among those it learned from.
Where it learned from other data, this compares recipes and says so; what newer data are worth, no
comparison on these visitors can tell. Beside it stand the two releases' lists for ten typical
visitors, which show what would change but prove nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from recommender.algorithms import configure
from recommender.algorithms.contract import Algorithm
from recommender.data.dataset import DataSet
from recommender.evaluation.comparison import Comparison, Learned, compare
from recommender.evaluation.differences import by_visitor
from recommender.evaluation.few_ratings import Outcome
from recommender.evaluation.typical import Change, changes
from recommender.factors.model import COVERAGE

if TYPE_CHECKING:
    from recommender.releases import Release

RANKER, RATER = "the champion's ranker", "the champion's rater"
"""What `rivals` calls the champion's algorithms."""

_FEWEST = 50
"""Test visitors below whom chance hides nearly everything."""
_OFF = 0.05
"""How far the share of ratings within their ranges may lie from what is meant."""


@dataclass(frozen=True)
class Check:
    """One condition of the gate.

    Attributes:
        name: a word or two.
        passed: whether it holds.
        said: the same as a sentence, with the figures.
    """

    name: str
    passed: bool
    said: str


@dataclass(frozen=True)
class Judgement:
    """What there is to know before a challenger is promoted.

    Attributes:
        domain: "movies", …
        challenger: the id of the release that is judged.
        champion: the id of the one that served, or None.
        judged: when, in UTC.
        basis: what exactly was compared, a few sentences.
        visitors: test visitors.
        comparisons: of NDCG@10 and RMSE; none without a champion whose recipe could be fitted.
        checks: the gate.
        changes: the lists of ten typical visitors; none without a champion.
        learned: what visitors' ratings did to it, None if it learned from none.
    """

    domain: str
    challenger: str
    champion: str | None
    judged: datetime
    basis: str
    visitors: int
    comparisons: tuple[Comparison, ...]
    checks: tuple[Check, ...]
    changes: tuple[Change, ...]
    learned: Learned | None = None

    @property
    def passed(self) -> bool:
        """Whether every check of the gate holds."""
        return all(check.passed for check in self.checks)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Sentences: what stands against it; if nothing does, what speaks for it."""
        against = tuple(check.said for check in self.checks if not check.passed)
        return against or tuple(check.said for check in self.checks)


def objections(judgement: Judgement | None, champion: str | None) -> tuple[str, ...]:
    """What stands against promoting a release: who does it all the same has to say why.

    Args:
        judgement: of the release, or None.
        champion: the id of the release that serves now, or None.

    Returns:
        Sentences; none if it may be promoted without more ado.
    """
    if champion is None:
        return ()
    if judgement is None:
        return ("It has not been judged beside the champion.",)
    found = () if judgement.passed else judgement.reasons
    if judgement.champion != champion:
        beside = judgement.champion or "no champion"
        return (*found, f"It was judged beside {beside}; meanwhile {champion} serves.")
    return found


def rivals(champion: Release) -> dict[str, Algorithm]:
    """The champion's ranker and rater as algorithms, to be fitted anew.

    Returns:
        `RANKER` and `RATER` -> algorithm.

    Raises:
        ParameterError: there is no such algorithm any more, or it takes other hyper-parameters.
    """
    return {
        RANKER: recipe_of(champion, champion.ranker),
        RATER: recipe_of(champion, champion.rater),
    }


def recipe_of(release: Release, model: str) -> Algorithm:
    """The algorithm that a model of a release was fitted by; `ParameterError` as `rivals`."""
    facts = release.manifest["models"][model]
    return configure(facts["algorithm"], **facts["parameters"])


def judge(
    challenger: Release,
    champion: Release | None,
    data: DataSet,
    outcomes: Mapping[str, Sequence[Outcome]],
    refused: str | None = None,
    learned: Learned | None = None,
) -> Judgement:
    """Judges a challenger.

    Args:
        challenger: the new release, opened and so checked.
        champion: the one that serves, or None.
        data: what the challenger learned from.
        outcomes: of the challenger's ranker and rater by their names, and of `rivals(champion)`.
        refused: why the champion's recipe could not be fitted, or None.
        learned: what visitors' ratings did to it, or None.

    Returns:
        The judgement.
    """
    ranked, rated = outcomes[challenger.ranker], outcomes[challenger.rater]
    visitors = len({outcome.user for outcome in ranked})
    checks = [
        Check("whole", True, "The release opens, and all its files and figures pass the checks."),
        _enough(visitors),
        _ranges(rated),
    ]
    comparisons: list[Comparison] = []
    if champion is not None and refused is None:
        comparisons = [
            compare("NDCG@10", ranked, outcomes[RANKER]),
            compare("RMSE", rated, outcomes[RATER]),
        ]
        checks += [_not_worse(comparison) for comparison in comparisons]
    elif champion is not None:
        said = f"The champion's recipe cannot be fitted any more ({refused}): nothing to compare."
        checks.append(Check("comparable", False, said))
    return Judgement(
        domain=challenger.domain,
        challenger=challenger.id,
        champion=champion.id if champion else None,
        judged=datetime.now(UTC).replace(microsecond=0),
        basis=_basis(challenger, champion, visitors),
        visitors=visitors,
        comparisons=tuple(comparisons),
        checks=tuple(checks),
        changes=changes(challenger, champion, data) if champion else (),
        learned=learned,
    )


def _not_worse(found: Comparison) -> Check:
    gap = found.difference
    if gap.low == gap.high == 0:
        said = f"{found.figure} is that of the champion: {found.challenger.value:.3f}."
        return Check(found.figure, True, said)
    better = gap.value > 0 if found.figure == "NDCG@10" else gap.value < 0
    by = f"{abs(gap.value):.4f} (95 %: {gap.low:+.4f} to {gap.high:+.4f})"
    chance = "" if gap.low > 0 or gap.high < 0 else ", which may be chance"
    said = (
        f"{found.figure} {found.challenger.value:.3f} is {'better' if better else 'worse'} than "
        f"the champion's {found.champion.value:.3f} by {by}{chance}."
    )
    return Check(found.figure, not found.worse, said)


def _enough(visitors: int) -> Check:
    few = visitors < _FEWEST
    said = f"{visitors:,} people test it" + (
        f"; with fewer than {_FEWEST} hardly anything can be told from chance." if few else "."
    )
    return Check("visitors", not few, said)


def _ranges(outcomes: Sequence[Outcome]) -> Check:
    shares = list(by_visitor(outcomes, "within").values())
    share = float(np.mean(shares)) if shares else float("nan")
    holds = bool(abs(share - COVERAGE) <= _OFF)
    said = (
        f"{100 * share:.1f} % of the ratings lie in the range predicted for them; "
        f"{100 * COVERAGE:.0f} % are meant to" + ("." if holds else ": the ranges do not hold.")
    )
    return Check("ranges", holds, said)


def _basis(challenger: Release, champion: Release | None, visitors: int) -> str:
    new = challenger.manifest["data"]
    asked = f"{visitors:,} people who were in no training showed 3, 5, 10 and 20 of their ratings"
    if champion is None:
        return f"There is no champion to compare with. {asked}."
    old = champion.manifest["data"]
    both = f"Champion and challenger were fitted on the same data, {_described(new)}; {asked}."
    if _same(old, new):
        return f"{both} {_alike(challenger, champion)}".strip()
    return (
        f"The champion learned from other data, {_described(old)}. Its recipe was therefore "
        f"fitted anew on the challenger's, {_described(new)}; {asked} to both. This compares the "
        f"two recipes, not what the other data are worth. {_alike(challenger, champion)}"
    ).strip()


def _described(facts: Mapping[str, Any]) -> str:
    return f"{facts['name']} ({facts['ratings']:,} ratings, {facts['users']:,} people)"


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(one[key] == other[key] for key in ("files", "ratings", "users", "titles"))


def _alike(challenger: Release, champion: Release) -> str:
    """Says so if there is no difference to be found."""
    roles = ("ranker", "rater")
    ours, theirs = (
        [
            {key: release.manifest["models"][getattr(release, role)][key] for key in _ESSENTIAL}
            for role in roles
        ]
        for release in (challenger, champion)
    )
    return "Both have the same recipe, so their figures are the same." if ours == theirs else ""


_ESSENTIAL = ("algorithm", "parameters")
