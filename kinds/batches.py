"""The size of the batches that go to Ocean."""

from collections.abc import AsyncGenerator, AsyncIterable

# Ocean starts a process pool for each batch, so small ones cost; large ones take memory and are
# written late.
BATCH_SIZE = 100


async def in_batches[T](
    pages: AsyncIterable[list[T]], size: int = BATCH_SIZE
) -> AsyncGenerator[list[T], None]:
    """The same items in the same order, `size` at a time, with the rest at the end."""
    waiting: list[T] = []
    async for page in pages:
        waiting += page
        while len(waiting) >= size:
            yield waiting[:size]
            waiting = waiting[size:]
    if waiting:
        yield waiting
