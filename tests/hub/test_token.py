"""The token goes to the Hub and nowhere else."""

import json
import urllib.request
from time import monotonic, sleep

from recommender.cli import main
from recommender.errors import HubError
from recommender.releases.hub import Hub
from tests.browser.server import serve
from tests.hub.conftest import NAME
from tests.hub.double import TOKEN, refusal


def test_the_token_is_in_no_log_page_error_repr_or_file(
    double, environment, here, tmp_path, monkeypatch, capfd
):
    monkeypatch.setenv("TASTEMAP_HUB_REPO", NAME)
    # The double repeats the token in whatever it refuses, as a careless proxy would.
    faults = [refusal(401), refusal(403), refusal(500), refusal(400), refusal(404)]
    errors = []
    hub = Hub(NAME, patience=2.0)
    for fault in faults:
        double.fault = lambda asked, fault=fault: fault
        try:
            hub.newest("movies")
        except HubError as error:
            errors.append(error)
    assert len(errors) == len(faults)
    assert main(["pull", "--models", str(here.root)]) == 1

    settings = {"TASTEMAP_HUB_REPO": NAME, "TASTEMAP_HUB_SECONDS": "1", "HF_DEBUG": "1"}
    with serve(tmp_path, here.root, **settings, **environment) as server:
        end, told = monotonic() + 60, ""
        while '"fault":"' not in told.replace(" ", ""):
            assert monotonic() < end
            with urllib.request.urlopen(f"{server.url}/api/health", timeout=20) as answer:
                told = answer.read().decode()
            sleep(0.1)
    double.fault = lambda asked: None
    double.repository(NAME)
    hub.push("movies", here.ids("movies")[0], here)

    assert any(asked.authorization == f"Bearer {TOKEN}" for asked in double.asked)
    said = [told, json.dumps([str(error) for error in errors]), repr(errors), repr(hub)]
    said += [*capfd.readouterr(), server.log.read_text()]
    assert [text for text in said if TOKEN in text] == []
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 10
    assert [path for path in files if TOKEN.encode() in path.read_bytes()] == []
