"""Serving: what a visitor gets from a release, and what the app remembers of a visitor.

`served` opens a release and answers for it, `visitor` holds what a model makes of one visitor's
ratings, `search` and `ask` find titles to rate, `session` and `link` are a visitor's state and its
form in a web address. Nothing here knows Streamlit, trains, or imports a training library.
"""

from recommender.serving.served import ServedRelease, open_release
from recommender.serving.session import Session, State
from recommender.serving.visitor import Visitor

__all__ = ["ServedRelease", "Session", "State", "Visitor", "open_release"]
