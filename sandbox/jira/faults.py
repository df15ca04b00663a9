"""Faults on request: which rule concerns a request, and what it makes of the reply.

Decides and rewrites; sending, waiting and tearing connections down is the server's business.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from sandbox.jira.replies import Reply, login_page, proxy_error_page


def _regex(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        message = f"not a regular expression: {error}"
        raise ValueError(message) from error
    return text


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Status(_Document):
    """This status and body instead of the real reply."""

    status: int = Field(ge=200, le=599)
    headers: dict[str, str] = {}
    body: str = ""
    content_type: str = "text/plain;charset=UTF-8"


class Html(_Document):
    """A page of a sign-on gateway (200) or of a proxy that cannot reach Jira (502)."""

    html: Literal["login", "proxy_error"]


class Redirect(_Document):
    redirect: str


class Hang(_Document):
    """No byte for so many seconds, then the real reply."""

    hang: float = Field(gt=0, le=3600)


class DropItems(_Document):
    """The reply silently lacks its first n items: a lying server."""

    drop_items: int = Field(ge=1)


class Anonymous(_Document):
    """Answer as if the login had not been accepted, without saying so by status."""

    anonymous: Literal[True]


Word = Literal["reset", "cut_json", "empty_body", "empty_list", "unsigned", "anonymous"]
Then = Word | Status | Html | Redirect | Hang | DropItems | Anonymous


class Rule(_Document):
    """`then` happens to matching requests: the first `after` go through, then `times` are hit.

    `path` is searched in the request's path, context path included; `times` None is for ever.
    """

    path: Annotated[str, AfterValidator(_regex)]
    method: str | None = None
    times: int | None = Field(default=None, ge=1)
    after: int = Field(default=0, ge=0)
    then: Then


@dataclass(slots=True)
class ActiveRule:
    """A rule with how often it has matched and hit so far."""

    id: int
    rule: Rule
    seen: int = 0
    hits: int = 0

    def concerns(self, method: str, path: str) -> bool:
        rule = self.rule
        if rule.method is not None and rule.method.upper() != method:
            return False
        spent = rule.times is not None and self.hits >= rule.times
        return not spent and re.search(rule.path, path) is not None

    def document(self) -> dict[str, Any]:
        return {"id": self.id, "seen": self.seen, "hits": self.hits} | self.rule.model_dump()


@dataclass(slots=True)
class Faults:
    """All active rules, oldest first; the first that hits decides."""

    rules: list[ActiveRule] = field(default_factory=list)
    _last_id: int = 0

    def add(self, rule: Rule) -> ActiveRule:
        self._last_id += 1
        active = ActiveRule(self._last_id, rule)
        self.rules.append(active)
        return active

    def remove(self, id_: int) -> bool:
        kept = [one for one in self.rules if one.id != id_]
        found = len(kept) < len(self.rules)
        self.rules = kept
        return found

    def hit(self, method: str, path: str) -> Then | None:
        """The fault for this request; counts it for every rule that it concerns up to that one."""
        for active in self.rules:
            if active.concerns(method, path):
                active.seen += 1
                if active.seen > active.rule.after:
                    active.hits += 1
                    return active.rule.then
        return None


def instead(fault: Then | None, base_url: str) -> Reply | None:
    """The reply that the fault gives without asking Jira at all, if it is of that sort."""
    match fault:
        case Status():
            return Reply(fault.body.encode(), fault.status, fault.content_type, fault.headers)
        case Html(html="login"):
            return login_page(base_url)
        case Html():
            return proxy_error_page()
        case Redirect():
            return Reply(b"", 302, "text/html", {"Location": fault.redirect})
        case _:
            return None


def spoil(fault: Then | None, reply: Reply) -> Reply:
    """What the fault leaves of Jira's own reply."""
    match fault:
        case "cut_json":
            return replace(reply, body=_half(reply.body))
        case "empty_body":
            return replace(reply, body=b"", items=0)
        case "empty_list":
            return _without_items(reply, None)
        case DropItems():
            return _without_items(reply, fault.drop_items)
        case _:
            return reply


def hides_login(fault: Then | None) -> bool:
    return fault == "anonymous" or isinstance(fault, Anonymous)


def _half(body: bytes) -> bytes:
    return body[: max(1, len(body) // 2)]


def _without_items(reply: Reply, count: int | None) -> Reply:
    """Only lists become shorter, wherever Jira puts them; everything else stays as it is."""
    try:
        document = json.loads(reply.body)
    except ValueError:
        return reply
    if isinstance(document, list):
        return _rewritten(reply, document[len(document) if count is None else count :])
    for name in ("issues", "values", "comments"):
        if isinstance(document, dict) and isinstance(document.get(name), list):
            items = document[name]
            document[name] = items[len(items) if count is None else count :]
            return _rewritten(reply, document)
    return reply


def _rewritten(reply: Reply, document: object) -> Reply:
    return replace(reply, body=json.dumps(document, ensure_ascii=False).encode())
