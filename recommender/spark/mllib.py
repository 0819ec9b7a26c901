"""Item factors by MLlib's alternating least squares, asked so that it solves our problem.

MLlib's implicit ALS (Hu, Koren and Volinsky 2008) solves for every row, given the other side Y,

    (Y'Y + sum c y y' + regParam n+ I) x = sum over r > 0 of (1 + c) y,    c = alpha |r|,

over its rows r of the data, n+ of them positive, and takes rows of the same cell as they come.
Ours (`recommender.algorithms.solvers.weighted_als`: a rated cell weighs 1 and aims at t, any other
weighs a0 and aims at 0), divided by a0, is

    (Y'Y + (1 - a0)/a0 sum y y' + penalty I) x = sum t/a0 y.

So a rating is two rows: a positive one with c = t/a0 - 1 and a negative one with the rest of
(1 - a0)/a0. What MLlib cannot say is a target between 0 and a0, which becomes the nearer of the
two, and our penalty: its own grows with the ratings of a row alone. A test solves a small problem
both ways, so that another MLlib would be noticed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.solvers.weighted_als import principal_axes
from recommender.errors import ParameterError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

LARGEST_UNRATED_WEIGHT = 0.5
_LEAST = 1e-6
"""What a row must have at least to count as positive."""
_CHECKPOINTS = 5
"""Sweeps between two checkpoints, where the cluster has a place for them."""


def confidences(
    targets: NDArray[np.floating], unrated_weight: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Splits rated cells into rows of MLlib's for alpha = 1.

    Args:
        targets: (n,), in 0..1.
        unrated_weight: a0, up to `LARGEST_UNRATED_WEIGHT`.

    Returns:
        The ratings of the positive rows and of the negative ones, float64 (n,) each; 0 for no row.

    Raises:
        ParameterError: a0 is larger.
    """
    if unrated_weight > LARGEST_UNRATED_WEIGHT:
        raise ParameterError(
            f"On Spark unrated_weight goes up to {LARGEST_UNRATED_WEIGHT:g}, not "
            f"{unrated_weight:g}: MLlib knows no target between 0 and it."
        )
    whole = (1 - unrated_weight) / unrated_weight
    aimed = np.asarray(targets, np.float64) / unrated_weight
    positive = np.where(aimed > 0.5, np.clip(aimed - 1, _LEAST, whole), 0.0)
    return positive, positive - whole


def factorised(
    rows: DataFrame,
    *,
    k: int,
    iterations: int,
    regularisation: float,
    implicit: bool,
    seed: int,
) -> Any:
    """Fits MLlib's model.

    Args:
        rows: columns user, item (a position) and rating; ratings for alpha = 1.
        k: number of factors.
        iterations: sweeps.
        regularisation: MLlib's regParam.
        implicit: whether cells without a row count, as aiming at 0 with weight 1.
        seed: fixes the random start.

    Returns:
        pyspark.ml.recommendation.ALSModel.
    """
    from pyspark.ml.recommendation import ALS

    # Blocks are what workers exchange: as many as cores, so that every core has one.
    blocks = max(rows.sparkSession.sparkContext.defaultParallelism, 2)
    solver = ALS(
        rank=k,
        maxIter=iterations,
        regParam=regularisation,
        implicitPrefs=implicit,
        alpha=1.0,
        numUserBlocks=blocks,
        numItemBlocks=blocks,
        checkpointInterval=_CHECKPOINTS,
        seed=seed,
        userCol="user",
        itemCol="item",
        ratingCol="rating",
    )
    return solver.fit(rows)


def item_factors(model: Any, n_items: int) -> NDArray[np.float32]:
    """The item factors of MLlib's model.

    Args:
        model: see `factorised`.
        n_items: titles in the catalogue.

    Returns:
        float32 (n_items, k) in their principal axes; a title without a row is zero.
    """
    return principal_axes(dense(model.itemFactors, n_items, model.rank)).astype(np.float32)


def dense(factors: DataFrame, n: int, k: int) -> NDArray[np.float64]:
    """Factors as MLlib lays them out, columns id and features, as float64 (n, k)."""
    table: Any = factors.toArrow()
    found = np.zeros((n, k))
    features = np.asarray(table.column("features").combine_chunks().flatten())
    found[np.asarray(table.column("id"))] = features.reshape(-1, k)
    return found
