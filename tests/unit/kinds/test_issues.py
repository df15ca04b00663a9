"""The issue kind against a small Jira: what is asked, and what is marked."""

import asyncio
from typing import Any

import pytest

from integration import UserSelector
from jira_server.errors import JiraError, PermissionMissing, RejectedQuery
from kinds.issues import IssueQuery, issue_batches
from kinds.pruning import Pruner
from kinds.users import UserDirectory
from tests.unit.tiny_jira import TinyJira, issue, project, user

Json = dict[str, Any]


@pytest.fixture
def jira() -> TinyJira:
    jira = TinyJira()
    jira.users = [user("ANNA"), user("BO", active=False)]
    return jira


async def batches_of(
    jira: TinyJira, query: IssueQuery | None = None, *, users_mapped: bool = True
) -> list[list[Json]]:
    client = jira.client()
    selectors = [UserSelector(query="true")] if users_mapped else []
    directory = UserDirectory(client, selectors, add=_fails)
    query = query or IssueQuery("", ("",))
    return [batch async for batch in issue_batches(client, query, directory)]


async def _fails(_: Json) -> None:
    pytest.fail("no user is to be added")


async def by_key(jira: TinyJira, query: IssueQuery | None = None) -> dict[str, Json]:
    return {i["key"]: i for batch in await batches_of(jira, query) for i in batch}


async def test_every_issue_comes_in_batches_of_a_hundred(jira: TinyJira) -> None:
    jira.issues = [issue(f"A-{n}", n) for n in range(250)]
    batches = await batches_of(jira)
    assert [len(batch) for batch in batches] == [100, 100, 50]
    assert {i["key"] for batch in batches for i in batch} == {i["key"] for i in jira.issues}


async def test_no_issue_is_no_error_where_projects_may_be_seen(jira: TinyJira) -> None:
    jira.projects = [project("A")]
    assert await batches_of(jira) == []


async def test_no_issue_is_a_lost_permission_where_no_project_may_be_seen(jira: TinyJira) -> None:
    with pytest.raises(PermissionMissing, match="no project at all"):
        await batches_of(jira)


async def test_the_selector_reaches_jira(jira: TinyJira) -> None:
    jira.projects = [project("A")]
    jql = "project = A OR b = 1 ORDER BY key"
    await batches_of(jira, IssueQuery(jql, (jql,), fields="summary", expand="changelog"))
    (asked,) = jira.asked("search")
    assert asked["jql"] == "project = A OR b = 1 ORDER BY created ASC, key ASC"
    assert (asked["fields"], asked["expand"]) == ("summary,created", "changelog")


async def test_links_to_issues_that_no_resource_lists_are_marked(jira: TinyJira) -> None:
    jira.issues = [
        issue("A-1", 1, parent={"key": "A-2"}, subtasks=[{"key": "A-3"}, {"key": "A-4"}]),
        issue("A-3", 3),
        issue("A-2", 2),
        issue("A-4", 4),
    ]
    jira.matches = {"open": {"A-1", "A-3"}, "mine": {"A-4"}}
    query = IssueQuery("open", ("open", "mine ORDER BY key"))
    fields = (await by_key(jira, query))["A-1"]["fields"]
    assert fields["parent"] == {"key": "A-2", "listed": False}
    assert fields["subtasks"] == [{"key": "A-3"}, {"key": "A-4"}]
    scope = jira.asked("search")[-1]["jql"]
    assert scope == '((open) OR (mine)) AND (issuekey IN ("A-2", "A-4"))'


async def test_a_resource_without_jql_lists_everything_there_is(jira: TinyJira) -> None:
    jira.issues = [issue("A-1", parent={"key": "A-2"}), issue("A-2")]
    jira.matches = {"open": {"A-1"}}
    found = await by_key(jira, IssueQuery("open", ("open", "")))
    assert found["A-1"]["fields"]["parent"] == {"key": "A-2"}


async def test_links_that_are_all_known_need_no_question(jira: TinyJira) -> None:
    jira.issues = [issue("A-1", 1, subtasks=[{"key": "A-2"}]), issue("A-2", 2)]
    await batches_of(jira)
    assert len(jira.asked("search")) == 1


@pytest.mark.parametrize("ready", range(5))
async def test_the_first_five_come_whole_though_their_links_are_open(
    jira: TinyJira, ready: int
) -> None:
    jira.issues = [issue(f"A-{n}", n, summary="whole") for n in range(300)]
    for one in jira.issues[ready:20]:
        one["fields"]["parent"] = {"key": "A-290"}
    query = IssueQuery("", ("",), examples=True, pruner=Pruner([]))
    came = [one for batch in await batches_of(jira, query) for one in batch]
    assert ["summary" in one["fields"] for one in came[:5]] == [True] * 5
    assert len(came) == 300


@pytest.mark.parametrize(
    "linked",
    [pytest.param(slice(5, 20), id="first-page"), pytest.param(slice(20, 200), id="later")],
)
async def test_five_that_are_ready_need_no_question(jira: TinyJira, linked: slice) -> None:
    jira.issues = [issue(f"A-{n}", n) for n in range(300)]
    for one in jira.issues[linked]:
        one["fields"]["parent"] = {"key": "A-290"}
    await batches_of(jira, IssueQuery("", ("",), examples=True))
    assert [asked for asked in jira.asked("search") if "issuekey IN" in asked["jql"]] == []


async def test_people_who_are_not_listed_are_marked(jira: TinyJira) -> None:
    jira.issues = [issue("A-1", assignee=user("GONE"), reporter=user("BO"), creator=user("LEFT"))]
    fields = (await by_key(jira))["A-1"]["fields"]
    assert fields["assignee"]["listed"] is False
    assert "listed" not in fields["reporter"]
    assert fields["creator"]["listed"] is False


@pytest.mark.parametrize("fields", [{"assignee": None, "reporter": None}, {}])
async def test_nobody_needs_no_mark(jira: TinyJira, fields: Json) -> None:
    jira.issues = [issue("A-1", **fields)]
    assert (await by_key(jira))["A-1"] == issue("A-1", **fields)


async def test_without_a_user_resource_people_are_left_alone(jira: TinyJira) -> None:
    jira.issues = [issue("A-1", assignee=user("GONE"))]
    await batches_of(jira, users_mapped=False)
    assert jira.asked("user/list") == []
    assert "listed" not in jira.issues[0]["fields"]["assignee"]


async def test_users_are_listed_once_for_all_batches(jira: TinyJira) -> None:
    jira.issues = [issue(f"A-{n}", n, assignee=user("ANNA")) for n in range(250)]
    await batches_of(jira)
    assert len(jira.asked("user/list")) == 1


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(IssueQuery("(a = 1", ("(a = 1",)), id="its-own"),
        pytest.param(IssueQuery("a = 1", ("a = 1", "b = 'x")), id="another-resource"),
    ],
)
async def test_an_unbalanced_jql_fails_the_kind(jira: TinyJira, query: IssueQuery) -> None:
    jira.issues = [issue("A-1", parent={"key": "B-1"})]
    with pytest.raises(RejectedQuery, match="unbalanced"):
        await batches_of(jira, query)


async def test_a_jql_that_jira_rejects_fails_the_kind(jira: TinyJira) -> None:
    jira.rejects = {"nosuch"}
    with pytest.raises(RejectedQuery, match=r"The value does not exist\."):
        await batches_of(jira, IssueQuery("nosuch = 1", ("nosuch = 1",)))


async def test_an_error_while_links_are_checked_fails_the_kind(jira: TinyJira) -> None:
    jira.issues = [issue("A-1", parent={"key": "B-1"})]
    jira.rejects = {"issuekey IN"}
    with pytest.raises(JiraError):
        await batches_of(jira)


async def test_a_caller_that_stops_leaves_nothing_running(jira: TinyJira) -> None:
    jira.issues = [issue(f"A-{n}", n) for n in range(400)]
    client = jira.client()
    batches = issue_batches(client, IssueQuery("", ("",)), UserDirectory(client, [], _fails))
    await anext(batches)
    await batches.aclose()
    await asyncio.sleep(0.5)
    assert len(asyncio.all_tasks()) == 1
