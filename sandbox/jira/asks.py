"""A request as the resources see it, and the table that leads a path to its resource."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import lru_cache
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sandbox.jira.login import Caller
from sandbox.jira.payloads.issue_parts import IssueParts
from sandbox.jira.replies import Reply, html_page, not_found_page, refusal
from sandbox.jira.site import Jira


class RefusedError(Exception):
    """A resource says no; `reply` is what the caller gets."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


@dataclass(frozen=True, slots=True)
class Ask:
    """One request below the context path, made by `caller`; `parts` are those of its path."""

    jira: Jira
    caller: Caller
    method: str
    query: Mapping[str, Sequence[str]]
    body: bytes
    parts: Mapping[str, str]

    def text(self, name: str) -> str | None:
        values = self.query.get(name)
        return values[0] if values else None

    def flag(self, name: str, default: bool) -> bool:
        value = self.text(name)
        return default if value is None else value.lower() == "true"

    def number(self, name: str, default: int) -> int:
        value = self.text(name)
        if value is None or value == "":
            return default
        if not re.fullmatch(r"-?\d{1,10}", value):
            raise RefusedError(refusal(400, f"The value '{value}' of '{name}' is not a number."))
        return int(value)

    def words(self, name: str) -> frozenset[str]:
        """A list with commas that may also be repeated."""
        values = self.query.get(name, ())
        return frozenset(word.strip() for value in values for word in value.split(",") if word)

    def document(self) -> Any:  # noqa: ANN401 - JSON of the caller, judged by the resource
        try:
            return strict_json(self.body)
        except ValueError as error:
            message = "The request body is not valid JSON."
            raise RefusedError(refusal(400, message)) from error

    @property
    def zone(self) -> tzinfo:
        """The clock on which the caller reads times."""
        user = self.caller.user
        return UTC if user is None else zone_named(user.time_zone)

    @property
    def issue_parts(self) -> IssueParts:
        return IssueParts(self.jira.fragments, self.zone)


def strict_json(body: bytes) -> Any:  # noqa: ANN401 - whatever was sent
    """The document; raises `ValueError` also for NaN and for half a surrogate pair."""
    document = json.loads(body, parse_constant=_no_constant)
    json.dumps(document, ensure_ascii=False).encode()
    return document


def _no_constant(text: str) -> None:
    message = f"{text} is no JSON"
    raise ValueError(message)


Resource = Callable[[Ask], Reply]


@dataclass(frozen=True, slots=True)
class Route:
    """`pattern` is a path below the context path; `{name}` stands for one part of it."""

    method: str
    pattern: str
    resource: Resource


class Routes:
    """Finds the resource of a path; `latest` is the same as `2`, as Jira has it."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = [(_compiled(route.pattern), route) for route in routes]

    def find(self, method: str, path: str) -> tuple[Resource, dict[str, str]]:
        """The resource and the parts of the path; a resource that refuses where there is none."""
        path = re.sub(r"^/rest/api/latest/", "/rest/api/2/", path)
        found = [
            (route, match) for regex, route in self._routes if (match := regex.fullmatch(path))
        ]
        for route, match in found:
            if route.method == method:
                return route.resource, {k: unquote(v) for k, v in match.groupdict().items()}
        return (_wrong_method if found else _dead_link), {}


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern) + "/?")


def _wrong_method(_ask: Ask) -> Reply:
    return html_page(405, "Method Not Allowed", "HTTP method is not allowed here.")


def _dead_link(_ask: Ask) -> Reply:
    return not_found_page()


@lru_cache(maxsize=64)
def zone_named(name: str) -> tzinfo:
    """The zone, or UTC on a machine without a zone database."""
    try:
        return UTC if name == "Etc/UTC" else ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return UTC
