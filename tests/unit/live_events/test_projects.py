"""What a deleted project takes along: the issues that the catalog has under its key."""

from __future__ import annotations

from typing import Any, cast

import pytest

from catalog import Catalog
from client import JiraServerClient
from integration import JiraServerPortAppConfig
from jira_server.errors import PermissionMissing
from kinds.people import People
from live_events.events import ProjectConcern
from live_events.projects import ProjectOutcome, follow_project
from tests.contract.shipped import mapping

Json = dict[str, Any]


class Site:
    """A Jira without projects, and a catalog of issues."""

    def __init__(self, *identifiers: str) -> None:
        self.session = self
        self._identifiers = identifiers

    async def project(self, _name: str, _expand: str = "") -> Json | None:
        return None

    async def get(self, _path: str) -> Json:
        return {"name": "reader"}

    async def identifiers_beginning_with(self, blueprint: str, prefix: str) -> list[str]:
        assert blueprint == "jiraServerIssue"
        return [one for one in self._identifiers if one.startswith(prefix)]


async def follow(site: Site, concern: ProjectConcern) -> ProjectOutcome:
    client, catalog = cast(JiraServerClient, site), cast(Catalog, site)
    resources = JiraServerPortAppConfig.parse_obj(mapping()).resources
    return await follow_project(client, concern, resources, People(client), catalog)


@pytest.mark.parametrize(
    ("key", "identifiers", "issues"),
    [
        pytest.param("PAY", ["PAY-1", "PAY-20", "PAYEE-1", "WEB-1"], ["PAY-1", "PAY-20"], id="key"),
        pytest.param(
            "МИР",
            ["=D0=9C=D0=98=D0=A0-3", "=D0=9C=D0=98-3", "PAY-1"],
            ["МИР-3"],
            id="made-safe-for-port",
        ),
    ],
)
async def test_issues_of_a_deleted_project_are_asked_about(
    key: str, identifiers: list[str], issues: list[str]
) -> None:
    outcome = await follow(Site(*identifiers), ProjectConcern("1", key, is_deletion=True))
    assert [min(one.keys) for one in outcome.issues] == issues
    assert outcome.changes.removed == {1: [{"id": "1", "key": key, "self": ""}]}


async def test_a_project_that_is_not_there_is_no_deleted_one_unless_its_event_says_so() -> None:
    outcome = await follow(Site("PAY-1"), ProjectConcern("1", "PAY"))
    assert (outcome.changes.removed, outcome.issues) == ({}, [])


async def test_a_deleted_project_that_jira_denies_to_this_user_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def denied(*_: str) -> Json | None:
        raise PermissionMissing(what="denied", status=403)

    site = Site("PAY-1")
    monkeypatch.setattr(site, "project", denied)
    outcome = await follow(site, ProjectConcern("1", "PAY", is_deletion=True))
    assert (outcome.changes.removed, outcome.issues) == ({}, ())
