"""The published description and the running server agree: schemathesis asks what it describes."""

import copy
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from recommender.releases import Registry, write
from tests.browser.server import Server, serve
from tests.releases import anime, helpers

OFFERED = [item_id for item_id in helpers.item_ids().tolist() if item_id not in anime.ADULT]
DOMAINS = ["movies", "anime"]
ON_BOTH_SCALES = [1, 2, 3, 4, 5]
ACCEPTED = "[checks.positive_data_acceptance]\nexpected-statuses = [{}]\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app in a process of its own, with small releases."""
    folder = tmp_path_factory.mktemp("api")
    for made in (helpers.draft(), anime.draft()):
        Registry(folder / "models").promote(made.domain, write(made, folder / "models").name)
    with serve(folder, folder / "models", TASTEMAP_API_PER_MINUTE="1000000") as running:
        yield running
    assert "Traceback" not in running.log.read_text()
    assert '"bug"' not in running.log.read_text()


@pytest.fixture(scope="module")
def description(server: Server) -> dict[str, Any]:
    with urlopen(f"{server.url}/api/openapi.json", timeout=60) as answer:
        return json.load(answer)


def ask_all(
    server: Server, folder: Path, description: dict[str, Any], *options: str, settings: str
) -> None:
    """Has schemathesis ask everything that is described; fails if an answer is not as described."""
    config = folder / "schemathesis.toml"
    config.write_text(settings)
    (folder / "openapi.json").write_text(json.dumps(description))
    program = Path(sys.executable).with_name("schemathesis")
    command = [program, "--config-file", config, "run", folder / "openapi.json", *options]
    command += ["--url", f"{server.url}/api", "--max-examples", "40", "--seed", "1", "--no-color"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_description_is_openapi_3_1_and_lists_every_address(description):
    assert description["openapi"].startswith("3.1")
    assert description["servers"] == [{"url": "/api"}]
    assert set(description["paths"]) == {
        "/health",
        "/health/live",
        "/health/ready",
        "/metrics",
        "/domains",
        "/titles",
        "/titles/{domain}/{item_id}/neighbours",
        "/recommend",
        "/explain",
    }


def test_every_answer_is_as_described_to_good_and_bad_requests(server, description, tmp_path):
    # Whether there is such a domain, title or model is more than a description can say.
    ask_all(server, tmp_path, description, settings=ACCEPTED.format('"2xx", "404", "422"'))


def test_every_request_that_fits_what_serves_gets_what_it_asks_for(server, description, tmp_path):
    """With what this server serves filled in, nothing that is described can be refused."""
    fitting = copy.deepcopy(description)
    schemas = fitting["components"]["schemas"]
    for name in ("Wish", "Why"):
        fields = schemas[name]["properties"]
        fields["domain"]["enum"] = DOMAINS
        (rating,) = fields["ratings"]["patternProperties"].values()
        rating["enum"] = ON_BOTH_SCALES
        fields["model"] = {"enum": [None, "house"]}
    schemas["Why"]["properties"]["item_id"]["enum"] = OFFERED
    dials = schemas["Dials"]["properties"]
    dials["genres"]["items"]["enum"] = dials["without"]["items"]["enum"] = ["Drama", "Sci-Fi"]
    dials["kinds"]["maxItems"] = 0
    for path in fitting["paths"].values():
        for parameter in path.get("get", {}).get("parameters", []):
            if parameter["name"] == "domain":
                parameter["schema"]["enum"] = DOMAINS
            if parameter["name"] == "item_id":
                parameter["schema"]["enum"] = OFFERED
    ask_all(server, tmp_path, fitting, "--mode", "positive", settings=ACCEPTED.format('"200"'))
