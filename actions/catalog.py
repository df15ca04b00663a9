"""Has the catalog follow a change, on the path of live events, and says what came of it.

Nothing is removed but what Jira has confirmed to be gone; what is in doubt is left to the next sync.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from loguru import logger

from catalog import Standing
from client import Json
from jira_server.errors import JiraError

# Jira's index is usually there within a second; after these it is left to the next sync.
_PAUSES = (0.0, 0.5, 1.0, 2.0, 4.0)
_LATER = "The catalog follows with the next sync"
_WORDS = {
    Standing.WRITTEN: "The catalog is up to date with {key}.",
    Standing.UNSELECTED: "No JQL of the mapping selects {key}, so the next sync leaves it out.",
    Standing.GONE: "It is gone from the catalog.",
    Standing.UNINDEXED: f"{_LATER}: Jira's index does not know the change yet.",
    Standing.UNMAPPED: "The mapping has no issue resource, so the catalog has no issues.",
}

FollowIssue = Callable[[str, str], Awaitable[Standing]]


class Catalog:
    """The catalog's issues, one at a time.

    `follow` brings the entities of an issue, given by key and id, up to date; it may raise anything.
    """

    def __init__(
        self,
        follow: FollowIssue,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._follow = follow
        self._sleep = sleep

    async def update(self, key: str) -> str:
        """Put the issue into the catalog as it is now; says in one sentence what came of it."""
        try:
            return _WORDS[await self._indexed(key)].format(key=key)
        except JiraError as error:
            logger.warning(f"Jira: the catalog was not brought up to date with {key}: {error}")
        except Exception as error:  # noqa: BLE001 - the change is made in Jira, whatever Port says
            logger.warning(f"The catalog was not brought up to date with {key}: {error!r}")
        return f"{_LATER}: it could not be brought up to date with {key} now."

    async def remove(self, deleted: Sequence[Json]) -> str:
        """Take those issues out that Jira says are gone; says in one sentence what came of it."""
        try:
            standings = {await self._follow(one["key"], one.get("id", "")) for one in deleted}
        except JiraError as error:
            return f"Jira could not be asked for confirmation, the next sync will: {error.what}"
        except Exception as error:  # noqa: BLE001 - the issue is deleted, whatever Port says
            logger.warning(f"The catalog was not brought up to date: {error!r}")
            return f"{_LATER}: the deleted issue could not be taken out now."
        for standing in (Standing.GONE, Standing.UNMAPPED):
            if standing in standings:
                return _WORDS[standing]
        return "Jira still shows the issue; the catalog keeps it until the next sync"

    async def _indexed(self, key: str) -> Standing:
        standing = Standing.UNINDEXED
        for pause in _PAUSES:
            await self._sleep(pause)
            standing = await self._follow(key, "")
            if standing is not Standing.UNINDEXED:
                break
        return standing
