"""Publishing: one commit, the lock against somebody else's, a tag, a card."""

import threading

import pytest
import yaml

from recommender.errors import HubError
from recommender.releases import Registry, write
from recommender.releases.hub import Hub
from tests.hub.conftest import NAME, publish, tidy
from tests.hub.double import TOKEN, refusal
from tests.releases import anime, helpers


def test_a_push_is_one_commit_of_the_files_and_a_tag(double, hub, here, there):
    release = here.ids("movies")[0]
    repository = double.repository(NAME)
    first = repository.commit({**repository.head, "old.safetensors": b"of a model that is gone"})
    told: list[tuple[float, str]] = []

    commit = hub.push("movies", release, here, lambda share, phrase: told.append((share, phrase)))

    assert repository.parents[commit] == first
    assert repository.branches == {"main": commit}
    assert repository.tags == {release: commit}
    folder = here.home("movies") / release
    assert repository.head == {
        ".gitattributes": repository.head[".gitattributes"],
        **{path.name: path.read_bytes() for path in folder.iterdir()},
    }
    assert [double.kinds().count(kind) for kind in ("commit", "tag", "create")] == [1, 1, 0]
    assert [share for share, _ in told] == sorted(share for share, _ in told)
    assert hub.pull("movies", there).release.id == release


def test_the_card_on_the_hub_has_the_metrics_the_data_and_the_licence(double, hub, here):
    double.repository(NAME)
    hub.push("movies", here.ids("movies")[0], here)

    _, metadata, text = double.repository(NAME).head["README.md"].decode().split("---\n", 2)
    card = yaml.safe_load(metadata)
    (entry,) = card["model-index"]
    metrics = {one["name"] for result in entry["results"] for one in result["metrics"]}
    assert {"NDCG@10 (house)", "RMSE (house)"} <= metrics
    assert (card["license"], card["license_name"]) == ("other", "movielens-by-hand")
    assert "Harper and Konstan" in text


def test_what_was_pushed_here_does_not_come_back_as_news(double, hub, here):
    new, old = here.ids("movies")
    double.repository(NAME)

    commit = hub.push("movies", new, here)

    assert here.taken("movies") == commit
    assert not hub.pull("movies", here).promoted
    assert here.aliases("movies").champion == old


def test_the_same_release_may_be_pushed_again(double, hub, here):
    double.repository(NAME)
    release = here.ids("movies")[0]
    first = hub.push("movies", release, here)
    hub.push("movies", release, here)
    assert double.repository(NAME).tags == {release: first}
    assert hub.newest("movies").id == release


def test_a_branch_that_has_moved_is_not_pushed_over(double, hub, here):
    new, old = here.ids("movies")
    seen = publish(double, here, old)
    moved = publish(double, here, new)

    with pytest.raises(HubError, match=f"Somebody else has published to {NAME} meanwhile; look at"):
        hub.push("movies", old, here, parent=seen)

    assert double.repository(NAME).branches["main"] == moved
    assert here.taken("movies") is None


def test_of_two_who_publish_at_once_one_is_told(double, hub, here, there):
    ours = here.ids("movies")[0]
    theirs = write(helpers.another(5), there.root).name
    double.repository(NAME)
    # Both have looked at what is there before either commits.
    double.fault = lambda asked: "meet" if asked.kind == "preupload" else None
    outcomes: dict[str, str | HubError] = {}

    def push(registry: Registry, release: str) -> None:
        try:
            outcomes[release] = hub.push("movies", release, registry)
        except HubError as error:
            outcomes[release] = error

    pushes = [threading.Thread(target=push, args=pair) for pair in ((here, ours), (there, theirs))]
    for thread in pushes:
        thread.start()
    for thread in pushes:
        thread.join(60)

    (fault,) = (outcome for outcome in outcomes.values() if isinstance(outcome, HubError))
    (won,) = (one for one, outcome in outcomes.items() if isinstance(outcome, str))
    assert "Somebody else has published" in str(fault)
    assert double.repository(NAME).tags == {won: outcomes[won]}
    assert hub.newest("movies").id == won


def test_a_repository_is_made_only_when_told_to_and_is_private(double, hub, here):
    release = here.ids("movies")[0]
    with pytest.raises(HubError, match=f"has no repository {NAME} that you may see"):
        hub.push("movies", release, here)
    assert double.repositories == {}

    hub.push("movies", release, here, create=True)

    assert double.repositories[NAME].private
    assert hub.newest("movies").id == release


def test_a_release_of_another_domain_is_not_overwritten(double, hub, here):
    publish(double, here, here.ids("movies")[0])
    release = write(anime.draft(), here.root).name
    here.promote("anime", release)

    with pytest.raises(HubError, match="is of movies, not of anime; name a repository for each"):
        hub.push("anime", release, here)

    Hub("somebody/tastemap-{domain}").push("anime", release, here, create=True)
    assert set(double.repositories) == {NAME, "somebody/tastemap-anime"}


def test_only_a_branch_can_be_pushed_to(double, here):
    release = here.ids("movies")[0]
    commit = publish(double, here, release)
    with pytest.raises(HubError, match="is a commit, and only a branch can be pushed to"):
        Hub(NAME, commit).push("movies", release, here)
    with pytest.raises(
        HubError, match=r"refuses .* \(status 400\); see that TASTEMAP_HUB_REVISION"
    ):
        Hub(NAME, release).push("movies", here.ids("movies")[1], here)


@pytest.mark.parametrize("kind", ["preupload", "commit", "store"])
@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (401, "does not accept the token"),
        (403, "with the right to read it, and to write it for a push"),
        (412, "Somebody else has published"),
        (429, "too many requests; try again in 1 seconds"),
    ],
)
def test_a_refused_push_is_a_sentence_and_publishes_nothing(double, here, kind, status, sentence):
    before = dict(double.repository(NAME).branches)
    double.fault = lambda asked: (
        refusal(status, **{"Retry-After": "1"}) if asked.kind == kind else None
    )

    with pytest.raises(HubError, match=sentence) as told:
        Hub(NAME, patience=1.0, long=60.0).push("movies", here.ids("movies")[0], here)

    assert TOKEN not in str(told.value)
    assert double.repository(NAME).branches == before
    assert double.repository(NAME).tags == {}
    assert tidy(here)


@pytest.mark.parametrize("kind", ["preupload", "store", "commit", "tag"])
def test_a_hub_that_hangs_in_a_push_ends_at_the_deadline(double, here, kind):
    double.repository(NAME)
    double.fault = lambda asked: "hang" if asked.kind == kind else None
    with pytest.raises(HubError, match=r"took longer than 6 seconds|not answered for 2 seconds"):
        Hub(NAME, patience=2.0, long=6.0).push("movies", here.ids("movies")[0], here)
    assert tidy(here)


def test_without_the_token_nothing_is_published(double, hub, here, monkeypatch):
    double.repository(NAME)
    monkeypatch.delenv("HF_TOKEN")
    with pytest.raises(HubError, match="set HF_TOKEN"):
        hub.push("movies", here.ids("movies")[0], here)
    assert double.repository(NAME).tags == {}
