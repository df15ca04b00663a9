"""An integration that follows events: the real process, told of changes by the sandbox Jira."""

from __future__ import annotations

import random
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx

from tests.end_to_end.expected import ISSUE, contents
from tests.end_to_end.sail import Sailing
from tests.end_to_end.sandboxes import Json
from tests.end_to_end.stage import CONFIG, POLLING, SECRETS, Stage

WEBHOOK_PATH = "/integration/webhook"


@dataclass(frozen=True, slots=True)
class Afloat:
    """A process that serves at `url`, after its first resync."""

    stage: Stage
    ship: Sailing
    url: str

    def until(self, condition: Callable[[], object], what: str) -> None:
        self.ship.wait_until(condition, what)

    def change(self, kind: str, **what: object) -> Json:
        return self.stage.jira.change(kind, **what)

    def issues(self) -> dict[str, Json]:
        return self.stage.port.entities().get(ISSUE, {})

    def webhooks(self) -> list[Json]:
        found: list[Json] = self.control("GET")["webhooks"]
        return found

    def control(self, method: str, path: str = "", body: object = None) -> Any:  # noqa: ANN401
        """Steer the sandbox's deliveries."""
        url = f"{self.stage.jira.running.control_url}/webhooks{path}"
        reply = self.stage.jira.http.request(method, url, json=body)
        assert reply.is_success, reply.text
        return reply.json() if reply.content else None

    def until_all_is_delivered(self) -> None:
        self.until(lambda: self.control("GET")["pending"] == 0, "the delivery of all events")

    def until_jira_is_left_alone(self, seconds: float = 3.0) -> None:
        """All events are followed, late looks at the index included: the second comes after two."""
        asked, since = -1, time.monotonic()

        def is_left_alone() -> bool:
            nonlocal asked, since
            if (now := len(self.stage.jira.requests())) != asked:
                asked, since = now, time.monotonic()
            return time.monotonic() - since >= seconds

        self.until(is_left_alone, "Jira to be left alone")

    def send(self, body: bytes, headers: Mapping[str, str] = {}, query: str = "") -> httpx.Response:
        return self.stage.jira.http.post(
            f"{self.url}{WEBHOOK_PATH}{query}", content=body, headers=dict(headers)
        )

    def assert_as_after_a_resync(self) -> None:
        """The catalog is what a full resync makes of it, but for the counts of issues."""
        before = comparable(self.stage)
        finished = self.ship.log().count("resync finished")
        self.stage.port.request_resync()
        self.until(lambda: self.ship.log().count("resync finished") > finished, "resync")
        assert before == comparable(self.stage)


def comparable(stage: Stage) -> dict[Any, object]:
    entities = stage.port.entities()
    for some in entities.values():
        for one in some.values():
            one["properties"].pop("totalIssues", None)
    return contents(entities)


def free_port() -> int:
    """Below the range from which the system gives ports to clients, so that none takes it first."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def admin_login(stage: Stage) -> dict[str, str]:
    return {f"{SECRETS}TOKEN": stage.jira.running.info["admin_token"]}


@contextmanager
def afloat(
    stage: Stage,
    more: Mapping[str, str] | None = None,
    login: Mapping[str, str] | None = None,
    port: int | None = None,
) -> Iterator[Afloat]:
    """Set sail as an administrator and return once the company is in the catalog."""
    port = port or free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {"OCEAN__BASE_URL": url, "OCEAN__EVENT_LISTENER": POLLING, **(more or {})}
    arguments = ("-p", str(port))
    with stage.start(
        admin_login(stage) if login is None else login, more=environment, arguments=arguments
    ) as ship:
        ship.wait_until(lambda: "resync finished" in ship.log(), "first resync")
        yield Afloat(stage, ship, url)


__all__ = ["CONFIG", "Afloat", "admin_login", "afloat", "free_port"]
