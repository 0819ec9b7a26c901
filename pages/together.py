"""Together: several people's lists, and titles that all of them would like."""

import streamlit as st

from pages.components import visitor
from pages.components.group import (
    COLOURS,
    friends,
    keep_friends,
    last_done,
    person_line,
    picks_list,
    send_style,
    shortened,
    undo_friends,
)
from pages.components.text import plain, small
from recommender.errors import TastemapError
from recommender.serving import bring_list as lists
from recommender.serving.opened import domains, release
from recommender.serving.people import Person, clean_name, read_link
from recommender.serving.session import Session, State
from recommender.serving.together import DEFAULT, FEWEST, MOST, WAYS, agree
from recommender.serving.uploads import MOST_MEGABYTES

YOU, LENGTH = "You", 12
SAID = {
    "average": ("On average", "What all of you together would like best."),
    "least misery": ("Nobody suffers", "What the least taken of you would still like."),
    "fair": ("Fair shares", "Whoever has got little from the titles above counts more below."),
}

served = release(visitor.domain(domains()))
mine = visitor.session(served).state
others = friends(served)
view = visitor.view(served, "together")
fault_key, added_key, round_key = (f"together.{name}" for name in ("fault", "added", "round"))
round_ = st.session_state.get(round_key, 0)


def add(state: State, name: str, note: str = "") -> None:
    """Takes somebody into the group."""
    taken = [YOU, *(one.name for one in others)]
    person = Person(clean_name(name, taken), state)
    keep_friends(served, (*others, person), f"Added {person.name}")
    st.session_state[added_key] = note
    st.session_state[round_key] = round_ + 1


def add_link() -> None:
    """Reads the link that was pasted."""
    try:
        state = read_link(st.session_state[f"together.link.{round_}"], served, domains())
    except TastemapError as error:
        st.session_state[fault_key] = str(error)
    else:
        add(state, st.session_state[f"together.name.{round_}"])


def add_file() -> None:
    """Reads the file that was chosen."""
    file = st.session_state[f"together.file.{round_}"]
    if file is None:
        return
    try:
        reading = lists.read(file.name, file.getvalue())
    except TastemapError as error:
        st.session_state[fault_key] = str(error)
        return
    if reading.domain != served.domain:
        about = reading.domain.capitalize()
        st.session_state[fault_key] = f"This is a list of {reading.domain}. Choose {about} above."
        return
    plan = lists.plan(lists.match(reading, served), {}, State(served.domain))
    if not plan.ratings:
        st.session_state[fault_key] = "No title of this list is both rated and in the catalogue."
        return
    state = lists.take_in(Session(State(served.domain), served.scale), plan, reading.service).state
    left = plan.missing + plan.left_out + plan.skipped
    note = f"{left:,} lines of it are about no title that is here." if left else ""
    add(state, st.session_state[f"together.name.{round_}"], note)


def remove(at: int) -> None:
    """Takes somebody out of the group."""
    keep_friends(served, (*others[:at], *others[at + 1 :]), f"Removed {others[at].name}")


def undo() -> None:
    """Takes the last step back."""
    undo_friends(served)


def choose_way() -> None:
    """Agrees in another way."""
    chosen = st.session_state["together.way"]
    visitor.change_view(served, "together", {"way": None if chosen == DEFAULT else chosen})


def choose_offer() -> None:
    """Leaves out what somebody has seen, or not."""
    offer = "all" if st.session_state["together.offer"] else None
    visitor.change_view(served, "together", {"offer": offer})


send_style()
with st.container(gap="small"):
    st.title("What to watch together?", anchor=False)
    with st.container(
        horizontal=True, wrap=False, vertical_alignment="center", height=56, border=False
    ):
        if done := last_done(served):
            st.button("Undo", type="tertiary", icon=":material/undo:", on_click=undo)
            st.text(f"{done}. {st.session_state.get(added_key, '')}".strip(), width="stretch")
        else:
            st.text(
                "Bring a friend's ratings; get titles that all of you would like.", width="stretch"
            )

people = ([Person(YOU, mine)] if mine.rated else []) + list(others)
# The visitor keeps the first colour, also before there are ratings.
colours = COLOURS if mine.rated else COLOURS[1:]
way = view.get("way", DEFAULT) if view.get("way", DEFAULT) in WAYS else DEFAULT
folded = [served.fold_in(one.state.ratings) for one in people]
agreement = None
if len(people) >= FEWEST:
    unwanted = {item_id for one in people for item_id in one.state.dismissed}
    agreement = agree(
        folded,
        [one.state.seen for one in people],
        way=way,
        n=LENGTH,
        exclude=unwanted,
        offer_seen=view.get("offer") == "all",
    )

side, picks = st.columns([9, 16], gap="large")
with side, st.container(key="people"):
    st.header("Who is there", anchor=False)
    if not mine.rated:
        person_line(YOU, COLOURS[0], "Nothing rated yet")
        st.page_link("recommend.py", label="Rate a few titles", icon=":material/star:")
    for at, one in enumerate(people):
        friend = at - (len(people) - len(others))
        n = len(one.state.rated)
        share = None if agreement is None else agreement.shares[at]
        said = f"{n:,} rated" + ("" if share is None else f" · {share:.0%} as good as an own list")
        with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small"):
            with st.container(width="stretch"):
                person_line(one.name, colours[at], said, share)
            if friend >= 0:
                st.button(
                    f"Remove {plain(one.name)}",
                    key=f"together.remove.{friend}",
                    icon=":material/close:",
                    type="tertiary",
                    on_click=remove,
                    args=(friend,),
                )
    if cut := shortened(served):
        st.markdown(
            small(
                f"An address has no room for all of {plain(' and '.join(cut))}: whoever opens this "
                "page by its link sees the newest ratings only."
            )
        )
    if len(others) + 1 < MOST:
        fault = st.session_state.pop(fault_key, None)
        open_ = agreement is None or fault is not None
        with st.expander("Add somebody", expanded=open_, icon=":material/person_add:"):
            if fault:
                st.error(plain(fault), icon=":material/link_off:")
            st.text_input(
                "Name", key=f"together.name.{round_}", max_chars=20, placeholder="Friend 1"
            )
            by_link, by_file = st.tabs(["By link", "By file"])
            with by_link, st.form(f"together.form.{round_}", border=False):
                st.text_input(
                    "Friend's link",
                    key=f"together.link.{round_}",
                    placeholder="Paste it here",
                    help="Your friend copies it with “Share & keep”, beside “Your ratings”.",
                )
                st.form_submit_button("Add", on_click=add_link, icon=":material/person_add:")
            with by_file:
                st.file_uploader(
                    "Friend's list",
                    key=f"together.file.{round_}",
                    max_upload_size=MOST_MEGABYTES,
                    on_change=add_file,
                    help="Tastemap's CSV, or the export of another service. It is not kept.",
                )
    else:
        st.markdown(small(f"A group has {MOST} people at most."))

with picks, st.container(key="for-all"):
    if agreement is None and others:
        st.header("One more makes a group", anchor=False)
        st.write("Rate a few titles yourself, or add somebody else.")
    elif agreement is None:
        st.header("Two make a group", anchor=False)
        st.markdown(
            "1. Your friend opens Tastemap and rates a few titles.\n"
            "2. There, **Share & keep** beside “Your ratings” copies a link.\n"
            "3. Paste the link here. Nothing is stored: the group lives in this page's address."
        )
    else:
        st.header("For all of you", anchor=False)
        st.session_state["together.way"] = way
        st.segmented_control(
            "How to agree",
            list(WAYS),
            key="together.way",
            format_func=lambda name: SAID[name][0],
            required=True,
            on_change=choose_way,
        )
        st.markdown(small(SAID[way][1]))
        st.session_state["together.offer"] = view.get("offer") == "all"
        st.toggle("Also what somebody has seen", key="together.offer", on_change=choose_offer)
        picks_list(
            served, dict(zip((one.name for one in people), colours, strict=False)), agreement
        )
        st.markdown(
            small(
                "Beside each name: the rating that we expect, and the title's place in a list "
                "made for that person alone."
            )
        )
