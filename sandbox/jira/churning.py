"""Lets the company change while somebody reads: by the clock, or between any two searches."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sandbox.jira.company.apply import apply
from sandbox.jira.company.changes import ChangeRefusedError
from sandbox.jira.company.churn import ISSUE_KINDS, KINDS, Churn
from sandbox.jira.company.store import Company


class ChurnOrder(BaseModel):
    """`per_second` for `seconds` (None: until told to stop), or one change every n searches."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    per_second: float | None = Field(default=None, gt=0, le=10_000)
    seconds: float | None = Field(default=None, gt=0)
    every_requests: int | None = Field(default=None, ge=1)
    kinds: tuple[str, ...] = ISSUE_KINDS
    seed: int = 1

    @model_validator(mode="after")
    def _one_way(self) -> ChurnOrder:
        if (self.per_second is None) == (self.every_requests is None):
            message = "give either per_second or every_requests"
            raise ValueError(message)
        unknown = set(self.kinds) - set(KINDS)
        if unknown or not self.kinds:
            message = f"kinds must be some of: {', '.join(KINDS)}"
            raise ValueError(message)
        return self


@dataclass(slots=True)
class Churning:
    """Carries out at most one order at a time; a new one ends the one before."""

    company: Company
    made: int = 0
    _order: ChurnOrder | None = None
    _churn: Churn | None = None
    _searches: int = 0
    _task: asyncio.Task[None] | None = field(default=None)

    def start(self, order: ChurnOrder) -> None:
        self.stop()
        self._order = order
        self._churn = Churn(self.company, order.kinds, order.seed)
        if order.per_second is not None:
            run = self._run(order.per_second, order.seconds)
            self._task = asyncio.get_running_loop().create_task(run)

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._order = self._churn = self._task = None
        self._searches = self.made = 0

    def searched(self) -> None:
        """Called after every search has been answered from the company as it was."""
        if self._order is None or self._order.every_requests is None:
            return
        self._searches += 1
        if self._searches % self._order.every_requests == 0:
            self._change()

    def document(self) -> dict[str, Any]:
        order = None if self._order is None else self._order.model_dump()
        return {"order": order, "made": self.made}

    async def _run(self, per_second: float, seconds: float | None) -> None:
        """Keeps the pace on average: changes that are late are made up for at once."""
        loop = asyncio.get_running_loop()
        start, done = loop.time(), 0
        while seconds is None or loop.time() - start < seconds:
            due = int((loop.time() - start) * per_second)
            for _ in range(due - done):
                self._change()
            done = max(done, due)
            await asyncio.sleep(min(0.05, 1 / per_second))

    def _change(self) -> None:
        if self._churn is None:
            return
        change = self._churn.next_change()
        if change is None:
            return
        try:
            apply(self.company, change, self._churn.author())
        except ChangeRefusedError:
            return
        self.made += 1
