"""What the kinds of one resync share is read from the mapping."""

from typing import Any

import pytest
import respx

from client import JiraServerClient
from integration import JiraServerPortAppConfig
from kinds.run import begin_run

PORT = {"entity": {"mappings": {"identifier": ".key", "blueprint": '"b"'}}}


async def add_nobody(_: object) -> None:
    pytest.fail("no user is to be added")


def resources(*chosen: tuple[str, dict[str, object]]) -> list[Any]:
    listed = [{"kind": k, "selector": {"query": "true"} | s, "port": PORT} for k, s in chosen]
    return list(JiraServerPortAppConfig.parse_obj({"resources": listed}).resources)


def test_the_jql_of_every_issue_resource_is_known(client: JiraServerClient) -> None:
    mapped = resources(("issue", {"jql": "a = 1"}), ("project", {}), ("issue", {}))
    assert begin_run(client, mapped, add_nobody).all_jql == ("a = 1", "")


async def test_without_user_resources_nobody_is_looked_up(
    client: JiraServerClient, routes: respx.MockRouter
) -> None:
    run = begin_run(client, resources(("issue", {})), add_nobody)
    assert await run.directory.is_unlisted({"key": "GONE"})
    assert routes.calls.call_count == 0
