"""A visitor's taste in words: one sentence for each finding, with the numbers that it rests on.

What is no more than chance is not said; it is named among what is not known yet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from recommender.serving.explore import BEST
from recommender.serving.profile import Finding, Profile

_NAMED = 3
_SHORT_LIST = 30


@dataclass(frozen=True)
class Statement:
    """Something said of a visitor.

    Attributes:
        text: one sentence.
        evidence: the numbers behind it, one sentence.
    """

    text: str
    evidence: str


@dataclass(frozen=True)
class Portrait:
    """A visitor in words.

    Attributes:
        statements: what is known, each more than chance.
        unknown: what is not known yet, each as the end of "It is not clear yet …".
    """

    statements: tuple[Statement, ...]
    unknown: tuple[str, ...]


def portrait(profile: Profile) -> Portrait:
    """Puts a description into words."""
    said: list[Statement] = []
    unknown: list[str] = []

    def tell(statement: Statement | None, otherwise: str) -> None:
        if statement is None:
            unknown.append(otherwise)
        else:
            said.append(statement)

    by_group = {
        group: [one for one in profile.chosen if one.group == group]
        for group in ("genre", "decade", "kind")
    }
    tell(
        _chosen(by_group["genre"], "You go for {}", "you leave {} to others"),
        "which genres you seek out",
    )
    tell(
        _chosen(by_group["decade"], "The {} draw you", "the {} draw you less than others"),
        "whether a decade draws you",
    )
    if by_group["kind"]:
        tell(
            _chosen(by_group["kind"], "You watch more than your share of {}", "you skip most {}"),
            "whether you prefer a kind of title",
        )
    tell(_liked(profile), "which genres you rate higher than others do")
    tell(_generosity(profile.generosity), "whether you rate higher or lower than others")
    tell(_fame(profile.fame), "whether your titles are better or less known than other people’s")
    if profile.whereabouts is not None:
        here = profile.whereabouts
        said.append(
            Statement(
                f"On the map your taste lies around “{here.name}”.",
                f"{here.best} of the {BEST} titles that suit you best lie there, and "
                f"{_percent(here.share)} of all titles.",
            )
        )
    else:
        unknown.append("where on the map your taste lies: what suits you lies here and there")
    return Portrait(tuple(said), tuple(unknown))


def _chosen(findings: list[Finding], more: str, less: str) -> Statement | None:
    text, named = _both_ways(findings, lambda one: one.yours > one.usual, more, less)
    if not named:
        return None
    numbers = (
        f"{one.about} is {_percent(one.yours)} of your titles and {_percent(one.usual)} of an "
        "average user’s"
        for one in named
    )
    return Statement(f"{text}.", f"{_capital('; '.join(numbers))}.")


def _liked(profile: Profile) -> Statement | None:
    text, named = _both_ways(
        list(profile.liked),
        lambda one: one.yours > 0,
        "What you have seen of {} you like more than others do",
        "you are hard on {}",
    )
    if not named:
        return None
    numbers = (
        f"{one.about} {abs(one.yours):.1f} points {'higher' if one.yours > 0 else 'lower'} "
        f"({one.titles} titles)"
        for one in named
    )
    return Statement(
        f"{text}.",
        f"Against everybody’s ratings and beside your other titles you rate {'; '.join(numbers)}.",
    )


def _generosity(finding: Finding) -> Statement | None:
    if not finding.holds:
        return None
    way = "above" if finding.yours > 0 else "below"
    return Statement(
        "You are generous with stars." if finding.yours > 0 else "You are hard to please.",
        f"Your ratings lie {abs(finding.yours):.1f} points {way} what others give the same "
        f"{finding.titles} titles.",
    )


def _fame(finding: Finding) -> Statement | None:
    if not finding.holds:
        return None
    known = finding.yours > finding.usual
    doing = (
        " Tastemap offers well-known titles first, so that is partly its doing."
        if known and finding.titles < _SHORT_LIST
        else ""
    )
    return Statement(
        "You are at home in the mainstream."
        if known
        else "You know your way off the beaten track.",
        f"On average your titles are better known than those behind {_percent(finding.yours)} of "
        f"all ratings; an average user’s than {_percent(finding.usual)}.{doing}",
    )


def _both_ways(
    findings: list[Finding], is_more: Callable[[Finding], bool], more: str, less: str
) -> tuple[str, list[Finding]]:
    """One sentence on what holds in either direction, without its full stop."""
    holding = [one for one in findings if one.holds]
    parts = []
    named: list[Finding] = []
    for wanted, words in ((True, more), (False, less)):
        some = [one for one in holding if is_more(one) == wanted][:_NAMED]
        if some:
            parts.append(words.format(_listed([one.about for one in some])))
            named += some
    return _capital(", and ".join(parts)), named


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _percent(share: float) -> str:
    return f"{share:.0%}".replace("%", " %") if share >= 0.01 or share == 0 else "under 1 %"
