"""install.py of the self-service actions: for whom it adds the buttons, and when it does not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.examples.conftest import FOLDER, Place

INSTALL = FOLDER.parent / "self-service-actions" / "install.py"
IDENTIFIER = "OCEAN__INTEGRATION__IDENTIFIER"


@pytest.fixture
def shop(place: Place) -> Place:
    """A Port that knows the installation `jira-server` and the issues' blueprint."""
    body = {
        "installationId": "jira-server",
        "installationAppType": "jira-server",
        "version": "0.1.0",
        "changelogDestination": {},
        "config": {"resources": []},
    }
    blueprint = {
        "identifier": "jiraServerIssue",
        "title": "Issue",
        "schema": {"properties": {}, "required": []},
    }
    assert place.call("POST", "integration", body).is_success
    assert place.call("POST", "blueprints", blueprint).is_success
    return place


def install(place: Place, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    info = place.port.running.info
    told = {
        "OCEAN__PORT__BASE_URL": place.port.url,
        "OCEAN__PORT__CLIENT_ID": info["client_id"],
        "OCEAN__PORT__CLIENT_SECRET": info["client_secret"],
    }
    return subprocess.run(
        [sys.executable, str(INSTALL), *arguments],
        cwd=Path("/"),
        env={"PATH": os.defpath, **told, **more},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_it_says_for_whom_the_buttons_are(shop: Place) -> None:
    added = install(shop, "create_issue")
    assert (added.returncode, added.stderr) == (0, "")
    assert added.stdout.splitlines() == [
        "Buttons for the installation jira-server:",
        "jira_server_create_issue: added",
    ]


@pytest.mark.parametrize("name", ["my-jira-server-integration", "a/b ?"])
def test_an_installation_that_port_does_not_know_gets_none(shop: Place, name: str) -> None:
    refused = install(shop, **{IDENTIFIER: name})
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith(f"Port knows no installation {name}: its buttons would do")
    assert f"set {IDENTIFIER} to the one in Port, Data sources" in refused.stderr
    assert shop.call("GET", "actions").json()["actions"] == []


def test_buttons_can_be_removed_after_the_installation(shop: Place) -> None:
    gone = install(shop, "--remove", "create_issue", **{IDENTIFIER: "gone"})
    assert gone.returncode == 0
    assert gone.stdout == "jira_server_create_issue: was not there\n"


def test_an_outage_is_not_taken_for_an_unknown_installation(shop: Place) -> None:
    shop.port.fault("/v1/integration/", {"status": 503, "body": "later"}, method="GET")
    failed = install(shop)
    assert failed.returncode == 1
    assert "GET /v1/integration/jira-server: HTTP 503 later" in failed.stderr
