"""The dot product of two embeddings, trained on the mean squared error by mini-batch Adam.

What Keras does with two `Embedding` layers, a `Dot`, `Adam` and shuffled batches, in single
precision. Adam as written moves *every* row at every batch, also those without a gradient, whose
moments only fade: for large catalogues that is nearly all of the work. Here a row rests until a
batch needs it and then makes up for the steps it missed at once. With m and v fading by b1 and b2 a
step, the missed moves of a row sum to m / (sqrt(v) + eps) times

    rate sum_j (b1 / sqrt(b2))^j c_(t+j),    j = 1 .. steps missed,

so the result is that of the plain twin, which moves all rows, but for rounding (and for eps, 1e-7,
which is taken to fade with v).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.solvers.kernels import adam
from recommender.algorithms.solvers.kernels.compiled import compiled

Single = NDArray[np.float32]
Array = NDArray[np.float64]
Codes = NDArray[np.int32]

_SPREAD = 0.05
"""Embeddings start uniform within plus and minus this, as in Keras."""

_FORGOTTEN = 300
"""Missed steps past this one add less than 1e-13 of a move."""

_RATIO = adam.FIRST / adam.SECOND**0.5


class Table(NamedTuple):
    """One embedding and its moments.

    Attributes:
        rows: float32 (n, k), the embedding.
        first, second: float32 (n, k), Adam's moments.
        moved: int64 (n,), the step that a row has last made.
    """

    rows: Single
    first: Single
    second: Single
    moved: NDArray[np.int64]

    @classmethod
    def start(cls, n: int, k: int, generator: np.random.Generator) -> Table:
        """A random embedding at rest."""
        rows = generator.uniform(-_SPREAD, _SPREAD, (n, k)).astype(np.float32)
        return cls(rows, np.zeros_like(rows), np.zeros_like(rows), np.zeros(n, np.int64))


def train(
    users: Codes,
    items: Codes,
    values: Single,
    *,
    n_users: int,
    n_items: int,
    k: int,
    batch: int,
    epochs: int,
    learning_rate: float,
    seed: int,
    progress: Callable[[float, float], None],
) -> tuple[Single, Single, tuple[float, ...]]:
    """Trains both embeddings.

    Args:
        users: int32 (n,), user of each rating.
        items: int32 (n,), its title.
        values: float32 (n,), the ratings.
        n_users: rows of the user embedding.
        n_items: rows of the item embedding.
        k: length of an embedding.
        batch: ratings a step.
        epochs: passes over the ratings, each in a new random order.
        learning_rate: of Adam.
        seed: fixes the start and the orders.
        progress: told the share done and the loss after each epoch.

    Returns:
        User embeddings (n_users, k), item embeddings (n_items, k), and the mean squared error
        during each epoch.
    """
    generator = np.random.default_rng(seed)
    user_table, item_table = (Table.start(n, k, generator) for n in (n_users, n_items))
    per_epoch = -(-len(values) // batch)
    corrections = adam.corrections(epochs * per_epoch)
    losses = []
    for number in range(epochs):
        order = generator.permutation(len(values))
        shuffled = (users[order], items[order], values[order])
        done = number * per_epoch
        loss = epoch(*shuffled, user_table, item_table, batch, done, learning_rate, corrections)
        losses.append(loss)
        progress((number + 1) / epochs, loss)
    for table in (user_table, item_table):
        every = np.arange(len(table.rows), dtype=np.int32)
        catch_up(table, every, len(corrections), learning_rate, corrections)
    return user_table.rows, item_table.rows, tuple(losses)


@compiled
def epoch(
    users: Codes,
    items: Codes,
    values: Single,
    user_table: Table,
    item_table: Table,
    batch: int,
    done: int,
    learning_rate: float,
    corrections: Array,
) -> float:
    """Trains on the ratings in their order, in place.

    Args:
        users: int32 (n,), user of each rating.
        items: int32 (n,), its title.
        values: float32 (n,), the ratings.
        user_table: the user embedding.
        item_table: the item embedding.
        batch: ratings a step.
        done: steps made before.
        learning_rate: of Adam.
        corrections: float64, of all steps.

    Returns:
        The mean squared error, of each rating before its own step.
    """
    k = user_table.rows.shape[1]
    user_slots = np.full(len(user_table.rows), -1, np.int32)
    item_slots = np.full(len(item_table.rows), -1, np.int32)
    user_gradient, item_gradient = (
        np.empty((batch, k), np.float32),
        np.empty((batch, k), np.float32),
    )
    total = 0.0
    for start in range(0, len(values), batch):
        end = min(start + batch, len(values))
        in_users = take_slots(users[start:end], user_slots)
        in_items = take_slots(items[start:end], item_slots)
        catch_up(user_table, in_users, done, learning_rate, corrections)
        catch_up(item_table, in_items, done, learning_rate, corrections)
        user_gradient[: len(in_users)] = 0
        item_gradient[: len(in_items)] = 0
        for n in range(start, end):
            p, q = user_table.rows[users[n]], item_table.rows[items[n]]
            p_gradient = user_gradient[user_slots[users[n]]]
            q_gradient = item_gradient[item_slots[items[n]]]
            dot = np.float32(0)
            for f in range(k):
                dot += p[f] * q[f]
            error = dot - values[n]
            total += error * error
            slope = np.float32(2) * error / np.float32(end - start)
            for f in range(k):
                p_gradient[f] += slope * q[f]
                q_gradient[f] += slope * p[f]
        rate = learning_rate * corrections[done]
        done += 1
        move(user_table, in_users, user_gradient, user_slots, done, rate)
        move(item_table, in_items, item_gradient, item_slots, done, rate)
    return total / len(values)


@compiled
def take_slots(codes: Codes, slots: Codes) -> Codes:
    """Numbers the different rows of a batch: returns them, and notes each one's number in slots."""
    different = np.empty(len(codes), np.int32)
    n_different = 0
    for row in codes:
        if slots[row] < 0:
            slots[row] = n_different
            different[n_different] = row
            n_different += 1
    return different[:n_different]


@compiled
def catch_up(
    table: Table, wanted: Codes, step: int, learning_rate: float, corrections: Array
) -> None:
    """Makes all moves of some rows that are still missing until and with `step`."""
    epsilon = np.float32(adam.EPSILON)
    for row in wanted:
        moved = table.moved[row]
        missed = step - moved
        table.moved[row] = step
        if missed == 0:
            continue
        fading, total = 1.0, 0.0
        for j in range(min(missed, _FORGOTTEN)):
            fading *= _RATIO
            total += fading * corrections[moved + j]
        rate = np.float32(learning_rate * total)
        fade_first, fade_second = np.float32(adam.FIRST**missed), np.float32(adam.SECOND**missed)
        x, m, v = table.rows[row], table.first[row], table.second[row]
        for f in range(len(x)):
            x[f] -= rate * m[f] / (np.sqrt(v[f]) + epsilon)
            m[f] *= fade_first
            v[f] *= fade_second


@compiled
def move(
    table: Table, wanted: Codes, gradient: Single, slots: Codes, step: int, rate: float
) -> None:
    """Makes one move of Adam with some rows, and gives their slots back."""
    for slot, row in enumerate(wanted):
        adam.move(table.rows[row], gradient[slot], table.first[row], table.second[row], rate)
        table.moved[row] = step
        slots[row] = -1


def epoch_plain(
    users: Codes,
    items: Codes,
    values: Single,
    user_table: Table,
    item_table: Table,
    batch: int,
    done: int,
    learning_rate: float,
    corrections: Array,
) -> float:
    """The twin of `epoch`: Adam as written, which moves every row at every step."""
    total = 0.0
    for start in range(0, len(values), batch):
        u, i = users[start : start + batch], items[start : start + batch]
        p, q = user_table.rows[u], item_table.rows[i]
        error = (p * q).sum(axis=1) - values[start : start + batch]
        total += float(np.sum(error**2, dtype=np.float64))
        slope = (2 * error / len(u))[:, None]
        rate = learning_rate * corrections[done]
        done += 1
        for table, rows, push in ((user_table, u, slope * q), (item_table, i, slope * p)):
            gradient = np.zeros_like(table.rows)
            np.add.at(gradient, rows, push)
            adam.move_plain(table.rows, gradient, table.first, table.second, rate)
            table.moved[:] = done
    return total / len(values)
