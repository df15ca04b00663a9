"""Puts replies on the wire; with a reset the connection dies in the middle of one."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from sandbox.jira.replies import Reply

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_ABORT: Final = struct.pack("ii", 1, 0)
_TO_ARRIVE: Final = 0.05


async def read_body(receive: Receive) -> bytes:
    """The whole body; what came until the client went away, if it did."""
    chunks: list[bytes] = []
    more = True
    while more:
        message = await receive()
        chunks.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(chunks)


async def send_reply(send: Send, reply: Reply) -> None:
    await send(_start(reply))
    await send({"type": "http.response.body", "body": reply.body})


async def send_then_reset(send: Send, reply: Reply, transport: asyncio.Transport) -> None:
    """Headers that promise the whole body, half of it, then RST instead of the rest."""
    await send(_start(reply))
    half = reply.body[: len(reply.body) // 2]
    await send({"type": "http.response.body", "body": half, "more_body": True})
    await asyncio.sleep(_TO_ARRIVE)
    connection: socket.socket | None = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
    transport.abort()


def _start(reply: Reply) -> Message:
    headers = [
        (name.encode(), value.encode("latin-1", "replace")) for name, value in reply.headers.items()
    ]
    if reply.status != 204:
        headers.append((b"Content-Type", reply.content_type.encode()))
        headers.append((b"Content-Length", str(len(reply.body)).encode()))
    return {"type": "http.response.start", "status": reply.status, "headers": headers}
