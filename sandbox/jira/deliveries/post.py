"""Sends what webhooks get: in order and with retries up to Jira 9, at most once from 10 on.

A bounded number of connections is used; nothing but this machine itself is ever called.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from sandbox.jira.deliveries.connections import Connections
from sandbox.jira.deliveries.outgoing import Outgoing
from sandbox.jira.deliveries.rules import DeliveryRules

CONNECTIONS: Final = 20
_KEPT: Final = 50_000


@dataclass(slots=True)
class Delivery:
    """One copy of an event on its way: `status` is pending until it has ended some way.

    delivered (2xx), failed, lost (on request), refused (not this machine), dropped (queue full).
    """

    id: int
    webhook: int
    event: str
    key: str
    identifier: str
    body_bytes: int
    status: str = "pending"
    code: int | None = None
    attempts: int = 0
    error: str | None = None
    changed: float = field(default_factory=time.time)
    ended: float | None = None

    def end(self, status: str) -> None:
        self.status, self.ended = status, time.time()

    def document(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(order=True, slots=True)
class _Waiting:
    due: float
    number: int
    delivery: Delivery = field(compare=False)
    request: Outgoing = field(compare=False)


class PostOffice:
    """Keeps what is under way and what became of it; must be used inside a running event loop."""

    def __init__(self, ordered: bool) -> None:
        self.rules = DeliveryRules()
        self.log: deque[Delivery] = deque(maxlen=_KEPT)
        self._ordered = ordered
        self._numbers = itertools.count(1)
        self._queues: dict[int, list[_Waiting]] = {}
        self._workers: dict[int, asyncio.Task[None]] = {}
        self._sending: set[asyncio.Task[None]] = set()
        self._pending = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._free = asyncio.Semaphore(CONNECTIONS)
        self._connections = Connections()

    @property
    def pending(self) -> int:
        return self._pending

    def counts(self) -> dict[str, int]:
        return dict(Counter(one.status for one in self.log))

    def note(self, webhook: int, event: str, key: str, identifier: str, size: int) -> Delivery:
        delivery = Delivery(next(self._numbers), webhook, event, key, identifier, size)
        self.log.append(delivery)
        return delivery

    def post(self, delivery: Delivery, request: Outgoing, wait: float) -> None:
        """Send it after `wait` seconds, unless too much is waiting already."""
        if self._pending >= self.rules.queue:
            delivery.end("dropped")
            return
        self._pending += 1
        self._idle.clear()
        due = asyncio.get_running_loop().time() + wait
        queue = self._queues.setdefault(delivery.webhook, [])
        heapq.heappush(queue, _Waiting(due, delivery.id, delivery, request))
        self._wake(delivery.webhook)

    async def until_idle(self, seconds: float) -> bool:
        """Wait until nothing is under way; False when that took longer."""
        try:
            await asyncio.wait_for(self._idle.wait(), seconds)
        except TimeoutError:
            return False
        return True

    def _wake(self, webhook: int) -> None:
        worker = self._workers.get(webhook)
        if worker is None or worker.done():
            loop = asyncio.get_running_loop()
            self._workers[webhook] = loop.create_task(self._work(self._queues[webhook]))

    async def _work(self, queue: list[_Waiting]) -> None:
        """One webhook's queue, earliest due first, until it is empty."""
        loop = asyncio.get_running_loop()
        while queue:
            early = queue[0].due - loop.time()
            if early > 0:
                await asyncio.sleep(min(early, 0.05))
                continue
            waiting = heapq.heappop(queue)
            if self._ordered:
                await self._deliver(waiting)
            else:
                await self._free.acquire()
                self._start(waiting)

    def _start(self, waiting: _Waiting) -> None:
        task = asyncio.get_running_loop().create_task(self._deliver(waiting))
        self._sending.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._sending.discard(task)
        self._free.release()

    async def _deliver(self, waiting: _Waiting) -> None:
        delivery = waiting.delivery
        tries = 1 + (self.rules.retries if self._ordered else 0)
        try:
            for attempt in range(tries):
                if attempt:
                    await asyncio.sleep(self.rules.retry_ms / 1000)
                if await self._attempt(delivery, waiting.request):
                    break
        finally:
            accepted = delivery.code is not None and 200 <= delivery.code < 300
            delivery.end("delivered" if accepted else "failed")
            self._pending -= 1
            if not self._pending:
                self._idle.set()

    async def _attempt(self, delivery: Delivery, request: Outgoing) -> bool:
        """Whether there was an answer that asks for no other attempt."""
        delivery.attempts += 1
        try:
            delivery.code = await self._connections.post(request, self.rules.timeout_ms / 1000)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            delivery.code, delivery.error = None, f"{type(error).__name__}: {error}"
            return False
        delivery.error = None
        return delivery.code < 500
