"""What counts as an accepted event, whatever happens to the connections."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from itertools import count

import pytest

from benchmarks.sender import END_OF_HEAD, body_length, send_events

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
BUSY = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n"
CUT = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{"
BODIES = ["{}", '{"summary": "ä"}', '{"summary": "three"}']


class Receiver:
    """Answers the so-and-so-many-th request as `answer` says, and hangs up after an unfinished one."""

    def __init__(self, answer: Callable[[int], bytes]) -> None:
        self.got: list[tuple[bytes, bytes]] = []
        self._answer = answer
        self._numbers = count()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reply = OK
        while reply in (OK, BUSY):
            try:
                head = await reader.readuntil(END_OF_HEAD)
            except asyncio.IncompleteReadError:
                break
            self.got.append((head, await reader.readexactly(body_length(head))))
            reply = self._answer(next(self._numbers))
            writer.write(reply)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


@asynccontextmanager
async def receiving(receiver: Receiver) -> AsyncIterator[str]:
    async with await asyncio.start_server(receiver.take, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/events"


@pytest.mark.parametrize(
    ("answer", "accepted"),
    [
        pytest.param(lambda _: OK, 90, id="all"),
        pytest.param(lambda number: BUSY if number % 3 == 0 else OK, 60, id="some-refused"),
        pytest.param(lambda number: CUT if number % 3 == 0 else OK, 60, id="some-cut-off"),
        pytest.param(lambda _: b"", 0, id="no-answers"),
    ],
)
async def test_each_event_is_sent_once_and_counts_when_it_is_answered_with_200(
    answer: Callable[[int], bytes], accepted: int
) -> None:
    receiver = Receiver(answer)
    async with receiving(receiver) as url:
        outcome = await send_events(url, "secret", BODIES, 90)

    assert outcome.accepted == accepted
    assert sorted(body for _, body in receiver.got) == sorted(30 * [b.encode() for b in BODIES])


async def test_events_are_signed() -> None:
    receiver = Receiver(lambda _: OK)
    async with receiving(receiver) as url:
        await send_events(url, "secret", BODIES, 3)

    for head, body in receiver.got:
        signature = hmac.new(b"secret", body, hashlib.sha256).hexdigest()
        assert f"X-Hub-Signature: sha256={signature}\r\n".encode() in head
        assert head.startswith(b"POST /events HTTP/1.1\r\nHost: 127.0.0.1:")


async def test_nobody_there_accepts_nothing() -> None:
    async with receiving(Receiver(lambda _: OK)) as url:
        pass

    assert (await send_events(url, "secret", BODIES, 3)).accepted == 0
