"""What comes early waits packed, in order, and not without bound."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jira_server.pages_ahead import PagesAhead

Json = dict[str, Any]

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
pages = st.lists(st.lists(st.dictionaries(st.text(), values, max_size=3), max_size=3), max_size=4)


def page(number: int) -> list[Json]:
    return [{"key": f"PAY-{number}-{n}", "fields": {"summary": "Ünïcode 漢字"}} for n in range(50)]


@given(some=pages)
async def test_whatever_jira_sends_comes_out_as_it_was(some: list[list[Json]]) -> None:
    ahead = PagesAhead(1_000_000)
    for one in some:
        ahead.put(one)
    ahead.end()
    assert [one async for one in ahead] == [one for one in some if one]


async def test_a_page_that_is_waited_for_is_handed_on_as_it_is() -> None:
    ahead = PagesAhead(1)
    waiting = asyncio.ensure_future(anext(ahead))
    await asyncio.sleep(0)
    given_page = page(1)
    ahead.put(given_page)
    assert not ahead.is_full
    assert await waiting is given_page


async def test_it_is_full_until_a_page_is_taken() -> None:
    ahead = PagesAhead(1)
    ahead.put(page(1))
    assert ahead.is_full
    fetching = asyncio.ensure_future(ahead.until_room())
    await asyncio.sleep(0)
    assert not fetching.done()
    assert await anext(ahead) == page(1)
    await fetching
    assert not ahead.is_full


async def test_the_end_is_told_to_who_waits() -> None:
    ahead = PagesAhead(1)
    waiting = asyncio.ensure_future(anext(ahead))
    await asyncio.sleep(0)
    ahead.end()
    with pytest.raises(StopAsyncIteration):
        await waiting


async def test_what_waits_takes_a_fraction_of_its_size() -> None:
    ahead = PagesAhead(len(str(page(1))))
    for number in range(5):
        ahead.put(page(number))
    assert not ahead.is_full


async def test_an_empty_queue_is_never_full() -> None:
    async with asyncio.timeout(5):
        await PagesAhead(0).until_room()


async def test_only_the_first_page_is_handed_on_as_it_is() -> None:
    ahead = PagesAhead(1)
    waiting = asyncio.ensure_future(anext(ahead))
    await asyncio.sleep(0)
    ahead.put(page(1))
    ahead.put(page(2))
    assert ahead.is_full
    assert [await waiting, await anext(ahead)] == [page(1), page(2)]
    assert not ahead.is_full


@pytest.mark.parametrize("most_bytes", [0, 1, 1_000_000])
async def test_every_page_comes_whatever_the_room(most_bytes: int) -> None:
    ahead = PagesAhead(most_bytes)

    async def fetch() -> None:
        for number in range(5):
            await ahead.until_room()
            ahead.put(page(number))
        ahead.end()

    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        tasks.create_task(fetch())
        assert [one async for one in ahead] == [page(number) for number in range(5)]
