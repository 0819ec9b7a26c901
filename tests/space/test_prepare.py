"""The files of a Space: those it needs, of one commit, and fit to be shown."""

import re

import pytest

from recommender.errors import SpaceError
from recommender.space import PARTS, prepare
from tests.space.conftest import git

README = "README.md"


def test_a_space_gets_the_app_and_its_releases_and_no_tests(checkout, tmp_path):
    prepared = prepare(tmp_path / "space", checkout)

    files = {str(path.relative_to(prepared.folder)): path for path in prepared.folder.rglob("*")}
    files = {name: path for name, path in files.items() if path.is_file()}
    assert prepared.sizes == {name: path.stat().st_size for name, path in files.items()}
    assert {name.split("/")[0] for name in files} == set(PARTS)
    assert not re.search(r"(^|/)(tests?|benchmarks|\.ci|\.git)/", "\n".join(files))
    assert all(path.read_bytes() == (checkout / name).read_bytes() for name, path in files.items())
    assert prepared.commit == git(checkout, "rev-parse", "HEAD").strip()


def test_what_git_does_not_know_stays_at_home(spoilt, tmp_path):
    root = spoilt({"pages/stray.py": "", "recommender/ratings.csv": "1,2"}, commit=False)
    assert not {"pages/stray.py", "recommender/ratings.csv"} & {
        *prepare(tmp_path / "space", root).sizes
    }


def test_changes_that_are_in_no_commit_are_named(spoilt, tmp_path):
    root = spoilt({"app.py": "print()"}, commit=False)
    with pytest.raises(SpaceError, match=r"app\.py has changes that are in no commit; commit them"):
        prepare(tmp_path / "space", root)
    assert not (tmp_path / "space").exists()


def test_a_change_of_a_test_is_no_change_of_the_space(spoilt, tmp_path):
    root = spoilt({"tests/conftest.py": ""}, commit=False)
    assert prepare(tmp_path / "space", root).sizes


def test_a_folder_in_use_is_left_alone(checkout, tmp_path):
    (tmp_path / "mine").write_text("mine")
    for folder in (tmp_path, tmp_path / "mine"):
        with pytest.raises(SpaceError, match="is not an empty folder; name another"):
            prepare(folder, checkout)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_outside_of_a_checkout_one_is_told(tmp_path):
    with pytest.raises(SpaceError, match=r"git cannot tell .*run this in a checkout"):
        prepare(tmp_path / "space", tmp_path)


def test_all_faults_are_told_at_once(spoilt, tmp_path):
    with pytest.raises(SpaceError) as told:
        prepare(tmp_path / "space", spoilt({README: "# Tastemap", "docs/.env": "A=1"}))
    assert [line.split()[0] for line in str(told.value).splitlines()[1:3]] == ["docs/.env", README]


def test_a_link_is_refused(spoilt, tmp_path):
    root = spoilt({}, commit=False)
    (root / "docs/elsewhere.md").symlink_to("asking.md")
    git(root, "add", "docs")
    git(root, "commit", "--quiet", "--message", "A link")
    with pytest.raises(SpaceError, match=r"docs/elsewhere\.md is a symbolic link; commit the file"):
        prepare(tmp_path / "space", root)
