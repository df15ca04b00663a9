"""Typed handles on the two sandbox servers: look inside, cause trouble, change the company."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from sandbox.launch import Running

Json = dict[str, Any]

READER = "catalog-reader"
DEFAULT_JQL = "(statusCategory != Done) OR (created >= -1w) OR (updated >= -1w)"


@dataclass(frozen=True, slots=True)
class Jira:
    """A sandbox Jira; `settings_at_start` are what `calm` goes back to."""

    running: Running
    http: httpx.Client
    settings_at_start: Json

    @property
    def url(self) -> str:
        return self.running.url

    def state(self, jql: str = "", reader: str = READER) -> Json:
        """The truth: users, projects and, for a JQL, the keys that this user would find."""
        params = {"jql": jql, "as": reader} if jql else {}
        found: Json = _checked(self._call("GET", "/state", params=params))
        return found

    def keys(self, jql: str = DEFAULT_JQL) -> set[str]:
        return set(self.state(jql)["keys"])

    def issues(self, jql: str = DEFAULT_JQL) -> list[Json]:
        """What the reader gets from Jira's own search, a thousand at most."""
        reply = self.http.get(
            f"{self.url}/rest/api/2/search",
            params={"jql": jql, "maxResults": 1000, "fields": "*all"},
            headers={"Authorization": f"Bearer {self.running.info['token']}"},
        )
        found: Json = _checked(reply)
        assert len(found["issues"]) == found["total"]
        return list(found["issues"])

    def change(self, kind: str, **what: object) -> Json:
        changed: Json = _checked(self._call("POST", "/change", json={"kind": kind, **what}))
        return changed

    def fault(self, path: str, then: object, **how: object) -> None:
        _checked(self._call("POST", "/faults", json={"path": path, "then": then, **how}))

    def hits(self) -> list[int]:
        """How often each fault in force has struck."""
        return [one["hits"] for one in _checked(self._call("GET", "/faults"))]

    def settings(self, **values: object) -> None:
        _checked(self._call("POST", "/settings", json=values))

    def churn(self, **order: object) -> None:
        _checked(self._call("POST", "/churn", json=order))

    def changes_made(self) -> int:
        """How many changes the churn has made; it is stopped."""
        return int(_checked(self._call("DELETE", "/churn"))["made"])

    def requests(self, path: str = "") -> list[Json]:
        """What was asked since `forget`, oldest first; `path` is a regular expression."""
        found: list[Json] = _checked(self._call("GET", "/requests", params={"path": path}))
        return found

    def queries(self, path: str) -> list[Json]:
        return [one["query"] for one in self.requests(path)]

    def forget(self) -> None:
        _checked(self._call("DELETE", "/requests"))

    def calm(self) -> None:
        """End all faults and churn, forget failed logins, go back to the first settings."""
        self._call("DELETE", "/faults")
        self._call("DELETE", "/churn")
        self.settings(**self.settings_at_start, reset_captcha=True)

    def _call(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401
        return self.http.request(method, self.running.control_url + path, **more)


@dataclass(frozen=True, slots=True)
class Port:
    """A sandbox Port."""

    running: Running
    http: httpx.Client

    @property
    def url(self) -> str:
        return self.running.url

    def look(self, what: str) -> Any:  # noqa: ANN401 - whatever JSON the route gives
        """One of the sandbox's own views, such as `refused`, `logs` or `raw`."""
        return _checked(self._call("GET", f"/{what}"))[what]

    def blueprints(self) -> Json:
        found: Json = _checked(self._call("GET", "/catalog"))["blueprints"]
        return found

    def entities(self) -> dict[str, dict[str, Json]]:
        """By blueprint and identifier; properties and relations without a value are left out."""
        found: dict[str, dict[str, Json]] = _checked(self._call("GET", "/catalog"))["entities"]
        return found

    def mapping(self) -> Json:
        (integration,) = self.look("integrations")
        found: Json = integration["config"]
        return found

    def set_mapping(self, config: Json) -> None:
        _checked(self._call("PUT", "/mapping", json={"config": config, "resync": False}))

    def request_resync(self) -> None:
        _checked(self._call("POST", "/resync-request", json={}))

    def last_resync(self) -> Json:
        """The newest one: `deleted`, and by kind what was extracted, loaded and refused."""
        found: Json = _checked(self._call("GET", "/summary"))["resyncs"][-1]
        return found

    def fault(self, path: str, then: object, **how: object) -> None:
        _checked(self._call("POST", "/faults", json={"path": path, "then": then, **how}))

    def calm(self) -> None:
        """End all faults."""
        _checked(self._call("DELETE", "/faults"))

    def reset(self) -> None:
        """A new account: no blueprint, no entity, no integration, no refusal."""
        _checked(self._call("DELETE", "/catalog"))

    def _call(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401
        return self.http.request(method, self.running.control_url + path, **more)


def _checked(reply: httpx.Response) -> Any:  # noqa: ANN401 - whatever JSON came
    assert reply.is_success, f"{reply.request.url}: {reply.status_code} {reply.text}"
    return reply.json() if reply.content else None


def jira_of(running: Running, http: httpx.Client) -> Jira:
    settings = _checked(http.get(f"{running.control_url}/settings"))
    return Jira(running, http, settings)
