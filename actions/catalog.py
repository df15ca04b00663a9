"""Brings the catalog up to date with one changed issue, on the path that live events take.

Removes nothing but what Jira has confirmed to be gone; what is in doubt is left to the next sync.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from loguru import logger
from port_ocean.core.handlers.port_app_config.models import ResourceConfig
from port_ocean.core.handlers.webhook.webhook_event import WebhookEventRawResults

from client import JiraServerClient, Json
from integration import IssueSelector, Kind
from jira_server.errors import JiraError
from kinds.refresh import index_is_current, listed_issue, raw_issue

# Jira's index is usually there within a second; after these it is left to the next sync.
_PAUSES = (0.0, 0.5, 1.0, 2.0, 4.0)
_LATER = "The catalog follows with the next sync"


@dataclass(frozen=True, slots=True)
class Catalogued:
    """An issue as one resource of the mapping sees it; `index` is the resource's place there."""

    resource: ResourceConfig
    index: int
    issue: Json


class Catalog:
    """The catalog's issues, one at a time.

    `resources` gives the mapping's, `sync` hands raw items to Ocean, each for its own resource;
    `in_dsp` says whether Port maps them itself.
    """

    def __init__(
        self,
        client: JiraServerClient,
        resources: Callable[[], Awaitable[Sequence[ResourceConfig]]],
        sync: Callable[[list[WebhookEventRawResults]], Awaitable[None]],
        in_dsp: Callable[[], Awaitable[bool]],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._resources = resources
        self._sync = sync
        self._in_dsp = in_dsp
        self._sleep = sleep

    async def update(self, key: str, run_id: str) -> str:
        """Put the issue into the catalog as it is now; says in one sentence what came of it."""
        try:
            return await self._update(key, run_id)
        except JiraError as error:
            logger.warning(f"Jira: the catalog was not brought up to date with {key}: {error}")
        except Exception as error:  # noqa: BLE001 - the change is made in Jira, whatever Port says
            logger.warning(f"The catalog was not brought up to date with {key}: {error!r}")
        return f"{_LATER}: it could not be brought up to date with {key} now."

    async def seen(self, key: str) -> list[Catalogued]:
        """The issue as each resource sees it, from which its entities can be told after its end.

        Raises: JiraError.
        """
        found = []
        in_dsp = await self._in_dsp()
        for index, resource in _issue_resources(await self._resources()):
            issue = await raw_issue(self._client, resource, key, in_dsp=in_dsp)
            if issue is not None:
                found.append(Catalogued(resource, index, issue))
        return found

    async def remove(self, gone: Sequence[Catalogued], run_id: str) -> str:
        """Take issues out whose end Jira has confirmed; says in one sentence what came of it."""
        try:
            await self._sync([_results(one, run_id, deleted=True) for one in gone])
        except Exception as error:  # noqa: BLE001 - the issue is deleted, whatever Port says
            logger.warning(f"The catalog was not brought up to date: {error!r}")
            return f"{_LATER}: the deleted issue could not be taken out now."
        return "It is gone from the catalog."

    async def _update(self, key: str, run_id: str) -> str:
        resources = list(await self._resources())
        issues = _issue_resources(resources)
        if not issues:
            return "The mapping has no issue resource, so the catalog has no issues."
        if any(_has_jql(resource) for _, resource in issues) and not await self._indexed(key):
            return f"{_LATER}: Jira's index does not know the change yet."
        listed = await self._listed(key, resources)
        if not listed:
            return f"No JQL of the mapping selects {key}, so the next sync leaves it out."
        await self._sync([_results(one, run_id, deleted=False) for one in listed])
        return f"The catalog is up to date with {key}."

    async def _listed(self, key: str, resources: Sequence[ResourceConfig]) -> list[Catalogued]:
        in_dsp = await self._in_dsp()
        listed = []
        for index, resource in _issue_resources(resources):
            issue = await listed_issue(self._client, resource, resources, key, in_dsp=in_dsp)
            if issue is not None:
                listed.append(Catalogued(resource, index, issue))
        return listed

    async def _indexed(self, key: str) -> bool:
        for pause in _PAUSES:
            await self._sleep(pause)
            if await index_is_current(self._client, key):
                return True
        return False


def _issue_resources(resources: Iterable[ResourceConfig]) -> list[tuple[int, ResourceConfig]]:
    return [(index, r) for index, r in enumerate(resources) if r.kind == Kind.ISSUE]


def _has_jql(resource: ResourceConfig) -> bool:
    return bool((cast(IssueSelector, resource.selector).jql or "").strip())


def _results(one: Catalogued, run_id: str, *, deleted: bool) -> WebhookEventRawResults:
    updated, gone = ([], [one.issue]) if deleted else ([one.issue], [])
    results = WebhookEventRawResults(updated, gone, webhook_trace_id=run_id)
    results.resource = one.resource
    results.resource_index = one.index
    return results
