"""The items stay what they are and in order; only the size of the lists changes."""

from collections.abc import AsyncIterator

import pytest

from kinds.batches import in_batches


async def pages(*sizes: int) -> AsyncIterator[list[int]]:
    start = 0
    for size in sizes:
        yield list(range(start, start + size))
        start += size


@pytest.mark.parametrize(
    ("sizes", "batches"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([0, 0], [], id="empty-pages"),
        pytest.param([2], [2], id="less-than-one"),
        pytest.param([3], [3], id="exactly-one"),
        pytest.param([7], [3, 3, 1], id="a-large-page"),
        pytest.param([1, 1, 1, 1], [3, 1], id="small-pages"),
        pytest.param([2, 0, 5, 2], [3, 3, 3], id="mixed"),
    ],
)
async def test_pages_become_batches(sizes: list[int], batches: list[int]) -> None:
    made = [batch async for batch in in_batches(pages(*sizes), size=3)]
    assert [len(batch) for batch in made] == batches
    assert [item for batch in made for item in batch] == list(range(sum(sizes)))


async def test_a_full_batch_does_not_wait_for_the_next_page() -> None:
    asked: list[int] = []

    async def counted() -> AsyncIterator[list[int]]:
        for number in range(3):
            asked.append(number)
            yield [number]

    assert await anext(in_batches(counted(), size=1)) == [0]
    assert asked == [0]


async def test_an_error_leaves_no_rest_behind_as_if_it_were_the_end() -> None:
    async def broken() -> AsyncIterator[list[int]]:
        yield [1]
        raise LookupError

    with pytest.raises(LookupError):
        await anext(in_batches(broken(), size=3))
