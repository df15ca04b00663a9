"""The user kind, and who counts as a listed user in this run."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import Protocol

from loguru import logger

from client import JiraServerClient, Json
from integration import UserSelector
from jira_server.errors import JiraError
from kinds.batches import in_batches


class Directory(Protocol):
    """Who counts as a listed user."""

    async def is_unlisted(self, person: Json) -> bool:
        """Whether it is certain that this person is not among the listed users."""


class UserDirectory:
    """The keys of the users that the mapping lists, found out at most once a run.

    People who left the directory still stand in projects and issues; a relation to one of them
    would make Port create an empty user.
    """

    def __init__(
        self,
        client: JiraServerClient,
        selectors: Sequence[UserSelector],
        add: Callable[[Json], Awaitable[object]],
    ) -> None:
        """`selectors` are those of the mapping's user resources; none: nobody is listed.

        `add` puts a user into the catalog whom the list lacked.
        """
        self._client = client
        self._include_inactive = any(s.include_inactive for s in selectors)
        self._add = add
        self._unknown = False
        self._keys: set[str] | None = None if selectors else set()
        self._gone: set[str] = set()

    def note(self, include_inactive: bool, keys: set[str]) -> None:
        """Remember a list that was made anyway, if it is as wide as the widest one."""
        if include_inactive or not self._include_inactive:
            self._keys = keys

    async def is_unlisted(self, person: Json) -> bool:
        """Whether it is certain that this person is not among the listed users."""
        keys = await self._listed()
        key = str(person.get("key") or "")
        if keys is None or key in keys:
            return False
        if key and self._client.users_pieced_together and key not in self._gone:
            await self._look_up(key, keys)
        return key not in keys

    async def _look_up(self, key: str, keys: set[str]) -> None:
        user = await self._client.user(key)
        if user is not None and (self._include_inactive or user.get("active", True)):
            await self._add(user)
            keys.add(key)
        else:
            self._gone.add(key)

    async def _listed(self) -> set[str] | None:
        if self._keys is None and not self._unknown:
            try:
                pages = self._client.users(self._include_inactive)
                self._keys = {user["key"] async for page in pages for user in page}
            except JiraError as error:
                self._unknown = True
                logger.warning(f"Jira: relations to users are sent unchecked: {error.what}")
        return self._keys


async def user_batches(
    client: JiraServerClient, selector: UserSelector, directory: UserDirectory
) -> AsyncGenerator[list[Json], None]:
    """Every user as Jira sends it. Raises: JiraError."""
    keys: set[str] = set()
    async for batch in in_batches(client.users(selector.include_inactive)):
        keys.update(user["key"] for user in batch)
        yield batch
    directory.note(selector.include_inactive, keys)
    if client.users_pieced_together:
        logger.warning(
            "Jira: Jira stops its list of users at 100 (older ones at 1,000) and does not say so: they were "
            "found by prefixes. Somebody whose names begin like nobody else's may be missing until "
            "met in an issue. Jira 10.3.12 and 11 list them all."
        )


async def mark_unlisted(people: Sequence[Json | None], directory: Directory) -> None:
    """Add `"listed": false` to those that are not among the listed users."""
    for person in people:
        if person is not None and await directory.is_unlisted(person):
            person["listed"] = False
