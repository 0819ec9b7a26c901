"""Admin, Visitors: what they let be kept, what they made of recommendations, one visitor's data."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pandas as pd
import streamlit as st
from sqlalchemy import Engine

from pages.components.admin.door import office, perform
from pages.components.charts import chart, theme
from pages.components.text import plain, small
from recommender import figures
from recommender.evaluation.metrics import Estimate
from recommender.serving.opened import release as serving
from recommender.settings import Settings
from recommender.visitors import online, records
from recommender.visitors.keep import FASTEST, MONOTONE
from recommender.visitors.online import Contest, Followed
from recommender.visitors.service import hub_copy, writer
from recommender.visitors.split import pair

DAYS = 60
_EXPORT, _NUMBER = "admin.visitor.export", "admin.visitor.number"
_WORDS = {
    "taken up": "Taken up: rated or seen",
    "liked": "Liked",
    "not wanted": "Not for me",
    "rating": "Mean rating",
}


def visitors_section(domain: str) -> None:
    """Draws how keeping goes, how much there is, who is set apart, and what came of it."""
    # Before anything is read: this says why the rest may not be there.
    _keeping()
    engine = office().log.engine
    _amount(engine, domain)
    _after(engine, domain)
    _apart(engine)
    _one(engine)


def _keeping() -> None:
    health = writer(Settings.from_environment()).health()
    if health.fault:
        since = datetime.fromtimestamp(health.since or 0, UTC)
        st.error(
            plain(
                f"Since {since:%Y-%m-%d %H:%M} UTC nothing can be saved: {health.fault} "
                f"{health.waiting:,} events wait and are saved as soon as it works; visitors go on."
            ),
            icon=":material/error:",
        )
    copy = hub_copy(Settings.from_environment())
    if copy is not None and copy.fault:
        st.warning(
            plain(f"The copy on the Hub: {copy.fault} It is tried again every minute."),
            icon=":material/cloud_off:",
        )
    if health.refused:
        st.warning(
            f"{health.refused:,} events since the start were not taken, because too many waited.",
            icon=":material/warning:",
        )


def _amount(engine: Engine, domain: str) -> None:
    st.header("What visitors let be kept", anchor=False)
    found = records.overview(engine, domain)
    learned = serving(domain).manifest["data"]["ratings"]
    with st.container(horizontal=True, gap="large"):
        st.metric("Ratings", f"{found.ratings:,}", width="content")
        st.metric("Visitors", f"{found.visitors:,}", width="content")
        st.metric("Set apart", f"{found.apart_ratings:,}", width="content")
        share = found.ratings / (found.ratings + learned)
        st.metric("Share in a training", f"{100 * share:.2g} %", width="content")
    days = records.by_day(engine, domain, DAYS, datetime.now(UTC).date())
    if any(ratings for ratings, _ in days.values()):
        chart(
            figures.by_day(days, theme=theme()),
            serving(domain),
            "visitors",
            "Visitors’ ratings by day",
            key="admin.visitors.days",
        )
    else:
        st.write(f"No new ones in {DAYS} days.")


def _after(engine: Engine, domain: str) -> None:
    st.header("What they made of recommendations", anchor=False)
    served = serving(domain)
    here = st.toggle("Only the release that serves", key=f"admin.visitors.release.{domain}")
    found = online.tallies(engine, domain, served.scale.liked, served.id if here else None)
    if not found:
        st.write("Nothing has been recommended to anybody who lets it be kept.")
        return
    st.markdown(
        small(
            f"Of the titles that a visitor was shown, the share that they then rated or said they "
            f"had seen, rated {served.scale.liked:g} or higher, or did not want. Everybody counts "
            "once; intervals are 95 %, over visitors."
        )
    )
    _table("Model", online.by_model(found))
    _table("Rank", online.by_rank(found))
    split = pair(domain, Settings.from_environment())
    if split is None:
        st.markdown(
            small(
                "`TASTEMAP_SPLIT` divides visitors between two models, to find out which of them "
                "serves people better."
            )
        )
    else:
        _contest(online.contest(found, *split))


def _contest(found: Contest) -> None:
    st.subheader(f"{plain(found.first)} beside {plain(found.second)}", anchor=False)
    names = (found.first, found.second)
    _table("Given to", dict(zip(names, found.sides, strict=True)))
    if not found.differences:
        st.write(f"Too early to tell: it takes {online.FEWEST} visitors on each side.")
        return
    lines = []
    for figure, gap in found.differences.items():
        told = f"{gap.value:+.3f} (95 %: {gap.low:+.3f} to {gap.high:+.3f})"
        real = figure in found.beyond_chance
        lines.append(f"- {_WORDS[figure]}: {told}, {'beyond chance' if real else 'may be chance'}")
    st.markdown(
        f"{plain(found.first)} minus {plain(found.second)}, different people on each side:\n\n"
        + "\n".join(lines)
    )


def _table(heading: str, rows: Mapping[str, Followed]) -> None:
    table = pd.DataFrame(
        {
            name: {
                "Visitors": f"{one.visitors:,}",
                "Shown": f"{one.shown:,}",
                **{
                    word: _told(one.figures.get(figure), share=figure != "rating")
                    for figure, word in _WORDS.items()
                },
            }
            for name, one in rows.items()
        }
    ).T.rename_axis(heading)
    st.table(table, alt=f"What visitors made of recommendations, by {heading.lower()}")


def _told(found: Estimate | None, *, share: bool) -> str:
    if found is None:
        return "none"
    if share:
        low, high = max(found.low, 0.0), min(found.high, 1.0)
        return f"{100 * found.value:.1f} % ({100 * low:.1f}–{100 * high:.1f})"
    return f"{found.value:.2f} ({found.low:.2f}–{found.high:.2f})"


def _apart(engine: Engine) -> None:
    st.header("Set apart", anchor=False)
    found = records.apart(engine)
    st.markdown(
        small(
            f"More than {FASTEST} ratings tapped within a minute, or {MONOTONE} and more of a "
            "domain that are all the same. They count nowhere until you let them."
        )
    )
    if not found:
        st.write("Nobody.")
    for one in found:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"`{one.visitor[:12]}` {plain(one.reason)}; {one.ratings:,} in all, since "
                f"{one.since:%Y-%m-%d %H:%M} UTC"
            )
            st.button(
                "Let them count",
                key=f"admin.visitor.clear.{one.visitor}",
                on_click=perform,
                args=(
                    "clear visitor",
                    lambda who, one=one: records.let_count(engine, one.visitor),
                    lambda _, one=one: f"The ratings of {one.visitor[:12]} count from now on.",
                ),
                kwargs={"detail": f"{one.visitor[:12]}: {one.reason}"},
            )
            st.button(
                "Look",
                type="tertiary",
                key=f"admin.visitor.look.{one.visitor}",
                on_click=_look,
                args=(engine, one.visitor),
            )


def _one(engine: Engine) -> None:
    st.header("One visitor’s data", anchor=False)
    st.markdown(
        "Visitors see their number on Recommend, under *Forget me*. Its first eight digits will do."
    )
    number = st.text_input("Number", key=_NUMBER, max_chars=32, width=320).strip()
    with st.container(horizontal=True):
        st.button(
            "Get the data",
            disabled=not number,
            key="admin.visitor.get",
            on_click=_look,
            args=(engine, number),
        )
        with st.popover("Delete", icon=":material/delete:", disabled=not number):
            st.write("All that is kept of this visitor goes for good.")
            st.button(
                "Delete for good",
                type="primary",
                key="admin.visitor.forget",
                on_click=_forget,
                args=(engine, number),
            )
    if (found := st.session_state.get(_EXPORT)) is not None:
        _export(found)


def _export(found: dict) -> None:
    st.subheader(f"{found['visitor'][:12]}", anchor=False)
    st.markdown(
        f"{len(found['ratings']):,} ratings, {len(found['recommended']):,} recommendations, since "
        f"{records.moment(found['since']):%Y-%m-%d %H:%M} UTC."
    )
    st.download_button(
        "Download, JSON",
        json.dumps(found, indent=1),
        file_name=f"visitor-{found['visitor'][:12]}.json",
        mime="application/json",
        icon=":material/download:",
        on_click="ignore",
        key="admin.visitor.download",
    )
    if found["ratings"]:
        shown = pd.DataFrame(found["ratings"]).assign(
            at=lambda table: pd.to_datetime(table["at"], unit="ms", utc=True)
        )
        st.dataframe(
            shown[["domain", "item_id", "rating", "at", "release", "model"]],
            hide_index=True,
            alt="The visitor’s ratings",
        )


def _look(engine: Engine, number: str) -> None:
    st.session_state.pop(_EXPORT, None)
    found = perform(
        "export visitor",
        lambda who: records.export(engine, number),
        lambda found: f"The data of {found['visitor'][:12]} are below.",
        detail=number[:12],
    )
    if found is not None:
        st.session_state[_EXPORT] = found


def _forget(engine: Engine, number: str) -> None:
    st.session_state.pop(_EXPORT, None)
    perform(
        "forget visitor",
        lambda who: records.forget(engine, number),
        lambda visitor: f"All that was kept of {visitor[:12]} is deleted.",
        detail=number[:12],
    )
