"""A Jira small enough to be read: it knows just the JQL that the client writes.

Criteria of users are names here: `matches["open"]` are the keys that the criteria `open` select.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

import httpx

from client import JiraServerClient, created_second
from jira_server.pages_ahead import MOST_BYTES
from jira_server.transport import JiraSession
from tests.unit.conversation import BASE, ME, PassingTime, signed

Json = dict[str, Any]


def issue(key: str, second: int = 0, **fields: object) -> Json:
    """An issue whose id is its number, created so many seconds after ten o'clock."""
    created = f"2024-05-01T10:{second // 60:02}:{second % 60:02}.000+0000"
    number = key.rpartition("-")[2]
    return {"id": number, "key": key, "fields": {"created": created} | fields}


def user(key: str, *, active: bool = True) -> Json:
    return {"key": key, "name": key.lower(), "displayName": key.title(), "active": active}


def project(key: str, **rest: object) -> Json:
    return {"id": key, "key": key, "name": key.title()} | rest


class TinyJira:
    """Answers for the resources that the client uses; every request is kept in `requests`."""

    def __init__(self, page_cap: int = 1_000) -> None:
        self.issues: list[Json] = []
        self.users: list[Json] = []
        self.projects: list[Json] = []
        self.matches: dict[str, set[str]] = {}
        self.rejects: set[str] = set()
        self.requests: list[tuple[str, Mapping[str, Any]]] = []
        self._page_cap = page_cap

    def client(
        self, passing: PassingTime | None = None, most_bytes_ahead: int = MOST_BYTES
    ) -> JiraServerClient:
        time = passing or PassingTime()
        http = httpx.AsyncClient(transport=httpx.MockTransport(self._answer))
        session = JiraSession(
            http, BASE, httpx.BasicAuth("sync", "no-worth"), sleep=time.sleep, clock=time.clock
        )
        return JiraServerClient(session, lambda: 1_714_600_000.0, most_bytes_ahead)

    def asked(self, path: str) -> list[Mapping[str, Any]]:
        """The parameters of every request to a path, in order."""
        return [params for asked, params in self.requests if asked == path]

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/rest/api/2/")
        posted = request.method == "POST"
        params = json.loads(request.content) if posted else dict(request.url.params)
        self.requests.append((path, params))
        if path == "myself":
            return signed(ME)
        if path == "project":
            return signed(self.projects)
        if path == "user/list":
            return signed({"values": self.users, "isLast": True})
        if path == "search":
            return self._search(params["jql"], int(params["maxResults"]))
        return signed({"errorMessages": ["nothing there"]}, 404)

    def _search(self, jql: str, max_results: int) -> httpx.Response:
        if any(text in jql for text in self.rejects):
            return signed({"errorMessages": ["The value does not exist."]}, 400)
        found = [i for i in self.issues if self._is_found(i, jql)]
        found.sort(key=lambda i: (i["fields"]["created"], int(i["id"])))
        page = found[: min(max_results, self._page_cap)]
        return signed({"issues": page, "total": len(found), "startAt": 0, "maxResults": len(page)})

    def _is_found(self, issue: Json, jql: str) -> bool:
        keys = [keys for name, keys in self.matches.items() if re.search(rf"\b{name}\b", jql)]
        if keys and not any(issue["key"] in some for some in keys):
            return False
        if (keys_in := _list(r"issuekey IN \((.*?)\)", jql)) and issue["key"] not in keys_in:
            return False
        if issue["id"] in _list(r"id NOT IN \((.*?)\)", jql):
            return False
        if (name := re.search(r'project = "(\w+)"', jql)) and not issue["key"].startswith(name[1]):
            return False
        return _in_time(issue, jql)


def _list(pattern: str, jql: str) -> list[str]:
    found = re.search(pattern, jql)
    return [item.strip('" ') for item in found[1].split(",")] if found else []


def _in_time(issue: Json, jql: str) -> bool:
    created = created_second(issue) * 1000
    lower = re.search(r"created >= (\d+)", jql)
    upper = re.search(r"created < (\d+)", jql)
    return (not lower or created >= int(lower[1])) and (not upper or created < int(upper[1]))
