"""Rows that rest until a batch needs them end where Adam, moving all at every step, brings them."""

import numpy as np
import pytest

from recommender.algorithms.solvers.kernels import adam, embeddings


def tables(ratings, k=6):
    generator = np.random.default_rng(1)
    return [embeddings.Table.start(n, k, generator) for n in (ratings.n_users, ratings.n_items)]


@pytest.mark.parametrize("batch", [16, 100, 100_000])
def test_an_epoch_is_that_of_the_plain_twin(village, batch):
    """Also for users and titles that few batches hold, and with a last batch that is smaller."""
    order = np.random.default_rng(0).permutation(len(village))
    data = village.users[order], village.items[order], village.values[order]
    steps = -(-len(village) // batch)
    corrections = adam.corrections(2 * steps)
    fast, plain = tables(village), tables(village)
    for done in (0, steps):
        loss = embeddings.epoch(*data, *fast, batch, done, 0.01, corrections)
        expected = embeddings.epoch_plain(*data, *plain, batch, done, 0.01, corrections)
        assert loss == pytest.approx(expected, rel=1e-4)
    for one, other in zip(fast, plain, strict=True):
        every = np.arange(len(one.rows), dtype=np.int32)
        embeddings.catch_up(one, every, 2 * steps, 0.01, corrections)
        assert (one.moved == 2 * steps).all()
        np.testing.assert_allclose(one.rows, other.rows, rtol=1e-3, atol=1e-3)
        np.testing.assert_allclose(one.first, other.first, rtol=1e-2, atol=1e-4)


def test_rows_that_no_batch_held_stay_as_they_started(village):
    unrated = village.counts() == 0
    fast = tables(village)[1].rows[unrated].copy()
    data = village.users, village.items, village.values
    users, items = tables(village)
    embeddings.epoch(*data, users, items, 64, 0, 0.01, adam.corrections(1000))
    assert np.array_equal(items.rows[unrated], fast)


def test_training_learns_and_the_seed_decides_everything(village):
    def train(seed):
        return embeddings.train(
            village.users,
            village.items,
            village.values,
            n_users=village.n_users,
            n_items=village.n_items,
            k=8,
            batch=64,
            epochs=12,
            learning_rate=0.005,
            seed=seed,
            progress=lambda done, loss: None,
        )

    one, again, other = train(1), train(1), train(2)
    assert one[2][-1] < 0.2 * one[2][0]
    assert one[2] == again[2] != other[2]
    assert all(np.array_equal(one[part], again[part]) for part in (0, 1))
    assert one[0].dtype == one[1].dtype == np.float32
