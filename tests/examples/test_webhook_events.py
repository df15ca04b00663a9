"""The whole set-up: webhook made by the page's commands, events of a sandbox Jira, its catalog.

Port's own webhook endpoint is stood for by evaluating the mapping and using Port's API.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from sandbox.launch import launch
from tests.end_to_end.sandboxes import Port, jira_of
from tests.examples.conftest import COMPANY, Place
from tests.examples.test_import_history import EVERY_ISSUE
from tests.examples.test_webhook_mapping import PAGE, effects
from tests.sandbox_jira.receiver import Call, Receiver, receiving

SECRET = "shared-by-jira-and-port"


@dataclass(frozen=True, slots=True)
class SetUp:
    """A place whose Jira tells a receiver of changes, which pass through the mapping into Port."""

    place: Place
    receiver: Receiver

    def change(self, kind: str, **what: object) -> list[Call]:
        """Make a change and let its events arrive and take effect."""
        self.place.jira.change(kind, **what)
        idle = f"{self.place.jira.running.control_url}/webhooks/idle"
        assert self.place.jira.http.get(idle, params={"seconds": 15}).is_success
        calls = list(self.receiver.calls)
        self.receiver.calls.clear()
        for call in calls:
            self._take_effect(call)
        return calls

    def _take_effect(self, call: Call) -> None:
        for operation, blueprint, entity in effects(call.document):
            path = f"blueprints/{blueprint}/entities"
            if operation == "delete":
                assert self.place.call("DELETE", f"{path}/{entity['identifier']}").is_success
            else:
                switches = "upsert=true&merge=true&create_missing_related_entities=true"
                assert self.place.call("POST", f"{path}?{switches}", entity).is_success

    def register(self, command: str) -> None:
        """Run the page's command as an administrator would."""
        found = re.search(rf"```sh {command}\n(.*?)```", PAGE, re.DOTALL)
        assert found
        info = self.place.jira.running.info
        netrc = f"machine 127.0.0.1 login admin password {info['admin_password']}\n"
        (self.place.folder / ".netrc").write_text(netrc)
        told = {
            "JIRA_API_URL": self.place.jira.url,
            "PORT_WEBHOOK_URL": self.receiver.url,
            "PORT_WEBHOOK_SECRET": SECRET,
        }
        environment = {"PATH": os.defpath, "HOME": str(self.place.folder), **told}
        subprocess.run(["sh", "-ec", found[1]], env=environment, check=True, capture_output=True)

    def assert_same(self) -> None:
        """What is in Port is what the administrator sees in Jira."""
        state = self.place.jira.state(EVERY_ISSUE, reader="admin")
        assert set(self.place.catalog("jiraIssue")) == set(state["keys"])
        assert set(self.place.catalog("jiraProject")) == {
            one["key"] for one in state["projects"] if not one["archived"]
        }


@pytest.fixture(params=["9.12", "10.3"])
def set_up(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SetUp]:
    version = request.param
    with (
        launch("sandbox.jira", "--port", "0", "--version", version, *COMPANY) as jira,
        launch("sandbox.port", "--port", "0") as port,
        httpx.Client(trust_env=False, timeout=30) as http,
        receiving() as receiver,
    ):
        found = SetUp(Place(jira_of(jira, http), Port(port, http), tmp_path), receiver)
        found.place.create_blueprints()
        found.register("jira-9" if version.startswith("9") else "jira-10")
        yield found


def test_imported_once_the_catalog_follows_jira(set_up: SetUp) -> None:
    place = set_up.place
    assert place.run(JIRA_TOKEN=place.jira.running.info["admin_token"]).status == 0
    set_up.assert_same()
    one, other, third = sorted(place.jira.keys(f"{_without_subtasks(place)} {EVERY_ISSUE}"))[:3]

    set_up.change("create_project", key="NEWP", name="A new one")
    set_up.change("create", project="NEWP", summary="The first of it")
    set_up.change("edit", issue=one, summary="Another summary")
    set_up.change("move", issue=other, project="NEWP")
    *_, last = set_up.change("delete", issue=third)

    set_up.assert_same()
    issues = place.catalog("jiraIssue")
    assert issues[one]["title"] == "Another summary"
    assert not {other, third} & issues.keys()
    assert place.catalog("jiraProject")["NEWP"]["title"] == "A new one"
    assert_signed(last, place.jira.running.info["version"])


def _without_subtasks(place: Place) -> str:
    parents = {
        issue["fields"]["parent"]["key"]
        for issue in place.jira.issues(EVERY_ISSUE)
        if "parent" in issue["fields"]
    }
    return f"key NOT IN ({', '.join(sorted(parents))}) AND issuetype = Bug"


def assert_signed(call: Call, version: str) -> None:
    """From Jira 10 on, by the settings of the page; not at all before."""
    found = re.search(r"```json security\n(.*?)```", PAGE, re.DOTALL)
    assert found
    settings = json.loads(found[1])
    signature = call.headers.get(settings["signatureHeaderName"].lower())
    if version.startswith("9"):
        assert signature is None
        return
    algorithm = getattr(hashlib, settings["signatureAlgorithm"])
    digest = hmac.new(SECRET.encode(), call.body, algorithm).hexdigest()
    assert signature == settings["signaturePrefix"] + digest
