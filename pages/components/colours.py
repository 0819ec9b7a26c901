"""What the map can be coloured by that Python has to say: the visitor's taste, a chosen factor."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.components.atlas_map import Values
from recommender.factors.model import FactorModel
from recommender.serving.explore import loadings
from recommender.serving.served import ServedRelease
from recommender.serving.visitor import Visitor

_WIDEST = 3.0
"""Standard deviations at which the colours of a factor end."""


def colour_by(served: ServedRelease, factor: int) -> None:
    """Colours the map by a factor."""
    st.session_state[_key(served)] = factor


def chosen_factor(served: ServedRelease, model: FactorModel | None) -> Values | None:
    """The factor that the map is coloured by, None if there is none."""
    factor = st.session_state.get(_key(served))
    if factor is None or model is None or not 0 <= factor < model.item_factors.shape[1]:
        return None
    deviations, names = loadings(served, model)
    along = (deviations[:, factor] / _WIDEST + 1) / 2
    # "Horror, thriller ↔ children" names the + pole first.
    more, _, less = names[factor].partition(" ↔ ")
    ends = (less, more) if less else ("− pole", "+ pole")
    return Values(f"factor-{factor}", names[factor], *ends, along)


def predicted(folded: Visitor) -> Values | None:
    """How well each title suits a visitor, None if nothing is known of the visitor."""
    if not folded.is_personal:
        return None
    # By rank: a few titles far ahead of all others would leave the rest in one colour.
    ranks = np.argsort(np.argsort(folded.scores, kind="stable"), kind="stable")
    along = (ranks / max(1, len(ranks) - 1)) ** 3
    return Values("for-you", "Predicted for you", "suits you least", "suits you most", along)


def _key(served: ServedRelease) -> str:
    return f"factor.of.{served.domain}"
