"""Real processes, really killed: what a release folder holds afterwards."""

import os
import random
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from pathlib import Path
from time import monotonic, sleep

import pytest

from recommender.errors import ReleaseError
from recommender.releases import Registry, files, write
from tests.releases import helpers

SECONDS = 4.0


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    """Processes that start in milliseconds with everything imported and no thread running."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["recommender.releases", "tests.releases.helpers"])
    return context


def say(log: Path, text: str) -> None:
    with log.open("a") as file:
        file.write(f"{text}\n")


def said(log: Path, what: str) -> list[str]:
    lines = log.read_text().splitlines() if log.exists() else []
    return [line.split()[1] for line in lines if line.split()[0] == what]


def write_and_promote_for_ever(models: Path, log: Path, first: int) -> None:
    number = first
    while True:
        folder = write(helpers.another(number), models)
        say(log, f"written {folder.name}")
        Registry(models).promote("movies", folder.name)
        say(log, f"promoted {folder.name}")
        number += 1


def test_a_kill_at_any_moment_loses_nothing(tmp_path: Path, processes: ForkServerContext) -> None:
    models, log = tmp_path / "models", tmp_path / "log"
    registry = Registry(models)
    say(log, f"promoted {registry.promote('movies', write(helpers.another(0), models).name).id}")
    moments = random.Random(20261121)
    rounds = unfinished = 0
    number = 1
    until = monotonic() + SECONDS
    while monotonic() < until or (rounds < 100 and not unfinished):
        process = processes.Process(target=write_and_promote_for_ever, args=(models, log, number))
        process.start()
        while process.is_alive() and len(said(log, "written")) < number:
            sleep(0.001)
        sleep(moments.uniform(0, 0.03))
        process.kill()
        process.join()
        rounds += 1
        assert process.exitcode == -9

        written = said(log, "written")
        champion, notices = registry.open_serving("movies")
        assert notices == []
        # The last promotion that was reported, or the one that the kill kept from being reported.
        assert champion.id in {said(log, "promoted")[-1], written[-1]}
        say(log, f"promoted {champion.id}")
        number = len(written) + 1
        unfinished += len(list((models / "movies").glob(".*")))
        registry.sweep()
        assert list((models / "movies").glob(".*")) == []

    listed = {line.id: line for line in registry.releases("movies")}
    assert set(said(log, "written")) <= set(listed)
    assert [line.broken for line in listed.values() if line.broken] == []
    # The kills did meet writers at work.
    assert unfinished >= 1


def write_until_stopped(models: Path, ready: Path) -> None:
    home = models / "movies"
    folder = home / ".20261121-1432-abcdef-0123abcd.writing"
    folder.mkdir(parents=True)
    (folder / "release.json").write_text("{")
    with files.locked(folder):
        ready.write_text("")
        sleep(60)


def wait_for(path: Path) -> None:
    until = monotonic() + 20
    while not path.exists():
        assert monotonic() < until, f"{path.name} did not come"
        sleep(0.002)


def test_a_sweep_takes_what_the_dead_left_and_spares_the_living(
    tmp_path: Path, processes: ForkServerContext
) -> None:
    models, ready = tmp_path / "models", tmp_path / "ready"
    kept = write(helpers.draft(), models)
    process = processes.Process(target=write_until_stopped, args=(models, ready))
    process.start()
    wait_for(ready)
    (stale,) = kept.parent.glob(".*.writing")

    assert Registry(models).sweep() == []
    assert stale.exists()
    process.kill()
    process.join()

    assert [line.id for line in Registry(models).releases("movies")] == [kept.name]
    assert Registry(models).sweep() == [stale]
    assert list(kept.parent.iterdir()) == [kept]


def promote(models: Path, release_id: str, started: Path) -> None:
    started.write_text("")
    Registry(models).promote("movies", release_id)


def test_a_promotion_waits_for_the_one_before(tmp_path: Path, processes: ForkServerContext) -> None:
    models, started = tmp_path / "models", tmp_path / "started"
    first, second = (write(helpers.another(number), models).name for number in (1, 2))
    registry = Registry(models)
    registry.promote("movies", first)

    with files.locked(models / "movies"):
        process = processes.Process(target=promote, args=(models, second, started))
        process.start()
        wait_for(started)
        sleep(0.3)
        assert process.is_alive()
        assert registry.open("movies").id == first
    process.join(20)

    assert process.exitcode == 0
    assert registry.open("movies").id == second


def roll_back(models: Path, times: int) -> None:
    for _ in range(times):
        Registry(models).rollback("movies")


def test_two_at_once_lose_no_update(tmp_path: Path, processes: ForkServerContext) -> None:
    # Every rollback swaps two names; an odd number of swaps would show in the end.
    models = tmp_path / "models"
    registry = Registry(models)
    old, new = (write(helpers.another(number), models).name for number in (1, 2))
    registry.promote("movies", old)
    registry.promote("movies", new)
    workers = [processes.Process(target=roll_back, args=(models, 25)) for _ in range(2)]
    for worker in workers:
        worker.start()

    seen = set()
    while any(worker.is_alive() for worker in workers):
        aliases = registry.aliases("movies")
        seen.add((aliases.champion, aliases.previous))
    for worker in workers:
        worker.join()

    assert [worker.exitcode for worker in workers] == [0, 0]
    assert seen <= {(old, new), (new, old)}
    assert registry.aliases("movies").champion == new


def write_the_same(models: Path) -> None:
    for number in range(10):
        write(helpers.another(number), models)


def test_two_who_write_the_same_release_at_once_both_succeed(
    tmp_path: Path, processes: ForkServerContext
) -> None:
    workers = [processes.Process(target=write_the_same, args=(tmp_path,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)

    assert [worker.exitcode for worker in workers] == [0, 0]
    listed = Registry(tmp_path).releases("movies")
    assert len(listed) == 10
    assert [line.broken for line in listed if line.broken] == []
    assert list((tmp_path / "movies").glob(".*")) == []


# --- the parts that this rests on


def test_a_held_lock_is_refused_to_whoever_does_not_wait(tmp_path: Path) -> None:
    with files.locked(tmp_path), pytest.raises(BlockingIOError), files.locked(tmp_path, wait=False):
        pass
    with files.locked(tmp_path, wait=False):
        assert list(tmp_path.iterdir()) == []


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What is flushed and renamed, by inode and in order; everything really happens."""
    seen: list[tuple[str, int]] = []
    fsync, rename, replace = os.fsync, Path.rename, Path.replace

    def observed_fsync(handle: int) -> None:
        fsync(handle)
        seen.append(("flush", os.fstat(handle).st_ino))

    def observed(change: Callable[[Path, Path], Path]) -> Callable[[Path, Path], Path]:
        def observed_change(path: Path, target: Path) -> Path:
            seen.append(("rename", path.stat().st_ino))
            return change(path, target)

        return observed_change

    monkeypatch.setattr(os, "fsync", observed_fsync)
    monkeypatch.setattr(Path, "rename", observed(rename))
    monkeypatch.setattr(Path, "replace", observed(replace))
    return seen


def test_every_byte_is_on_disk_before_its_name_is(
    tmp_path: Path, events: list[tuple[str, int]]
) -> None:
    models = tmp_path / "models"

    def inode(path: Path) -> int:
        return path.stat().st_ino

    folder = write(helpers.draft(), models)
    flushed = sorted(("flush", inode(path)) for path in folder.iterdir())
    assert sorted(events[: len(flushed)]) == flushed
    assert events[len(flushed) :] == [
        ("flush", inode(folder)),
        ("rename", inode(folder)),
        ("flush", inode(folder.parent)),
        ("flush", inode(models)),
    ]

    events.clear()
    Registry(models).promote("movies", folder.name)
    aliases = folder.parent / "aliases.json"
    assert events == [
        ("flush", inode(aliases)),
        ("rename", inode(aliases)),
        ("flush", inode(folder.parent)),
    ]


def test_a_file_that_cannot_be_replaced_keeps_its_old_bytes(tmp_path: Path) -> None:
    path = tmp_path / "aliases.json"
    files.replace(path, b"old")
    (tmp_path / ".aliases.json.writing").mkdir()

    with pytest.raises(IsADirectoryError):
        files.replace(path, b"new")
    assert path.read_bytes() == b"old"


def test_reading_is_bounded(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * 11)

    assert files.read(tmp_path / "large", 11) == b"x" * 11
    with pytest.raises(ReleaseError, match="it has 11 bytes; 10 are allowed"):
        files.read(tmp_path / "large", 10)
