"""The writer says "saved" after the commit and not before, and nobody waits for it."""

import sqlite3
import threading
import time

import pytest

from recommender.errors import StorageError
from recommender.settings import Settings
from recommender.storage import open_database
from recommender.storage.database import NAME
from recommender.visitors import service
from recommender.visitors import writer as module
from recommender.visitors.writer import Writer
from tests.visitors.made import ADA, BOB, kept, rated


class Disk:
    """What a database does, without one: keeps batches, and can be away or slow."""

    def __init__(self) -> None:
        self.batches: list = []
        self.forgotten: set[str] = set()
        self.away = threading.Event()
        self.open = threading.Event()
        self.open.set()

    def save(self, batch) -> set[str]:
        self.open.wait(10)
        if self.away.is_set():
            raise StorageError("The database is away.")
        self.batches.append(batch)
        return self.forgotten

    def items(self) -> list[int]:
        return [event.item_id for batch in self.batches for _, events in batch for event in events]


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def writer(disk):
    made = Writer(disk.save)
    yield made
    disk.away.clear()
    disk.open.set()
    made.close(10)


def test_a_receipt_is_saved_only_once_the_save_has_come_back(writer, disk):
    disk.open.clear()
    begun = time.monotonic()
    receipt = writer.hand_in(ADA, rated({1: 4.0}))
    assert time.monotonic() - begun < 0.1
    assert not writer.wait(receipt, 0.05)
    assert writer.health().waiting == 1
    disk.open.set()
    assert writer.wait(receipt, 5)
    assert (writer.health().waiting, writer.health().saved) == (0, 1)


def test_what_a_tap_changes_and_what_is_recommended_after_it_are_saved_at_once(
    writer, disk, monkeypatch
):
    monkeypatch.setattr(module, "GATHER", 1.0)
    first, second = (writer.hand_in(ADA, rated({n: 4.0})) for n in (1, 2))
    assert writer.wait(first, 5)
    assert writer.wait(second, 5)
    assert [len(batch) for batch in disk.batches] == [2]


def test_what_comes_while_the_database_is_away_is_saved_afterwards_in_order(writer, disk):
    disk.away.set()
    receipts = [writer.hand_in(who, rated({n: 3.0})) for n, who in enumerate((ADA, BOB) * 5)]
    assert not writer.wait(receipts[0], 0.2)
    health = writer.health()
    assert health.fault == "The database is away."
    assert health.since <= time.time()
    disk.away.clear()
    assert all(writer.wait(receipt, 15) for receipt in receipts)
    assert disk.items() == list(range(10))
    assert writer.health().fault is None


def test_when_too_many_wait_new_ones_are_refused_and_counted(writer, disk, monkeypatch):
    monkeypatch.setattr(module, "MOST", 10)
    disk.open.clear()
    first = writer.hand_in(ADA, rated(dict.fromkeys(range(10), 3.0)))
    late = writer.hand_in(ADA, rated({11: 3.0}))
    assert late.refused
    assert not writer.wait(late, 5)
    assert writer.health().refused == 1
    disk.open.set()
    assert writer.wait(first, 5)
    assert 11 not in disk.items()


def test_many_are_saved_in_batches_of_bounded_size(writer, disk, monkeypatch):
    monkeypatch.setattr(module, "BATCH", 4)
    disk.open.clear()
    receipts = [writer.hand_in(ADA, rated({n: 3.0, n + 100: 3.0})) for n in range(20)]
    disk.open.set()
    assert all(writer.wait(receipt, 5) for receipt in receipts)
    assert max(sum(len(events) for _, events in batch) for batch in disk.batches) <= 4


def test_closing_saves_what_waits(disk):
    writer = Writer(disk.save)
    disk.open.clear()
    receipt = writer.hand_in(ADA, rated({1: 3.0}))
    threading.Timer(0.1, disk.open.set).start()
    writer.close(5)
    assert receipt.saved


def test_a_bug_in_saving_neither_passes_for_saved_nor_ends_the_writer(writer, disk, caplog):
    save, writer.save = writer.save, lambda batch: 1 / 0
    receipt = writer.hand_in(ADA, rated({1: 3.0}))
    assert not writer.wait(receipt, 0.2)
    assert "Tastemap itself" in writer.health().fault
    assert "ZeroDivisionError" in caplog.text
    writer.save = save
    assert writer.wait(receipt, 15)


def test_what_was_not_kept_of_somebody_forgotten_is_not_said_to_be_saved(writer, disk):
    disk.forgotten = {ADA}
    late, other = writer.hand_in(ADA, rated({1: 3.0})), writer.hand_in(BOB, rated({1: 3.0}))
    assert writer.wait(other, 5)
    assert (late.saved, late.forgotten, late.ended) == (False, True, True)
    assert writer.health().saved == 1


def test_a_database_that_somebody_holds_keeps_nobody_and_is_written_when_it_is_free(tmp_path):
    settings = Settings(state=tmp_path)
    engine = open_database(settings)
    holder = sqlite3.connect(tmp_path / NAME, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    held = service.writer(settings)
    receipt = held.hand_in(ADA, rated({1: 4.0}))
    assert not held.wait(receipt, 0.3)
    assert kept(engine) == {}
    holder.execute("ROLLBACK")
    holder.close()
    assert held.wait(receipt, 15)
    assert kept(engine) == {1: 4.0}
    held.close(5)
    engine.dispose()
