"""Takes Jira's requests before Ocean does: hands on what is genuine, drops the rest unread.

A forged event is neither parsed nor queued nor logged one by one, and is answered like any other.
A genuine one is answered at once as well: Ocean's own way takes six times as long for each, which
is too long where a bulk change sends a thousand.
"""

import asyncio
from collections.abc import Callable, Mapping
from logging import LogRecord
from typing import cast

from loguru import logger
from starlette.types import ASGIApp, Receive, Scope, Send

LARGEST_BODY = 16 * 1024 * 1024
_MOST_BODIES_AT_ONCE = 8
_SECONDS_FOR_A_BODY = 30.0
# uvicorn closes a connection after five idle seconds, and an event that Jira sends at that moment
# is lost: Jira 10 sends each once. Its HTTP client keeps to this header.
_SECONDS_TO_USE_A_CONNECTION_AGAIN = 3
_PATH = 2  # among what uvicorn's access log is given: address, method, path, version, status
_REPLY = b'{"status":"ok"}'

Judge = Callable[[Mapping[str, str], bytes, bytes], bool]
"""Headers (lower case), query and body of an event: whether it is genuine."""
Glance = Callable[[Mapping[str, str], bytes], bool]
"""Headers and query of an event: whether it may be genuine at all."""
Take = Callable[[bytes], None]
"""What is to be done with the body of a genuine event; it raises nothing."""


def is_worth_a_line(path: str) -> Callable[[LogRecord], bool]:
    """A filter for uvicorn's access log: a bulk change or a flood would write a line for each event."""

    def is_of_another_path(record: LogRecord) -> bool:
        asked = record.args
        return not (isinstance(asked, tuple) and len(asked) > _PATH and asked[_PATH] == path)

    return is_of_another_path


class Dropped:
    """Counts what was not genuine; says so at the 1st, the 10th, the 100th … and no more often."""

    def __init__(self) -> None:
        self.count = 0

    def note(self) -> None:
        self.count += 1
        if self.count == 10 ** (len(str(self.count)) - 1):
            logger.warning(
                f"Jira: {self.count:,} {'event' if self.count == 1 else 'events'} dropped: without "
                "the secret. If they are Jira's own, its webhook holds another secret than "
                "webhookSecret."
            )


class Gate:
    """ASGI middleware for events that are sent to `path`; everything else passes.

    The query, which holds the secret of older Jiras, is taken away for good, so that no access log
    shows it.
    """

    def __init__(
        self,
        app: ASGIApp,
        path: str,
        judge: Judge,
        take: Take,
        dropped: Dropped,
        glance: Glance = lambda _headers, _query: True,
    ) -> None:
        """`glance` says, before anything of a body is read, whether it may be genuine at all."""
        self._app = app
        self._glance = glance
        self._reading = asyncio.Semaphore(_MOST_BODIES_AT_ONCE)
        self._path = path
        self._judge = judge
        self._take = take
        self._dropped = dropped

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(self._path):
            await self._app(scope, receive, send)
            return
        query = cast(bytes, scope["query_string"])
        scope["query_string"] = b""
        if scope["path"] != self._path or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        headers = _headers(scope)
        body = await self._body(receive) if self._glance(headers, query) else None
        if body is not None and self._judge(headers, query, body):
            self._take(body)
        else:
            self._dropped.note()
        await _answer(send)

    async def _body(self, receive: Receive) -> bytes | None:
        async with self._reading:
            try:
                async with asyncio.timeout(_SECONDS_FOR_A_BODY):
                    return await _whole_body(receive)
            except TimeoutError:
                return None


async def _whole_body(receive: Receive) -> bytes | None:
    """None for one that is too large, or whose sender has gone."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        part = message.get("body", b"")
        size += len(part)
        if size > LARGEST_BODY:
            return None
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


def _headers(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


async def _answer(send: Send) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(_REPLY)),
        (b"keep-alive", b"timeout=%d" % _SECONDS_TO_USE_A_CONNECTION_AGAIN),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": _REPLY})
