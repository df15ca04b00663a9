"""The user kind, and who counts as listed, against a small Jira."""

from typing import Any

import httpx
import pytest
import respx

from client import JiraServerClient
from integration import UserSelector
from jira_server.errors import PermissionMissing
from kinds.users import UserDirectory, mark_unlisted, user_batches
from tests.unit.conversation import query, signed
from tests.unit.tiny_jira import TinyJira, user

Json = dict[str, Any]


def selector(*, include_inactive: bool = True) -> UserSelector:
    return UserSelector(query="true", includeInactive=include_inactive)


class Added:
    """Users that were put into the catalog outside of the user kind."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    async def __call__(self, user: Json) -> None:
        self.keys.append(user["key"])


@pytest.fixture
def added() -> Added:
    return Added()


@pytest.fixture
def jira() -> TinyJira:
    jira = TinyJira()
    jira.users = [user("ANNA"), user("BO", active=False)]
    return jira


async def test_users_come_as_jira_sends_them_by_the_hundred(jira: TinyJira, added: Added) -> None:
    jira.users = [user(f"U{n}") for n in range(230)]
    client = jira.client()
    directory = UserDirectory(client, [selector()], added)
    batches = [batch async for batch in user_batches(client, selector(), directory)]
    assert [len(batch) for batch in batches] == [100, 100, 30]
    assert [u for batch in batches for u in batch] == jira.users


@pytest.mark.parametrize(("include_inactive", "keys"), [(True, ["ANNA", "BO"]), (False, ["ANNA"])])
async def test_inactive_users_are_listed_if_wanted(
    jira: TinyJira, added: Added, include_inactive: bool, keys: list[str]
) -> None:
    client = jira.client()
    chosen = selector(include_inactive=include_inactive)
    batches = user_batches(client, chosen, UserDirectory(client, [chosen], added))
    assert [u["key"] async for batch in batches for u in batch] == keys


async def test_a_list_that_was_made_is_not_made_again(jira: TinyJira, added: Added) -> None:
    client = jira.client()
    directory = UserDirectory(client, [selector()], added)
    async for _ in user_batches(client, selector(), directory):
        pass
    assert await directory.is_unlisted(user("GONE"))
    assert not await directory.is_unlisted(user("BO"))
    assert len(jira.asked("user/list")) == 1


async def test_a_narrower_list_than_the_widest_is_not_relied_on(
    jira: TinyJira, added: Added
) -> None:
    client = jira.client()
    active_only = selector(include_inactive=False)
    directory = UserDirectory(client, [active_only, selector()], added)
    async for _ in user_batches(client, active_only, directory):
        pass
    assert not await directory.is_unlisted(user("BO"))


async def test_a_list_that_broke_off_is_not_relied_on(jira: TinyJira, added: Added) -> None:
    client = jira.client()
    directory = UserDirectory(client, [selector()], added)
    jira.users = [user(f"U{n}") for n in range(230)]
    batches = user_batches(client, selector(), directory)
    await anext(batches)
    await batches.aclose()
    assert not await directory.is_unlisted(user("U229"))


async def test_without_user_resources_nobody_is_listed(jira: TinyJira, added: Added) -> None:
    directory = UserDirectory(jira.client(), [], added)
    assert await directory.is_unlisted(user("GONE"))
    assert jira.requests == []


async def test_a_list_that_cannot_be_had_is_asked_for_once_and_warned_of(
    jira: TinyJira, added: Added, logged: list[str]
) -> None:
    jira.users = []
    directory = UserDirectory(jira.client(), [selector()], added)
    for _ in range(3):
        assert not await directory.is_unlisted(user("GONE"))
    assert len(jira.asked("user/list")) == 1
    assert len([line for line in logged if "unchecked" in line]) == 1


async def test_a_user_kind_without_permission_fails(jira: TinyJira, added: Added) -> None:
    jira.users = []
    client = jira.client()
    with pytest.raises(PermissionMissing, match="Browse users and groups"):
        async for _ in user_batches(client, selector(), UserDirectory(client, [], added)):
            pass


async def test_people_are_marked_in_place(jira: TinyJira, added: Added) -> None:
    directory = UserDirectory(jira.client(), [selector()], added)
    people = [user("ANNA"), None, user("GONE"), {"name": "nobody"}]
    await mark_unlisted(people, directory)
    assert people == [
        user("ANNA"),
        None,
        user("GONE") | {"listed": False},
        {"name": "nobody", "listed": False},
    ]


class TestAListThatWasPiecedTogether:
    """A Jira that shows a hundred users and no more, and knows others by key."""

    @pytest.fixture(autouse=True)
    def capped(self, routes: respx.MockRouter) -> None:
        people = [user(f"U{n}") for n in range(100)]
        hidden = {"Ж": user("Ж"), "OLD": user("OLD", active=False)}

        def search(request: httpx.Request) -> httpx.Response:
            found = people if query(request)["username"] in ".u" else []
            return signed(found[int(query(request)["startAt"]) :])

        def look_up(request: httpx.Request) -> httpx.Response:
            found = hidden.get(query(request)["key"])
            return signed(found) if found else signed({"errorMessages": ["no such user"]}, 404)

        routes.get("/rest/api/2/user/list").mock(return_value=signed({}, 404))
        routes.get("/rest/api/2/user/search").mock(side_effect=search)
        self.looked_up = routes.get("/rest/api/2/user").mock(side_effect=look_up)

    async def test_people_who_are_met_are_looked_up_and_added(
        self, client: JiraServerClient, added: Added
    ) -> None:
        directory = UserDirectory(client, [selector()], added)
        for _ in range(2):
            assert not await directory.is_unlisted(user("Ж"))
        assert added.keys == ["Ж"]
        assert self.looked_up.call_count == 1

    async def test_people_who_are_gone_stay_unlisted_and_are_looked_up_once(
        self, client: JiraServerClient, added: Added
    ) -> None:
        directory = UserDirectory(client, [selector()], added)
        for _ in range(2):
            assert await directory.is_unlisted(user("GONE"))
        assert added.keys == []
        assert self.looked_up.call_count == 1

    @pytest.mark.parametrize(("include_inactive", "keys"), [(True, ["OLD"]), (False, [])])
    async def test_inactive_ones_are_added_if_wanted(
        self, client: JiraServerClient, added: Added, include_inactive: bool, keys: list[str]
    ) -> None:
        chosen = selector(include_inactive=include_inactive)
        directory = UserDirectory(client, [chosen], added)
        assert await directory.is_unlisted(user("OLD")) is not include_inactive
        assert added.keys == keys
