"""What every request passes before its route: outage, latency, token; and the list of requests."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.port.account import Account
from sandbox.port.clock import iso
from sandbox.port.faults import Hang, Reply, Reset
from sandbox.port.replies import RefusedError
from sandbox.port.routes.control import PREFIX

_log = logging.getLogger("sandbox.port")
_OPEN_PATHS = frozenset({"/v1/auth/access_token"})

Cut = Callable[[tuple[str, int] | None], None]
"""Ends the connection of a client (host and port) without a reply."""


@dataclass
class _Exchange:
    """One request as it goes on."""

    method: str
    path: str
    status: int | None = None
    bytes_out: int = 0


class Gate:
    """An ASGI application around the routes."""

    def __init__(self, app: ASGIApp, account: Account, latency_seconds: float, cut: Cut) -> None:
        self._app = app
        self._account = account
        self._latency_seconds = latency_seconds
        self._cut = cut

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _is_control(scope["path"]):
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope["method"], scope["path"])
        started = time.perf_counter()
        try:
            await self._handle(scope, receive, _counting(send, exchange))
        finally:
            self._note(scope, exchange, time.perf_counter() - started)

    async def _handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        fault = self._account.faults.for_request(scope["method"], scope["path"])
        delay = self._latency_seconds + (fault.seconds if isinstance(fault, Hang) else 0)
        if delay:
            await asyncio.sleep(delay)
        if isinstance(fault, Reset):
            await self._reset(scope, receive)
        elif isinstance(fault, Reply):
            await _reply(fault)(scope, receive, send)
        else:
            await self._admit(scope, receive, send)

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if scope["path"] not in _OPEN_PATHS:
                self._account.tokens.check(Headers(scope=scope).get("authorization", ""))
        except RefusedError as refusal:
            await JSONResponse(refusal.body(), refusal.status)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _reset(self, scope: Scope, receive: Receive) -> None:
        self._cut(scope.get("client"))
        while (await receive())["type"] != "http.disconnect":
            pass

    def _note(self, scope: Scope, exchange: _Exchange, seconds: float) -> None:
        headers = Headers(scope=scope)
        self._account.requests.append(
            {
                "time": iso(self._account.clock()),
                "method": exchange.method,
                "path": exchange.path,
                "query": scope["query_string"].decode("latin-1"),
                "status": exchange.status,
                "user_agent": headers.get("user-agent", ""),
                "bytes_in": int(headers.get("content-length", 0)),
                "bytes_out": exchange.bytes_out,
                "milliseconds": round(seconds * 1000, 2),
            }
        )
        _log.info(
            "%s %s %s %.1f ms", exchange.method, exchange.path, exchange.status, seconds * 1000
        )


def _is_control(path: str) -> bool:
    return path == "/" or path == PREFIX or path.startswith(f"{PREFIX}/")


def _reply(fault: Reply) -> Response:
    if isinstance(fault.body, str):
        return Response(fault.body, fault.status, {"content-type": "text/html", **fault.headers})
    return JSONResponse(fault.body, fault.status, fault.headers)


def _counting(send: Send, exchange: _Exchange) -> Send:
    async def counted(message: Message) -> None:
        if message["type"] == "http.response.start":
            exchange.status = message["status"]
        else:
            exchange.bytes_out += len(message.get("body", b""))
        await send(message)

    return counted
