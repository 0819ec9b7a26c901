"""The README keeps its promises: its examples run, its table is that of the bundled release."""

import re
import shlex
from itertools import takewhile
from pathlib import Path

import pytest

from benchmarks import evaluation_table
from benchmarks.table import markdown
from recommender.cli import main
from recommender.releases import Registry
from recommender.settings import BUNDLED_MODELS

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def commands() -> list[str]:
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    return [line for line in lines if line.startswith("python -m recommender")]


def test_the_python_example_runs():
    names: dict[str, object] = {}
    for block in blocks("python"):
        exec(block, names)
    assert names["release"].models["taste-als"]
    assert names["model"].item_factors.shape[1] == 20


@pytest.mark.parametrize("command", commands())
def test_a_command_of_the_readme_is_understood(command, capsys):
    words = shlex.split(command, comments=True)[3:]
    with pytest.raises(SystemExit) as stopped:
        main([*takewhile(lambda word: not word.startswith("-"), words), "--help"])
    assert stopped.value.code == 0
    options = {word for word in words if word.startswith("--")}
    assert options <= set(re.findall(r"--[a-z-]+", capsys.readouterr().out))


def test_the_recommend_command_of_the_readme_runs(capsys):
    command = next(line for line in commands() if " recommend " in line)
    assert main(shlex.split(command)[3:]) == 0
    assert "because you rated" in capsys.readouterr().out


@pytest.mark.parametrize("domain", Registry(BUNDLED_MODELS).domains())
def test_the_table_is_that_of_the_bundled_release(domain):
    assert markdown(*evaluation_table.table(domain)) in README


def test_every_setting_is_in_the_readme():
    settings = (Path(__file__).parent.parent / "recommender" / "settings.py").read_text()
    named = set(re.findall(r"TASTEMAP_[A-Z_]+", settings))
    assert named
    assert named <= set(re.findall(r"TASTEMAP_[A-Z_]+", README))
