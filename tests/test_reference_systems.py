"""`docs/reference-systems.md` is true: what it names exists, and it leaves no system out."""

import re
import shlex
from pathlib import Path

import pytest

from recommender import algorithms, reproduction
from recommender.cli import arguments, main
from recommender.reproduction import r3

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "reference-systems.md").read_text(encoding="utf-8")
QUOTED = [" ".join(words.split()) for words in re.findall(r"`([^`\n][^`]*)`", TEXT)]
COMMANDS = [quoted for quoted in QUOTED if quoted.startswith("python -m recommender")]
COMMANDS += re.findall(r"^python -m recommender.*$", TEXT, re.MULTILINE)


def test_every_system_has_its_chapter():
    chapters = re.findall(r"^## (R\d+):", TEXT, re.MULTILINE)
    assert [chapter.lower() for chapter in chapters] == reproduction.names()


def test_every_file_exists():
    named = {quoted for quoted in QUOTED if re.fullmatch(r"[\w/.-]+(/|\.py)", quoted)}
    assert len(named) > 15
    assert not [name for name in sorted(named) if not (ROOT / name).exists()]


@pytest.mark.parametrize("command", sorted(set(COMMANDS)))
def test_every_command_is_understood(command, capsys):
    """`--help` stands last: whatever is wrong before it would be told first."""
    with pytest.raises(SystemExit) as stopped:
        main([*shlex.split(command)[3:], "--help"])
    assert stopped.value.code == 0
    options = set(re.findall(r"--[a-z]+", command))
    assert options <= set(re.findall(r"--[a-z]+", capsys.readouterr().out))


def test_every_algorithm_and_its_settings_exist():
    kinds = "|".join(algorithms.names())
    named = [quoted for quoted in QUOTED if re.fullmatch(f"({kinds})(:.*)?", quoted)]
    assert len(named) >= 5
    arguments.algorithms(sorted(set(named)), "movies")


@pytest.mark.parametrize("published", r3.PUBLISHED.values())
def test_the_published_loss_is_in_the_table(published):
    assert f"| {published:,} |" in TEXT
