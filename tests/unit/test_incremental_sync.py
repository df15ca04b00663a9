"""An issue that leaves one resource leaves its blueprint, whatever fills other blueprints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from port_ocean.context.event import event_context
from port_ocean.context.resource import resource_context
from port_ocean.core.handlers.port_app_config.models import ResourceConfig
from port_ocean.core.incremental import with_active_incremental_cursor

from catalog import Catalog, Changes
from incremental_sync import IncrementalSync
from integration import JiraServerPortAppConfig
from kinds.issues import IssueQuery
from tests.unit.conversation import signed
from tests.unit.tiny_jira import TinyJira, issue

Json = dict[str, Any]


class TimedJira(TinyJira):
    """A small Jira that says what time it has."""

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/serverInfo"):
            return signed({"version": "9.12.0", "serverTime": "2024-05-02T00:00:00.000+0000"})
        return super()._answer(request)


def mapping(*blueprints: str) -> JiraServerPortAppConfig:
    """Two issue resources: the open issues, and those that are mine."""
    resources = [
        {
            "kind": "issue",
            "selector": {"query": "true", "jql": jql},
            "port": {"entity": {"mappings": {"identifier": ".key", "blueprint": f'"{blueprint}"'}}},
        }
        for jql, blueprint in zip(("open", "mine"), blueprints, strict=True)
    ]
    return JiraServerPortAppConfig.parse_obj({"resources": resources})


@pytest.mark.parametrize(
    ("blueprints", "leaves"),
    [
        pytest.param(("openIssue", "myIssue"), {0: ["A-2", "A-3"]}, id="each-its-own"),
        pytest.param(("issue", "issue"), {0: ["A-3"]}, id="the-same"),
    ],
)
async def test_only_resources_of_the_same_blueprint_keep_what_left_another(
    monkeypatch: pytest.MonkeyPatch, blueprints: tuple[str, str], leaves: dict[int, list[str]]
) -> None:
    removed: dict[int, list[str]] = {}

    async def note(_: Catalog, _resources: Sequence[ResourceConfig], changes: Changes) -> None:
        for place, items in changes.removed.items():
            removed.setdefault(place, []).extend(item["key"] for item in items)

    monkeypatch.setattr(Catalog, "apply", note)
    jira = TimedJira()
    jira.issues = [issue("A-1", 1), issue("A-2", 2), issue("A-3", 3)]
    jira.matches = {"open": {"A-1"}, "mine": {"A-2"}}
    assert await synced_issues(jira, mapping(*blueprints)) == ["A-1"]
    assert removed == leaves


async def synced_issues(jira: TinyJira, config: JiraServerPortAppConfig) -> list[str]:
    """The keys that an incremental sync hands to Ocean for the first resource."""
    sync = IncrementalSync(jira.client())
    cursor = datetime(2024, 5, 1, 9, 0, tzinfo=UTC)
    async with event_context("incremental_resync") as event:
        event.port_app_config = config
        async with resource_context(config.resources[0], 0):
            with with_active_incremental_cursor(cursor):
                batches = await sync.issues(IssueQuery("open", ("open", "mine")))
                return [one["key"] async for batch in batches for one in batch]
