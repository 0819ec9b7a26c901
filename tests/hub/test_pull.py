"""Taking releases from the Hub: what arrives, what serves then, and what is refused."""

import os
import shutil
import threading
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save

from recommender.errors import HubError, ReleaseError
from recommender.releases import Registry, manifest
from recommender.releases.hub import Hub, HubRelease
from tests.hub.conftest import NAME, publish, tidy
from tests.releases import helpers


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_pulled_release_is_the_published_one_and_serves(double, hub, here, there):
    new, _ = here.ids("movies")
    commit = publish(double, here, new)
    told: list[tuple[float, str]] = []

    pulled = hub.pull("movies", there, lambda share, phrase: told.append((share, phrase)))

    created = helpers.another(2).created
    assert pulled.release == HubRelease("movies", new, commit, created)
    assert (pulled.fetched, pulled.promoted) == (True, True)
    assert files(there.home("movies") / new) == files(here.home("movies") / new)
    assert there.open("movies").id == new
    assert there.taken("movies") == commit
    assert tidy(there)
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    # All of it was asked of the commit, nothing of a branch that may move.
    assert {asked.path.split("/")[4] for asked in double.asked if asked.kind == "file"} == {commit}


def test_what_is_there_already_is_not_downloaded_again(double, hub, here):
    new, old = here.ids("movies")
    commit = publish(double, here, new)

    pulled = hub.pull("movies", here)

    assert (pulled.fetched, pulled.promoted) == (False, True)
    assert (here.aliases("movies").champion, here.aliases("movies").previous) == (new, old)
    assert here.taken("movies") == commit
    assert double.kinds() == ["info", "file"]


def test_a_rollback_is_not_undone_by_the_same_commit_but_by_a_new_one(double, hub, here):
    new, old = here.ids("movies")
    publish(double, here, new)
    hub.pull("movies", here)
    here.rollback("movies")

    assert not hub.pull("movies", here).promoted
    assert here.aliases("movies").champion == old

    publish(double, here, new)
    assert hub.pull("movies", here).promoted
    assert here.aliases("movies").champion == new


def test_an_older_release_is_taken_by_its_tag_and_leaves_the_champion_alone(
    double, hub, here, there
):
    new, old = here.ids("movies")
    publish(double, here, old)
    newest = publish(double, here, new)
    hub.pull("movies", there)

    pulled = hub.pull("movies", there, release_id=old)

    assert (pulled.release.id, pulled.fetched, pulled.promoted) == (old, True, False)
    assert there.aliases("movies").champion == new
    assert there.taken("movies") == newest
    assert [one.id for one in hub.releases("movies")] == [new, old]


def test_a_pinned_commit_is_followed_and_not_the_branch(double, here, there):
    new, old = here.ids("movies")
    pinned = publish(double, here, old)
    publish(double, here, new)

    pulled = Hub(NAME, pinned).pull("movies", there)

    assert (pulled.release.id, pulled.release.commit) == (old, pinned)


def test_a_repository_of_one_domain_says_which(double, hub, here, there):
    publish(double, here, here.ids("movies")[0])

    assert hub.newest().domain == "movies"
    assert hub.pull(None, there).release.domain == "movies"
    with pytest.raises(HubError, match="it is of movies, not of anime"):
        hub.newest("anime")
    with pytest.raises(HubError, match="name the domain"):
        Hub("somebody/tastemap-{domain}").newest()


def test_a_broken_release_here_is_mended_by_the_one_on_the_hub(double, hub, here):
    new, _ = here.ids("movies")
    publish(double, here, new)
    hub.pull("movies", here)
    os.truncate(here.home("movies") / new / "house.safetensors", 99)

    assert hub.pull("movies", here).fetched

    assert here.open("movies").id == new
    assert tidy(here)


def test_whoever_is_told_before_the_champion_changes_can_open_the_release(double, hub, here, there):
    new, _ = here.ids("movies")
    publish(double, here, new)
    seen: list[tuple[str, bool]] = []

    def ready(domain: str, release_id: str) -> None:
        named = (there.home(domain) / "aliases.json").exists()
        seen.append((there.open(domain, release_id).id, named))

    hub.pull("movies", there, ready=ready)
    assert seen == [(new, False)]


def test_files_of_the_repository_that_are_not_of_the_release_stay_there(double, hub, here, there):
    new, _ = here.ids("movies")
    tree = files(here.home("movies") / new)
    double.repository(NAME).commit({**tree, ".gitattributes": b"", "../../evil": b"", "b": b""})

    hub.pull("movies", there)

    assert files(there.home("movies") / new) == tree
    assert not list(there.root.parent.rglob("evil"))


def test_two_who_share_a_models_folder_download_once(double, hub, here, there):
    publish(double, here, here.ids("movies")[0])
    outcomes = []
    pulls = [
        threading.Thread(target=lambda: outcomes.append(hub.pull("movies", there)))
        for _ in range(2)
    ]
    for pull in pulls:
        pull.start()
    for pull in pulls:
        pull.join(60)

    assert sorted(outcome.fetched for outcome in outcomes) == [False, True]
    assert sorted(outcome.promoted for outcome in outcomes) == [False, True]
    assert tidy(there)


# --- what is no release is refused, and what is here stays as it is


def forged(here: Registry, change: Callable[[Path], object]) -> dict[str, bytes]:
    """The tree of a release that was changed and made consistent again."""
    folder = here.root.parent / "forged"
    shutil.copytree(here.home("movies") / here.ids("movies")[0], folder)
    change(folder)
    return files(folder)


def not_a_number(folder: Path) -> None:
    with safe_open(folder / "house.safetensors", "numpy") as opened:
        metadata = opened.metadata()
        tensors = {name: opened.get_tensor(name) for name in list(opened.keys())}
    name = next(name for name, values in tensors.items() if values.dtype == np.float32)
    tensors[name] = np.full_like(tensors[name], np.nan)
    helpers.forge(folder, {"house.safetensors": save(tensors, metadata)})


def other_schema(folder: Path) -> None:
    helpers.forge(folder, change=lambda facts: facts.update(schema=manifest.SCHEMA + 1))


def traversal(folder: Path) -> None:
    content = b"evil"

    def change(facts: dict) -> None:
        entry = {"sha256": sha256(content).hexdigest(), "size": len(content)}
        facts["files"]["../../../evil"] = entry

    helpers.forge(folder, change=change)
    (folder / "evil").write_bytes(content)


def no_manifest(folder: Path) -> None:
    (folder / manifest.NAME).unlink()


def no_model(folder: Path) -> None:
    (folder / "plain.safetensors").unlink()


def other_bytes(folder: Path) -> None:
    data = bytearray((folder / "atlas.parquet").read_bytes())
    data[40] ^= 1
    (folder / "atlas.parquet").write_bytes(data)


def huge(folder: Path) -> None:
    helpers.forge(folder, change=lambda facts: facts["files"]["atlas.parquet"].update(size=1 << 31))


def no_json(folder: Path) -> None:
    (folder / manifest.NAME).write_bytes(b"<html>")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (not_a_number, "house.safetensors: .*finite"),
        (
            other_schema,
            "written in schema 4, this version .* reads schema 2 and 3; update Tastemap",
        ),
        (traversal, "'../../../evil' is no file name"),
        (no_manifest, "there is no release.json, so it is no release"),
        (no_model, "plain.safetensors is missing"),
        (other_bytes, "the bytes of atlas.parquet are not those that were released"),
        (huge, "bytes, 1,073,741,824 are allowed"),
        (no_json, "release.json: it is no JSON"),
    ],
)
def test_what_is_no_whole_release_is_refused_with_the_reason(double, hub, here, change, reason):
    before = here.aliases("movies")
    double.repository(NAME).commit(forged(here, change))
    shutil.rmtree(here.home("movies") / here.ids("movies")[0])

    with pytest.raises(
        HubError, match=f"^{NAME} at [0-9a-f]{{8}} is not taken: .*{reason}"
    ) as told:
        hub.pull("movies", here)

    assert told.value.final
    assert "\n" not in str(told.value)
    assert here.aliases("movies") == before
    assert here.open("movies").id == before.champion
    assert tidy(here)
    assert not list(here.root.rglob("evil"))
    assert not (here.root.parent / "evil").exists()


def test_a_tag_that_names_another_release_is_refused(double, hub, here, there):
    new, old = here.ids("movies")
    double.repository(NAME).tags[old] = publish(double, here, new)

    with pytest.raises(HubError, match=f"its tag says {old}, its release.json {new}"):
        hub.pull("movies", there, release_id=old)


def test_a_models_folder_that_cannot_be_written_to_is_told(double, hub, here, there):
    publish(double, here, here.ids("movies")[0])
    # A file in the way refuses whoever writes, the superuser too.
    (there.root / "movies").write_text("")

    with pytest.raises(
        HubError, match=r"cannot be written \(File exists\); see that there is room"
    ):
        hub.pull("movies", there)
    with pytest.raises(ReleaseError, match="cannot be used"):
        hub.pull("movies", Registry(there.root / "movies"))


def test_progress_that_ends_the_call_ends_the_process_and_leaves_nothing(double, hub, here, there):
    publish(double, here, here.ids("movies")[0])

    class StopError(Exception):
        pass

    def stop(share: float, phrase: str) -> None:
        if share > 0:
            raise StopError

    with pytest.raises(StopError):
        hub.pull("movies", there, stop)
    there.sweep()
    assert list(there.home("movies").iterdir()) == []
