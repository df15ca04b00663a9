"""The ASGI application: one request's way through faults, login, limits, resource and log."""

from __future__ import annotations

import asyncio
import itertools
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qs, quote

from sandbox.jira import routes
from sandbox.jira.asks import Ask, RefusedError
from sandbox.jira.churning import Churning
from sandbox.jira.control import Control
from sandbox.jira.faults import Faults, Hang, Then, hides_login, instead, spoil
from sandbox.jira.login import ANONYMOUS, LOGIN_REASON, Caller, log_in, scheme_of
from sandbox.jira.rate_limit import RateLimiter
from sandbox.jira.replies import Reply, html_page, json_reply, refusal, text_reply
from sandbox.jira.request_log import Entry, RequestLog, plain_body, plain_query
from sandbox.jira.settings import RateLimitRule
from sandbox.jira.site import Jira
from sandbox.jira.wire import Receive, Scope, Send, read_body, send_reply, send_then_reset

CONTROL: Final = "/_sandbox"
_SEARCH: Final = "/search"
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
LONGEST_LINE: Final = 8192  # what Jira's Tomcat takes as it is shipped


@dataclass(slots=True)
class SandboxApp:
    """Serves one Jira below its context path and the control API beside it."""

    jira: Jira
    context_path: str
    report: Callable[[str], None]
    faults: Faults = field(default_factory=Faults)
    requests: RequestLog = field(default_factory=RequestLog)
    churning: Churning = field(init=False)
    control: Control = field(init=False)
    _limiter: RateLimiter | None = None
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.churning = Churning(self.jira.company)
        self.control = Control(self.jira, self.faults, self.requests, self.churning)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = await read_body(receive)
        path = scope["raw_path"].decode("latin-1").partition("?")[0]
        query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        if path.startswith(CONTROL):
            below = path[len(CONTROL) :]
            await send_reply(send, await self.control.answer(scope["method"], below, query, body))
            return
        headers = {
            name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        length = len(path) + len(scope["query_string"])
        request = _Request(scope["method"], path, query, body, headers, length)
        await self._serve(request, scope, send)

    async def _serve(self, request: _Request, scope: Scope, send: Send) -> None:
        fault = self.faults.hit(request.method, request.path)
        entry = self._log(request, fault)
        started = time.monotonic()
        if isinstance(fault, Hang):
            await asyncio.sleep(fault.hang)
        reply = await self._reply(request, fault, entry)
        entry.status, entry.bytes = reply.status, len(reply.body)
        if fault == "reset":
            await send_then_reset(send, reply, scope["state"]["transport"])
        else:
            await send_reply(send, reply)
        entry.seconds = time.monotonic() - started

    def _log(self, request: _Request, fault: Then | None) -> Entry:
        scheme = scheme_of(request.headers.get("authorization"))
        entry = Entry(
            request.method,
            request.path,
            plain_query(request.query),
            plain_body(request.body),
            None if scheme is None else scheme.value,
            request.headers.get("user-agent"),
            time.time(),
            fault=fault if fault is None or isinstance(fault, str) else fault.model_dump(),
        )
        self.requests.entries.append(entry)
        return entry

    async def _reply(self, request: _Request, fault: Then | None, entry: Entry) -> Reply:
        reply = instead(fault, self.jira.base_url)
        if reply is not None:
            return reply
        if request.line_bytes > LONGEST_LINE:
            return html_page(400, "Bad Request", "Request header is too large")
        caller = self._caller(request, fault)
        if isinstance(caller, Reply):
            return self._signed(caller, ANONYMOUS, fault)
        entry.user = None if caller.user is None else caller.user.name
        allowance = self._allowance(caller)
        reply = self._answered(request, caller) if allowance[0] else _too_many()
        await self._take_time(reply)
        return self._signed(spoil(fault, reply).with_headers(allowance[1]), caller, fault)

    def _caller(self, request: _Request, fault: Then | None) -> Caller | Reply:
        if hides_login(fault):
            return Caller(None, login_failed=True)
        return log_in(self.jira.site, request.headers.get("authorization"))

    def _allowance(self, caller: Caller) -> tuple[bool, dict[str, str]]:
        rule = self.jira.settings.rate_limit
        if rule is None or caller.user is None:
            return True, {}
        allowance = self._limiter_for(rule).take(caller.user.key, time.monotonic())
        return allowance.granted, allowance.headers

    def _limiter_for(self, rule: RateLimitRule) -> RateLimiter:
        if self._limiter is None or self._limiter.rule != rule:
            self._limiter = RateLimiter(rule)
        return self._limiter

    def _answered(self, request: _Request, caller: Caller) -> Reply:
        if not request.path.startswith(f"{self.context_path}/"):
            return html_page(404, "Not Found", "The requested resource is not available.")
        if _looks_forged(request):
            return text_reply("XSRF check failed", 403)
        path = request.path[len(self.context_path) :]
        resource, parts = routes.ALL.find(request.method, path)
        ask = Ask(self.jira, caller, request.method, request.query, request.body, parts)
        try:
            reply = resource(ask)
        except RefusedError as error:
            reply = error.reply
        except Exception:  # noqa: BLE001 - a fault of the sandbox must be seen, not end it
            self.report(traceback.format_exc())
            reply = refusal(500, "Internal server error (a fault of the sandbox, see its log)")
        if path.endswith(_SEARCH) and "/user/" not in path:
            self.churning.searched()
        return reply

    async def _take_time(self, reply: Reply) -> None:
        settings = self.jira.settings
        latency = settings.latency_ms + settings.latency_per_issue_ms * reply.items
        if latency:
            await asyncio.sleep(latency / 1000)

    def _signed(self, reply: Reply, caller: Caller, fault: Then | None) -> Reply:
        """The headers that Jira puts on every reply."""
        number = next(self._numbers)
        minute = int(time.time() // 60 % 1440)
        headers = {
            "X-AREQUESTID": f"{minute}x{number}x1",
            "X-ANODEID": "node1",
            "Referrer-Policy": "strict-origin-when-cross-origin",
            "X-XSS-Protection": "1; mode=block",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "SAMEORIGIN",
            "Cache-Control": "no-cache, no-store, no-transform",
            "Vary": "User-Agent",
        }
        if caller.login_failed:
            headers[LOGIN_REASON] = "AUTHENTICATED_FAILED"
        if caller.user is not None:
            headers[LOGIN_REASON] = "OK"
        if fault != "unsigned":
            name = "anonymous" if caller.user is None else caller.user.name
            headers["X-AUSERNAME"] = quote(name, safe="@+-._~!$&'()*,;=:")
        return reply.with_headers({**headers, **reply.headers})


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    path: str
    query: dict[str, list[str]]
    body: bytes
    headers: dict[str, str]
    line_bytes: int


def _looks_forged(request: _Request) -> bool:
    """A browser that changes something without saying that it means to: Jira's XSRF check.

    Source: Atlassian, "Form token handling" and "REST API: XSRF check failed for browsers".
    """
    is_browser = request.headers.get("user-agent", "").startswith("Mozilla/")
    token = request.headers.get("x-atlassian-token", "").lower()
    return is_browser and request.method not in _SAFE and token not in {"no-check", "nocheck"}


def _too_many() -> Reply:
    message = "Rate limit exceeded."
    return json_reply({"message": message}, HTTPStatus.TOO_MANY_REQUESTS)
