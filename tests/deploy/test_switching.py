"""Coming from another integration: what becomes of its blueprints, its mapping and its entities."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest

from tests.deploy.recipes import ROOT, Json
from tests.end_to_end.sandboxes import DEFAULT_JQL
from tests.end_to_end.stage import Stage, stage_with

pytestmark = pytest.mark.timeout(180)

IDENTIFIER = {"OCEAN__INTEGRATION__IDENTIFIER": "jira-of-long-ago"}
OWN = "port-ocean/jira-server/0.0.1/jira-of-long-ago/exporter"
CLOUD = "port-ocean/jira/1.2.3/my-jira/exporter"
BLUEPRINTS = ROOT / "examples/port-webhook/blueprints.json"


def issue_mapping() -> Json:
    """As somebody wrote it for another integration: its blueprint, and nothing but Jira's fields."""
    entity = {
        "identifier": ".key",
        "title": ".fields.summary",
        "blueprint": '"jiraIssue"',
        "properties": {"status": ".fields.status.name"},
    }
    port = {"entity": {"mappings": entity}}
    return {
        "resources": [
            {"kind": "issue", "selector": {"query": "true", "jql": DEFAULT_JQL}, "port": port}
        ]
    }


class Account:
    """Port's API as an earlier integration has used it."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        info = stage.port.running.info
        login = {"clientId": info["client_id"], "clientSecret": info["client_secret"]}
        reply = self._http.post(f"{stage.port.url}/v1/auth/access_token", json=login)
        self._token = reply.json()["accessToken"]

    @property
    def _http(self) -> httpx.Client:
        return self._stage.port.http

    def post(self, path: str, body: Json, agent: str = OWN) -> None:
        headers: Mapping[str, str] = {"Authorization": f"Bearer {self._token}", "User-Agent": agent}
        reply = self._http.post(f"{self._stage.port.url}/v1/{path}", json=body, headers=headers)
        assert reply.is_success, reply.text

    def create_blueprints(self, file: Path = BLUEPRINTS) -> None:
        for blueprint in json.loads(file.read_text(encoding="utf-8")):
            self.post("blueprints", blueprint)

    def create_installation(self) -> None:
        self.post(
            "integration",
            {
                "installationId": IDENTIFIER["OCEAN__INTEGRATION__IDENTIFIER"],
                "installationAppType": "jira-server",
                "version": "0.0.1",
                "changelogDestination": {},
                "config": issue_mapping(),
            },
        )

    def write(self, agent: str, *identifiers: str) -> None:
        for one in identifiers:
            entity = {"identifier": one, "title": "As it was", "properties": {"status": "Old"}}
            self.post("blueprints/jiraIssue/entities", entity, agent)


@pytest.fixture(scope="module")
def shared_stage(integration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    # Ocean compares batches of more than ten with what Port has, and writes smaller ones anyway.
    company = ("--projects", "3", "--issues", "60", "--users", "6")
    with stage_with(integration, tmp_path_factory.mktemp("homes"), company) as stage:
        yield stage


@pytest.fixture
def account(stage: Stage) -> Account:
    found = Account(stage)
    found.create_blueprints()
    found.create_installation()
    return found


def test_mapping_and_entities_of_the_same_installation_are_taken_over(
    stage: Stage, account: Account
) -> None:
    keys = sorted(stage.jira.keys())
    account.write(OWN, *keys, "GONE-1")

    assert stage.run(more=IDENTIFIER).status == 0

    assert stage.port.mapping()["resources"] == issue_mapping()["resources"]
    issues = stage.port.entities()["jiraIssue"]
    assert set(keys) <= set(issues)
    assert "As it was" not in {issues[key]["title"] for key in keys}

    # Ocean weighs what would go against what a sync has not written: in the first, that is all.
    assert stage.run(more=IDENTIFIER).status == 0
    assert set(stage.port.entities()["jiraIssue"]) == set(keys)


def test_entities_of_the_cloud_integration_are_written_over_and_never_deleted(
    stage: Stage, account: Account
) -> None:
    keys = sorted(stage.jira.keys())
    account.write(CLOUD, keys[0], "CLOUD-1")

    assert stage.run(more=IDENTIFIER).status == 0

    issues = stage.port.entities()["jiraIssue"]
    assert issues[keys[0]]["title"] != "As it was"
    assert issues["CLOUD-1"]["title"] == "As it was"


def test_another_name_of_the_installation_leaves_the_old_entities_alone(
    stage: Stage, account: Account
) -> None:
    account.write(OWN, "GONE-1")

    assert stage.run(more={"OCEAN__INTEGRATION__IDENTIFIER": "a-new-one"}).status == 0

    entities = stage.port.entities()
    assert set(entities["jiraIssue"]) == {"GONE-1"}
    assert set(entities["jiraServerIssue"]) == stage.jira.keys()
