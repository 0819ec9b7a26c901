"""The app as a Hugging Face Space: the files it needs, their checks, publishing them.

`prepare` lays out the files of the commit that is checked out, `checks` says what would not start
or should not be shown, and `publish` puts the folder onto the Hub as one commit.
"""

from recommender.space.prepare import PARTS, ROOT, Prepared, prepare
from recommender.space.publish import publish

__all__ = ["PARTS", "ROOT", "Prepared", "prepare", "publish"]
