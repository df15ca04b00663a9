"""Puts the parts of live events together and hooks them into Ocean."""

import asyncio
import contextvars
import logging
from collections.abc import Mapping

from loguru import logger
from port_ocean.context.ocean import PortOceanContext
from port_ocean.utils.signal import signal_handler

from client import JiraServerClient
from live_events.events import read_event, read_json
from live_events.following import Following
from live_events.gate import Dropped, Gate, is_worth_a_line
from live_events.processor import processor_for
from live_events.refresher import Refresher
from live_events.registration import Registration
from live_events.signature import SIGNING_VERSION, is_genuine, may_be_genuine
from live_events.webhook import Webhook, owner_of

_PATH = "/webhook"
_AFTER_OCEANS_QUEUE = -10


def attach(
    ocean: PortOceanContext,
    client: JiraServerClient,
    following: Following,
    *,
    secret: str,
    creates_webhook: bool,
) -> None:
    """Verify and follow events, and register the webhook at start.

    Nothing is done without OCEAN__BASE_URL, or under a listener that takes no webhooks (ONCE).
    """
    if not ocean.app.base_url or not ocean.config.event_listener.should_process_webhooks:
        return
    from_stream = ocean.config.live_events.is_redis_stream_consumer_enabled
    refresher = following.refresher
    registration = Registration(client, _webhook(ocean, secret), creates=creates_webhook)
    dropped = Dropped()

    def judge(headers: Mapping[str, str], query: bytes, body: bytes) -> bool:
        return is_genuine(headers, query, body, secret, registration.major_version)

    def glance(headers: Mapping[str, str], query: bytes) -> bool:
        return may_be_genuine(headers, query, secret)

    has_come = False

    def take(body: bytes) -> None:
        nonlocal has_come
        if not has_come:
            has_come = True
            logger.info("Jira: the first event has come; this is said once")
        for concern in read_event(read_json(body)):
            refresher.submit(concern)

    path = f"{ocean.app.route_prefix}/integration{_PATH}"
    ocean.app.fast_api_app.add_middleware(
        Gate, path=path, judge=judge, take=take, dropped=dropped, glance=glance
    )
    logging.getLogger("uvicorn.access").addFilter(is_worth_a_line(path))
    if from_stream:
        ocean.add_webhook_processor(_PATH, processor_for(refresher, judge, dropped))
    ocean.on_start()(_Start(registration, refresher, from_stream=from_stream))


def _webhook(ocean: PortOceanContext, secret: str) -> Webhook:
    owner = owner_of(ocean.config.integration.identifier, ocean.config.port.client_id)
    return Webhook(owner, f"{ocean.app.base_url.rstrip('/')}/integration{_PATH}", secret)


class _Start:
    """What Ocean calls once the process serves."""

    def __init__(
        self, registration: Registration, refresher: Refresher, *, from_stream: bool
    ) -> None:
        self._registration = registration
        self._refresher = refresher
        self._from_stream = from_stream
        self._task: asyncio.Task[None] | None = None

    async def __call__(self) -> None:
        signal_handler.register(self._refresher.drain, priority=_AFTER_OCEANS_QUEUE)
        self._registration.on_version = self._check_version
        # The start event of Ocean must end; what goes on for ever has a context of its own.
        self._task = asyncio.create_task(self._registration.keep(), context=contextvars.Context())

    def _check_version(self, major: int) -> None:
        if self._from_stream and major < SIGNING_VERSION:
            logger.error(
                f"Jira: version {major} does not sign its events, and the Redis stream does not "
                "carry the URL with the secret: no event can be verified, so all are dropped. Run "
                "one replica that receives the events itself."
            )
