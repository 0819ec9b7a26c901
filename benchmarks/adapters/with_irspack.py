"""irspack: implicit feedback in C++; every model used here scores users it has not seen."""

from __future__ import annotations

from contextlib import redirect_stdout
from io import StringIO
from typing import Any, ClassVar

from scipy.sparse import csr_matrix

from benchmarks.adapters import Answer, Peer, Settings, feedback
from recommender.data.ratings import Ratings


class _Irspack(Peer):
    predicts_ratings: ClassVar[bool] = False
    newcomer: ClassVar[str] = "`get_score_cold_user`"
    recommender: ClassVar[str]
    """Its class in the library."""
    fixed: ClassVar[Settings] = {}
    """What is no hyper-parameter of it."""

    def train(self, ratings: Ratings, settings: dict[str, Any], seed: int) -> Answer:
        """Fits; a visitor is a row of a matrix."""
        import irspack

        matrix, row = feedback(ratings, settings)
        seeded = {"random_seed": seed} if self.recommender == "IALSRecommender" else {}
        kind = getattr(irspack, self.recommender)
        # It draws its progress on standard output, where the tables go.
        with redirect_stdout(StringIO()):
            model = kind(matrix, **seeded, **self.fixed, **settings).learn()
        if isinstance(model, irspack.BaseSimilarityRecommender):
            # What it does too, after turning the columns of the matrix into rows for every visitor.
            similarity = csr_matrix(model.W)
            return lambda rated, values: ((row(rated, values) @ similarity).toarray()[0], None)
        return lambda rated, values: (model.get_score_cold_user(row(rated, values))[0], None)


class Ials(_Irspack):
    """iALS as Rendle et al. (2021) revisited it."""

    name: ClassVar[str] = "irspack iALS"
    recommender: ClassVar[str] = "IALSRecommender"
    fixed: ClassVar[Settings] = {"n_threads": 1}
    candidates: ClassVar[tuple[Settings, ...]] = (
        {"n_components": 32, "alpha0": 0.1, "reg": 0.01},
        {"n_components": 32, "alpha0": 0.3, "reg": 0.01},
        {"n_components": 32, "alpha0": 0.1, "reg": 0.01, "ones": True},
        {"n_components": 64, "alpha0": 0.1, "reg": 0.01, "ones": True},
        {"n_components": 128, "alpha0": 0.1, "reg": 0.003, "ones": True},
        {"n_components": 64, "alpha0": 0.2, "reg": 0.03, "ones": True},
    )


class Rp3Beta(_Irspack):
    """Random walks of three steps that are kept from the popular titles."""

    name: ClassVar[str] = "irspack RP3beta"
    recommender: ClassVar[str] = "RP3betaRecommender"
    fixed: ClassVar[Settings] = {"n_threads": 1}
    candidates: ClassVar[tuple[Settings, ...]] = (
        {"beta": 0.2},
        {"beta": 0.4},
        {"beta": 0.2, "top_k": 200},
        {"beta": 0.4, "top_k": 200, "ones": True},
        {"beta": 0.2, "alpha": 0.7, "normalize_weight": True},
        {"beta": 0.4, "alpha": 0.7, "top_k": 500, "normalize_weight": True},
    )


PEERS = (Ials, Rp3Beta)
