"""Admin, Retrain: what to train with what, what it will take, and how the trainings stand."""

from collections.abc import Callable, Mapping
from dataclasses import Field, fields, replace
from typing import Any

import streamlit as st

from pages.components.admin.door import jobs, office, perform
from pages.components.admin.progress import trainings
from pages.components.admin.words import duration, size
from pages.components.text import plain
from recommender.admin.releases import TRAIN
from recommender.admin.sources import PACKAGED, sources
from recommender.algorithms import algorithm, names
from recommender.errors import ParameterError, TastemapError
from recommender.evaluation.search_space import Range
from recommender.evaluation.written import to_search
from recommender.settings import Settings
from recommender.training.job import METHODS, JobRequest, JobSearch, Value
from recommender.training.recipes import recipe, recipes

ELSEWHERE = "\n"
"""Stands for a path in the choice of data; no data set has such a name."""
_METHODS = {"grid": "every combination", "random": "at random", "model": "by a model of the others"}
_OBJECTIVES = {
    "ndcg": "order of titles for newcomers (NDCG@10)",
    "rmse": "predicted ratings of newcomers (RMSE)",
    "mae": "predicted ratings of newcomers (MAE)",
    "cv-rmse": "predicted ratings of known people (RMSE)",
    "cv-mae": "predicted ratings of known people (MAE)",
}


def retrain_section(domain: str) -> None:
    """Draws the trainings there are, and the form for another."""
    trainings(domain)
    st.header("Train a release", anchor=False)
    settings = Settings.from_environment()
    source = _source(domain, settings)
    chosen, searched = _algorithms(domain)
    search = _search(domain, chosen) if searched else None
    visitors = _visitors(domain)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        note = st.text_input("Why", key="admin.train.note", max_chars=300, width=440)
        seed = st.number_input(
            "Seed",
            0,
            2**31 - 1,
            0,
            key="admin.train.seed",
            width=160,
            help="Fixes everything random: the same data, seed and parameters give the same "
            "release.",
        )
    try:
        request = JobRequest(
            domain,
            source,
            chosen,
            search() if search else None,
            int(seed),
            note=note.strip(),
            visitors=visitors,
        )
        with st.spinner("Estimating …"):
            told = _estimate(request)
    except TastemapError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    st.markdown(told)
    # Not in a callback, which would know the form as it was before the last word was typed.
    if st.button(
        "Start training", type="primary", icon=":material/play_arrow:", key="admin.train.start"
    ):
        _start(request)
        st.rerun()


def _source(domain: str, settings: Settings) -> str | None:
    there = sources(domain, settings)
    chosen = st.selectbox(
        "Data",
        [*there, ELSEWHERE],
        format_func=lambda name: "A path on the server …" if name == ELSEWHERE else there[name],
        key=f"admin.train.data.{domain}",
        width=440,
    )
    if chosen != ELSEWHERE:
        return None if chosen == PACKAGED else chosen
    path = st.text_input("Folder or zip on the server", key="admin.train.path", width=440)
    return path.strip() or None


def _visitors(domain: str) -> bool:
    """Whether visitors' ratings are to be among the data; there may be none yet."""
    from recommender.visitors.records import overview

    found = overview(office().log.engine, domain)
    chosen = st.toggle(
        "Learn from visitors’ ratings too",
        key=f"admin.train.visitors.{domain}",
        disabled=not found.ratings,
        help="Those that visitors have let be kept and that are not set apart. The judgement then "
        "says what they did to the figures.",
    )
    st.markdown(
        f"{found.ratings:,} ratings by {found.visitors:,} "
        f"{'visitor' if found.visitors == 1 else 'visitors'}."
        if found.ratings
        else "No visitor has let any be kept yet."
    )
    return chosen and bool(found.ratings)


def _algorithms(domain: str) -> tuple[dict[str, dict[str, Value]], bool]:
    """Draws the choice of algorithms: each with the parameters that differ from the usual ones."""
    usual = list(recipes(domain))
    chosen = st.multiselect(
        "Algorithms",
        names(),
        usual,
        key=f"admin.train.algorithms.{domain}",
        select_all=False,
        help="One of them at least must have factors, for the map: taste-als has.",
    )
    if not chosen:
        st.write("None chosen: all that a release usually holds.")
    parameters: dict[str, dict[str, Value]] = {name: {} for name in chosen}
    with st.expander("Parameters"):
        adjusted = st.pills(
            "Algorithm",
            [name for name in chosen if fields(algorithm(name))],
            key=f"admin.train.adjusted.{domain}",
        )
        for name in chosen:
            changed = _parameters(domain, name, drawn=name == adjusted)
            parameters[name] = changed
            if changed and name != adjusted:
                told = ", ".join(f"{key} {value}" for key, value in changed.items())
                st.markdown(f"{plain(name)}: {plain(told)}")
    searched = st.toggle("Search for better parameters first", key=f"admin.train.search.{domain}")
    return parameters, searched


def _parameters(domain: str, name: str, *, drawn: bool) -> dict[str, Value]:
    """The parameters of an algorithm that differ from the usual ones; draws them all if wanted."""
    usual = recipe(domain, name)
    kept: dict[str, Value] = st.session_state.setdefault(f"admin.kept.{domain}.{name}", {})
    if drawn:
        with st.container(horizontal=True, gap="medium"):
            for item in fields(usual):
                key = f"admin.parameter.{domain}.{name}.{item.name}"
                # The widget forgets when it is not drawn.
                st.session_state.setdefault(key, kept.get(item.name, getattr(usual, item.name)))
                kept[item.name] = _parameter(item, getattr(usual, item.name), key)
    return {key: value for key, value in kept.items() if value != getattr(usual, key)}


def _parameter(item: Field, usual: Any, key: str) -> Value:
    declared, label = item.metadata, item.name.replace("_", " ")
    meaning = declared["meaning"][:1].upper() + declared["meaning"][1:]
    if "options" in declared:
        options = list(declared["options"])
        return st.selectbox(label, options, key=key, help=f"{meaning}.", width=200)
    whole = isinstance(item.default, int)
    kind = int if whole else float
    low, high = kind(declared["low"]), kind(declared["high"])
    return st.number_input(
        label,
        low,
        high,
        step=1 if whole else max(float(f"{usual / 10:.1g}"), 1e-6),
        format="%d" if whole else "%g",
        key=key,
        help=f"{meaning}; from {low:g} to {high:g}.",
        width=200,
    )


def _search(domain: str, chosen: Mapping[str, Mapping[str, Value]]) -> Callable[[], JobSearch]:
    """Draws what is to be searched; what is returned makes the search, or says what is wrong."""
    able = [name for name in chosen or recipes(domain) if fields(algorithm(name))]
    with st.container(border=True):
        name = st.selectbox("Tune", able, key=f"admin.tune.{domain}", width=240)
        method = st.segmented_control(
            "Try",
            list(METHODS),
            default="grid",
            required=True,
            format_func=_METHODS.__getitem__,
            key="admin.tune.method",
        )
        objective = st.selectbox(
            "Make better",
            list(_OBJECTIVES),
            format_func=_OBJECTIVES.__getitem__,
            key="admin.tune.objective",
            width=440,
        )
        trials = st.number_input("Settings to try at most", 1, 1000, 20, key="admin.tune.trials")
        st.markdown("Values to try, as `16, 32, 64` or `16..64`; nothing to leave one as it is.")
        texts = {}
        with st.container(horizontal=True, gap="medium"):
            for item in fields(algorithm(name)) if name else ():
                texts[item.name] = st.text_input(
                    item.name.replace("_", " "),
                    key=f"admin.tune.{name}.{item.name}",
                    help=f"{item.metadata['meaning']}.",
                    width=200,
                )

    def search() -> JobSearch:
        wanted = to_search([f"{key}={text}" for key, text in texts.items() if text.strip()])
        space = {
            key: found.grid() if isinstance(found, Range) else found.values
            for key, found in wanted.items()
            if found is not None
        }
        if not space and method == "grid":
            raise ParameterError("Name values for one parameter at least, or try at random.")
        return JobSearch(name or "", space, method, int(trials), objective)

    return search


def _estimate(request: JobRequest) -> str:
    found = jobs().estimate(request)
    return (
        f"About **{duration(found.seconds)}** and **{size(found.bytes)}** of memory. "
        f"{plain(found.basis)}"
    )


def _start(request: JobRequest) -> None:
    asked = ", ".join(request.algorithms) or "all algorithms"
    asked += ", with visitors" if request.visitors else ""
    perform(
        TRAIN,
        lambda who: jobs().submit(replace(request, by=who)),
        lambda job_id: f"Training {job_id} is in the queue.",
        domain=request.domain,
        detail=". ".join(filter(None, (request.note, f"{asked}, seed {request.seed}"))),
    )
