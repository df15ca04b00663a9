"""What the client asks of Jira for each resource, and which replies it does not believe."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
import respx

from client import LARGE_PAGE, JiraServerClient, created_second
from jira_server.errors import (
    AnonymousView,
    BrokenReply,
    ListingUnproved,
    LoginRefused,
    NotFound,
    PermissionMissing,
    RejectedQuery,
    ServerBusy,
    ServerFailed,
)
from jira_server.server_facts import ServerFacts
from jira_server.transport import JiraSession
from tests.unit.conversation import query, signed, unsigned
from tests.unit.tiny_jira import TinyJira, issue, user

SEARCH = "/rest/api/2/search"
PROJECTS = "/rest/api/2/project"
USER_LIST = "/rest/api/2/user/list"
USER_SEARCH = "/rest/api/2/user/search"
ORDER = "ORDER BY created ASC, key ASC"


def found(*issues: dict[str, Any], total: int | None = None) -> httpx.Response:
    return signed({"issues": issues, "total": len(issues) if total is None else total})


async def all_issues(
    client: JiraServerClient,
    criteria: str = "",
    fields: str | None = None,
    expand: str | None = None,
) -> list[str]:
    pages = [page async for page in client.issues(criteria, fields, expand)]
    return [i["key"] for page in pages for i in page]


async def all_users(client: JiraServerClient, *, include_inactive: bool = True) -> list[str]:
    return [u["key"] async for page in client.users(include_inactive) for u in page]


async def test_server_facts(client: JiraServerClient, routes: respx.MockRouter) -> None:
    info = {"versionNumbers": [10, 3, 2], "serverTitle": "Acme"}
    routes.get("/rest/api/2/serverInfo").mock(return_value=signed(info))
    assert await client.server_facts() == ServerFacts((10, 3, 2), "Acme")


async def test_myself(client: JiraServerClient) -> None:
    assert (await client.myself())["timeZone"] == "Europe/Berlin"


@pytest.mark.parametrize(
    ("expand", "archived", "sent"),
    [
        pytest.param("", False, {}, id="nothing"),
        pytest.param("lead,url", False, {"expand": "lead,url"}, id="expand"),
        pytest.param("", True, {"includeArchived": "true"}, id="archived"),
        pytest.param("lead", True, {"expand": "lead", "includeArchived": "true"}, id="both"),
    ],
)
async def test_what_is_asked_of_projects(
    client: JiraServerClient,
    routes: respx.MockRouter,
    expand: str,
    archived: bool,
    sent: dict[str, str],
) -> None:
    route = routes.get(PROJECTS).mock(return_value=signed([{"id": "1", "key": "A"}]))
    assert await client.projects(expand, archived) == [{"id": "1", "key": "A"}]
    assert query(route.calls.last.request) == sent


@pytest.mark.parametrize(
    ("reply", "error", "message"),
    [
        pytest.param([], PermissionMissing, 'no project at all(.|\n)*"Browse projects"', id="none"),
        pytest.param({"values": []}, BrokenReply, "a list of projects", id="object"),
        pytest.param([{"key": "A"}], BrokenReply, "a list of projects", id="project-without-id"),
        pytest.param([{"id": "1"}], BrokenReply, "a list of projects", id="project-without-key"),
        pytest.param(["A"], BrokenReply, "a list of projects", id="words"),
    ],
)
async def test_projects_that_are_not_believed(
    client: JiraServerClient,
    routes: respx.MockRouter,
    reply: object,
    error: type[Exception],
    message: str,
) -> None:
    routes.get(PROJECTS).mock(return_value=signed(reply))
    with pytest.raises(error, match=message):
        await client.projects("", include_archived=False)


async def test_projects_behind_a_stripping_proxy_need_a_login_that_still_holds(
    client: JiraServerClient, routes: respx.MockRouter
) -> None:
    routes["myself"].mock(side_effect=[signed({"name": "sync"}), signed({}, 401)])
    routes.get(PROJECTS).mock(return_value=unsigned([{"id": "1", "key": "A"}]))
    with pytest.raises(LoginRefused):
        await client.projects("", include_archived=False)


async def test_counting_asks_for_no_issue(
    client: JiraServerClient, routes: respx.MockRouter
) -> None:
    route = routes.get(SEARCH).mock(return_value=signed({"total": 1_234, "issues": []}))
    assert await client.count_issues('project = "A"') == 1_234
    sent = query(route.calls.last.request)
    assert (sent["jql"], sent["maxResults"]) == ('project = "A"', "0")


@pytest.mark.parametrize("reply", [{}, {"total": None}, {"total": "7"}, []])
async def test_a_count_that_does_not_come_is_not_made_up(
    client: JiraServerClient, routes: respx.MockRouter, reply: object
) -> None:
    routes.get(SEARCH).mock(return_value=signed(reply))
    with pytest.raises(BrokenReply):
        await client.count_issues("")


async def test_issues_are_asked_in_order_and_by_the_hundred(
    client: JiraServerClient, routes: respx.MockRouter
) -> None:
    route = routes.get(SEARCH).mock(return_value=found(issue("A-1"), issue("A-2", 1)))
    assert await all_issues(client, "a = 1") == ["A-1", "A-2"]
    assert query(route.calls.last.request) == {
        "jql": f"a = 1 {ORDER}",
        "startAt": "0",
        "maxResults": "100",
    }


@pytest.mark.parametrize(
    ("fields", "sent"),
    [
        pytest.param(None, None, id="defaults"),
        pytest.param("", None, id="empty"),
        pytest.param("  ", None, id="white-space"),
        pytest.param("summary,status", "summary,status,created", id="created-is-added"),
        pytest.param(" summary , created ", "summary,created", id="created-is-there"),
        pytest.param("*all", "*all", id="everything"),
        pytest.param("*all,-comment", "*all,-comment", id="everything-but"),
        pytest.param("-comment", "-comment", id="defaults-but"),
        pytest.param("*all,-created", "*all", id="created-stays"),
        pytest.param("summary,,-comment", "summary,-comment,created", id="mixed"),
    ],
)
async def test_the_fields_of_the_selector_are_sent_with_created(
    client: JiraServerClient, routes: respx.MockRouter, fields: str | None, sent: str | None
) -> None:
    route = routes.get(SEARCH).mock(return_value=found())
    await all_issues(client, fields=fields)
    assert query(route.calls.last.request).get("fields") == sent


@pytest.mark.parametrize(
    ("fields", "expand", "size"),
    [
        pytest.param(None, None, "100", id="defaults"),
        pytest.param("summary,status", None, str(LARGE_PAGE), id="few-small-fields"),
        pytest.param("summary", "changelog", "100", id="expanded"),
        pytest.param("*all", None, "100", id="everything"),
        pytest.param("*all,-comment", None, "100", id="everything-but"),
        pytest.param("summary,comment", None, "100", id="comments"),
        pytest.param("worklog", None, "100", id="worklogs"),
        pytest.param(
            "-comment",
            None,
            "100",
            id="defaults-but",
        ),
    ],
)
async def test_small_issues_come_on_large_pages(
    client: JiraServerClient,
    routes: respx.MockRouter,
    fields: str | None,
    expand: str | None,
    size: str,
) -> None:
    route = routes.get(SEARCH).mock(return_value=found())
    await all_issues(client, fields=fields, expand=expand)
    assert query(route.calls.last.request)["maxResults"] == size


async def test_examples_come_in_full_and_the_rest_with_the_fields_that_are_needed() -> None:
    jira = TinyJira()
    jira.issues = [issue(f"A-{n}", n) for n in range(1, 61)]
    pages = [page async for page in jira.client().issues("", "summary", examples=True)]
    assert sorted(int(i["id"]) for page in pages for i in page) == list(range(1, 61))
    first, *rest = [(p.get("fields"), p["maxResults"]) for p in jira.asked("search")]
    assert first == (None, "20")
    assert set(rest) == {("summary,created", str(LARGE_PAGE))}


async def test_the_expand_of_the_selector_is_sent(
    client: JiraServerClient, routes: respx.MockRouter
) -> None:
    route = routes.get(SEARCH).mock(return_value=found())
    await all_issues(client, expand="renderedFields,changelog")
    assert query(route.calls.last.request)["expand"] == "renderedFields,changelog"


async def test_a_long_jql_goes_by_post(client: JiraServerClient, routes: respx.MockRouter) -> None:
    route = routes.post(SEARCH).mock(return_value=found(issue("A-1")))
    criteria = f"labels IN ({', '.join('x' * 9 for _ in range(300))})"
    assert await all_issues(client, criteria, "summary", "changelog") == ["A-1"]
    assert json.loads(route.calls.last.request.content) == {
        "jql": f"{criteria} {ORDER}",
        "startAt": 0,
        "maxResults": 100,
        "fields": ["summary", "created"],
        "expand": ["changelog"],
    }


@pytest.mark.parametrize("cap", [1_000, 100, 50, 7])
@pytest.mark.parametrize(
    "seconds", [pytest.param(1, id="spread"), pytest.param(0, id="one-second")]
)
async def test_every_issue_comes_once_under_any_cap(cap: int, seconds: int) -> None:
    jira = TinyJira(page_cap=cap)
    jira.issues = [issue(f"A-{n}", n * seconds) for n in range(1, 231)]
    keys = await all_issues(jira.client())
    assert sorted(keys) == sorted(i["key"] for i in jira.issues)


async def test_no_issue_matches(client: JiraServerClient, routes: respx.MockRouter) -> None:
    routes.get(SEARCH).mock(return_value=found())
    assert await all_issues(client) == []


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        pytest.param(signed([]), BrokenReply, id="bare-list"),
        pytest.param(signed({"total": 3}), BrokenReply, id="no-issues"),
        pytest.param(signed({"issues": None, "total": 0}), BrokenReply, id="null-issues"),
        pytest.param(found({"key": "A-1", "fields": {}}), BrokenReply, id="no-id"),
        pytest.param(found({"id": "1", "key": "A-1", "fields": {}}), BrokenReply, id="no-created"),
        pytest.param(found(issue("A-2", 5), issue("A-1", 1)), ListingUnproved, id="unsorted"),
        pytest.param(signed({}, 400), RejectedQuery, id="rejected"),
        pytest.param(signed({}, 500), ServerFailed, id="server-failed"),
        pytest.param(signed({}, 404), NotFound, id="not-found"),
        pytest.param(
            signed({"issues": [], "total": 0}, headers={"X-AUSERNAME": "anonymous"}),
            AnonymousView,
            id="anonymous",
        ),
    ],
)
async def test_a_page_that_is_not_believed_ends_the_list_with_an_error(
    client: JiraServerClient,
    routes: respx.MockRouter,
    reply: httpx.Response,
    error: type[Exception],
) -> None:
    routes.get(SEARCH).mock(return_value=reply)
    with pytest.raises(error):
        await all_issues(client)


async def test_an_error_on_a_later_page_ends_the_list_and_whatever_is_under_way(
    session: JiraSession, routes: respx.MockRouter
) -> None:
    client = JiraServerClient(session, now=lambda: 1_714_600_000.0)
    asked = 0

    async def answer(_: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        if asked == 1:
            return found(*(issue(f"A-{n}", n) for n in range(3)), total=1_000)
        if asked > 2:
            await asyncio.Event().wait()
        return signed({}, 404)

    routes.get(SEARCH).mock(side_effect=answer)
    async with asyncio.timeout(5):
        with pytest.raises(NotFound):
            await all_issues(client)
    assert asked > 2
    assert len(asyncio.all_tasks()) == 1, "requests that nobody waits for are left behind"


@pytest.mark.parametrize(
    "refusal",
    [
        pytest.param(httpx.Response(504), id="gateway-time-out"),
        pytest.param(httpx.ReadTimeout("slow"), id="time-out"),
        pytest.param(signed({"errorMessages": ["Search limit exceeded"]}, 500), id="window"),
    ],
)
async def test_a_page_that_is_too_heavy_is_asked_for_in_halves(
    refusal: httpx.Response | Exception,
) -> None:
    jira = TinyJira()
    jira.issues = [issue(f"A-{n}", n) for n in range(1, 61)]
    answer = jira._answer

    def slow(request: httpx.Request) -> httpx.Response:
        if int(request.url.params.get("maxResults", 0)) <= 25:
            return answer(request)
        if isinstance(refusal, Exception):
            raise refusal
        return refusal

    jira._answer = slow  # type: ignore[method-assign]
    assert len(await all_issues(jira.client())) == 60
    assert {params["maxResults"] for params in jira.asked("search")} == {"25"}


async def test_a_proxy_that_is_busy_makes_no_page_smaller(
    client: JiraServerClient, routes: respx.MockRouter
) -> None:
    route = routes.get(SEARCH).mock(return_value=httpx.Response(503))
    with pytest.raises(ServerBusy):
        await all_issues(client)
    assert {query(call.request)["maxResults"] for call in route.calls} == {"100"}


@pytest.mark.parametrize(
    "zone",
    [
        pytest.param("Europe/Berlin", id="known"),
        pytest.param("Mars/Base", id="unknown"),
        pytest.param("", id="empty"),
        pytest.param(None, id="missing"),
        pytest.param("../etc", id="no-name"),
        pytest.param(
            "America",
            id="directory",
        ),
    ],
)
async def test_any_time_zone_will_do(
    client: JiraServerClient, routes: respx.MockRouter, zone: str | None
) -> None:
    routes["myself"].mock(return_value=signed({"name": "sync", "timeZone": zone}))
    routes.get(SEARCH).mock(return_value=found(issue("A-1")))
    assert await all_issues(client) == ["A-1"]


@pytest.mark.parametrize(
    ("created", "second"),
    [
        ("2024-05-01T10:00:00.999+0000", 1_714_557_600),
        ("2024-05-01T12:00:00.000+0200", 1_714_557_600),
        ("1969-12-31T23:59:59.000+0000", -1),
    ],
)
def test_the_second_of_creation(created: str, second: int) -> None:
    assert created_second({"fields": {"created": created}}) == second


@pytest.mark.parametrize(
    "bad", [{}, {"fields": None}, {"fields": {"created": None}}, {"fields": {"created": "soon"}}]
)
def test_an_issue_without_a_date_of_creation_is_broken(bad: dict[str, Any]) -> None:
    with pytest.raises(BrokenReply, match="without the date when it was created"):
        created_second(bad)


async def test_keys_in_scope_are_asked_without_validation(
    client: JiraServerClient, routes: respx.MockRouter
) -> None:
    route = routes.get(SEARCH).mock(return_value=found(issue("A-1")))
    assert await client.keys_in_scope("x = 1", ["A-2", "A-1"]) == {"A-1"}
    assert query(route.calls.last.request) == {
        "jql": '(x = 1) AND (issuekey IN ("A-1", "A-2"))',
        "startAt": "0",
        "maxResults": "2",
        "fields": "key",
        "validateQuery": "false",
    }


async def test_many_keys_are_asked_by_the_five_hundred() -> None:
    jira = TinyJira()
    jira.issues = [issue(f"A-{n}") for n in range(0, 1250, 2)]
    keys = await jira.client().keys_in_scope("", [f"A-{n}" for n in range(1250)])
    assert keys == {i["key"] for i in jira.issues}
    assert len(jira.asked("search")) == 3


async def test_no_keys_need_no_question() -> None:
    jira = TinyJira()
    assert await jira.client().keys_in_scope("", []) == set()
    assert jira.requests == []


async def test_keys_in_scope_are_complete_under_a_cap() -> None:
    jira = TinyJira(page_cap=50)
    jira.issues = [issue(f"A-{n}") for n in range(80)]
    keys = [i["key"] for i in jira.issues]
    assert await jira.client().keys_in_scope("", keys) == set(keys)


async def test_users_are_listed_by_cursor_where_jira_can(
    client: JiraServerClient, routes: respx.MockRouter
) -> None:
    pages = [
        signed({"values": [user("ANNA")], "isLast": False, "nextCursor": "c"}),
        signed({"values": [user("BO", active=False)], "isLast": True}),
    ]
    route = routes.get(USER_LIST).mock(side_effect=pages)
    assert await all_users(client) == ["ANNA", "BO"]
    assert query(route.calls.last.request)["cursor"] == "c"


async def test_users_are_searched_where_there_is_no_list(
    client: JiraServerClient, routes: respx.MockRouter
) -> None:
    routes.get(USER_LIST).mock(return_value=signed({}, 404))
    route = routes.get(USER_SEARCH).mock(side_effect=[signed([user("ANNA")]), signed([])])
    assert await all_users(client, include_inactive=False) == ["ANNA"]
    assert query(route.calls.last.request) == {
        "username": ".",
        "startAt": "1",
        "maxResults": "1000",
        "includeActive": "true",
        "includeInactive": "false",
    }


async def test_a_list_that_vanishes_in_the_middle_is_not_begun_anew(
    client: JiraServerClient, routes: respx.MockRouter
) -> None:
    first = signed({"values": [user("ANNA")], "isLast": False, "nextCursor": "c"})
    routes.get(USER_LIST).mock(side_effect=[first, signed({}, 404)])
    with pytest.raises(NotFound):
        await all_users(client)


@pytest.mark.parametrize(
    "replies",
    [
        pytest.param({USER_LIST: signed({"message": "no"}, 403)}, id="list-denied"),
        pytest.param({USER_LIST: signed({"values": [], "isLast": True})}, id="list-empty"),
        pytest.param(
            {USER_LIST: signed({}, 404), USER_SEARCH: signed({"message": "no"}, 403)},
            id="search-denied",
        ),
        pytest.param({USER_LIST: signed({}, 404), USER_SEARCH: signed([])}, id="search-empty"),
    ],
)
async def test_users_that_may_not_be_browsed_name_the_permission(
    client: JiraServerClient, routes: respx.MockRouter, replies: dict[str, httpx.Response]
) -> None:
    for path, reply in replies.items():
        routes.get(path).mock(return_value=reply)
    with pytest.raises(PermissionMissing, match=r'no other users(.|\n)*"Browse users and groups"'):
        await all_users(client)


async def test_neither_user_list_nor_search_is_not_found(
    client: JiraServerClient, routes: respx.MockRouter
) -> None:
    routes.get(path__startswith="/rest/api/2/user/").mock(return_value=signed({}, 404))
    with pytest.raises(NotFound):
        await all_users(client)


async def test_users_behind_a_stripping_proxy_need_a_login_that_still_holds(
    client: JiraServerClient, routes: respx.MockRouter
) -> None:
    routes["myself"].mock(side_effect=[signed({"name": "sync"}), signed({}, 401)])
    routes.get(USER_LIST).mock(return_value=unsigned({"values": [user("ANNA")], "isLast": True}))
    with pytest.raises(LoginRefused):
        await all_users(client)


@pytest.mark.parametrize(
    ("users", "pieced"),
    [pytest.param(30, False, id="whole"), pytest.param(100, True, id="cut-short")],
)
async def test_a_list_that_was_pieced_together_says_so(
    client: JiraServerClient, routes: respx.MockRouter, users: int, pieced: bool
) -> None:
    people = [user(f"U{n}") for n in range(users)]

    def search(request: httpx.Request) -> httpx.Response:
        sent = query(request)
        found = people if sent["username"] in ".u" else []
        return signed(found[int(sent["startAt"]) :])

    routes.get(USER_LIST).mock(return_value=signed({}, 404))
    routes.get(USER_SEARCH).mock(side_effect=search)
    assert len(await all_users(client)) == users
    assert client.users_pieced_together is pieced


@pytest.mark.parametrize(
    ("reply", "found_user"),
    [
        pytest.param(signed(user("ANNA")), user("ANNA"), id="there"),
        pytest.param(signed({"errorMessages": ["no such user"]}, 404), None, id="gone"),
    ],
)
async def test_one_user_is_looked_up_by_key(
    client: JiraServerClient,
    routes: respx.MockRouter,
    reply: httpx.Response,
    found_user: dict[str, Any] | None,
) -> None:
    route = routes.get("/rest/api/2/user").mock(return_value=reply)
    assert await client.user("ANNA") == found_user
    assert query(route.calls.last.request) == {"key": "ANNA"}


async def test_a_page_of_a_proxy_does_not_say_that_a_user_is_gone(
    client: JiraServerClient, routes: respx.MockRouter
) -> None:
    routes.get("/rest/api/2/user").mock(return_value=httpx.Response(404, html="<p>no such page"))
    with pytest.raises(NotFound):
        await client.user("ANNA")


@pytest.mark.parametrize(
    ("ask", "path", "params"),
    [
        pytest.param(
            lambda c: c.project("A B/Ж", "lead"),
            "/rest/api/2/project/A%20B%2F%D0%96",
            {"expand": "lead"},
            id="project",
        ),
        pytest.param(
            lambda c: c.issue("A-1", "summary", "changelog"),
            "/rest/api/2/issue/A-1",
            {"fields": "summary", "expand": "changelog"},
            id="issue",
        ),
        pytest.param(lambda c: c.issue("10000"), "/rest/api/2/issue/10000", {}, id="issue-by-id"),
    ],
)
async def test_one_thing_is_looked_up(
    client: JiraServerClient,
    routes: respx.MockRouter,
    ask: Callable[[JiraServerClient], Awaitable[dict[str, Any] | None]],
    path: str,
    params: dict[str, str],
) -> None:
    route = routes.get(path__regex="/rest/api/2/(project|issue)/")
    gone = signed({"errorMessages": ["Issue Does Not Exist"]}, 404)
    route.mock(side_effect=[signed({"key": "X"}), gone])
    assert [await ask(client), await ask(client)] == [{"key": "X"}, None]
    request = route.calls.last.request
    assert request.url.raw_path.decode().split("?")[0] == path
    assert query(request) == params


@pytest.mark.parametrize("reply", [[], {"name": "anna"}])
async def test_what_is_no_user_is_not_believed(
    client: JiraServerClient, routes: respx.MockRouter, reply: object
) -> None:
    routes.get("/rest/api/2/user").mock(return_value=signed(reply))
    with pytest.raises(BrokenReply):
        await client.user("ANNA")


async def test_a_new_run_proves_the_login_anew(
    client: JiraServerClient, routes: respx.MockRouter
) -> None:
    await client.myself()
    client.begin_run()
    await client.myself()
    assert routes["myself"].call_count == 2


@pytest.mark.parametrize("cap", [3, 20])
async def test_a_slow_reader_gets_every_issue(cap: int) -> None:
    jira = TinyJira(page_cap=cap)
    jira.issues = [issue(f"A-{n}", second=n) for n in range(300)]
    keys: list[str] = []
    async for page in jira.client().issues("", fields="summary"):
        keys += [i["key"] for i in page]
        await asyncio.sleep(0.02)  # all that was asked ahead comes meanwhile
    assert sorted(keys) == sorted(i["key"] for i in jira.issues)


async def test_fetching_ahead_pauses_while_too_much_waits() -> None:
    jira = TinyJira(page_cap=10)
    jira.issues = [issue(f"A-{n}", second=n) for n in range(400)]
    pages = jira.client(most_bytes_ahead=1).issues("", fields="summary")
    handed_out = 0
    async for _ in pages:
        handed_out += 1
        before = -1
        while len(jira.asked("search")) > before:  # until nothing more is asked ahead
            before = len(jira.asked("search"))
            await asyncio.sleep(0.02)
        if handed_out == 3:
            break
    await pages.aclose()
    # Room for one page is room for what may be under way at once, which is four; without the
    # bound all fifty would have been asked for.
    assert len(jira.asked("search")) <= 3 + 3 * 4


async def test_a_caller_that_stops_has_no_further_page_fetched() -> None:
    jira = TinyJira(page_cap=10)
    jira.issues = [issue(f"A-{n}", n) for n in range(2_000)]
    pages = jira.client().issues("")
    await anext(pages)
    await pages.aclose()
    asked = len(jira.asked("search"))
    await asyncio.sleep(0.1)
    assert len(jira.asked("search")) == asked < 100
