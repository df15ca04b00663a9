"""Several replicas share one Redis stream; one is killed in the middle and no event is lost."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.end_to_end.expected import ISSUE
from tests.end_to_end.live_events.afloat import admin_login, free_port
from tests.end_to_end.live_events.redis_stream import (
    Gateway,
    gateway,
    redis_or_skip,
    redis_server,
)
from tests.end_to_end.sail import Sailing
from tests.end_to_end.stage import CONFIG, Stage, stage_with

pytestmark = pytest.mark.timeout(300)

COMPANY = ("--projects", "6", "--issues", "120", "--users", "15", "--version", "10.3")
SECRET = "a secret of the replicas"
LISTENER = '{"type": "POLLING", "interval": 5, "resync_on_start": false}'
REDIS = "OCEAN__LIVE_EVENTS__REDIS__"


@pytest.fixture(scope="module")
def stage(integration: Path, homes: Path) -> Iterator[Stage]:
    redis_or_skip()
    with stage_with(integration, homes / "replicas", COMPANY) as stage:
        assert stage.run(admin_login(stage)).status == 0
        yield stage


@pytest.fixture
def queue(homes: Path) -> Iterator[Gateway]:
    with redis_server(homes / "redis") as url, gateway(url) as queue:
        yield queue


def replica(stage: Stage, queue: Gateway, stack: ExitStack) -> Sailing:
    port = queue.redis.connection_pool.connection_kwargs["port"]
    more = {
        "OCEAN__BASE_URL": queue.base_url,
        "OCEAN__EVENT_LISTENER": LISTENER,
        "OCEAN__LIVE_EVENTS__IS_REDIS_STREAM_CONSUMER_ENABLED": "true",
        f"{CONFIG}WEBHOOK_SECRET": SECRET,
        f"{REDIS}URL": f"redis://127.0.0.1:{port}",
        f"{REDIS}BLOCK_MS": "200",
        f"{REDIS}PEL_STUCK_TIMEOUT_SECONDS": "8",
        f"{REDIS}STREAM_MAINTENANCE_SCAN_INTERVAL_SECONDS": "1",
    }
    arguments = ("-p", str(free_port()))
    ship = stack.enter_context(stage.start(admin_login(stage), more=more, arguments=arguments))
    ship.wait_until(lambda: "Live events stream consumer enabled" in ship.log(), "the consumer")
    return ship


def titles(stage: Stage) -> dict[str, object]:
    return {key: one["title"] for key, one in stage.port.entities()[ISSUE].items()}


def test_no_event_is_lost_when_a_replica_is_killed_under_load(stage: Stage, queue: Gateway) -> None:
    with ExitStack() as stack:
        doomed = replica(stage, queue, stack)
        survivor = replica(stage, queue, stack)
        survivor.wait_until(lambda: registrations(stage) == 1, "one webhook")
        keys = sorted(titles(stage))[:30]
        # Slow enough for both to be at work when one is killed, however fast the machine is.
        stage.jira.settings(latency_ms=200)
        for number, key in enumerate(keys):
            stage.jira.change("edit", issue=key, summary=f"shared {number}")
        survivor.wait_until(
            lambda: sum(str(t).startswith("shared ") for t in titles(stage).values()) >= 4,
            "a first few",
        )
        doomed.signal(signal.SIGKILL)
        assert queue.waiting() > 0
        stage.jira.settings(latency_ms=0)
        wanted = {key: f"shared {number}" for number, key in enumerate(keys)}
        survivor.wait_until(lambda: wanted.items() <= titles(stage).items(), "all events")
        survivor.wait_until(lambda: queue.waiting() == 0, "an empty stream")


def registrations(stage: Stage) -> int:
    url = f"{stage.jira.running.control_url}/webhooks"
    return len(stage.jira.http.get(url).json()["webhooks"])


def test_a_forged_message_in_the_stream_asks_nothing(stage: Stage, queue: Gateway) -> None:
    key = sorted(titles(stage))[0]
    body = json.dumps({"webhookEvent": "jira:issue_updated", "issue": {"key": key}})
    with ExitStack() as stack:
        ship = replica(stage, queue, stack)
        ship.wait_until(lambda: registrations(stage) == 1, "one webhook")
        stage.jira.forget()
        for headers in ({}, {"X-Hub-Signature": "sha256=00"}):
            queue.queue(body, headers)
        ship.wait_until(lambda: queue.waiting() == 0, "both messages read")
        assert stage.jira.requests("/issue/") == []
        assert "Traceback" not in ship.log()
        assert SECRET not in ship.log()
