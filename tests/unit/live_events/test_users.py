"""A user leaves the catalog only when the event says so and Jira knows none of its keys any more."""

from __future__ import annotations

from typing import Any, cast

import pytest

from catalog import Catalog
from client import JiraServerClient
from integration import JiraServerPortAppConfig
from live_events.events import UserConcern
from live_events.users import follow_user
from tests.contract.shipped import mapping

Json = dict[str, Any]


class Site:
    """A Jira that knows users by their keys, and a catalog that knows login names."""

    def __init__(self, *keys: str, catalog: dict[str, str]) -> None:
        self.session = self
        self.looked_up: list[str] = []
        self._keys = keys
        self._catalog = catalog

    async def user(self, key: str) -> Json | None:
        self.looked_up.append(key)
        return {"key": key, "name": "renamed"} if key in self._keys else None

    async def user_named(self, _name: str) -> Json | None:
        return None

    async def get(self, _path: str) -> Json:
        return {"name": "reader"}

    async def identifiers_with(self, blueprint: str, name: str, value: str) -> list[str]:
        assert (blueprint, name) == ("jiraServerUser", "userName")
        return [identifier for identifier, user in self._catalog.items() if user == value]


async def removed_keys(site: Site, concern: UserConcern) -> list[str]:
    client, catalog = cast(JiraServerClient, site), cast(Catalog, site)
    resources = JiraServerPortAppConfig.parse_obj(mapping()).resources
    changes = await follow_user(client, concern, resources, catalog)
    assert changes.updated == {}
    return [user["key"] for users in changes.removed.values() for user in users]


@pytest.mark.parametrize(
    ("identifier", "key"),
    [
        pytest.param("JIRAUSER7", "JIRAUSER7", id="plain"),
        pytest.param("build=20user", "build user", id="made-safe-for-port"),
    ],
)
async def test_a_user_deleted_by_name_goes_under_the_key_of_the_catalog(
    identifier: str, key: str
) -> None:
    site = Site(catalog={identifier: "ines", "JIRAUSER8": "bo"})
    concern = UserConcern(name="ines", is_deletion=True)
    assert await removed_keys(site, concern) == sorted(["ines", key])
    assert key in site.looked_up


async def test_a_key_that_jira_still_has_stays() -> None:
    """The user has another name by now, or somebody else got the name of a deleted one."""
    site = Site("build user", catalog={"build=20user": "ines", "JIRAUSER7": "ines"})
    removed = await removed_keys(site, UserConcern(name="ines", is_deletion=True))
    assert removed == ["JIRAUSER7", "ines"]


async def test_a_user_who_is_not_there_is_no_deleted_one_unless_the_event_says_so() -> None:
    site = Site(catalog={"JIRAUSER7": "ines"})
    assert await removed_keys(site, UserConcern(name="ines")) == []
