"""Collects what events name and has it asked of Jira: each thing once for many events.

Decides when, not what: `carry_out` does the asking. A thing that is named again while it is being
asked about is asked about once more, so that the last event is always followed by a look at Jira.
"""

import asyncio
import contextvars
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from loguru import logger

from kinds.incremental import INDEX_MAY_LAG
from live_events.events import Concern, Subject, looked_at, merged

WINDOW = 0.3
MOST_AT_ONCE = 100
MOST_WAITING = 100_000
_FIRST_PAUSE = 2.0
_LONGEST_PAUSE = 120.0
_MOST_LOOKS = 15
_MOST_SHOWN = 5
_SECONDS_TO_DRAIN = 5.0


@dataclass(frozen=True, slots=True)
class Carried:
    """What came of a batch: `again` must be asked about later, `also` are further things to ask.

    `failed`: those could not be asked about, so that their events are not yet dealt with.
    """

    again: Sequence[Concern] = ()
    also: Sequence[Concern] = ()
    failed: Sequence[Concern] = ()


@dataclass(slots=True)
class _Waiting:
    concern: Concern
    due: float
    named: float
    done: asyncio.Future[None] = field(repr=False)
    replaced: bool = False


class Refresher:
    """The things that are to be asked about, by subject."""

    def __init__(
        self,
        carry_out: Callable[[Sequence[Concern]], Awaitable[Carried]],
        *,
        window: float = WINDOW,
        clock: Callable[[], float] = time.monotonic,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        """`window`: seconds for which further events of the same thing are awaited."""
        self._carry_out = carry_out
        self._window = window
        self._clock = clock
        self._most_waiting = most_waiting
        self._waiting: dict[Subject, _Waiting] = {}
        self._task: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()
        self._overflowed = False
        self._asked_lately: dict[Subject, tuple[float, Concern]] = {}
        self._remembered_since: list[float] = []

    def submit(
        self, concern: Concern, after: float | None = None, named: float | None = None
    ) -> asyncio.Future[None]:
        """Have it asked about; the future is done when that was done for the first time.

        `after`: seconds to wait; `named`: when an event named it, on the clock, now if not given.
        """
        due = self._clock() + (self._window if after is None else after)
        named = self._clock() if named is None else named
        known = self._waiting.get(concern.subject)
        if known is not None:
            known.concern = merged(known.concern, concern)
            known.due = min(known.due, due)
            known.named = max(known.named, named)
            self._changed.set()
            return known.done
        done = asyncio.get_running_loop().create_future()
        if len(self._waiting) >= self._most_waiting:
            self._overflow()
            done.set_result(None)
            return done
        self._waiting[concern.subject] = _Waiting(concern, due, named, done)
        self._wake()
        return done

    def remember(self, concern: Concern) -> None:
        """Have it asked about after a resync that goes on now or begins soon, as if by an event."""
        self._remember([_Waiting(concern, 0.0, self._clock(), asyncio.Future())])

    async def watch_resync(self, resync: Callable[[], Awaitable[bool]]) -> bool:
        """Ask once more, after a resync, about what was asked about while it went on.

        What the resync has listed before an event may be written after what came of the event, and
        what it lists comes from Jira's index, which may not know yet what was asked about before.
        """
        since = self._clock() - INDEX_MAY_LAG
        self._remembered_since.append(since)
        try:
            return await resync()
        finally:
            self._remembered_since.remove(since)
            for at, concern in list(self._asked_lately.values()):
                if at >= since:
                    self.submit(concern, named=at)

    async def drain(self) -> None:
        """Ask about what waits for no other reason than further events, for five seconds at most."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        first = [w for w in self._waiting.values() if not w.concern.looks]
        if first:
            logger.info(f"Jira: following {len(first)} events before the end")
            with suppress(TimeoutError):
                async with asyncio.timeout(_SECONDS_TO_DRAIN):
                    await self._follow(first)

    def _wake(self) -> None:
        self._changed.set()
        if self._task is None or self._task.done():
            # Ocean's context of the caller (its event, its mapping) must not be inherited.
            self._task = asyncio.get_running_loop().create_task(
                self._work(), context=contextvars.Context()
            )

    async def _work(self) -> None:
        while self._waiting:
            pause = min(w.due for w in self._waiting.values()) - self._clock()
            if pause > 0:
                await self._pause(pause)
                continue
            now = self._clock()
            due = [w for w in self._waiting.values() if w.due <= now][:MOST_AT_ONCE]
            await self._follow(due)

    async def _pause(self, seconds: float) -> None:
        self._changed.clear()
        try:
            await asyncio.wait_for(self._changed.wait(), seconds)
        except TimeoutError:
            return

    async def _follow(self, some: Iterable[_Waiting]) -> None:
        batch = {w.concern.subject: self._waiting.pop(w.concern.subject) for w in some}
        concerns = [w.concern for w in batch.values()]
        self._remember(batch.values())
        try:
            carried = await self._carry_out(concerns)
        except asyncio.CancelledError:
            self._waiting = {**batch, **self._waiting}
            raise
        except Exception as error:  # noqa: BLE001 - the events must not be lost, whatever it was
            logger.warning(f"Jira: following events failed, trying again: {error}")
            carried = Carried(failed=concerns)
        self._note(carried, batch)
        for waiting in batch.values():
            if not waiting.replaced:
                _pass_on(waiting.done, waiting.done)

    def _remember(self, some: Iterable[_Waiting]) -> None:
        lately = self._asked_lately
        for one in some:
            subject = one.concern.subject
            at, known = lately.get(subject, (one.named, one.concern))
            lately[subject] = max(at, one.named), merged(known, one.concern)
        since = min([self._clock() - INDEX_MAY_LAG, *self._remembered_since])
        self._asked_lately = {name: one for name, one in lately.items() if one[0] >= since}

    def _note(self, carried: Carried, batch: dict[Subject, _Waiting]) -> None:
        hopeless = [one for one in (*carried.again, *carried.failed) if one.looks >= _MOST_LOOKS]
        self._give_up(hopeless)
        for concern in carried.again:
            if concern not in hopeless:
                self._later(concern)
        for concern in carried.failed:
            known = batch.get(concern.subject)
            if concern not in hopeless and known is not None:
                known.replaced = True
                self._later(concern).add_done_callback(partial(_pass_on, known.done))
        for concern in carried.also:
            self.submit(concern)

    def _later(self, concern: Concern) -> asyncio.Future[None]:
        later = looked_at(concern)
        return self.submit(later, pause_before_look(later.looks))

    def _overflow(self) -> None:
        if not self._overflowed:
            self._overflowed = True
            logger.error(
                f"Jira: more than {self._most_waiting:,} changed things are waiting; further events "
                "are dropped until the next resync"
            )

    def _give_up(self, concerns: Sequence[Concern]) -> None:
        if concerns:
            shown = ", ".join(" ".join(one.subject) for one in concerns[:_MOST_SHOWN])
            logger.warning(
                f"Jira: gave up following the events of {len(concerns)} things ({shown}); the next "
                "resync puts them right"
            )


def _pass_on(to: asyncio.Future[None], _: asyncio.Future[None]) -> None:
    if not to.done():
        to.set_result(None)


def pause_before_look(looks: int) -> float:
    """Seconds to wait before a thing is asked about for the so-and-so-many-th time in vain."""
    return min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** (looks - 1))
