"""The copy on the Hub, against real HTTP: it brings back what a disk has lost, and forgets."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import constants
from hypothesis import given
from hypothesis import strategies as st

from recommender.errors import DataError
from recommender.settings import Settings
from recommender.storage import open_database
from recommender.storage.database import writing
from recommender.visitors.changes import Change, Context, Event, Forget, Shown
from recommender.visitors.copy import FOLDER, HubCopy
from recommender.visitors.keep import keep
from recommender.visitors.lines import from_line, to_line
from tests.hub.conftest import environment  # noqa: F401
from tests.hub.double import HubDouble, Repository, hub_double, refusal
from tests.visitors.made import ADA, BOB, MOVIES, gone, kept, outcomes, rated, shown

NAME = "somebody/visitors"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def double() -> Iterator[HubDouble]:
    with hub_double() as running:
        yield running


@pytest.fixture(autouse=True)
def _led_to_the_double(double, tmp_path, monkeypatch):
    # What the library has read from the environment when it was imported.
    monkeypatch.setattr(constants, "ENDPOINT", double.url)
    template = f"{double.url}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hf"))


class Server:
    """What a server has: a disk of its own with a database, and the copy."""

    def __init__(self, folder: Path) -> None:
        self.engine = open_database(Settings(state=folder))
        self.copy = HubCopy(NAME, folder / "visitors", self._keep, minutes=60)
        # Steps are taken by the tests, not by the thread, so that nothing depends on its pace.
        self.copy.start = lambda: None

    def _keep(self, batch) -> set[str]:
        with writing(self.engine) as connection:
            return keep(connection, batch)

    def save(self, visitor: str, *events: Event) -> None:
        self._keep([(visitor, events)])
        self.copy.append([(visitor, events)])

    def upload(self) -> None:
        self.copy.step()
        self.copy._scheduler.trigger().result(30)

    def close(self) -> None:
        if self.copy._scheduler is not None:
            self.copy._scheduler.stop()
        self.engine.dispose()


@pytest.fixture
def server(tmp_path) -> Iterator:
    servers: list[Server] = []

    def server() -> Server:
        servers.append(Server(tmp_path / f"disk{len(servers)}"))
        return servers[-1]

    yield server
    for one in servers:
        one.close()


def everything(repository: Repository) -> str:
    """All that the data set holds or ever held."""
    return "".join(
        content.decode() for tree in repository.trees.values() for content in tree.values()
    )


def test_a_new_disk_gets_back_what_the_old_one_had(server, double):
    old = server()
    old.save(ADA, *shown([1, 2], 900), *rated({1: 4.0, 2: 3.0, 3: 1.0}, 1000))
    old.save(BOB, *rated({1: 2.0}, 1000))
    old.save(ADA, gone(3, at=1100), *rated({2: 5.0}, 1200))
    old.upload()
    new = server()
    assert kept(new.engine) == {}
    new.copy.step()
    assert kept(new.engine) == {1: 4.0, 2: 5.0}
    assert kept(new.engine, BOB) == {1: 2.0}
    assert outcomes(new.engine) == outcomes(old.engine)
    assert new.copy.unread == 0


def test_what_came_before_the_copy_was_read_back_stays_the_newest(server, double):
    old = server()
    old.save(ADA, *rated({1: 4.0, 2: 3.0, 3: 1.0}, 1000))
    old.upload()
    new = server()
    new.save(ADA, *rated({1: 1.0}, 2000), gone(3, at=2000))
    new.copy.step()
    assert kept(new.engine) == {1: 1.0, 2: 3.0}


def test_files_only_grow_and_each_server_has_its_own(server, double):
    one, two = server(), server()
    one.save(ADA, *rated({1: 4.0}, 1000))
    one.upload()
    (name,) = (path for path in double.repositories[NAME].head if path.startswith(FOLDER))
    before = double.repositories[NAME].head[name]
    two.save(BOB, *rated({1: 2.0}, 1000))
    two.upload()
    one.save(ADA, *rated({2: 4.0}, 2000))
    one.upload()
    head = double.repositories[NAME].head
    assert head[name].startswith(before)
    assert len([path for path in head if path.startswith(FOLDER)]) == 2


def test_whoever_is_forgotten_goes_from_all_files_and_from_the_history(server, double):
    old = server()
    old.save(ADA, *rated({1: 4.0}, 1000))
    old.save(BOB, *rated({1: 2.0}, 1000))
    old.upload()
    new = server()
    new.copy.step()
    new.save(ADA, *rated({2: 4.0}, 2000))
    new.upload()
    new.save(ADA, Forget())
    new.copy.step()
    lines = [line for line in everything(double.repositories[NAME]).splitlines() if ADA in line]
    assert len(lines) == 1
    assert '"kind":"forget"' in lines[0]
    third = server()
    third.copy.step()
    assert kept(third.engine) == {}
    assert kept(third.engine, BOB) == {1: 2.0}


def test_a_hub_that_is_away_keeps_nobody_and_is_tried_again(server, double):
    double.fault = lambda asked: refusal(503)
    one = server()
    one.save(ADA, *rated({1: 4.0}, 1000))
    with pytest.raises(Exception, match="503"):
        one.copy.step()
    assert kept(one.engine) == {1: 4.0}
    double.fault = lambda asked: None
    one.upload()
    assert ADA in everything(double.repositories[NAME])


def test_the_thread_tells_of_a_fault_without_a_token(tmp_path, double):
    double.fault = lambda asked: refusal(403)
    copy = HubCopy(NAME, tmp_path / "visitors", lambda batch: None)
    copy.start()
    end = time.monotonic() + 20
    while copy.fault is None:
        assert time.monotonic() < end
        time.sleep(0.05)
    assert copy.fault.startswith(f"{NAME} cannot be used (")
    assert "hf_" not in copy.fault


def test_a_killed_process_has_written_the_lines_of_all_that_it_said_were_saved(tmp_path, double):
    program = (
        "import os, sys, time; from pathlib import Path\n"
        "from recommender.settings import Settings\n"
        "from recommender.visitors.service import hub_copy, writer\n"
        "from tests.visitors.made import ADA, rated\n"
        f"here = Settings(state=Path(sys.argv[1]), visitors_repository={NAME!r})\n"
        "receipt = writer(here).hand_in(ADA, rated({1: 4.0}, 1000))\n"
        "print(writer(here).wait(receipt, 30), flush=True); os.kill(os.getpid(), 9)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == "True\n", done.stderr
    (file,) = (tmp_path / "visitors").glob("*.jsonl")
    assert [from_line(line)[1] for line in file.read_text().splitlines()] == [ADA]


contexts = st.builds(
    Context,
    st.just("movies"),
    st.text("abc-1", min_size=1),
    st.text("ab", min_size=1),
    st.booleans(),
)
moments = st.integers(1, 2**53)
ids = st.integers(-(2**53), 2**53)
events = st.one_of(
    st.just(Forget()),
    st.builds(Shown, contexts, ids, st.integers(1, 99_999), moments),
    st.builds(Change, contexts, ids, st.just("rated"), st.floats(0.5, 10), moments, st.booleans()),
    st.builds(
        Change, contexts, ids, st.sampled_from(["seen", "dismissed", ""]), st.none(), moments
    ),
)


@given(event=events)
def test_an_event_survives_its_line(event):
    _, visitor, read = from_line(to_line(ADA, event))
    assert (visitor, read) == (ADA, event)


@given(text=st.text(max_size=200))
def test_a_line_that_anybody_may_have_written_is_an_event_or_refused(text):
    with pytest.raises(DataError):
        from_line(text)


@pytest.mark.parametrize(
    "change",
    [
        {"visitor": "eve"},
        {"at": True},
        {"item_id": "1"},
        {"rating": "five"},
        {"place": "nowhere"},
        {"kind": "drop"},
        {"domain": ""},
        {"release": "x" * 2000},
    ],
)
def test_a_line_with_a_wrong_value_is_refused(change):
    import json

    line = to_line(ADA, Change(MOVIES, 1, "rated", 4.0, 1000))
    with pytest.raises(DataError):
        from_line(json.dumps(json.loads(line) | change))
