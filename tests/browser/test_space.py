"""What a Space gets, and nothing else, is an app that recommends."""

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

from playwright.sync_api import expect

from recommender.space import prepare
from tests.browser.conftest import Visit
from tests.browser.server import serve
from tests.browser.visitor import FOR_YOU
from tests.space.conftest import checkout

__all__ = ["checkout"]


def test_the_prepared_folder_alone_starts_and_recommends(
    checkout: Path, tmp_path: Path, visit: Visit
) -> None:
    folder = tmp_path / "space"
    prepared = prepare(folder, checkout)
    settings = {"HOME": str(tmp_path / "home"), "TASTEMAP_STATE": str(tmp_path / "state")}
    with serve(tmp_path, root=folder, **settings) as server:
        with urllib.request.urlopen(f"{server.url}/api/health", timeout=20) as answer:
            told = json.loads(answer.read())
        assert (told["status"], set(told["domains"])) == ("ready", {"movies", "anime"})
        visitor = visit("/", server)
        visitor.rate(visitor.asked, visitor.titles(visitor.asked)[0], 5)
        expect(visitor.page.get_by_role("heading", name=FOR_YOU)).to_be_visible()
        visitor.switch_to("Anime")
        visitor.rate(visitor.asked, visitor.titles(visitor.asked)[0], 9)
        expect(visitor.page.get_by_role("heading", name=FOR_YOU)).to_be_visible()
        for page in ("Explore", "Factors", "Compare models", "About"):
            visitor.go_to(page)
            visitor.settles()
        visitor.leave()

    command = [sys.executable, "-m", "recommender", "recommend", "--rate", "Toy Story=5", "--json"]
    clean = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        command, cwd=folder, env=clean | settings, check=True, capture_output=True, text=True
    )
    titles = json.loads(done.stdout)["recommendations"]
    assert len(titles) == 10
    # Running it has written nothing that is not Python's own.
    now = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert {path for path in now if "__pycache__" not in path} == set(prepared.sizes)
