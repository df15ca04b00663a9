"""What Ocean runs for each event that comes from a Redis stream.

Events that Jira sends to this process do not come here: see `gate`.
"""

import asyncio

from port_ocean.core.handlers.port_app_config.models import ResourceConfig
from port_ocean.core.handlers.webhook.abstract_webhook_processor import AbstractWebhookProcessor
from port_ocean.core.handlers.webhook.webhook_event import (
    EventHeaders,
    EventPayload,
    WebhookEvent,
    WebhookEventRawResults,
)

from integration import Kind
from live_events.events import Concern, IssueConcern, ProjectConcern, read_event
from live_events.gate import Dropped, Judge
from live_events.refresher import Refresher


def processor_for(
    refresher: Refresher, judge: Judge, dropped: Dropped
) -> type[AbstractWebhookProcessor]:
    """The processor class for Ocean, which makes an instance for each event.

    An event counts as handled only once Jira was asked and the catalog is written: Ocean then takes
    it from the stream, and not before.
    """

    class JiraEventProcessor(AbstractWebhookProcessor):
        async def should_process_event(self, event: WebhookEvent) -> bool:  # noqa: ARG002
            return True

        async def get_matching_kinds(self, event: WebhookEvent) -> list[str]:
            """None for a forged event: Ocean logs each refused authentication with a traceback."""
            if not await _is_genuine(event, judge):
                dropped.note()
                return []
            return sorted({kind for one in read_event(event.payload) for kind in _kinds(one)})

        async def authenticate(
            self, payload: EventPayload, headers: EventHeaders  # noqa: ARG002
        ) -> bool:
            return await _is_genuine(self.event, judge)

        async def validate_payload(self, payload: EventPayload) -> bool:
            return bool(read_event(payload))

        async def handle_event(
            self, payload: EventPayload, resource: ResourceConfig  # noqa: ARG002
        ) -> WebhookEventRawResults:
            """Nothing of the payload goes into the catalog; what it names is asked about."""
            handled = [refresher.submit(one, 0.0) for one in read_event(payload)]
            await asyncio.shield(asyncio.gather(*handled))
            return WebhookEventRawResults(updated_raw_results=[], deleted_raw_results=[])

    return JiraEventProcessor


async def _is_genuine(event: WebhookEvent, judge: Judge) -> bool:
    """A message from a stream carries the body that was signed, but not the URL's query."""
    request = event._original_request
    if request is None:
        return False
    return judge(dict(request.headers), b"", await request.body())


def _kinds(concern: Concern) -> tuple[str, ...]:
    if isinstance(concern, IssueConcern):
        return (Kind.ISSUE,)
    if isinstance(concern, ProjectConcern):
        return Kind.PROJECT, Kind.ISSUE
    return (Kind.USER,)
