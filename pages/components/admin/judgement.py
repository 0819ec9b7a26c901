"""Admin, Judgement: a challenger beside the champion, and whether it may serve."""

import pandas as pd
import streamlit as st

from pages.components.admin.door import jobs
from pages.components.admin.releases import promotion
from pages.components.text import plain, small
from recommender.errors import TastemapError
from recommender.evaluation.judgement import Comparison, Judgement, objections
from recommender.evaluation.typical import Change, Title
from recommender.releases import sources
from recommender.settings import Settings


def judgement_section(domain: str) -> None:
    """Draws the judgement of a release that does not serve, the newest if none is chosen."""
    registry = sources.registry(domain, Settings.from_environment())
    champion = registry.aliases(domain).champion
    others = [one for one in registry.ids(domain) if one != champion]
    if not others:
        st.write("There is one release only, and it serves. Train another, and it is judged here.")
        return
    challenger = st.selectbox("Challenger", others, key=f"admin.challenger.{domain}", width=280)
    st.markdown(small(f"The champion is `{champion}`."))
    try:
        found = jobs().judgement(domain, challenger)
    except TastemapError as error:
        st.warning(plain(str(error)), icon=":material/error:")
        found = None
    if found is None:
        st.write("There is no judgement of it. On the server, this makes one:")
        st.code(f"python -m recommender judge --domain {domain} {challenger}", language=None)
    else:
        _verdict(found, champion)
    promotion(registry, domain, challenger, champion)
    if found is not None:
        _figures(found)
        _changes(found)


def _verdict(found: Judgement, champion: str) -> None:
    against = objections(found, champion)
    if against:
        st.warning("Not without a reason.", icon=":material/gavel:")
    else:
        st.success("It may serve.", icon=":material/check_circle:")
    st.markdown(
        "\n".join(
            [
                *(
                    f"- {'✓' if check.passed else '✗'} {plain(check.said)}"
                    for check in found.checks
                ),
                *(f"- ✗ {plain(one)}" for one in against if one not in _said(found)),
            ]
        )
    )


def _said(found: Judgement) -> list[str]:
    return [check.said for check in found.checks]


def _figures(found: Judgement) -> None:
    st.header("On the same people", anchor=False)
    st.markdown(plain(found.basis))
    if found.comparisons:
        table = pd.DataFrame(
            {one.figure: _row(one) for one in found.comparisons},
            ["Challenger", "Champion", "Difference", "95 %", "People"],
        )
        st.table(table.T, alt="Challenger and champion on the same test visitors")
    if found.learned:
        st.subheader("What visitors’ ratings did to it", anchor=False)
        st.markdown("\n".join(f"- {plain(one)}" for one in found.learned.said))


def _row(one: Comparison) -> list[str]:
    gap = one.difference
    return [
        f"{one.challenger.value:.3f}",
        f"{one.champion.value:.3f}",
        f"{gap.value:+.4f}",
        f"{gap.low:+.4f} to {gap.high:+.4f}",
        f"{one.visitors:,}",
    ]


def _changes(found: Judgement) -> None:
    if not found.changes:
        return
    st.header("What would change for ten typical visitors", anchor=False)
    st.markdown(small("Lists of ten titles. They show the difference and prove nothing."))
    for change in found.changes:
        stays = len(change.shared)
        likes = ", ".join(change.likes) or "a bit of all"
        head = f"{likes} ({change.share:.0%} are alike): {stays} of {len(change.challenger)} stay"
        with st.expander(plain(head)):
            st.markdown(f"Rated {plain(_rated(change))}.")
            came, went, kept = st.columns(3)
            _titles(came, "Come", change.new)
            _titles(went, "Go", change.gone)
            _titles(kept, "Stay", change.shared)


def _rated(change: Change) -> str:
    return ", ".join(f"{title.name} {rating:g}" for title, rating in change.rated)


def _titles(
    where: "st.delta_generator.DeltaGenerator", word: str, titles: tuple[Title, ...]
) -> None:
    named = "\n".join(f"- {plain(title.name)}" for title in titles) or "none"
    where.markdown(f"**{word}**\n\n{named}")
