"""About: what Tastemap is, how it works, how good it is, and whose data it learned from."""

import pandas as pd
import streamlit as st

from pages.components import visitor
from pages.components.text import plain
from recommender.serving.opened import domains, release
from recommender.settings import Settings

served = release(visitor.domain(domains()))
facts, recipes, scale = served.manifest["data"], served.manifest["models"], served.scale
n_hidden = int((~served.shelf.offered).sum())

# Only where there is one.
HUB = (
    "A copy is kept in a private data set on the Hugging Face Hub, where forgetting takes a few "
    "minutes more. "
    if Settings.from_environment().visitors_repository
    else ""
)


def quality(evaluation: dict) -> pd.DataFrame:
    """One row a model: how well it ranks and how far its predicted ratings are off."""
    rows = {}
    for name, report in evaluation["few_ratings"].items():
        cells = report["cells"]
        errors = [cell["rmse"] for cell in cells if cell["rmse"] is not None]
        rows[name] = {
            "NDCG@10": report["mean"]["ndcg@10"]["value"],
            "Recall@20": report["mean"]["recall@20"]["value"],
            "RMSE": sum(errors) / len(errors) if errors else None,
        }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("Model")
    return table.sort_values("NDCG@10", ascending=False)


with st.container(width=760):
    st.title("About Tastemap", anchor=False)
    st.markdown(
        f"""
Rate a few {served.domain}; get recommendations you can question; see where your taste lies.

## How it works

Tastemap has learned from **{facts["ratings"]:,} ratings** that {facts["users"]:,} people gave
{facts["titles"]:,} titles. From who liked what, it found hidden traits (factors) of every
title, without being told a genre. Titles that the same people choose and like end up near each
other; the colour of a cover is its title’s place among them.

Your ratings are turned into a point among the same traits, at once and without retraining. Two
different questions are then asked of it:

- **What would you choose and like?** That decides the order of the list.
- **Which rating would you give?** That is the number on the card. The bar beside it is the range in
  which four of five such ratings fall. A model whose numbers are no ratings says how well a title
  fits instead, as a match.

They are asked apart because sorting by predicted rating fills a list with titles hardly anybody has
heard of. *Because you rated …* opens the whole sum: what every rating of yours adds to a title or
takes from it, and which place the title would have without it. Nothing is left out, and it adds up
exactly.

## What is kept

Your ratings live in this browser tab and in the address of the page, so a reload or a bookmark
brings them back, and whoever has the address sees them. On the server nothing is kept, unless you
turn on *Let Tastemap learn from my ratings* on Recommend. From then on, and for what your list
holds at that moment, it keeps:

- your ratings: title, stars, when, and which release and model you were looking at;
- which titles were recommended to you, at which place, and whether you then rated them, had seen
  them or said that they are not for you.

They are used to train better models and to find out which model serves people better; for that you
may get one of two models by chance. They are kept under a random number that only your browser
knows, in a cookie that goes nowhere else and is in no link of yours. No name, no address, not where
you come from. Ratings that are plainly none, such as hundreds within a minute, are set apart until
somebody has looked.

*Turn it off* and nothing more is kept. *Forget me* deletes everything at once; what stays is the
number, with nothing beside it, so that it is never used again. {HUB}A model that was trained before
stays as it is; the next training leaves your ratings out.

## How good it is

Measured on {served.evaluation["visitors"]:,} people the models had never seen, each showing 3, 5,
10 or 20 ratings: does the list hold what they liked (NDCG@10 and recall@20, 1 is perfect), and how
far are predicted ratings off (RMSE, on the scale from {scale.low:g} to {scale.high:g})?
"""
    )
    table = quality(served.evaluation)
    st.table(
        table.style.format("{:.3f}", na_rep="none"),
        border="horizontal",
        alt="How good each model is",
    )
    st.markdown(
        "\n".join(f"- **{plain(name)}**: {plain(recipes[name]['summary'])}" for name in table.index)
    )
    st.markdown(
        f"""
## Data and licences

**{facts["name"]}** ({facts["url"]}). {facts["citation"]}

Licence: {facts["licence"]}

{f"{n_hidden:,} titles for adults only are left out." if n_hidden else ""}

This is release `{served.id}`. Tastemap itself is free software under the Apache License 2.0; the
typefaces Figtree and Bricolage Grotesque are under the SIL Open Font License.
"""
    )
