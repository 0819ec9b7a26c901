"""The dialog that brings a visitor's list from another service: file, summary, review, done.

What a file means is worked out in `recommender.serving.bring_list`; here it is asked for and shown.
The file is read once and kept nowhere: its matched list stays in the visitor's tab until the dialog
is done with it.
"""

from collections.abc import Iterable

import streamlit as st

from pages.components import visitor
from pages.components.text import plain
from recommender.errors import TastemapError
from recommender.serving import bring_list as lists
from recommender.serving.bring_list import Brought, Plan, Reading
from recommender.serving.served import ServedRelease
from recommender.serving.uploads import MOST_MEGABYTES

_PAGE, _LISTED = 10, 300
_OPEN, _ROUND, _READ = "bring.open", "bring.round", "bring.read"
_MINE = "Keep mine"


def bring_button(served: ServedRelease, key: str) -> None:
    """Draws the button that opens the dialog, and the dialog if it is to be open.

    Args:
        served: what serves.
        key: names the button; a page draws one at a time.
    """
    pressed = st.button("Bring your list", key=key, type="tertiary", icon=":material/upload_file:")
    if st.session_state.pop(_OPEN, False) or pressed:
        _dialog(served)


@st.dialog("Bring your list", width="medium", icon=":material/upload_file:")
def _dialog(served: ServedRelease) -> None:
    # A new round has an empty uploader.
    file = st.file_uploader(
        "The file from another service",
        key=f"bring.file.{st.session_state.get(_ROUND, 0)}",
        max_upload_size=MOST_MEGABYTES,
        help="It is read here and not kept.",
    )
    if file is None:
        st.session_state.pop(_READ, None)
        _how_to(served.domain)
        return
    try:
        reading = _reading(file)
    except TastemapError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    if reading.domain != served.domain:
        _other_domain(reading)
        return
    _review(served, _matched(served, reading))


def _how_to(domain: str) -> None:
    """Says how to get the file from each service."""
    importers = {one.service: one for one in lists.importers_of(domain)}
    service = st.pills(
        "How to get it from",
        list(importers),
        key=f"bring.service.{domain}",
        default=next(iter(importers)),
        required=True,
    )
    steps = importers[service].steps
    st.markdown("\n".join(f"{number}. {plain(step)}" for number, step in enumerate(steps, 1)))


def _other_domain(reading: Reading) -> None:
    """Offers to take the list where it belongs."""
    st.info(
        f"This is a list of {reading.domain} from {plain(reading.service)}.",
        icon=":material/info:",
    )
    if st.button(f"Bring it to {reading.domain.capitalize()}", type="primary"):
        visitor.choose_domain(reading.domain)
        st.session_state[_OPEN] = True
        st.rerun()


def _reading(file: "st.runtime.uploaded_file_manager.UploadedFile") -> Reading:
    """Reads the file once, however often the dialog is drawn."""
    kept = st.session_state.get(_READ)
    if kept is None or kept["file"] != file.file_id:
        with st.spinner("Reading the file …"):
            reading = lists.read(file.name, file.getvalue())
        kept = st.session_state[_READ] = {"file": file.file_id, "reading": reading}
    return kept["reading"]


def _matched(served: ServedRelease, reading: Reading) -> Brought:
    """Looks for the titles once."""
    kept = st.session_state[_READ]
    if kept.get("release") != served.id:
        bar = st.progress(0.0, f"Looking for {len(reading.entries):,} titles …")
        kept["matched"] = lists.match(reading, served, bar.progress)
        kept |= {"release": served.id, "picks": {}}
        bar.empty()
    return kept["matched"]


def _review(served: ServedRelease, brought: Brought) -> None:
    """Shows what was found, asks what is open, and takes the list in."""
    session, picks = visitor.session(served), st.session_state[_READ]["picks"]
    reading = brought.reading
    st.markdown(
        f"**{plain(reading.service)}**, {brought.n_lines:,} lines. "
        f"{plain(lists.scale_sentence(reading, served.scale))} {plain(reading.note)}"
    )
    if brought.unsure:
        _unsure(served, brought, picks)
    theirs = False
    kept = lists.plan(brought, picks, session.state).kept
    if kept:
        other = f"Take {reading.service}'s"
        choice = st.segmented_control(
            f"{_n(kept, 'title')} you have rated differently here",
            [_MINE, other],
            default=_MINE,
            required=True,
            key="bring.theirs",
        )
        theirs = choice == other
    plan = lists.plan(brought, picks, session.state, theirs=theirs)
    st.markdown(_summary(plan))
    _listed("Not in the catalogue", (entry.called for entry in brought.missing))
    _listed("No rating of a title", (f"{line.place}: {line.why}." for line in brought.skipped))
    if plan.n_taken == 0:
        st.info("Nothing new: what could be brought is here already.", icon=":material/check:")
    elif st.button(f"Add {_n(plan.n_taken, 'title')} to my list", type="primary"):
        visitor.update(lists.take_in(session, plan, reading.service))
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
        st.session_state.pop(_READ)
        st.rerun()


def _unsure(served: ServedRelease, brought: Brought, picks: dict[int, int | None]) -> None:
    """Asks which title each unsure entry is, a page at a time."""
    n = len(brought.unsure)
    with st.expander(f"{_n(n, 'title')} to check", expanded=True, icon=":material/help:"):
        pages = -(-n // _PAGE)
        page = st.pagination(pages, key="bring.page") if pages > 1 else 1
        for number in range((page - 1) * _PAGE, min(page * _PAGE, n)):
            one = brought.unsure[number]
            options = [*one.candidates, None]
            rating = "" if one.rating is None else f", rated {one.rating:g}"
            picks[number] = st.selectbox(
                plain(f"{one.entry.called}{rating}"),
                options,
                index=options.index(picks.get(number, one.suggested)),
                format_func=lambda item_id: _named(served, item_id),
                # No typing, so that a phone shows no keyboard.
                filter_mode=None,
                key=f"bring.pick.{st.session_state[_READ]['file']}.{number}",
            )


def _named(served: ServedRelease, item_id: int | None) -> str:
    shelf = served.shelf
    return "Leave it out" if item_id is None else shelf.named(shelf.position[item_id])


def _summary(plan: Plan) -> str:
    """Accounts for every line, in words."""
    counted = {
        "New ratings": plan.new,
        "Ratings that replace yours": plan.changed,
        "Other than your rating, which stays": plan.kept,
        "Watched, not rated": len(plan.seen),
        "Planned": len(plan.planned),
        "Here already": plan.same,
        "Named twice in the file": plan.repeated,
        "Unsure and left out": plan.left_out,
        "Not in the catalogue": plan.missing,
        "No rating of a title": plan.skipped,
    }
    return "\n".join(f"- {what}: **{count:,}**" for what, count in counted.items() if count)


def _listed(label: str, lines: Iterable[str]) -> None:
    """Lists lines behind a fold; draws nothing if there are none."""
    found = list(lines)
    if found:
        with st.expander(f"{label}: {len(found):,}"), st.container(height=200, border=False):
            more = len(found) - _LISTED
            st.text("\n".join(found[:_LISTED]) + (f"\n… and {more:,} more" if more > 0 else ""))


def _n(count: int, noun: str) -> str:
    return f"1 {noun}" if count == 1 else f"{count:,} {noun}s"
