"""Many events become few questions, and the last event is always followed by one."""

import asyncio
from collections.abc import Sequence

import pytest

from kinds.incremental import INDEX_MAY_LAG
from live_events.events import Concern, IssueConcern
from live_events.refresher import MOST_AT_ONCE, Carried, Refresher, pause_before_look


class Asked:
    """Notes what it is asked to carry out; `fails` times it cannot."""

    def __init__(self, fails: int = 0, *, stale: int = 0) -> None:
        self.batches: list[list[Concern]] = []
        self.begun = asyncio.Event()
        self.free = asyncio.Event()
        self.free.set()
        self._fails = fails
        self._stale = stale

    async def __call__(self, concerns: Sequence[Concern]) -> Carried:
        self.batches.append(list(concerns))
        self.begun.set()
        await self.free.wait()
        if self._fails:
            self._fails -= 1
            message = "Jira is away"
            raise ConnectionError(message)
        if self._stale:
            self._stale -= 1
            return Carried(again=concerns)
        return Carried()


def issue(number: int) -> IssueConcern:
    return IssueConcern(str(number), frozenset([f"PAY-{number}"]))


async def test_events_of_one_thing_become_one_question() -> None:
    asked = Asked()
    refresher = Refresher(asked, window=0.01)
    handled = [refresher.submit(issue(n % 3)) for n in range(300)]
    await asyncio.gather(*handled)
    assert [len(batch) for batch in asked.batches] == [3]


async def test_many_things_are_asked_about_in_batches() -> None:
    asked = Asked()
    refresher = Refresher(asked, window=0.0)
    await asyncio.gather(*(refresher.submit(issue(n)) for n in range(MOST_AT_ONCE * 2 + 1)))
    assert [len(batch) for batch in asked.batches] == [MOST_AT_ONCE, MOST_AT_ONCE, 1]


async def test_an_event_during_the_question_is_followed_by_another() -> None:
    asked = Asked()
    asked.free.clear()
    refresher = Refresher(asked, window=0.0)
    first = refresher.submit(issue(1))
    await asked.begun.wait()
    second = refresher.submit(issue(1))
    asked.free.set()
    await asyncio.gather(first, second)
    assert asked.batches == [[issue(1)], [issue(1)]]


async def test_what_failed_is_asked_again_before_it_counts_as_handled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("live_events.refresher.pause_before_look", lambda _: 0.0)
    asked = Asked(fails=2)
    await Refresher(asked, window=0.0).submit(issue(1))
    assert [one.looks for batch in asked.batches for one in batch] == [0, 1, 2]


async def test_what_never_works_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("live_events.refresher.pause_before_look", lambda _: 0.0)
    asked = Asked(fails=1000)
    await Refresher(asked, window=0.0).submit(issue(1))
    assert 5 < len(asked.batches) < 50


async def test_a_second_look_keeps_nobody_waiting() -> None:
    asked = Asked(stale=1)
    await asyncio.wait_for(Refresher(asked, window=0.0).submit(issue(1)), 1)
    assert len(asked.batches) == 1


async def test_too_many_are_dropped_instead_of_filling_the_memory() -> None:
    asked = Asked()
    refresher = Refresher(asked, window=0.05, most_waiting=10)
    await asyncio.gather(*(refresher.submit(issue(n)) for n in range(50)))
    assert sum(len(batch) for batch in asked.batches) == 10


async def test_before_the_end_what_waits_is_followed() -> None:
    asked = Asked()
    refresher = Refresher(asked, window=60.0)
    refresher.submit(issue(1))
    await refresher.drain()
    assert asked.batches == [[issue(1)]]


async def test_what_came_during_a_resync_is_asked_about_once_more_after_it() -> None:
    asked = Asked()
    refresher = Refresher(asked, window=0.0)

    async def resync() -> bool:
        await refresher.submit(issue(1))
        return True

    assert await refresher.watch_resync(resync)
    await refresher.submit(issue(2))
    assert [one.subject[1] for batch in asked.batches for one in batch] == ["1", "1", "2"]


async def test_what_was_followed_otherwise_is_asked_about_after_a_resync() -> None:
    asked = Asked()
    refresher = Refresher(asked, window=0.0)

    async def resync() -> bool:
        refresher.remember(issue(1))
        return True

    assert await refresher.watch_resync(resync)
    assert asked.batches == []
    await refresher.submit(issue(1))
    assert asked.batches == [[issue(1)]]


async def test_a_resync_that_began_before_the_index_knew_is_followed_by_another_look() -> None:
    asked = Asked()
    now = 1000.0
    refresher = Refresher(asked, window=0.0, clock=lambda: now)
    moved = IssueConcern("1", frozenset(["OLD-1"]))
    await refresher.submit(issue(2))
    now += INDEX_MAY_LAG
    await refresher.submit(moved)
    await refresher.submit(issue(1))
    now += 1

    async def resync() -> bool:
        nonlocal now
        now += INDEX_MAY_LAG * 3
        await refresher.submit(issue(3))
        return True

    assert await refresher.watch_resync(resync)
    await refresher.submit(issue(4))
    known = IssueConcern("1", frozenset(["OLD-1", "PAY-1"]))
    assert asked.batches[-1] == [known, issue(3), issue(4)]


@pytest.mark.parametrize(("looks", "seconds"), [(1, 2.0), (2, 4.0), (5, 32.0), (15, 120.0)])
def test_pauses_grow_to_two_minutes(looks: int, seconds: float) -> None:
    assert pause_before_look(looks) == seconds
