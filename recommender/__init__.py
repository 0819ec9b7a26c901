"""Tastemap: rate a few titles; get recommendations you can question.

    >>> import recommender
    >>> release = recommender.open_release("movies")
    >>> visitor = release.fold_in({1: 5.0, 3: 2.0, 6: 3.5})     # item_id -> rating
    >>> visitor.recommend(20)                                   # best first, with a reason
    >>> visitor.predict([2, 10])                                # ratings on the domain's scale
    >>> visitor.explain(2)                                      # what each rating brings

`open_release` opens the release that serves a domain, `fit` fits any registered algorithm on a
data set (`recommender.data.load`). Importing this package imports next to nothing; a function
imports what it needs when it is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recommender.data.dataset import DataSet
    from recommender.data.ratings import Ratings
    from recommender.factors.model import Model
    from recommender.serving.served import ServedRelease

__all__ = ["__version__", "fit", "open_release"]

__version__ = "0.1.0"


def open_release(domain: str) -> ServedRelease:
    """Opens the release of a domain that serves: the champion, or the best stand-in.

    If the models folder has none and TASTEMAP_HUB_REPO names a Hub, it is pulled from there.

    Args:
        domain: "movies", …

    Returns:
        The release: `catalogue`, `models`, `fold_in(ratings)`, `search(text)`, `titles_to_rate()`.
        Its `faults` say why another release should have served and could not.

    Raises:
        ReleaseError: no release of the domain opens; the message says how to get one.
        SettingError: TASTEMAP_MODELS names a folder that does not exist.
    """
    from recommender.serving.served import open_release

    return open_release(domain)


def fit(algorithm: str, ratings: DataSet | Ratings, **parameters: Any) -> Model:
    """Fits an algorithm on ratings.

    Args:
        algorithm: name of a registered algorithm: "taste-als", "funk-svd", …
        ratings: a data set or its ratings.
        parameters: hyper-parameters of the algorithm, and `seed` (default 0), which fixes
            everything random.

    Returns:
        The fitted model.

    Raises:
        ParameterError: there is no such algorithm or hyper-parameter, or a value is out of bounds.
    """
    from recommender import algorithms
    from recommender.data.dataset import DataSet

    seed = parameters.pop("seed", 0)
    recipe = algorithms.configure(algorithm, **parameters)
    known = ratings.ratings if isinstance(ratings, DataSet) else ratings
    return recipe.fit(known, seed=seed).model
