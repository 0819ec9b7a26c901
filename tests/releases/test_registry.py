import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from recommender.errors import ReleaseError
from recommender.releases import Registry, write
from recommender.releases.aliases import Aliases
from tests.releases import helpers

TRAIN = "Run `python -m recommender train --domain movies` to make one."


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
def ids(models: Path) -> list[str]:
    """Three releases, oldest first; none is the champion yet."""
    return [write(helpers.another(number), models).name for number in (1, 2, 3)]


def damage(models: Path, release_id: str) -> None:
    os.truncate(models / "movies" / release_id / "house.safetensors", 99)


def aliases(models: Path) -> dict[str, str | None]:
    return json.loads((models / "movies" / "aliases.json").read_bytes())


# --- promoting and rolling back


def test_the_champion_becomes_the_previous_release(models: Path, ids: list[str]) -> None:
    registry = Registry(models)

    assert registry.promote("movies", ids[0]).id == ids[0]
    assert aliases(models) == {"champion": ids[0], "previous": None}
    registry.promote("movies", ids[2])
    assert aliases(models) == {"champion": ids[2], "previous": ids[0]}
    assert registry.open("movies").id == ids[2]
    assert registry.open("movies", "previous").id == ids[0]
    assert registry.open("movies", ids[1]).id == ids[1]


def test_promoting_the_champion_forgets_nothing(models: Path, ids: list[str]) -> None:
    registry = Registry(models)
    registry.promote("movies", ids[0])
    registry.promote("movies", ids[1])

    registry.promote("movies", ids[1])

    assert aliases(models) == {"champion": ids[1], "previous": ids[0]}


def test_rolling_back_twice_is_where_one_began(models: Path, ids: list[str]) -> None:
    registry = Registry(models)
    registry.promote("movies", ids[0])
    registry.promote("movies", ids[1])

    assert registry.rollback("movies").id == ids[0]
    assert aliases(models) == {"champion": ids[0], "previous": ids[1]}
    assert registry.rollback("movies").id == ids[1]
    assert aliases(models) == {"champion": ids[1], "previous": ids[0]}


@pytest.mark.parametrize("name", ["20260101-0000-abcdef", "champion", "../movies", "", "nonsense"])
def test_only_a_release_that_exists_is_promoted(name: str, models: Path, ids: list[str]) -> None:
    registry = Registry(models)
    registry.promote("movies", ids[0])

    with pytest.raises(ReleaseError, match=r"no such release|no release id"):
        registry.promote("movies", name)
    assert aliases(models) == {"champion": ids[0], "previous": None}


def test_a_broken_release_is_neither_promoted_nor_rolled_back_to(
    models: Path, ids: list[str]
) -> None:
    registry = Registry(models)
    registry.promote("movies", ids[0])
    registry.promote("movies", ids[1])
    damage(models, ids[0])
    damage(models, ids[2])

    with pytest.raises(ReleaseError, match=f"^{ids[2]}: house.safetensors: it has 99 bytes"):
        registry.promote("movies", ids[2])
    with pytest.raises(ReleaseError, match=f"^{ids[0]}: house.safetensors: it has 99 bytes"):
        registry.rollback("movies")
    assert aliases(models) == {"champion": ids[1], "previous": ids[0]}


def test_without_a_previous_release_there_is_no_rolling_back(models: Path, ids: list[str]) -> None:
    registry = Registry(models)
    registry.promote("movies", ids[0])

    with pytest.raises(ReleaseError, match=r"^movies: there is no previous release; promote"):
        registry.rollback("movies")
    with pytest.raises(ReleaseError, match=r"^movies: there is no previous release; promote"):
        registry.open("movies", "previous")


def test_promoting_mends_aliases_that_are_not_whole(models: Path, ids: list[str]) -> None:
    registry = Registry(models)
    (models / "movies" / "aliases.json").write_text('{"champion": "2026')

    registry.promote("movies", ids[1])

    assert aliases(models) == {"champion": ids[1], "previous": None}


def test_a_folder_that_may_not_be_written_to_is_a_sentence(models: Path, ids: list[str]) -> None:
    # A folder in the way refuses whoever writes, the superuser too.
    (models / "movies" / "aliases.json").mkdir()

    with pytest.raises(
        ReleaseError, match=r"^movies: .* cannot be changed \(Is a directory\); see"
    ):
        Registry(models).promote("movies", ids[0])


# --- listing


def test_releases_are_listed_newest_first_with_their_marks(models: Path, ids: list[str]) -> None:
    registry = Registry(models)
    registry.promote("movies", ids[0])
    registry.promote("movies", ids[1])
    damage(models, ids[2])

    newest, champion, previous = registry.releases("movies")

    assert [newest.id, champion.id, previous.id] == ids[::-1]
    assert (champion.champion, champion.previous, champion.broken) == (True, False, None)
    assert (previous.champion, previous.previous, previous.broken) == (False, True, None)
    assert (newest.champion, newest.previous, newest.created) == (False, False, None)
    assert newest.broken is not None
    assert "house.safetensors: it has 99 bytes" in newest.broken
    assert champion.created == helpers.another(2).created
    files = (models / "movies" / champion.id).iterdir()
    assert champion.size == sum(path.stat().st_size for path in files)


def test_a_list_needs_no_champion(models: Path, ids: list[str]) -> None:
    assert [line.id for line in Registry(models).releases("movies")] == ids[::-1]


def test_domains_are_the_folders_that_hold_a_release(models: Path, ids: list[str]) -> None:
    write(helpers.draft(domain="anime"), models)
    (models / "empty").mkdir()
    (models / "No domain" / ids[0]).mkdir(parents=True)
    (models / "a-file").write_text("")

    assert Registry(models).domains() == ["anime", "movies"]


def test_what_is_no_release_is_not_listed(models: Path, ids: list[str]) -> None:
    home = models / "movies"
    (home / f".{ids[0]}-0123abcd.writing").mkdir()
    (home / "notes").mkdir()
    (home / "20260101-0000-abcdef").write_text("a file")

    assert [line.id for line in Registry(models).releases("movies")] == ids[::-1]


def test_a_renamed_release_does_not_pass_for_another(models: Path, ids: list[str]) -> None:
    home = models / "movies"
    (home / ids[0]).rename(home / "20260101-0000-abcdef")

    with pytest.raises(ReleaseError, match=f"the folder holds movies release {ids[0]}; restore"):
        Registry(models).open("movies", "20260101-0000-abcdef")


def test_a_release_of_another_domain_does_not_serve(models: Path, ids: list[str]) -> None:
    (models / "movies").rename(models / "anime")

    with pytest.raises(ReleaseError, match=f"the folder holds movies release {ids[1]}; restore"):
        Registry(models).open("anime", ids[1])


# --- what serves


def test_the_champion_serves_without_notice(models: Path, ids: list[str]) -> None:
    registry = Registry(models)
    registry.promote("movies", ids[1])

    release, notices = registry.open_serving("movies")

    assert (release.id, notices) == (ids[1], [])


def test_the_previous_release_stands_in_for_a_broken_champion(models: Path, ids: list[str]) -> None:
    registry = Registry(models)
    registry.promote("movies", ids[0])
    registry.promote("movies", ids[1])
    damage(models, ids[1])
    before = aliases(models)

    release, notices = registry.open_serving("movies")

    assert release.id == ids[0]
    assert len(notices) == 1
    assert notices[0].startswith(
        f"The champion does not open ({ids[1]}: house.safetensors: it has 99 bytes instead of "
    )
    assert notices[0].endswith(f"{helpers.MEND}); {ids[0]} serves instead.")
    assert aliases(models) == before


def test_the_newest_that_opens_stands_in_for_both(models: Path, ids: list[str]) -> None:
    registry = Registry(models)
    registry.promote("movies", ids[0])
    registry.promote("movies", ids[2])
    damage(models, ids[0])
    (models / "movies" / ids[2] / "release.json").write_text("{}")

    release, notices = registry.open_serving("movies")

    assert release.id == ids[1]
    assert [notice.split(" (")[0] for notice in notices] == [
        "The champion does not open",
        "The previous release does not open",
    ]


@pytest.mark.parametrize("text", [None, "", "[]", '{"champion": null}', '{"champion": "../x"}'])
def test_without_whole_aliases_the_newest_serves(
    text: str | None, models: Path, ids: list[str]
) -> None:
    if text is not None:
        (models / "movies" / "aliases.json").write_text(text)

    release, notices = Registry(models).open_serving("movies")

    assert release.id == ids[2]
    assert len(notices) == 1
    assert notices[0].startswith("movies: aliases.json: ")
    assert notices[0].endswith(
        f"; promote a release of movies to write it; {ids[2]} serves instead."
    )


def test_a_champion_that_is_gone_is_named(models: Path, ids: list[str]) -> None:
    Registry(models).promote("movies", ids[1])
    (models / "movies" / ids[1]).rename(models / "taken-away")

    release, notices = Registry(models).open_serving("movies")

    assert release.id == ids[2]
    assert notices[0].startswith(
        f"The champion does not open ({ids[1]}: there is no such release; "
    )


def test_when_nothing_opens_the_message_says_why_and_what_to_do(
    models: Path, ids: list[str]
) -> None:
    for release_id in ids:
        damage(models, release_id)

    with pytest.raises(ReleaseError) as caught:
        Registry(models).open_serving("movies")

    message = str(caught.value)
    assert message.startswith("There is no release that opens in models/movies.")
    assert all(release_id in message for release_id in ids)
    assert message.endswith(TRAIN)


CALLS: dict[str, Callable[[Registry], object]] = {
    "open": lambda registry: registry.open("movies"),
    "open_serving": lambda registry: registry.open_serving("movies"),
    "promote": lambda registry: registry.promote("movies", "20260101-0000-abcdef"),
    "rollback": lambda registry: registry.rollback("movies"),
    "aliases": lambda registry: registry.aliases("movies"),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("there", ["nothing", "models", "models/movies"])
def test_without_releases_the_message_says_how_to_get_one(
    call: str, there: str, models: Path
) -> None:
    if there != "nothing":
        (models.parent / there).mkdir(parents=True)

    with pytest.raises(ReleaseError) as caught:
        CALLS[call](Registry(models))
    assert str(caught.value) == f"There is no release in models/movies. {TRAIN}"


def test_an_absent_models_folder_is_an_empty_one(models: Path) -> None:
    registry = Registry(models)

    assert registry.domains() == []
    assert registry.releases("movies") == []
    assert registry.sweep() == []
    assert not models.exists()


@pytest.mark.parametrize("domain", ["..", "../models/movies", "/etc", "", "Movies", "a" * 200])
def test_a_domain_is_a_plain_name(domain: str, models: Path, ids: list[str]) -> None:
    with pytest.raises(ReleaseError, match=r"is no domain; there is movies$"):
        Registry(models).open_serving(domain)


def test_a_models_folder_that_cannot_be_read_is_a_sentence(models: Path) -> None:
    models.symlink_to(models)

    with pytest.raises(ReleaseError, match=r"^models cannot be read \(Too many levels"):
        Registry(models).domains()


def test_a_models_folder_that_is_a_file_is_an_empty_one(models: Path) -> None:
    models.write_text("")

    assert Registry(models).domains() == []


def test_a_promotion_instead_of_a_champion_that_is_gone_changes_nothing(tmp_path):
    registry = Registry(tmp_path)
    first, second, third = (write(helpers.another(n), tmp_path).name for n in (1, 2, 3))
    registry.promote("movies", first)
    registry.promote("movies", second, instead_of=first)
    for late in (
        lambda: registry.promote("movies", third, instead_of=first),
        lambda: registry.rollback("movies", instead_of=first),
    ):
        with pytest.raises(ReleaseError, match=f"{second} serves by now, not {first}"):
            late()
    assert registry.aliases("movies") == Aliases(second, first)
    registry.rollback("movies", instead_of=second)
    assert registry.aliases("movies") == Aliases(first, second)
