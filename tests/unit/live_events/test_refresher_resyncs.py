"""What is remembered for resyncs: as long as Jira's index may lag, and no longer."""

from collections.abc import Sequence

from kinds.incremental import INDEX_MAY_LAG
from live_events.events import Concern, IssueConcern
from live_events.refresher import Carried, Refresher

BETWEEN_RESYNCS = 30.0


class Desk:
    """A refresher whose time a test moves; `asked` is what it had asked about."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.asked: list[Concern] = []
        self._refresher = Refresher(self._carry_out, window=0.0, clock=lambda: self.now)

    async def event(self, concern: Concern) -> None:
        await self._refresher.submit(concern)

    async def resync(self) -> list[Concern]:
        """Let a resync pass; returns what is asked about after it."""

        async def succeed() -> bool:
            return True

        before = len(self.asked)
        await self._refresher.watch_resync(succeed)
        await self._refresher.drain()
        return self.asked[before:]

    async def _carry_out(self, concerns: Sequence[Concern]) -> Carried:
        self.asked += concerns
        return Carried()


def issue(number: int, key: str | None = None) -> IssueConcern:
    return IssueConcern(str(number), frozenset([key or f"PAY-{number}"]))


async def test_resyncs_that_bring_nothing_new_stop_asking_again() -> None:
    desk = Desk()
    await desk.event(issue(1))
    times = 0
    for _ in range(20):
        desk.now += BETWEEN_RESYNCS
        times += len(await desk.resync())
    assert times == INDEX_MAY_LAG / BETWEEN_RESYNCS


async def test_an_event_of_the_same_thing_is_asked_about_after_later_resyncs() -> None:
    desk = Desk()
    await desk.event(issue(1))
    desk.now += INDEX_MAY_LAG
    assert await desk.resync() == [issue(1)]
    await desk.event(issue(1))
    desk.now += INDEX_MAY_LAG
    assert await desk.resync() == [issue(1)]


async def test_what_was_asked_about_long_ago_is_forgotten() -> None:
    desk = Desk()
    await desk.event(issue(1, "OLD-1"))
    desk.now += INDEX_MAY_LAG + 1
    await desk.event(issue(2))
    await desk.event(issue(1))
    assert await desk.resync() == [issue(2), issue(1)]
