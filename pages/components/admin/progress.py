"""Admin, Retrain: the training that runs, live; those that wait and those that have ended."""

import streamlit as st

from pages.components.admin.door import jobs, perform, signed_in, to_say
from pages.components.admin.words import duration, size
from pages.components.text import plain, small
from recommender.errors import TastemapError
from recommender.training.job import ENDED, Job

ENDED_SHOWN, LINES = 5, 200
_MARKS = {"done": "green", "failed": "red", "cancelled": "gray"}


def trainings(domain: str) -> None:
    """Draws all trainings, of every domain, as there is one queue; refreshed while any is open."""
    every = "1s" if any(job.state not in ENDED for job in jobs().all()) else None
    st.fragment(_live, run_every=every)(every is not None)


def _live(watching: bool) -> None:
    if to_say() or signed_in() is None:
        # The page says it, or asks for the password: reading, too, is for those who are signed in.
        st.rerun()
    try:
        found = jobs().all()
    except TastemapError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    if watching and all(job.state in ENDED for job in found):
        # Nothing moves any more; the rest of the page may speak of what there is now.
        st.rerun()
    for job in found:
        if job.state == "running":
            _running(job)
    if waiting := [job for job in found if job.state == "waiting"]:
        st.subheader(f"{len(waiting)} waiting", anchor=False)
        for job in waiting:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"{_asked(job)}  \n{small(plain(job.message))}", width="stretch")
                _cancel(job, "Take it out")
    if ended := [job for job in found if job.state in ENDED]:
        with st.expander(f"Trainings that ended: {len(ended)}"):
            for job in ended[:ENDED_SHOWN]:
                _over(job)


def _running(job: Job) -> None:
    with st.container(border=True, key="admin-running"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(f"Training {job.request.domain}", anchor=False, width="stretch")
            _cancel(job, "Cancel")
        left = "" if job.seconds_left is None else f", about {duration(job.seconds_left)} left"
        st.progress(job.share, f"{job.share:.0%}{left}: {plain(job.stage or 'starting')}")
        with st.container(horizontal=True, gap="medium"):
            st.metric("Memory now", size(job.memory), width=160)
            st.metric("At most so far", size(job.peak_memory), width=160)
            for name, curve in job.losses.items():
                if len(curve) > 1:
                    st.metric(
                        f"Loss of {name}, {len(curve)} rounds",
                        f"{curve[-1]:.4g}",
                        chart_data=list(curve),
                        chart_type="line",
                        width=240,
                    )
        st.markdown(small(_asked(job)))
        _log(job)


def _over(job: Job) -> None:
    with st.container(gap="small", border=True):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(job.state, color=_MARKS[job.state])
            st.markdown(_asked(job))
        if job.message:
            st.markdown(plain(job.message))
        if job.started and job.ended:
            took = duration((job.ended - job.started).total_seconds())
            st.markdown(small(f"{took}, {size(job.peak_memory)} of memory at most"))
        if st.toggle("Log", key=f"admin.log.{job.id}"):
            _log(job)


def _asked(job: Job) -> str:
    request = job.request
    what = ", ".join(request.algorithms) or "all algorithms"
    told = f"**{request.domain}**: {plain(what)}, asked for by {plain(request.by or 'somebody')}"
    told += f" at {job.submitted:%Y-%m-%d %H:%M} UTC"
    return f"{told}: {plain(request.note)}" if request.note else told


def _log(job: Job) -> None:
    lines = jobs().log(job.id, LINES)
    st.code("\n".join(lines) or "Nothing yet.", language=None, height=240, wrap_lines=True)


def _cancel(job: Job, label: str) -> None:
    st.button(
        label,
        icon=":material/cancel:",
        key=f"admin.cancel.{job.id}",
        on_click=perform,
        args=("cancel", lambda who: jobs().cancel(job.id, who), lambda _: "It is cancelled."),
        kwargs={"domain": job.request.domain, "detail": f"training {job.id}"},
    )
