"""Which people are among the listed users, asked one by one and remembered for a while."""

import time
from collections.abc import Callable, Sequence
from typing import cast

from port_ocean.core.handlers.port_app_config.models import ResourceConfig

from client import JiraServerClient, Json
from integration import Kind, UserSelector
from jira_server.errors import PermissionMissing

_REMEMBERED_FOR = 300.0
_MOST_REMEMBERED = 10_000
_MOST_ASKED_ONE_BY_ONE = 20


class People:
    """The users whom Jira was asked about lately.

    A resync lists all users; for a few events that would be out of proportion.
    """

    def __init__(
        self, client: JiraServerClient, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._clock = clock
        self._known: dict[str, tuple[float, Json | None]] = {}
        self._may_not_ask_until = 0.0

    def forget(self, *keys: str) -> None:
        """Ask about these anew."""
        for key in keys:
            self._known.pop(key, None)

    async def look_up(self, keys: Sequence[str]) -> list[Json]:
        """The users with these keys, as many as there still are, for the cost of few requests.

        Many are found by a list of all users, a thousand to a page, few by a request for each.
        Raises: JiraError.
        """
        unknown = [key for key in keys if not self._remembers(key)]
        if len(unknown) > _MOST_ASKED_ONE_BY_ONE:
            everybody = {u["key"]: u async for page in self._client.users(True) for u in page}
            # A list that was pieced together may lack somebody: who is not in it is asked for.
            certain = everybody.keys() if self._client.users_pieced_together else unknown
            self._known.update(
                {key: (self._clock(), everybody.get(key)) for key in unknown if key in certain}
            )
        for key in keys:
            if not self._remembers(key):
                self._known[key] = (self._clock(), await self._client.user(key))
        return [user for key in keys if (user := self._known[key][1]) is not None]

    async def mark_unlisted(
        self, people: Sequence[Json | None], resources: Sequence[ResourceConfig]
    ) -> list[Json]:
        """Add `"listed": false` to those that no user resource of the mapping lists.

        Returns the users that were asked about for the first time and are listed: they may be new.
        Without a user resource everybody is marked, without the permission to see users nobody,
        as in a resync. Raises: JiraError.
        """
        selectors = [cast(UserSelector, r.selector) for r in resources if r.kind == Kind.USER]
        inactive_too = any(selector.include_inactive for selector in selectors)
        new: list[Json] = []
        for person in people:
            if person is None:
                continue
            key = str(person.get("key") or "")
            if not selectors or not key:
                person["listed"] = False
                continue
            is_known = self._remembers(key)
            if not await self._is_listed(key, inactive_too=inactive_too):
                person["listed"] = False
            elif not is_known and (user := self._known.get(key, (0.0, None))[1]):
                new.append(user)
        return new

    def directory(self, resources: Sequence[ResourceConfig]) -> "PeopleDirectory":
        """Answers for these resources, in place of a list of all users."""
        return PeopleDirectory(self, resources)

    def _remembers(self, key: str) -> bool:
        asked, _ = self._known.get(key, (-_REMEMBERED_FOR, None))
        return self._clock() - asked < _REMEMBERED_FOR

    async def _is_listed(self, key: str, *, inactive_too: bool) -> bool:
        if not self._remembers(key):
            if self._clock() < self._may_not_ask_until:
                return True
            try:
                user = await self._client.user(key)
            except PermissionMissing:
                self._may_not_ask_until = self._clock() + _REMEMBERED_FOR
                return True
            self._make_room()
            self._known[key] = (self._clock(), user)
        _, user = self._known[key]
        return user is not None and (inactive_too or bool(user.get("active", True)))

    def _make_room(self) -> None:
        if len(self._known) >= _MOST_REMEMBERED:
            self._known.clear()


class PeopleDirectory:
    """Says of each person whether the mapping's user resources list them."""

    def __init__(self, people: People, resources: Sequence[ResourceConfig]) -> None:
        self._people = people
        self._resources = resources

    async def is_unlisted(self, person: Json) -> bool:
        """Whether it is certain that this person is not among the listed users."""
        asked = dict(person)
        await self._people.mark_unlisted([asked], self._resources)
        return asked.get("listed") is False
