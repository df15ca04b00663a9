"""Writes what was found out of Jira into the catalog, by Ocean's own way for live events."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from enum import Enum, auto
from uuid import uuid4

from loguru import logger
from port_ocean.clients.port.types import UserAgentType
from port_ocean.context.event import EventContext, EventType, event_context
from port_ocean.context.ocean import ocean
from port_ocean.core.handlers.port_app_config.models import PortAppConfig, ResourceConfig
from port_ocean.core.handlers.webhook.webhook_event import WebhookEventRawResults
from port_ocean.core.integrations.mixins.live_events import LiveEventsMixin
from port_ocean.core.models import Entity

from client import Json
from kinds.removal import named

_SEARCHED_AT_ONCE = 100
_EVERYTHING = "true"


class Standing(Enum):
    """How an issue stands to the catalog after Jira was asked about it."""

    WRITTEN = auto()
    UNSELECTED = auto()  # no JQL of the mapping selects it
    GONE = auto()  # Jira has it no more
    UNINDEXED = auto()  # what the JQL selects is not known: Jira's index lags behind
    UNMAPPED = auto()  # the mapping has no issue resource


@dataclass(slots=True)
class Changes:
    """For one kind: raw items to write and to remove, by the place of their resource."""

    updated: dict[int, list[Json]] = field(default_factory=dict)
    removed: dict[int, list[Json]] = field(default_factory=dict)

    def update(self, index: int, item: Json) -> None:
        self.updated.setdefault(index, []).append(item)

    def remove(self, index: int, item: Json) -> None:
        self.removed.setdefault(index, []).append(item)

    def add(self, other: "Changes") -> None:
        for index, items in other.updated.items():
            self.updated.setdefault(index, []).extend(items)
        for index, items in other.removed.items():
            self.removed.setdefault(index, []).extend(items)

    @property
    def indexes(self) -> list[int]:
        return sorted({*self.updated, *self.removed})


class Catalog(LiveEventsMixin):
    """Ocean's handling of live events, for many at a time.

    Ocean maps each item in a process pool of its own and looks for each entity by itself before it
    deletes it. Both are overridden; should Ocean rename them, its own way is taken again.
    """

    async def mapping(self) -> PortAppConfig:
        """The mapping as it is in Port now, a minute old at most. To be called inside `event`."""
        handler = ocean.integration.port_app_config_handler
        return await handler.get_port_app_config()

    async def apply(self, resources: Sequence[ResourceConfig], changes: Changes) -> None:
        """Write and remove; what is written under one resource is not removed for another."""
        if not changes.indexes:
            return
        if self._entity_processor is None:
            await self.initialize_handlers()
        results = []
        for index in changes.indexes:
            resource = resources[index]
            if index in changes.updated:
                results.append(_results(resource, index, updated=changes.updated[index]))
            if index in changes.removed:
                # The selector's query says what is kept, not what may go.
                every = resource.copy(
                    update={"selector": resource.selector.copy(update={"query": _EVERYTHING})}
                )
                results.append(_results(every, index, removed=changes.removed[index]))
        await self.sync_raw_results(results)

    async def _parse_raw_event_results_to_entities(
        self, webhook_events_raw_result: list[WebhookEventRawResults]
    ) -> tuple[list[Entity], list[Entity]]:
        kept: dict[tuple[str, str], Entity] = {}
        gone: dict[tuple[str, str], Entity] = {}
        for result in webhook_events_raw_result:
            passed, failed = await self._mapped(result.resource, result.updated_raw_results)
            deleted, _ = await self._mapped(result.resource, result.deleted_raw_results)
            kept |= passed
            gone |= deleted
            if failed:
                own = await self._own(result)
                gone |= {key: entity for key, entity in failed.items() if key in own}
        gone = {key: entity for key, entity in gone.items() if key not in kept}
        return list(kept.values()), list(gone.values())

    async def _own(self, result: WebhookEventRawResults) -> set[tuple[str, str]]:
        """Entities that the items name by what is nobody else's."""
        bare = [named(item) for item in result.updated_raw_results]
        passed, failed = await self._mapped(result.resource, bare)
        return {*passed, *failed}

    async def _mapped(
        self, resource: ResourceConfig, items: list[Json]
    ) -> tuple[dict[tuple[str, str], Entity], dict[tuple[str, str], Entity]]:
        expanded: list[Json] = []
        for item in items:
            async for batch in self._expand_raw_item(item, resource):
                expanded += batch
        found = await self.entity_processor.parse_items(resource, expanded, parse_all=True)
        diff = found.entity_selector_diff
        return _by_identity(diff.passed), _by_identity(diff.failed)

    async def _delete_entities(self, entities: list[Entity]) -> None:
        for blueprint in sorted({entity.blueprint for entity in entities}):
            some = [entity for entity in entities if entity.blueprint == blueprint]
            names = [str(entity.identifier) for entity in some]
            there = set(await self.identifiers(blueprint, names))
            present = [entity for entity in some if str(entity.identifier) in there]
            if present:
                await self.entities_state_applier.delete(present, UserAgentType.exporter)
                logger.info(f"Jira: {len(present)} of {blueprint} left the catalog")

    async def identifiers(self, blueprint: str, names: Sequence[str]) -> list[str]:
        """Those of the identifiers that this integration's entities of the blueprint have."""
        found: list[str] = []
        for start in range(0, len(names), _SEARCHED_AT_ONCE):
            some = list(names[start : start + _SEARCHED_AT_ONCE])
            found += await self._search(blueprint, "$identifier", "in", some)
        return found

    async def identifiers_beginning_with(self, blueprint: str, prefix: str) -> list[str]:
        """The identifiers of this integration's entities of the blueprint that begin so."""
        return await self._search(blueprint, "$identifier", "beginsWith", prefix)

    async def identifiers_with(self, blueprint: str, name: str, value: str) -> list[str]:
        """The identifiers of this integration's entities that have this value as that property."""
        return await self._search(blueprint, name, "=", value)

    async def _search(self, blueprint: str, name: str, operator: str, value: object) -> list[str]:
        query = {
            "combinator": "and",
            "rules": [
                {"property": "$blueprint", "operator": "=", "value": blueprint},
                {"property": name, "operator": operator, "value": value},
            ],
        }
        entities = await ocean.port_client.search_entities(
            UserAgentType.exporter, query, ["blueprint", "identifier"]
        )
        return [str(entity.identifier) for entity in entities]


def in_event() -> AbstractAsyncContextManager[EventContext]:
    """The context in which Ocean handles a live event."""
    return event_context(EventType.HTTP_REQUEST, trigger_type="machine")


def blueprint_of(resource: ResourceConfig) -> str | None:
    """The blueprint of a resource's entities, None where it is worked out from each item."""
    text = str(resource.port.entity.mappings.blueprint).strip()
    plain = len(text) > 1 and text[0] == text[-1] == '"' and '"' not in text[1:-1]
    return text[1:-1] if plain else None


def _results(
    resource: ResourceConfig,
    index: int,
    *,
    updated: list[Json] | None = None,
    removed: list[Json] | None = None,
) -> WebhookEventRawResults:
    results = WebhookEventRawResults(updated or [], removed or [], webhook_trace_id=str(uuid4()))
    results.resource = resource
    results.resource_index = index
    return results


def _by_identity(entities: Sequence[Entity]) -> dict[tuple[str, str], Entity]:
    return {(str(e.blueprint), str(e.identifier)): e for e in entities}
