"""One issue as its resource would list it, and whether the index knows it yet."""

from collections.abc import Sequence

import httpx
import pytest
import respx

from client import JiraServerClient
from jira_server.errors import NotFound
from kinds.refresh import index_is_current, listed_issue
from tests.unit.actions.mapping import resources
from tests.unit.conversation import signed

ISSUE = "/rest/api/2/issue/PAY-1"
SEARCH = "/rest/api/2/search"
USER = "/rest/api/2/user"
UPDATED = "2026-05-01T10:00:00.900+0000"


def found(*keys: str) -> httpx.Response:
    return signed({"issues": [{"id": "1", "key": key} for key in keys], "total": len(keys)})


def lay_out(routes: respx.MockRouter, searches: Sequence[httpx.Response], **fields: object) -> None:
    issue = {"id": "1", "key": "PAY-1", "fields": {"updated": UPDATED, **fields}}
    routes.get(ISSUE).mock(return_value=signed(issue))
    routes.get(SEARCH, name="search").mock(side_effect=list(searches))


def asked(routes: respx.MockRouter) -> list[str]:
    return [call.request.url.params["jql"] for call in routes["search"].calls]


async def test_an_issue_that_the_jql_selects_is_read_from_the_database(
    routes: respx.MockRouter, client: JiraServerClient
) -> None:
    lay_out(routes, [found("PAY-1")], status={"name": "Open"})
    (resource,) = every = resources("project = PAY ORDER BY key")
    issue = await listed_issue(client, resource, every, "PAY-1")
    assert issue is not None
    assert issue["fields"]["status"] == {"name": "Open"}
    assert asked(routes) == ['(project = PAY) AND (issuekey IN ("PAY-1"))']


async def test_an_issue_that_the_jql_does_not_select_is_none(
    routes: respx.MockRouter, client: JiraServerClient
) -> None:
    lay_out(routes, [found()])
    (resource,) = every = resources("project = WEB")
    assert await listed_issue(client, resource, every, "PAY-1") is None


async def test_without_jql_nothing_is_searched(
    routes: respx.MockRouter, client: JiraServerClient
) -> None:
    lay_out(routes, [])
    (resource,) = every = resources("")
    assert await listed_issue(client, resource, every, "PAY-1") is not None


async def test_a_parent_that_no_resource_lists_is_marked(
    routes: respx.MockRouter, client: JiraServerClient
) -> None:
    lay_out(
        routes,
        [found("PAY-1"), found("PAY-3")],
        parent={"key": "PAY-2"},
        subtasks=[{"key": "PAY-3"}],
    )
    every = resources("project = PAY", "project = WEB")
    issue = await listed_issue(client, every[0], every, "PAY-1")
    assert issue is not None
    assert issue["fields"]["parent"] == {"key": "PAY-2", "listed": False}
    assert issue["fields"]["subtasks"] == [{"key": "PAY-3"}]
    assert asked(routes)[1].startswith("((project = PAY) OR (project = WEB)) AND")


@pytest.mark.parametrize(
    ("reply", "selector", "listed"),
    [
        pytest.param(signed({"key": "mo", "active": True}), {}, True, id="there"),
        pytest.param(signed({"key": "mo", "active": False}), {}, True, id="inactive"),
        pytest.param(
            signed({"key": "mo", "active": False}), {"includeInactive": False}, False, id="left-out"
        ),
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
    lay_out(routes, [], assignee={"key": "mo"}, reporter={"key": "mo"}, creator=None)
    user = routes.get(USER).mock(return_value=reply)
    every = resources("", users=selector)
    issue = await listed_issue(client, every[0], every, "PAY-1")
    assert issue is not None
    assert issue["fields"]["assignee"].get("listed", True) is listed
    assert issue["fields"]["reporter"].get("listed", True) is listed
    assert user.call_count == 1


async def test_without_a_user_resource_nobody_is_asked_about(
    routes: respx.MockRouter, client: JiraServerClient
) -> None:
    lay_out(routes, [], assignee={"key": "mo"})
    every = resources("")
    issue = await listed_issue(client, every[0], every, "PAY-1")
    assert issue is not None
    assert issue["fields"]["assignee"] == {"key": "mo", "listed": False}


async def test_the_index_is_asked_by_the_second_of_the_last_change(
    routes: respx.MockRouter, client: JiraServerClient
) -> None:
    lay_out(routes, [found(), found(), found(), found("PAY-1")])
    assert not await index_is_current(client, "PAY-1")
    assert await index_is_current(client, "PAY-1")
    assert asked(routes)[:2] == [
        "updated >= 1777629600000",
        '(updated >= 1777629600000) AND (issuekey IN ("PAY-1"))',
    ]


async def test_where_a_site_takes_no_epoch_the_index_must_have_the_issue(
    routes: respx.MockRouter, client: JiraServerClient
) -> None:
    refusal = signed({"errorMessages": ["Date value is invalid"]}, 400)
    lay_out(routes, [refusal, found("PAY-1")])
    assert await index_is_current(client, "PAY-1")
    assert asked(routes)[1] == 'issuekey IN ("PAY-1")'


async def test_an_issue_that_is_gone_is_in_no_current_index(
    routes: respx.MockRouter, client: JiraServerClient
) -> None:
    routes.get(ISSUE).mock(return_value=signed({"errorMessages": ["none"]}, 404))
    assert not await index_is_current(client, "PAY-1")


async def test_a_proxys_404_is_no_answer(
    routes: respx.MockRouter, client: JiraServerClient
) -> None:
    page = httpx.Response(404, html="<p>no", headers={"X-AUSERNAME": "sync"})
    routes.get(ISSUE).mock(return_value=page)
    with pytest.raises(NotFound):
        await index_is_current(client, "PAY-1")
