"""The incremental sync: hands each kind its part of what has changed, and takes out what has left.

To be used inside of Ocean's events and resources, which say what the mapping is.
"""

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import cast

from port_ocean.context.event import event
from port_ocean.context.resource import resource
from port_ocean.core.incremental import active_incremental_cursor

from catalog import Catalog, Changes
from client import JiraServerClient, Json
from integration import IssueSelector, Kind, ProjectSelector, UserSelector
from kinds.incremental import (
    ChangedIssues,
    changed_issue_batches,
    changed_issues,
    changed_project_batches,
    changed_user_batches,
)
from kinds.issues import IssueQuery
from kinds.people import People

_CHANGED = "jira_server_changed"

Batches = AsyncGenerator[list[Json], None]


class IncrementalSync:
    """The incremental syncs of one Jira."""

    def __init__(self, client: JiraServerClient) -> None:
        self._client = client
        self._people = People(client)
        self._catalog = Catalog()

    async def users(self) -> Batches:
        selector = cast(UserSelector, resource.resource_config.selector)
        return changed_user_batches(selector, await self._changed(), self._people)

    async def projects(self) -> Batches:
        selector = cast(ProjectSelector, resource.resource_config.selector)
        resources = event.port_app_config.resources
        return changed_project_batches(
            self._client, selector, await self._changed(), self._people, resources
        )

    async def issues(self, query: IssueQuery) -> Batches:
        return changed_issue_batches(
            self._client,
            query,
            await self._changed(),
            self._people,
            event.port_app_config.resources,
            self._remove,
            _jql_of_same_blueprint(),
        )

    async def _changed(self) -> ChangedIssues:
        """Asked for once in a run, whatever the number of resources."""
        cursor = cast(datetime, active_incremental_cursor())
        known = event.attributes.setdefault(_CHANGED, {})
        if cursor not in known:
            known[cursor] = await changed_issues(self._client, cursor)
        return cast(ChangedIssues, known[cursor])

    async def _remove(self, issues: list[Json]) -> None:
        changes = Changes(removed={resource.index: issues})
        await self._catalog.apply(event.port_app_config.resources, changes)


def _jql_of_same_blueprint() -> list[str]:
    blueprint = resource.resource_config.port.entity.mappings.blueprint
    return [
        cast(IssueSelector, one.selector).jql or ""
        for one in event.port_app_config.resources
        if one.kind == Kind.ISSUE and one.port.entity.mappings.blueprint == blueprint
    ]
