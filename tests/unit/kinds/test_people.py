"""Who is marked as not listed, and how often Jira is asked about one person."""

import httpx
import pytest
import respx

from client import JiraServerClient
from kinds.people import People
from tests.unit.actions.mapping import resources
from tests.unit.conversation import PassingTime, signed

USER = "/rest/api/2/user"
THERE = {"key": "mo", "name": "mo", "active": True}
INACTIVE = {**THERE, "active": False}


@pytest.mark.parametrize(
    ("reply", "selector", "listed"),
    [
        pytest.param(signed(THERE), {}, True, id="there"),
        pytest.param(signed(INACTIVE), {}, True, id="inactive"),
        pytest.param(signed(INACTIVE), {"includeInactive": False}, False, id="left-out"),
        pytest.param(signed({"errorMessages": ["none"]}, 404), {}, False, id="gone"),
        pytest.param(signed({"errorMessages": ["no"]}, 403), {}, True, id="may-not-be-asked"),
    ],
)
async def test_a_person_who_is_not_listed_is_marked(
    routes: respx.MockRouter,
    client: JiraServerClient,
    reply: httpx.Response,
    selector: dict[str, object],
    listed: bool,
) -> None:
    user = routes.get(USER).mock(return_value=reply)
    people = [{"key": "mo"}, None, {"key": "mo"}]
    await People(client).mark_unlisted(people, resources("", users=selector))
    assert [one.get("listed", True) for one in people if one] == [listed, listed]
    assert user.call_count == 1


async def test_without_a_user_resource_nobody_is_asked_about(
    routes: respx.MockRouter, client: JiraServerClient
) -> None:
    user = routes.get(USER)
    person = {"key": "mo"}
    await People(client).mark_unlisted([person], resources(""))
    assert person == {"key": "mo", "listed": False}
    assert not user.called


async def test_a_listed_person_is_new_once_in_a_while(
    routes: respx.MockRouter, client: JiraServerClient, passing: PassingTime
) -> None:
    routes.get(USER).mock(return_value=signed(THERE))
    people, mapping = People(client, passing.clock), resources(users={})
    assert await people.mark_unlisted([{"key": "mo"}], mapping) == [THERE]
    assert await people.mark_unlisted([{"key": "mo"}], mapping) == []
    passing.now += 300
    assert await people.mark_unlisted([{"key": "mo"}], mapping) == [THERE]


async def test_who_was_forgotten_is_asked_about_anew(
    routes: respx.MockRouter, client: JiraServerClient
) -> None:
    user = routes.get(USER).mock(side_effect=[signed(INACTIVE), signed(THERE)])
    people, mapping = People(client), resources(users={"includeInactive": False})
    person: dict[str, object] = {"key": "mo"}
    await people.mark_unlisted([person], mapping)
    people.forget("mo")
    again: dict[str, object] = {"key": "mo"}
    await people.mark_unlisted([again], mapping)
    assert (person.get("listed"), again.get("listed")) == (False, None)
    assert user.call_count == 2
