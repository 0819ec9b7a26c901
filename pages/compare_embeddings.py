"""Compare embeddings: two models beside each other, how far they agree, and which titles moved."""

import pandas as pd
import streamlit as st

from pages.components import visitor
from pages.components.charts import chart, file_name, theme
from pages.components.downloads import figure_downloads
from pages.components.text import plain
from recommender import figures
from recommender.errors import TastemapError
from recommender.factors.comparison import NEIGHBOURS
from recommender.factors.export import to_csv
from recommender.factors.side_by_side import Side, neighbours
from recommender.serving.opened import domains, other_release, other_releases, release
from recommender.serving.spaces import factor_spaces, pair

HERE = "compare_embeddings"
KNOWN = 500

served = release(visitor.domain(domains()))
models = factor_spaces(served)
wanted = visitor.view(served, HERE)


def choose(name: str) -> None:
    """Takes what a widget says into the view."""
    value = st.session_state[f"{name}.{served.domain}"]
    changed = {name: None if value in (None, served.id) else str(value)}
    # Another release may not have the model.
    visitor.change_view(served, HERE, changed | ({"second": None} if name == "release" else {}))


def click(side: str) -> None:
    """Takes the title whose point was clicked; a figure that changes reports no point."""
    points = st.session_state[f"{side}.{served.domain}"].selection.points
    shown = points[0].get("customdata") if points else None
    if shown is not None:
        visitor.change_view(served, HERE, {"title": str(shown)})


def keep(name: str, value: object) -> str:
    """Lets a widget show what the view says, and returns its key."""
    st.session_state[f"{name}.{served.domain}"] = value
    return f"{name}.{served.domain}"


def faithful(side: Side) -> str:
    """How far a picture can be believed, in a sentence."""
    found = side.faithfulness
    if found is None:
        return "Too few titles to say how far this picture can be believed."
    return (
        f"Trustworthiness **{found.trustworthiness:.2f}** (are those that lie near really alike?), "
        f"continuity **{found.continuity:.2f}** (do those that are alike lie near?); "
        "1 is faithful, 0.5 is chance."
    )


st.title("Compare embeddings", anchor=False)
st.markdown(
    "Do two models see the same titles as alike? Axes are a choice of each model, so the second is "
    "turned to fit the first as well as it can; neighbours are compared by all factors."
)
if len(models) < 1:
    st.write("No model of this release has factors.")
    st.stop()
first = wanted.get("first", "")
first = first if first in models else next(iter(models))
others = other_releases(served)
second_release = served
with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
    st.selectbox(
        "Model on the left",
        list(models),
        key=keep("first", first),
        on_change=choose,
        args=("first",),
        width=220,
    )
    if others:
        chosen = wanted.get("release", "")
        chosen = chosen if chosen in others else served.id
        st.selectbox(
            "Release on the right",
            [served.id, *others],
            key=keep("release", chosen),
            format_func=lambda one: f"{one} (serves)" if one == served.id else one,
            on_change=choose,
            args=("release",),
            width=280,
        )
        if chosen != served.id:
            try:
                with st.spinner(f"Opening release {chosen} …"):
                    second_release = other_release(served.domain, chosen)
            except TastemapError as error:
                st.error(str(error), icon=":material/error:")
                st.stop()
    second_models = factor_spaces(second_release)
    candidates = [one for one in second_models if second_release is not served or one != first]
    if not candidates:
        st.write("There is no second model with factors to compare with.")
        st.stop()
    second = wanted.get("second", "")
    second = second if second in candidates else candidates[0]
    st.selectbox(
        "Model on the right",
        candidates,
        key=keep("second", second),
        on_change=choose,
        args=("second",),
        width=220,
    )

try:
    with st.spinner("Comparing the neighbours of every title …"):
        both = pair(served, first, second_release, second)
except TastemapError as error:
    st.error(str(error), icon=":material/error:")
    st.stop()
compared, shelf = both.comparison, served.shelf
ids = compared.titles.index
titles = pd.Series(shelf.titles, shelf.item_ids)
agree, chance = NEIGHBOURS * compared.overlap, NEIGHBOURS * compared.chance
st.markdown(
    f"Of the {NEIGHBOURS} titles nearest to a title, both models name **{agree:.1f}** on average; "
    f"chance would give {chance:.2f}. On {len(ids):,} titles with enough ratings."
)

st.header("Side by side", anchor=False)
named = wanted.get("title", "")
item_id = int(named) if named.isascii() and named.isdigit() and int(named) in ids else None
st.selectbox(
    "A title, in both",
    ids.tolist(),
    index=None,
    key=keep("title", item_id),
    format_func=lambda one: shelf.named(shelf.position[one]),
    placeholder="Search, or click a point",
    on_change=choose,
    args=("title",),
    filter_mode="contains",
    width=440,
)
near = neighbours(compared, item_id) if item_id is not None else ([], [])
sides = {
    "left": (first, both.sides[0], near[0]),
    "right": (
        second if second_release is served else f"{second}, {second_release.id}",
        both.sides[1],
        near[1],
    ),
}
drawn = {}
for column, (side, (model, picture, own)) in zip(st.columns(2), sides.items(), strict=True):
    with column:
        st.subheader(plain(model), anchor=False)
        drawn[model] = figures.atlas(
            picture.places, titles, chosen=item_id, highlighted=own, theme=theme()
        )
        chart(
            drawn[model],
            served,
            f"compare-{model}",
            f"Titles as {model} places them",
            key=f"{side}.{served.domain}",
            on_select=lambda side=side: click(side),
            selection_mode="points",
            buttons=("zoomIn2d", "zoomOut2d", "resetScale2d"),
        )
        st.markdown(faithful(picture))
st.markdown(
    "**Do not read noise as structure.** These are two directions of many, the same in both "
    "pictures. What lies close here may be far apart in the rest, and a gap may be none: believe "
    "the neighbours below, which are counted in all directions."
)

if item_id is not None:
    st.header(plain(shelf.named(shelf.position[item_id])), anchor=False)
    shared = set(near[0]) & set(near[1])
    st.markdown(
        f"Both models name **{len(shared)}** of its {NEIGHBOURS} nearest titles; they are in bold."
    )
    for column, (model, _, own) in zip(st.columns(2), sides.values(), strict=True):
        rows = [plain(shelf.named(shelf.position[one])) for one in own]
        rows = [f"**{row}**" if one in shared else row for one, row in zip(own, rows, strict=True)]
        with column:
            st.subheader(f"Nearest by {plain(model)}", anchor=False)
            table = pd.DataFrame({"Rank": range(1, len(own) + 1), "Title": rows})
            st.table(table, border="horizontal", hide_index=True, alt=f"Nearest by {model}")

st.header("How far they agree", anchor=False)
drawn["How far they agree"] = figures.overlap(compared, theme=theme())
chart(drawn["How far they agree"], served, "overlap", "Neighbours shared by both models")
st.header(f"What moved most of the {KNOWN} best-known titles", anchor=False)
drawn["What moved most"] = figures.moved(
    compared, titles.iloc[shelf.by_popularity[:KNOWN]], theme=theme()
)
chart(drawn["What moved most"], served, "moved", "The titles that moved most")

export = st.expander("Export", icon=":material/download:", on_change="rerun", key="export.compare")
if export.open:
    what = f"{first}-and-{second}"
    with export:
        table = compared.titles.reset_index()
        table.insert(1, "title", titles[ids].to_numpy())
        data = to_csv(table)
        st.download_button(
            f"Overlap and moves of every title, CSV ({len(data) / 1e3:.0f} kB)",
            data,
            file_name=file_name(served, what, "csv"),
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
        figure_downloads(served, what, f"{first} and {second}, {served.domain}", drawn)
