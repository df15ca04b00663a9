"""Keeps pages that have come before anybody wants them, packed, so that many take little memory."""

import asyncio
import json
import zlib
from collections import deque
from typing import Any, Self

MOST_BYTES = 1024 * 1024  # issues take 130 bytes and up with what the default mapping reads
_QUICKEST = 1

Json = dict[str, Any]


class PagesAhead:
    """A queue of pages from one that fetches to one that works on them.

    A page that nobody waits for is packed. Whoever fetches asks for nothing more while the packed
    ones have reached `most_bytes`.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._pages: deque[list[Json] | bytes] = deque()
        self._bytes = 0
        self._ended = False
        self._changed = asyncio.Event()
        self._waits = False

    @property
    def is_full(self) -> bool:
        """Whether fetching should pause."""
        return bool(self._pages) and self._bytes >= self._most_bytes

    async def until_room(self) -> None:
        """Wait until a page was taken from a full queue."""
        while self.is_full:
            await self._change()

    def put(self, page: list[Json]) -> None:
        """Add a page, unless it is empty; it must consist of what JSON knows."""
        if not page:
            return
        if self._waits and not self._pages:
            self._pages.append(page)
        else:
            packed = zlib.compress(json.dumps(page).encode(), _QUICKEST)
            self._bytes += len(packed)
            self._pages.append(packed)
        self._changed.set()

    def end(self) -> None:
        """Say that no page follows."""
        self._ended = True
        self._changed.set()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> list[Json]:
        self._waits = True
        while not self._pages and not self._ended:
            await self._change()
        self._waits = False
        if not self._pages:
            raise StopAsyncIteration
        page = self._pages.popleft()
        self._changed.set()
        if isinstance(page, list):
            return page
        self._bytes -= len(page)
        unpacked: list[Json] = json.loads(zlib.decompress(page))
        return unpacked

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()
