"""Admin, Data: what a domain learns from, and ratings that somebody brings."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import streamlit as st

from pages.components.admin.door import perform
from pages.components.admin.words import size
from pages.components.text import plain, small
from recommender.errors import DataError
from recommender.serving.opened import release as serving
from recommender.settings import Settings
from recommender.training import uploads
from recommender.training.uploads import Report, Upload

LARGEST = 500
"""Megabytes of an uploaded file; larger ones are on the server before and only named here."""
_REPORT = "admin.report"


def data_section(domain: str) -> None:
    """Draws what serves was trained on, what was brought, and the way to bring more."""
    _provenance(domain)
    _kept(domain)
    _bring(domain)


def _provenance(domain: str) -> None:
    served = serving(domain)
    facts = served.manifest["data"]
    st.header("What visitors get was learned from", anchor=False)
    st.markdown(f"**{plain(facts['name'])}**, release `{served.id}`")
    with st.container(horizontal=True, gap="large"):
        for label, key in (("Ratings", "ratings"), ("People", "users"), ("Titles", "titles")):
            st.metric(label, f"{facts[key]:,}", width="content")
    lines = [
        f"Licence: {facts['licence']}",
        f"Source: {facts['url']}",
        f"To be cited: {facts['citation']}",
        *(f"Left out: {n:,} {reason}" for reason, n in facts.get("dropped", {}).items()),
        *(f"Mended: {n:,} {reason}" for reason, n in facts.get("mended", {}).items()),
    ]
    st.markdown("\n".join(f"- {plain(line)}" for line in lines))
    if facts.get("files"):
        with st.expander("Files, with their SHA-256"):
            text = "\n".join(f"{digest}  {name}" for name, digest in facts["files"].items())
            st.code(text, language=None, wrap_lines=True)


def _kept(domain: str) -> None:
    state = Settings.from_environment().state
    found = [one for one in uploads.uploads(state) if one.domain == domain]
    if not found:
        return
    st.header("Ratings that were brought", anchor=False)
    for one in found:
        with st.container(border=True, gap="small"):
            st.subheader(plain(one.name), anchor=False)
            st.markdown(
                f"{one.ratings:,} ratings by {one.users:,} people; {one.titles:,} titles, "
                f"{size(one.size)}."
            )
            why = f": {plain(one.note)}" if one.note else ""
            st.markdown(small(f"By {plain(one.by)}, {one.added:%Y-%m-%d %H:%M} UTC{why}"))
            _removal(state, one)


def _removal(state: Path, one: Upload) -> None:
    with st.popover("Delete", icon=":material/delete:", key=f"admin.upload.{one.name}"):
        st.write("The releases that were trained on it stay.")
        st.button(
            "Delete for good",
            type="primary",
            key=f"admin.remove.{one.name}",
            on_click=perform,
            args=(
                "delete data",
                lambda who: uploads.remove(state, one.name),
                lambda _: f"{one.name} is deleted.",
            ),
            kwargs={"domain": one.domain, "detail": one.name},
        )


def _bring(domain: str) -> None:
    st.header("Bring ratings", anchor=False)
    st.markdown(
        "A zip in a published format, its files one by one, or a table of ratings alone, whose "
        "titles are then those of the release that serves. Every line is checked before anything "
        "is kept; what serves does not change, and what was kept before stays."
    )
    given = st.file_uploader(
        "Files",
        accept_multiple_files=True,
        max_upload_size=LARGEST,
        key=f"admin.files.{domain}",
    )
    path = st.text_input(
        "Or a folder or zip on the server", key=f"admin.path.{domain}", width=440
    ).strip()
    note = st.text_input("Why", key="admin.bring.note", max_chars=300, width=440).strip()
    ready = bool(given or path)
    if st.button("Check and keep", type="primary", disabled=not ready, key="admin.bring"):
        with (
            st.spinner("Checking every line …", show_time=True),
            tempfile.TemporaryDirectory() as folder,
        ):
            files = {}
            for number, one in enumerate(given):
                place = Path(folder) / str(number)
                place.write_bytes(one.getbuffer())
                files[one.name] = place
            if path:
                files = {Path(path).name or path: Path(path).expanduser()}
            _keep(domain, files, note)
        st.rerun()
    if (report := st.session_state.get(_REPORT)) is not None:
        _told(report)


def _keep(domain: str, files: Mapping[str, Path], note: str) -> None:
    settings = Settings.from_environment()
    st.session_state.pop(_REPORT, None)

    def work(who: str) -> Report:
        missing = [str(path) for path in files.values() if not path.exists()]
        if missing:
            raise DataError(f"{missing[0]} does not exist; name a folder or zip on the server.")
        report = uploads.add(domain, files, settings.state, settings.models, by=who, note=note)
        if report.accepted is None:
            st.session_state[_REPORT] = report
            raise DataError(report.said)
        return report

    perform(
        "bring data",
        work,
        lambda report: f"{report.accepted}: {report.said} Retrain offers it.",
        domain=domain,
        detail=". ".join(filter(None, (note, ", ".join(files)))),
    )


def _told(report: Report) -> None:
    if report.bad:
        st.subheader("What is wrong", anchor=False)
        table = pd.DataFrame(
            [
                {
                    "File": bad["file"],
                    "Line": bad["line"] or None,
                    "Field": bad["field"],
                    "Found": str(bad["found"]),
                    "Mend": bad["mend"],
                }
                for bad in report.bad
            ]
        ).astype({"Line": "Int64"})
        st.dataframe(table, hide_index=True, alt="Lines that cannot be used")
        if report.total > len(report.bad):
            st.write(f"And {report.total - len(report.bad):,} more.")
