"""Servers for the tests: one that is shared and put back after each test, and fresh ones."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from sandbox.launch import Running, launch

# Loading the authorities that nobody asks here takes longer than most tests.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
Starter = Callable[..., "Sandbox"]


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A running Jira with the clients of its four accounts and of nobody."""

    running: Running
    reader: httpx.Client
    admin: httpx.Client
    restricted: httpx.Client
    editor: httpx.Client
    nobody: httpx.Client
    control: httpx.Client

    def set(self, **settings: object) -> None:
        self._checked(self.control.post("/settings", json=settings))

    def fault(self, path: str, then: object, **rule: object) -> None:
        self._checked(self.control.post("/faults", json={"path": path, "then": then, **rule}))

    def change(self, kind: str, **document: object) -> dict[str, Any]:
        reply = self._checked(self.control.post("/change", json={"kind": kind, **document}))
        recorded: dict[str, Any] = reply.json()
        return recorded

    def state(self, **query: str) -> dict[str, Any]:
        document: dict[str, Any] = self._checked(self.control.get("/state", params=query)).json()
        return document

    def search(self, jql: str = "", **asked: str | int) -> dict[str, Any]:
        """What the reader finds."""
        query: dict[str, str | int] = {"jql": jql, "fields": "summary", **asked}
        page: dict[str, Any] = self._checked(self.reader.get("/search", params=query)).json()
        return page

    def keys(self, jql: str = "", **asked: str | int) -> list[str]:
        return [
            issue["key"] for issue in self.search(jql, **{"maxResults": 1000, **asked})["issues"]
        ]

    def put_back(self, settings: dict[str, Any]) -> None:
        self.control.delete("/faults")
        self.control.delete("/churn")
        self.control.delete("/requests")
        self.set(**settings, reset_captcha=True, renew_token=self.running.info["token"])

    @staticmethod
    def _checked(reply: httpx.Response) -> httpx.Response:
        assert reply.is_success, reply.text
        return reply

    def close(self) -> None:
        clients = (self.reader, self.admin, self.restricted, self.editor, self.nobody)
        for client in (*clients, self.control):
            client.close()
        self.running.stop()


def start(*args: str) -> Sandbox:
    running = launch("sandbox.jira", "--port", "0", *args)

    def client(token: str | None) -> httpx.Client:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        place = f"{running.url}/rest/api/2"
        return httpx.Client(base_url=place, headers=headers, timeout=20, verify=NO_TLS)

    info = running.info
    return Sandbox(
        running,
        client(info["token"]),
        client(info["admin_token"]),
        client(info["restricted_token"]),
        client(info["editor_token"]),
        client(None),
        httpx.Client(base_url=running.control_url, timeout=20, verify=NO_TLS),
    )


@pytest.fixture(scope="session")
def _shared() -> Iterator[tuple[Sandbox, dict[str, Any]]]:
    sandbox = start("--context-path", "/jira", "--issues", "600")
    settings = sandbox.control.get("/settings").json()
    yield sandbox, settings
    sandbox.close()


@pytest.fixture
def jira(_shared: tuple[Sandbox, dict[str, Any]]) -> Iterator[Sandbox]:
    """Version 9.12 below /jira; settings, faults and logs are as new, the company is shared."""
    sandbox, settings = _shared
    sandbox.put_back(settings)
    yield sandbox
    sandbox.put_back(settings)


@pytest.fixture
def starter() -> Iterator[Starter]:
    """Starts servers with the given options; they end with the test."""
    started: list[Sandbox] = []

    def start_one(*args: str) -> Sandbox:
        started.append(start("--issues", "200", "--users", "40", *args))
        return started[-1]

    yield start_one
    for sandbox in started:
        sandbox.close()


@pytest.fixture
def fresh(starter: Starter) -> Sandbox:
    """A 9.12 of the test's own, whose company it may change."""
    return starter()
