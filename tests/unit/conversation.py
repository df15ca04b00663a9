"""A session with a Jira whose replies a test lays out, and whose time passes only in sleep."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx
import respx

from jira_server.auth import PersonalAccessToken
from jira_server.transport import JiraSession

BASE = "https://jira.example.com"
MYSELF = "/rest/api/2/myself"
ME = {"key": "JIRAUSER1", "name": "sync", "timeZone": "Europe/Berlin"}


def signed(
    json: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> httpx.Response:
    """A reply that carries the login, as Jira's do."""
    return httpx.Response(status, json=json, headers={"X-AUSERNAME": "sync", **(headers or {})})


def unsigned(json: object, status: int = 200) -> httpx.Response:
    """A reply that went through a proxy which strips unknown headers."""
    return httpx.Response(status, json=json)


@dataclass
class PassingTime:
    """A clock that only `sleep` moves; `sleeps` are the seconds that were slept."""

    now: float = 1_000.0
    sleeps: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


def session_over(
    routes: respx.MockRouter,
    passing: PassingTime,
    *,
    base_url: str = BASE,
    max_concurrent_requests: int = 4,
) -> JiraSession:
    """A session whose requests end at the routes; half of every random spread is drawn."""
    http = httpx.AsyncClient(transport=httpx.MockTransport(routes.async_handler))
    return JiraSession(
        http,
        base_url,
        PersonalAccessToken("a-token-of-no-worth"),
        max_concurrent_requests=max_concurrent_requests,
        sleep=passing.sleep,
        clock=passing.clock,
        chance=lambda: 0.5,
    )


def query(request: httpx.Request) -> Mapping[str, str]:
    return dict(request.url.params)
