"""Compare models: what each is worth, where it is off, and what it would recommend to you."""

import pandas as pd
import streamlit as st

from pages.components import visitor
from pages.components.charts import chart, file_name, theme
from pages.components.text import plain, small
from recommender.figures import ranking, rating
from recommender.serving import evaluated
from recommender.serving.agreement import side_by_side
from recommender.serving.measures import METRICS, table
from recommender.serving.opened import domains, release
from recommender.serving.verdicts import verdicts

SHOWN = {"popular": "well-known titles", "uniform": "any titles"}
BY_SIZE = {
    "ndcg@10": "NDCG@10",
    "recall@20": "Recall@20",
    "mrr": "MRR",
    "rmse": "RMSE",
    "within_range": "Held by 80 % ranges",
}
PAIRED = {"ndcg@10": "NDCG@10", "rmse": "RMSE"}
GROUPS = {"popularity": "By how well known", "genre": "By genre"}
OFF = {"rmse": "RMSE", "error": "Mean error"}
MOST, LENGTH = 4, 10

served = release(visitor.domain(domains()))
state = visitor.session(served).state
figures = table(served)
models = list(figures.index)
metrics = [metric for metric in METRICS if metric.name in figures]
raters = list(served.evaluation.get("rating_errors", {}))


def choice(label: str, options: dict[str, str], name: str) -> str:
    """Draws a choice of one of a few things."""
    return st.segmented_control(
        label,
        list(options),
        default=next(iter(options)),
        format_func=options.__getitem__,
        required=True,
        key=f"compare.{name}.{served.domain}",
    )


def say(text: str) -> None:
    """Writes what is to be known of a table or chart."""
    st.markdown(small(text))


def shown_table(by: str) -> pd.DataFrame:
    """The figures as they are read, sorted by one of them, the best or else the largest first."""
    rising = next(metric.better == "lower" for metric in metrics if metric.name == by)
    ordered = figures.sort_values((by, "value"), ascending=rising)
    columns = {}
    for metric in metrics:
        value, low, high = (ordered[metric.name, end] for end in ("value", "low", "high"))
        digits = metric.digits
        width = len(f"{value.max():.{digits}f}")
        # Figure and interval in one cell still sort: the texts of a column are equally long.
        columns[metric.name] = (
            [
                None if pd.isna(v) else f"{v:{width}.{digits}f} ± {margin:.{digits}f}"
                for v, margin in zip(value, (high - low) / 2, strict=True)
            ]
            if low.notna().any()
            else value
        )
    return pd.DataFrame(columns, index=ordered.index)


def download(label: str, frame: pd.DataFrame, what: str) -> None:
    """Draws the button that saves a table."""
    st.download_button(
        label,
        frame.to_csv(index=False).encode(),
        file_name=file_name(served, what, "csv"),
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key=f"download.{what}",
    )


st.title("Compare models", anchor=False)
st.markdown(
    f"Measured on **{served.evaluation.get('visitors', 0):,} people** the models had never seen, "
    "each showing 3, 5, 10 or 20 ratings; ± is the 95 % interval. How well a model orders titles, "
    "how far its predicted ratings are off and what kind of titles it finds are three questions."
)
said = verdicts(served)
if said:
    st.markdown("\n".join(f"- {plain(sentence)}" for sentence in said))
    say(
        "Models are compared visitor by visitor. More than chance: a test at 5 % that allows for "
        "all pairs of models together (Holm). It speaks for people like those in this data set."
    )
else:
    st.info(
        "This release was evaluated before models were compared visitor by visitor; a newly "
        "trained one has all the charts.",
        icon=":material/info:",
    )

st.header("All figures", anchor=False)
by = st.selectbox(
    "Sorted by",
    [metric.name for metric in metrics],
    key=f"compare.by.{served.domain}",
    width=240,
)
numbers = {
    metric.name: st.column_config.NumberColumn(help=metric.meaning, format=f"%.{metric.digits}f")
    for metric in metrics
    if figures[metric.name, "low"].isna().all()
}
texts = {
    metric.name: st.column_config.TextColumn(help=metric.meaning)
    for metric in metrics
    if metric.name not in numbers
}
st.dataframe(
    shown_table(by),
    column_config={"Model": st.column_config.Column(pinned=True), **numbers, **texts},
    height="content",
    placeholder="none",
    alt="All figures of all models",
)
with st.expander("What each figure means"):
    st.markdown("\n".join(f"- **{metric.name}**: {metric.meaning}" for metric in metrics))
with st.container(horizontal=True, gap="small"):
    flat = figures.set_axis([" ".join(pair) for pair in figures.columns], axis=1).reset_index()
    download("This table, CSV", flat.dropna(axis=1, how="all"), "models")
    download("By number of ratings, CSV", evaluated.cells(served), "few-ratings")

st.header("What each recommends to you", anchor=False)
likely = [served.ranker, served.rater, *models]
chosen = st.pills(
    "Models in the lists and charts",
    models,
    selection_mode="multi",
    default=list(dict.fromkeys(likely))[:MOST],
    format_func=plain,
    key=f"compare.models.{served.domain}",
)
chosen = [name for name in models if name in chosen]
if not state.rated:
    st.write("Rate a few titles, and the models’ lists for you stand here side by side.")
elif len(chosen) < 2:
    st.write("Choose two models at least.")
else:
    compared = side_by_side(served, state.ratings, chosen, n=LENGTH, exclude=state.dismissed)
    names = {one: served.shelf.named(served.shelf.position[one]) for one in compared.votes}
    lists = {
        plain(name): [
            f"**{plain(names[one])}**" if compared.votes[one] > 1 else plain(names[one])
            for one in ids
        ]
        for name, ids in compared.lists.items()
    }
    frame = pd.DataFrame({name: pd.Series(titles) for name, titles in lists.items()}).fillna("")
    st.table(
        frame.set_index(frame.index + 1),
        hide_index=False,
        alt="The first ten titles of each model, for you",
    )
    everybody = [names[one] for one in compared.unanimous]
    sentences = [
        f"All {len(chosen)} name {', '.join(everybody)}."
        if everybody
        else f"No title is in all {len(chosen)} lists."
    ]
    sentences += [
        f"{n} of {name}’s {len(compared.lists[name])} are in no other list."
        for name, n in compared.alone.items()
        if n
    ]
    sentences += [
        f"{name} gives everybody the same order."
        for name in chosen
        if name not in compared.personal
    ]
    st.markdown("In bold: in more than one list. " + plain(" ".join(sentences)))
    say(
        "That models agree does not make them right, and these lists are one person’s: the "
        "figures above are the evidence."
    )

if chosen and said:
    st.header("How many ratings it takes", anchor=False)
    with st.container(horizontal=True, gap="medium"):
        figure = choice("Figure", BY_SIZE, "figure")
        way = choice("Ratings of", SHOWN, "shown")
    curve = evaluated.curves(served, figure, way)
    chart(
        ranking.curves(curve[curve["model"].isin(chosen)], BY_SIZE[figure], models, theme=theme()),
        served,
        f"{figure}-by-ratings",
        f"{BY_SIZE[figure]} by number of ratings",
    )
    if curve["low"].notna().any():
        say(
            "Compare models at one number of ratings, not one model along its line: the more "
            "somebody has rated, the fewer liked titles are left to be found. A band is the 95 % "
            "interval; two that overlap can still differ by more than chance, which is the next "
            "chart’s question."
        )

    st.header("More than chance?", anchor=False)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        paired = choice("Of", PAIRED, "paired")
        able = raters if paired == "rmse" else models
        default = served.rater if paired == "rmse" else served.ranker
        one = st.selectbox(
            "Against",
            able,
            index=able.index(default) if default in able else 0,
            key=f"compare.against.{paired}.{served.domain}",
            width=240,
        )
    apart = evaluated.differences(served, paired, one)
    if len(apart):
        chart(
            ranking.differences(apart, PAIRED[paired], one, theme=theme()),
            served,
            f"{paired}-against-{one}",
            f"{PAIRED[paired]} of the other models less that of {one}",
        )
        say(
            f"{'Left' if paired == 'ndcg@10' else 'Right'} of zero a model is worse than {one}. "
            "Hollow marks are differences that may be chance, all pairs of models tested together."
        )
    else:
        st.write("There is no other model to compare it with.")

rated = [name for name in chosen if name in raters]
if rated:
    st.header("Predicted ratings", anchor=False)
    st.markdown(
        "On the ratings that the visitors kept hidden, each counted alike. "
        "Models that predict no ratings are not here."
    )
    st.subheader("Predicted against actual", anchor=False)
    looked_at = st.selectbox("Model", rated, key=f"compare.rater.{served.domain}", width=240)
    chart(
        rating.predicted(evaluated.predicted(served, looked_at), looked_at, theme=theme()),
        served,
        f"{looked_at}-predicted",
        f"Ratings that {looked_at} predicted against those given",
    )
    st.subheader("Where they are off", anchor=False)
    with st.container(horizontal=True, gap="medium"):
        group = choice("Titles", GROUPS, "group")
        off = choice("Error", OFF, "off")
    found = evaluated.errors(served, group)
    chart(
        rating.errors(found[found["model"].isin(rated)], off, models, theme=theme()),
        served,
        f"{off}-by-{group}",
        f"{OFF[off]} of predicted ratings, {GROUPS[group].lower()}",
    )
    say(
        {
            "popularity": "1–100 are the hundred titles with the most ratings, and so on. ",
            "genre": "The genres with the most ratings; a title counts in each of its own. ",
        }[group]
        + "Bars are 95 % intervals over groups of visitors, the same ones for every model: that "
        "two overlap does not make them equal."
    )
    st.subheader("Do the ranges hold?", anchor=False)
    within = evaluated.ranges(served)
    chart(
        rating.ranges(within[within["model"].isin(rated)], models, theme=theme()),
        served,
        "ranges",
        "Share of ratings inside predicted ranges of several levels",
    )
    say("Below the dotted line ranges are too narrow, above it too wide.")
