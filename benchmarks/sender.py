"""Sends signed events as fast as they are answered, in a process of its own; prints what came of it.

Requests are ready before the clock starts, and as many connections are used as Jira uses at most.
"""

import asyncio
import hashlib
import hmac
import json
import re
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from itertools import chain, cycle, islice
from urllib.parse import urlsplit

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]

CONNECTIONS = 20
END_OF_HEAD = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_ACCEPTED = b"HTTP/1.1 200 "


@dataclass(slots=True)
class Outcome:
    """`started` in epoch seconds, the others in seconds; `slowest`: the longest wait for an answer."""

    started: float
    seconds: float = 0.0
    accepted: int = 0
    slowest: float = 0.0


def main(url: str, secret: str, count: str) -> None:
    """Send the bodies that standard input lists, over and over again, until `count` are sent."""
    bodies = json.load(sys.stdin)
    json.dump(asdict(asyncio.run(send_events(url, secret, bodies, int(count)))), sys.stdout)


async def send_events(url: str, secret: str, bodies: Sequence[str], count: int) -> Outcome:
    """Raises nothing: what is not answered with 200 is just not among the `accepted`."""
    parts = urlsplit(url)
    ready = [_request(parts.netloc, parts.path or "/", body.encode(), secret) for body in bodies]
    waiting = islice(cycle(ready), count)
    place = str(parts.hostname), parts.port or 80
    outcome = Outcome(started=time.time())
    await asyncio.gather(*(_send(*place, waiting, outcome) for _ in range(CONNECTIONS)))
    outcome.seconds = time.time() - outcome.started
    return outcome


def body_length(head: bytes) -> int:
    """What the head of a request or reply says of its body."""
    found = _LENGTH.search(head)
    return int(found[1]) if found else 0


def _request(host: str, path: str, body: bytes, secret: str) -> bytes:
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json; charset=UTF-8\r\n"
        f"X-Hub-Signature: sha256={signature}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _send(host: str, port: int, waiting: Iterator[bytes], outcome: Outcome) -> None:
    """Use one connection until nothing waits, and another after it broke: that event is lost."""
    for first in waiting:
        with suppress(OSError, asyncio.IncompleteReadError):
            async with _connected(host, port) as streams:
                for request in chain([first], waiting):
                    await _exchange(*streams, request, outcome)


@asynccontextmanager
async def _connected(host: str, port: int) -> AsyncIterator[Streams]:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def _exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes, outcome: Outcome
) -> None:
    began = time.perf_counter()
    writer.write(request)
    head = await reader.readuntil(END_OF_HEAD)
    await reader.readexactly(body_length(head))
    outcome.accepted += head.startswith(_ACCEPTED)
    outcome.slowest = max(outcome.slowest, time.perf_counter() - began)


if __name__ == "__main__":
    main(*sys.argv[1:])
