"""Administering webhooks."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox_jira.conftest import Starter

OLD = "/rest/webhooks/1.0/webhook"
NEW = "/rest/jira-webhook/1.0/webhooks"
OLD_BODY = {
    "name": "Port",
    "url": "https://ocean.example.com/integration/webhook",
    "events": ["jira:issue_created"],
    "filters": {"issue-related-events-section": "project = PAY"},
    "excludeBody": False,
}
NEW_BODY = {
    "name": "Port",
    "url": "https://ocean.example.com/integration/webhook",
    "events": ["jira:issue_created"],
    "configuration": {"FILTERS": "project = PAY", "EXCLUDE_BODY": "false", "SECRET": "s"},
    "active": True,
}


@pytest.mark.parametrize(
    ("version", "path", "other", "body"),
    [("9.12", OLD, NEW, OLD_BODY), ("10.3", NEW, OLD, NEW_BODY)],
    ids=["nine", "ten"],
)
def test_webhooks_are_kept_where_the_version_has_them(
    starter: Starter, version: str, path: str, other: str, body: dict[str, Any]
) -> None:
    jira = starter("--version", version)
    place = jira.running.url + path
    created = jira.admin.post(place, json=body)
    assert created.status_code == 201
    assert {name: created.json()[name] for name in ("name", "url", "events")} == {
        name: body[name] for name in ("name", "url", "events")
    }
    assert "SECRET" not in created.text
    assert jira.admin.get(place).json() == [created.json()] == [jira.admin.get(f"{place}/1").json()]
    renamed = jira.admin.put(f"{place}/1", json={**body, "name": "Catalog"})
    assert renamed.json()["name"] == "Catalog"
    assert jira.admin.delete(f"{place}/1").status_code == 204
    assert jira.admin.get(f"{place}/1").status_code == 404
    assert jira.admin.get(jira.running.url + other).status_code == 404
    assert jira.reader.get(place).status_code == 403
    assert jira.nobody.get(place).status_code == 401
    assert jira.admin.post(place, json={"name": "x"}).json()["errors"] == {"url": "url is required"}
