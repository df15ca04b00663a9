"""What is not genuine gets no further than the gate, and no query gets beyond it."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from loguru import logger
from starlette.types import Receive, Scope, Send

from live_events.gate import LARGEST_BODY, Dropped, Gate

PATH = "/integration/webhook"


class Inner:
    """What is behind the gate: the application, and the taker of genuine events."""

    def __init__(self) -> None:
        self.came: list[Scope] = []
        self.taken: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        self.came.append(scope)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})


def knows_password(headers: Mapping[str, str], query: bytes, body: bytes) -> bool:
    return headers.get("password") == "yes" and query == b"a=b" and body != b"no"


@pytest.fixture
def inner() -> Inner:
    return Inner()


@pytest.fixture
def dropped() -> Dropped:
    return Dropped()


@pytest.fixture
async def http(inner: Inner, dropped: Dropped) -> Any:  # noqa: ANN401
    gate = Gate(inner, PATH, knows_password, inner.taken.append, dropped)
    transport = httpx.ASGITransport(app=gate)
    async with httpx.AsyncClient(transport=transport, base_url="http://gate") as client:
        yield client


async def test_a_genuine_event_is_taken_whole(
    http: httpx.AsyncClient, inner: Inner, dropped: Dropped
) -> None:
    reply = await http.post(f"{PATH}?a=b", content=b"event", headers={"Password": "yes"})
    assert (reply.status_code, reply.json()) == (200, {"status": "ok"})
    assert reply.headers["keep-alive"] == "timeout=3"
    assert inner.taken == [b"event"]
    assert inner.came == []
    assert dropped.count == 0


@pytest.mark.parametrize(
    ("query", "headers", "body"),
    [
        pytest.param("", {"password": "yes"}, b"event", id="query"),
        pytest.param("?a=b", {}, b"event", id="headers"),
        pytest.param("?a=b", {"password": "yes"}, b"no", id="body"),
        pytest.param("?a=b", {"password": "yes"}, b"x" * (LARGEST_BODY + 1), id="size"),
    ],
)
async def test_a_forged_one_is_dropped_and_answered_alike(
    http: httpx.AsyncClient,
    inner: Inner,
    dropped: Dropped,
    query: str,
    headers: dict[str, str],
    body: bytes,
) -> None:
    reply = await http.post(f"{PATH}{query}", content=body, headers=headers)
    assert (reply.status_code, reply.json()) == (200, {"status": "ok"})
    assert reply.headers["keep-alive"] == "timeout=3"
    assert not inner.came
    assert not inner.taken
    assert dropped.count == 1


async def test_everything_else_passes(
    http: httpx.AsyncClient, inner: Inner, dropped: Dropped
) -> None:
    await http.get("/health/live?a=b")
    await http.get(f"{PATH}?secret=x")
    await http.post(f"{PATH}/more?secret=x")
    assert [scope["query_string"] for scope in inner.came] == [b"a=b", b"", b""]
    assert dropped.count == 0


def test_a_flood_is_told_in_powers_of_ten() -> None:
    lines: list[str] = []
    sink = logger.add(lambda message: lines.append(str(message)), format="{message}")
    dropped = Dropped()
    for _ in range(5_000):
        dropped.note()
    logger.remove(sink)
    assert [line.split()[1] for line in lines] == ["1", "10", "100", "1,000"]
