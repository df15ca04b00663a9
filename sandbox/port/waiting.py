"""Lets a request wait until something holds, without asking again and again. Knows no subject."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class ChangeSignal:
    """Wakes all who wait; whoever changes what they may wait for calls `notify`."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Event] = set()

    def notify(self) -> None:
        for one in self._waiting:
            one.set()

    async def until(self, holds: Callable[[], bool], seconds: float) -> bool:
        """Return True as soon as it holds, looked at after each change; False after `seconds`."""
        changed = asyncio.Event()
        self._waiting.add(changed)
        try:
            async with asyncio.timeout(seconds):
                while not holds():
                    changed.clear()
                    await changed.wait()
        except TimeoutError:
            return holds()
        else:
            return True
        finally:
            self._waiting.discard(changed)
