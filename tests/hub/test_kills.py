"""Real processes, really killed in the middle of a pull and of a push, at many moments."""

import os
import random
import signal
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from time import monotonic, sleep

import pytest

from recommender.releases import Registry, write
from recommender.releases.hub import Hub
from tests.hub.conftest import NAME, publish, tidy
from tests.hub.double import HubDouble
from tests.releases import helpers

ROUNDS = 10


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    """Processes that start in milliseconds with everything imported and no thread running."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["recommender.releases.hub", "recommender.releases.format"])
    return context


def leading(
    environment: dict[str, str], work: Callable[..., object], arguments: tuple[object, ...]
) -> None:
    """Does the work as the leader of a group, so that a kill of the group takes its children."""
    os.setsid()
    os.environ.update(environment)
    work(*arguments)


def pull(registry: Registry) -> None:
    Hub(NAME).pull("movies", registry)


def push(registry: Registry, release: str) -> None:
    Hub(NAME).push("movies", release, registry)


def killed(
    processes: ForkServerContext,
    double: HubDouble,
    environment: dict[str, str],
    moments: random.Random,
    kill: Callable[[int, int], None],
    work: Callable[..., object],
    *arguments: object,
) -> None:
    """Starts the work and kills it after some requests."""
    before = len(double.asked)
    process = processes.Process(target=leading, args=(environment, work, arguments))
    process.start()
    requests, until = before + moments.randint(1, 11), monotonic() + 30
    while process.is_alive() and len(double.asked) < requests and monotonic() < until:
        sleep(0.001)
    sleep(moments.uniform(0, 0.04))
    if process.is_alive():
        kill(process.pid, signal.SIGKILL)
    process.join()
    assert process.exitcode in (0, -9)


def files(registry: Registry, release: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (registry.home("movies") / release).iterdir()}


def test_a_kill_in_a_pull_leaves_no_half_release_and_the_champion(
    double, environment, here, there, processes
):
    moments = random.Random(6)
    double.fault = lambda asked: 0.03 if asked.kind == "file" else None
    first = here.ids("movies")[1]
    publish(double, here, first)
    pull(there)
    published, unfinished = [first], 0
    for number in range(3, 3 + ROUNDS):
        published.append(write(helpers.another(number), here.root).name)
        publish(double, here, published[-1])
        # With the process that talks to the Hub, or leaving that behind.
        kill = os.killpg if number % 3 else os.kill
        killed(processes, double, environment, moments, kill, pull, there)

        release, notices = there.open_serving("movies")
        assert notices == []
        assert release.id in published
        unfinished += len(list(there.home("movies").glob(".*")))

    # The kills did meet pulls at work.
    assert unfinished >= 1
    newest = publish(double, here, published[-1])
    pull(there)
    assert (there.open("movies").id, there.taken("movies")) == (published[-1], newest)
    assert set(there.ids("movies")) <= set(published)
    assert tidy(there)


def test_a_kill_in_a_push_publishes_all_or_nothing(double, environment, here, there, processes):
    moments = random.Random(7)
    double.fault = lambda asked: 0.03
    champion = here.open("movies").id
    publish(double, here, champion)
    pushed, published = [champion], [champion]
    for number in range(3, 3 + ROUNDS):
        release = write(helpers.another(number), here.root).name
        pushed.append(release)
        killed(processes, double, environment, moments, os.killpg, push, here, release)

        assert here.open_serving("movies")[0].id == champion
        tree = double.repository(NAME).head
        tree = {name: content for name, content in tree.items() if name != ".gitattributes"}
        # A commit that was under way when its sender died may arrive during the next push.
        (now,) = [one for one in pushed if tree == files(here, one)]
        assert pushed.index(now) >= pushed.index(published[-1])
        published.append(now)

    # What was left half-way keeps nobody from going on.
    push(here, release)
    pull(there)
    assert there.open("movies").id == release
    assert double.repository(NAME).tags[release] == double.repository(NAME).branches["main"]
    assert 1 < len(set(published)) < len(pushed)
    assert tidy(here)
    assert tidy(there)
