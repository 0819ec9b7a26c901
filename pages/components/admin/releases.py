"""Admin, Releases: which there are, how good they are, and which one serves."""

import streamlit as st

from pages.components import visitor
from pages.components.admin.door import jobs, office, perform
from pages.components.admin.hub import hub_state, push_form
from pages.components.admin.words import size
from pages.components.text import plain, small
from recommender.admin.releases import DECISIONS, PROMOTE, ROLL_BACK, Line, against, lines, promote
from recommender.releases import Registry, Release, sources
from recommender.serving.opened import prepare
from recommender.serving.opened import release as serving
from recommender.settings import Settings

COMPARE = "compare_embeddings"
PAGE = 10
KEPT = 5


def releases_section(domain: str) -> None:
    """Draws the releases of a domain, newest first, with what can be done to each."""
    registry = sources.registry(domain, Settings.from_environment())
    with st.spinner("Opening the releases …"):
        found = lines(registry, domain, office().log.read(500, domain=domain, actions=DECISIONS))
    champion = next((line.id for line in found if line.champion), None)
    previous = next((line.id for line in found if line.previous), None)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**{len(found)}** {'release' if len(found) == 1 else 'releases'} of {plain(domain)}, "
            f"{size(registry.size(domain))} on disk."
        )
        if champion and previous:
            st.button(
                "Roll back",
                icon=":material/undo:",
                help=f"{previous} serves again, instead of {champion}.",
                on_click=_roll_back,
                args=(registry, domain, champion, previous),
                key="admin.roll-back",
            )
    hub_state(domain)
    shown = st.session_state.get("admin.shown", PAGE)
    for line in found[:shown]:
        _card(registry, domain, line, champion)
    if len(found) > shown:
        st.button(
            "More",
            icon=":material/expand_more:",
            on_click=st.session_state.__setitem__,
            args=("admin.shown", shown + PAGE),
        )
    _retention(registry, domain, found)


def _card(registry: Registry, domain: str, line: Line, champion: str | None) -> None:
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.subheader(f"`{line.id}`", anchor=False, width="content")
            if line.champion:
                st.badge("serves", icon=":material/star:", color="green")
            if line.previous:
                st.badge("to roll back to", color="gray")
            if line.broken:
                st.badge("broken", icon=":material/error:", color="red")
        _facts(line)
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            if not line.champion and not line.broken:
                promotion(registry, domain, line.id, champion)
                if st.button("Compare", icon=":material/compare:", key=f"admin.compare.{line.id}"):
                    visitor.change_view(serving(domain), COMPARE, {"release": line.id})
                    st.switch_page(f"{COMPARE}.py")
            if not line.broken:
                push_form(domain, line.id, registry)
            if not line.champion:
                _deletion(registry, domain, line)


def _facts(line: Line) -> None:
    if line.broken:
        st.markdown(plain(line.broken))
    facts = line.facts
    if facts is not None:
        told = [f"{facts.ranker} ranks, {facts.rater} predicts ratings"]
        if facts.ndcg:
            value, low, high = facts.ndcg
            told.append(f"NDCG@10 **{value:.3f}** ({low:.3f}–{high:.3f})")
        if facts.rmse is not None:
            told.append(f"RMSE **{facts.rmse:.3f}**")
        st.markdown(". ".join(told).replace("_", "\\_") + ".")
        st.markdown(
            small(
                f"{facts.created:%Y-%m-%d %H:%M} UTC, {size(line.size)}. {plain(facts.data)}: "
                f"{facts.n_ratings:,} ratings, {facts.n_users:,} people, {facts.n_titles:,} titles."
            )
        )
    if line.decision:
        entry = line.decision
        word = "Promoted" if entry.action == PROMOTE else "Rolled back to"
        why = f": {plain(entry.detail)}" if entry.detail else ""
        st.markdown(small(f"{word} by {plain(entry.who)}, {entry.at:%Y-%m-%d %H:%M} UTC{why}"))


def promotion(registry: Registry, domain: str, release_id: str, champion: str | None) -> None:
    """Draws the way to let a release serve; a reason is asked for, and wanted if it must be."""
    with st.popover("Promote", icon=":material/rocket_launch:", key=f"admin.promote.{release_id}"):
        st.write(f"Visitors of {domain} get this release from their next act on; ratings stay.")
        found = against(jobs(), domain, release_id, champion)
        if found:
            st.warning(plain(" ".join(found)), icon=":material/gavel:")
        reason = f"admin.reason.{release_id}"
        st.text_input(
            "Why all the same" if found else "Why",
            key=reason,
            max_chars=300,
            placeholder="Goes into the log",
        )
        st.button(
            "Let it serve",
            type="primary",
            key=f"admin.serve.{release_id}",
            on_click=_promote,
            args=(registry, domain, release_id, champion, reason),
        )


def _deletion(registry: Registry, domain: str, line: Line) -> None:
    with st.popover("Delete", icon=":material/delete:", key=f"admin.delete.{line.id}"):
        last = " There will be nothing to roll back to." if line.previous else ""
        st.write(f"It is gone for good, {size(line.size)}.{last}")
        st.button(
            "Delete for good",
            type="primary",
            key=f"admin.gone.{line.id}",
            on_click=_delete,
            args=(registry, domain, line),
        )


def _retention(registry: Registry, domain: str, found: list[Line]) -> None:
    spare = [line for line in found if not (line.champion or line.previous)]
    if not spare:
        return
    with st.popover("Clean up", icon=":material/mop:", key="admin.clean-up"):
        keep = st.number_input(
            "Releases to keep beside the one that serves and the one before",
            min_value=0,
            max_value=1000,
            value=KEPT,
            key="admin.keep",
        )
        gone = spare[keep:]
        st.write(
            f"{len(gone)} go for good, {size(sum(line.size for line in gone))}."
            if gone
            else "None has to go."
        )
        if gone:
            st.button(
                "Delete them for good",
                type="primary",
                key="admin.retain",
                on_click=_retain,
                args=(registry, domain),
            )


def _promote(
    registry: Registry, domain: str, release_id: str, champion: str | None, key: str
) -> None:
    reason = st.session_state.get(key, "").strip()

    def work(who: str) -> Release:
        if registry.root == Settings.from_environment().models:
            # Opened and warmed up first, so that no visitor waits for it.
            prepare(domain, release_id)
        return promote(registry, jobs(), domain, release_id, champion, reason)

    perform(
        PROMOTE,
        work,
        lambda release: f"{release.id} serves.",
        domain=domain,
        release=release_id,
        detail=reason,
    )


def _roll_back(registry: Registry, domain: str, champion: str, previous: str) -> None:
    perform(
        ROLL_BACK,
        lambda who: registry.rollback(domain, instead_of=champion),
        lambda release: f"{release.id} serves again; the same button undoes it.",
        domain=domain,
        release=previous,
        detail=f"instead of {champion}",
    )


def _delete(registry: Registry, domain: str, line: Line) -> None:
    perform(
        "delete",
        lambda who: registry.delete(domain, line.id, previous=line.previous),
        lambda _: f"{line.id} is deleted.",
        domain=domain,
        release=line.id,
    )


def _retain(registry: Registry, domain: str) -> None:
    keep = st.session_state["admin.keep"]
    perform(
        "clean up",
        lambda who: registry.retain(domain, keep),
        lambda gone: f"Deleted {', '.join(gone) or 'nothing'}.",
        domain=domain,
        detail=f"keep {keep}",
    )
