"""`publish-space`, as it is run in a checkout: a dry run lists what goes, a real one what went."""

import json
import subprocess
import sys
from pathlib import Path

from tests.hub.double import TOKEN
from tests.space.conftest import checkout, double, environment, git

__all__ = ["checkout", "double", "environment"]

NAME = "somebody/tastemap"


def run(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "recommender", "publish-space", *arguments]
    return subprocess.run(command, cwd=checkout, check=False, capture_output=True, text=True)


def test_a_dry_run_lists_the_files_with_their_sizes_and_asks_nobody(double, checkout, tmp_path):
    folder = tmp_path / "space"
    done = run(checkout, "--dry-run", "--folder", str(folder), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert {one["path"]: one["bytes"] for one in told["files"]} == {
        str(path.relative_to(folder)): path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert told["bytes"] == sum(one["bytes"] for one in told["files"])
    assert told["source"] == git(checkout, "rev-parse", "HEAD").strip()
    assert double.asked == []

    done = run(checkout, "--dry-run")
    size, name = next(line for line in done.stdout.splitlines() if "app.py" in line).split()
    assert (int(size.replace(",", "")), name) == ((checkout / "app.py").stat().st_size, "app.py")
    assert "Nothing was published." in done.stdout


def test_publishing_says_what_went_and_no_value(double, checkout, monkeypatch):
    monkeypatch.setenv("TASTEMAP_ADMIN_PASSWORD_HASH", "scrypt:of-a-test")
    monkeypatch.setenv("READ_TOKEN", "hf_of_a_test")
    done = run(
        checkout,
        *(NAME, "--create", "--secret", "TASTEMAP_ADMIN_PASSWORD_HASH"),
        *("--secret", "HF_TOKEN=READ_TOKEN", "--json"),
    )
    assert done.returncode == 0, done.stderr
    made = double.repositories[f"spaces/{NAME}"]
    told = json.loads(done.stdout)
    assert told["commit"] == made.branches["main"]
    assert told["files"] == len(made.head) - 1
    assert made.secrets == {
        "TASTEMAP_ADMIN_PASSWORD_HASH": "scrypt:of-a-test",
        "HF_TOKEN": "hf_of_a_test",
    }
    said = done.stdout + done.stderr
    assert not [word for word in ("of-a-test", "hf_of_a_test", TOKEN) if word in said]


def test_what_cannot_be_done_is_a_sentence_and_an_exit_code(double, checkout):
    for arguments, sentence in (
        ((), "Name the Space, as owner/name"),
        ((NAME, "--folder", "there"), "Name the Space, as owner/name"),
        ((NAME,), f"has no Space {NAME} that you may see"),
        ((NAME, "--secret", "NOT_SET"), "A value for NOT_SET is not in the environment"),
    ):
        done = run(checkout, *arguments)
        assert (done.returncode, done.stdout) == (1, "")
        assert sentence in done.stderr
    assert double.repositories == {}
