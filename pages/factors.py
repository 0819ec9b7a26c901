"""Factors: what each is called and why, who lies at its ends, and where the visitor stands."""

import pandas as pd
import streamlit as st

from pages.components import visitor
from pages.components.charts import chart, theme
from pages.components.downloads import downloads, figure_downloads
from pages.components.text import plain
from recommender import figures
from recommender.factors.comparison import factor_correlations, scree
from recommender.factors.naming import FactorName, genre_effects
from recommender.factors.space import PRINCIPAL, READABLE, Space
from recommender.serving.opened import domains, release
from recommender.serving.served import ServedRelease
from recommender.serving.spaces import factor_spaces, shown, space

HERE = "factors"
BASES = {READABLE: "Easier to read", PRINCIPAL: "The model’s own"}

served = release(visitor.domain(domains()))
state = visitor.session(served).state
models = factor_spaces(served)


def choose(name: str) -> None:
    """Takes what a widget says into the view."""
    visitor.change_view(served, HERE, {name: str(st.session_state[f"{name}.{served.domain}"])})


def step(factor: int) -> None:
    """Goes to another factor."""
    visitor.change_view(served, HERE, {"factor": str(factor)})


def keep(name: str, value: object) -> str:
    """Lets a widget show what the view says, and returns its key."""
    st.session_state[f"{name}.{served.domain}"] = value
    return f"{name}.{served.domain}"


def label(name: FactorName) -> str:
    """A factor in a list."""
    return f"{name.factor} · {name.name}"


def ends(served: ServedRelease, looked_at: Space, factor: int) -> dict[str, pd.DataFrame]:
    """The titles at both ends of a factor, as tables to be read."""
    found = looked_at.poles(factor, shown(served))
    names = [served.shelf.named(served.shelf.position[one]) for one in found["item_id"]]
    table = pd.DataFrame(
        {
            "Title": [plain(name) for name in names],
            "Loading": found["loading"].map("{:+.2f}".format),
        }
    )
    return {pole: table[found["pole"] == pole] for pole in "+-"}


def evidence(name: FactorName) -> pd.DataFrame:
    """Every word that was proposed for a factor, as a table to be read."""
    return pd.DataFrame(
        {
            "Word": [plain(one.word) for one in name.evidence],
            "End": ["\\+" if one.pole == "+" else "−" for one in name.evidence],
            "Holds": ["yes" if one.holds else "no" for one in name.evidence],
            "Effect": [f"{one.effect:.1f} sd" for one in name.evidence],
            "There / of all": [f"{one.at_pole:.0%} / {one.overall:.0%}" for one in name.evidence],
            "By chance": [f"p = {one.p_value:.3f}" for one in name.evidence],
        }
    )


st.title("Factors", anchor=False)
if not models:
    st.write("No model of this release has factors.")
    st.stop()
st.markdown(
    "From who liked what, a model gives every title a row of numbers, its **factors**. Together "
    "they are the title’s **embedding**: a place, such that what the same people like lies close. "
    "Nobody tells the model what a factor means. The names below are read off afterwards, from "
    "genres, years and kinds, and hold only if titles that had no part in choosing them agree."
)
wanted = visitor.view(served, HERE)
model = wanted.get("embedding", "")
model = model if model in models else next(iter(models))
basis = wanted.get("axes", "")
basis = basis if basis in BASES else READABLE
with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
    st.selectbox(
        "Factors of",
        list(models),
        key=keep("embedding", model),
        on_change=choose,
        args=("embedding",),
        width=220,
    )
    st.segmented_control(
        "Axes",
        list(BASES),
        key=keep("axes", basis),
        format_func=BASES.get,
        required=True,
        on_change=choose,
        args=("axes",),
        help="Axes are a choice. Turned to be easier to read (varimax), each title leans on few "
        "factors; recommendations, predictions and neighbours stay exactly the same.",
    )
with st.spinner(f"Naming the factors of {model}: a few seconds the first time …"):
    looked_at = space(served, model, basis)
names = looked_at.names
hold = sum(name.holds for name in names)
st.caption(
    f"{hold} of {len(names)} factors have a name that holds. "
    + ("Turned to be easier to read; predictions are the same." if basis == READABLE else "")
)

at = wanted.get("factor", "")
at = int(at) if at.isascii() and at.isdigit() and int(at) < len(names) else 0
name = names[at]
with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
    st.selectbox(
        "Factor",
        range(len(names)),
        key=keep("factor", at),
        format_func=lambda factor: label(names[factor]),
        on_change=choose,
        args=("factor",),
        width=440,
    )
    st.button("Previous", on_click=step, args=(at - 1,), disabled=at == 0)
    st.button("Next factor", on_click=step, args=(at + 1,), disabled=at == len(names) - 1)

drawn = {}
st.header(plain(label(name)), anchor=False)
facts = [f"**{name.share:.1%}** of what tells titles apart"]
if looked_at.stability is not None:
    facts.append(
        f"found again in a second training with correlation **{looked_at.stability[at]:.2f}**"
    )
if not name.holds:
    facts.append("**no clear name**: no word holds, so do not read one into it")
st.markdown(" · ".join(facts))
tables = ends(served, looked_at, at)
upper, lower = st.columns(2, gap="medium")
for column, pole, title in ((upper, "+", "At the + end"), (lower, "-", "At the − end")):
    with column:
        st.subheader(title, anchor=False)
        # From the end inwards on both sides.
        table = tables[pole] if pole == "+" else tables[pole][::-1]
        st.table(table, border="horizontal", hide_index=True, alt=f"Titles {title.lower()}")

st.subheader("Why it is called so", anchor=False)
if name.evidence:
    st.table(
        evidence(name), border="horizontal", hide_index=True, alt="Words proposed for this factor"
    )
    st.caption(
        "Half of the titles proposed these words; effect and chance are measured on the other. "
        "Effect: by how many standard deviations titles with the word lie farther towards that "
        "end. There: share of the 50 titles at that end. Chance is what shuffled titles give, "
        "corrected for every word of every factor; above 0.05 a word does not hold."
    )
else:
    st.write("No genre, decade or kind stands out at either end.")

st.subheader("Where titles lie, and you", anchor=False)
standing = None
if state.rated:
    standing = looked_at.standing(models[model].fold_in(state.ratings))
mine, titles = {}, served.shelf.titles
if standing is not None:
    mine = {
        served.shelf.named(row): float(looked_at.unit_factors[row, at]) for row in standing.rated
    }
directions = looked_at.unit_factors[shown(served), at]
place = float(standing.place[at]) if standing is not None and standing.place.any() else None
drawn["Where titles lie"] = figures.distribution(
    directions, name.name, visitor=place, rated=mine, theme=theme()
)
chart(drawn["Where titles lie"], served, f"{model}-factor-{at}", "How titles are spread")
if place is None:
    st.write("Rate a few titles, and this shows where you stand and which of them put you there.")
else:
    drawn["What put you there"] = figures.standing(
        pd.DataFrame(
            {
                "title": ["Starting point", *(titles[row] for row in standing.rated)],
                "part": [standing.start[at], *standing.parts[:, at]],
            }
        ),
        name.name,
        theme=theme(),
    )
    chart(drawn["What put you there"], served, f"{model}-you-{at}", "What put you there")
st.caption(
    "−1 and 1 is a title, or a taste, that is this factor and nothing else. People in the training "
    "data are not drawn: a release keeps nobody’s factors."
)

st.header("All factors", anchor=False)
short = [name.name for name in names]
effects = genre_effects(looked_at.factors, served.catalogue)
overview = {
    "How much each matters": figures.scree(scree(looked_at.factors), theme=theme()),
    "Factors and genres": figures.genres(effects, short, theme=theme()),
    "How far factors say the same": figures.correlations(
        factor_correlations(looked_at.factors), short, theme=theme()
    ),
}
for number, (heading, figure) in enumerate(overview.items()):
    st.subheader(heading, anchor=False)
    chart(figure, served, f"{model}-{('scree', 'genres', 'correlations')[number]}", heading)

export = st.expander("Export", icon=":material/download:", on_change="rerun", key="export.factors")
if export.open:
    with export:
        downloads(served, model, basis)
        figure_downloads(
            served,
            f"{model}-{basis}-figures",
            f"Factors of {model}, {served.domain}",
            drawn | overview,
        )
