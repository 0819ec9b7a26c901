"""Publishing a Space: one commit, the lock, settings by name, and what the Hub may do meanwhile."""

import re
import threading
from pathlib import Path
from time import monotonic

import pytest

from recommender.errors import HubError, SettingError
from recommender.space import Prepared, prepare, publish
from tests.hub.double import TOKEN, HubDouble, Repository, refusal

NAME = "somebody/tastemap"
VALUE = "scrypt:the-value-of-a-secret"


@pytest.fixture(scope="module")
def prepared(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepare(tmp_path_factory.mktemp("prepared") / "space", checkout)


@pytest.fixture
def small(tmp_path: Path) -> Prepared:
    """A folder of few bytes, for what is about the Hub and not about the files."""
    for name in ("README.md", "recommender/__init__.py", "models/a.parquet"):
        (tmp_path / "small" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "small" / name).write_text(f"this is {name}")
    names = ["README.md", "models/a.parquet", "recommender/__init__.py"]
    return Prepared(tmp_path / "small", "c" * 40, dict.fromkeys(names, 1))


def space(double: HubDouble) -> Repository:
    """The Space as an earlier version of the app has left it."""
    made = double.repository(f"spaces/{NAME}")
    made.commit({**made.head, "recommender/__init__.py": b"", "pages/gone.py": b"", "app.py": b""})
    return made


def test_a_space_is_made_private_and_holds_the_files_by_one_commit(double, prepared):
    told: list[float] = []
    commit = publish(prepared, NAME, lambda share, phrase: told.append(share), create=True)

    made = double.repositories[f"spaces/{NAME}"]
    assert (made.private, made.sdk) == (True, "docker")
    assert made.branches == {"main": commit}
    assert {name: len(content) for name, content in made.head.items()} == {
        ".gitattributes": len(made.head[".gitattributes"]),
        **prepared.sizes,
    }
    for name in ("README.md", "app.py", "pages/static/icon.svg"):
        assert made.head[name] == (prepared.folder / name).read_bytes()
    assert [double.kinds().count(kind) for kind in ("create", "commit", "tag")] == [1, 1, 0]
    assert told == sorted(told)


def test_the_next_version_deletes_what_is_no_longer_part(double, small):
    made = space(double)
    before = made.branches["main"]

    commit = publish(small, NAME)

    assert made.parents[commit] == before
    assert set(made.head) == {".gitattributes", *small.sizes}
    assert "create" not in double.kinds()


def test_the_same_files_again_are_no_commit_but_settings_are_made(double, small, monkeypatch):
    made = space(double)
    first = publish(small, NAME)
    monkeypatch.setenv("TASTEMAP_ADMINS", "ada")

    assert publish(small, NAME, variables={"TASTEMAP_ADMINS": "TASTEMAP_ADMINS"}) == first

    assert made.branches == {"main": first}
    assert made.variables == {"TASTEMAP_ADMINS": "ada"}


def test_a_space_is_made_only_when_told_to_and_public_only_when_told_to(double, small):
    with pytest.raises(HubError, match=f"has no Space {NAME} that you may see; .* --create"):
        publish(small, NAME)
    assert double.repositories == {}
    publish(small, NAME, create=True, public=True)
    assert not double.repositories[f"spaces/{NAME}"].private


def test_another_app_is_not_overwritten(double, small):
    made = double.repository(f"spaces/{NAME}")
    theirs = made.commit({"app.py": b"mine", "README.md": b"mine"})
    with pytest.raises(HubError, match="holds another app; name another Space"):
        publish(small, NAME, create=True)
    assert made.branches == {"main": theirs}


def test_settings_are_made_from_the_environment_before_the_files_come(double, small, monkeypatch):
    made = space(double)
    monkeypatch.setenv("TASTEMAP_ADMIN_PASSWORD_HASH", f"{VALUE}\n")
    monkeypatch.setenv("READ_TOKEN", "hf_only_to_read")
    monkeypatch.setenv("TASTEMAP_HUB_REPO", "somebody/tastemap-{domain}")
    monkeypatch.setenv("TASTEMAP_DATABASE_URL", "not asked for")
    said: list[str] = []

    publish(
        small,
        NAME,
        lambda share, phrase: said.append(phrase),
        secrets={
            "TASTEMAP_ADMIN_PASSWORD_HASH": "TASTEMAP_ADMIN_PASSWORD_HASH",
            "HF_TOKEN": "READ_TOKEN",
        },
        variables={"TASTEMAP_HUB_REPO": "TASTEMAP_HUB_REPO"},
    )

    assert made.secrets == {"TASTEMAP_ADMIN_PASSWORD_HASH": VALUE, "HF_TOKEN": "hf_only_to_read"}
    assert made.variables == {"TASTEMAP_HUB_REPO": "somebody/tastemap-{domain}"}
    kinds = double.kinds()
    assert kinds.index("variables") < kinds.index("preupload")
    assert not [phrase for phrase in said if VALUE in phrase or "hf_only" in phrase]


@pytest.mark.parametrize(
    ("secrets", "sentence"),
    [
        ({"TASTEMAP_NOT_SET": "TASTEMAP_NOT_SET"}, "TASTEMAP_NOT_SET is not in the environment"),
        ({"HF_TOKEN": "NOT_SET"}, "A value for HF_TOKEN is not in the environment"),
        ({"HF_TOKEN": "hf-abcdef!"}, "never by its value"),
        ({"a b": "HOME"}, "never by its value"),
    ],
)
def test_what_is_not_in_the_environment_is_told_before_the_hub_is_asked(
    double, small, secrets, sentence
):
    with pytest.raises(SettingError, match=sentence) as told:
        publish(small, NAME, secrets=secrets)
    assert "abcdef" not in str(told.value)
    assert double.asked == []


@pytest.mark.parametrize("name", ["tastemap", "a/b/c", "../x", "a/b c", ""])
def test_a_name_that_is_no_space_is_refused(double, small, name):
    with pytest.raises(SettingError, match="write it as owner/name"):
        publish(small, name)
    assert double.asked == []


def test_a_space_that_has_moved_is_left_alone_with_its_settings(double, small, monkeypatch):
    made = space(double)
    seen = made.branches["main"]
    moved = made.commit(made.head | {"app.py": b"somebody else's"})
    monkeypatch.setenv("A_SECRET", VALUE)

    with pytest.raises(HubError, match=f"Somebody else has published to {NAME} meanwhile"):
        publish(small, NAME, parent=seen, secrets={"A_SECRET": "A_SECRET"})

    assert (made.branches["main"], made.secrets) == (moved, {})


def test_of_two_who_publish_at_once_one_is_told(double, small):
    made = space(double)
    before = len(made.trees)
    double.fault = lambda asked: "meet" if asked.kind == "preupload" else None
    outcomes: list[str | HubError] = []

    def run() -> None:
        try:
            outcomes.append(publish(small, NAME))
        except HubError as error:
            outcomes.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    (fault,) = (outcome for outcome in outcomes if isinstance(outcome, HubError))
    assert "Somebody else has published" in str(fault)
    assert len(made.trees) == before + 1


@pytest.mark.parametrize("kind", ["info", "secrets", "preupload", "store", "commit"])
@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (401, "does not accept the token|has no Space"),
        (403, "does not let you do that"),
        (412, r"Somebody else has published|status 412"),
        (429, "too many requests; try again in 1 seconds"),
        (500, r"cannot answer now \(status 500\)|gave no whole answer"),
    ],
)
def test_a_hub_that_refuses_is_a_sentence_and_nothing_is_published(
    double, small, monkeypatch, kind, status, sentence
):
    made = space(double)
    before = dict(made.branches)
    monkeypatch.setenv("A_SECRET", VALUE)
    double.fault = lambda asked: (
        refusal(status, **{"Retry-After": "1"}) if asked.kind == kind else None
    )

    with pytest.raises(HubError, match=sentence) as told:
        publish(small, NAME, secrets={"A_SECRET": "A_SECRET"}, patience=1.0, long=60.0)

    assert not re.search(f"{TOKEN}|{VALUE}|\n", str(told.value))
    assert made.branches == before


def test_a_docker_space_that_is_not_paid_for_is_told(double, small):
    double.fault = lambda asked: refusal(402) if asked.kind == "create" else None
    with pytest.raises(HubError, match="makes Docker Spaces for paid plans only"):
        publish(small, NAME, create=True)
    assert double.repositories == {}


@pytest.mark.parametrize("kind", ["info", "create", "secrets", "preupload", "store", "commit"])
def test_a_hub_that_hangs_ends_at_the_deadline(double, small, monkeypatch, kind):
    if kind != "create":
        space(double)
    monkeypatch.setenv("A_SECRET", VALUE)
    double.fault = lambda asked: "hang" if asked.kind == kind else None
    started = monotonic()
    with pytest.raises(HubError, match=r"took longer than 6 seconds|not answered for 2 seconds"):
        publish(small, NAME, create=True, secrets={"A_SECRET": "A_SECRET"}, patience=2.0, long=6.0)
    assert monotonic() - started < 15


def test_without_the_token_nothing_is_published(double, small, monkeypatch):
    made = space(double)
    before = dict(made.branches)
    monkeypatch.delenv("HF_TOKEN")
    with pytest.raises(HubError, match="set HF_TOKEN"):
        publish(small, NAME)
    assert made.branches == before
