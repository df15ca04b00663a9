"""A client that others wrote works against the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jira import JIRA
from jira.exceptions import JIRAError

from tests.sandbox_jira.conftest import Sandbox

LOGINS: dict[str, dict[str, Any]] = {
    "token": {"token_auth": "sandbox-token"},
    "password": {"basic_auth": ("catalog-reader", "sandbox-password")},
}


@pytest.fixture(params=LOGINS, ids=str)
def client(jira: Sandbox, request: pytest.FixtureRequest) -> Iterator[JIRA]:
    client = JIRA(server=jira.running.url, max_retries=0, **LOGINS[request.param])
    yield client
    client.close()  # type: ignore[no-untyped-call]


def test_it_logs_in(client: JIRA) -> None:
    assert client.myself()["name"] == "catalog-reader"
    assert client.server_info()["versionNumbers"] == [9, 12, 18]


def test_it_lists_projects_and_users(client: JIRA, jira: Sandbox) -> None:
    assert {project.key for project in client.projects()} >= {"PAY", "OPS_2"}
    users = client.search_users(user=".", maxResults=1000, includeInactive=True)
    assert {user.key for user in users} == {
        user["key"] for user in jira.state()["users"] if not user["deleted"]
    }


def test_it_searches_and_pages(client: JIRA, jira: Sandbox) -> None:
    jql = "statusCategory != Done ORDER BY key"
    found = client.search_issues(jql, maxResults=False, fields="summary,status")
    assert [issue.key for issue in found] == jira.keys(jql)


def test_it_reads_an_issue(client: JIRA, jira: Sandbox) -> None:
    key = jira.keys()[0]
    issue = client.issue(key, expand="changelog")
    assert issue.key == key
    assert issue.fields.status.statusCategory.name
    assert client.comments(key) is not None
    assert {field["id"] for field in client.fields()} >= {"summary", "customfield_10101"}


def test_it_is_told_why_jql_is_wrong(client: JIRA) -> None:
    with pytest.raises(JIRAError, match="does not exist for the field 'project'"):
        client.search_issues("project = NOPE")
