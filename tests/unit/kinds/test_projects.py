"""The project kind against a small Jira."""

from typing import Any

import pytest

from integration import ProjectSelector, UserSelector
from jira_server.errors import PermissionMissing
from kinds.projects import project_batches
from kinds.users import UserDirectory
from tests.unit.tiny_jira import TinyJira, issue, project, user

Json = dict[str, Any]


@pytest.fixture
def jira() -> TinyJira:
    jira = TinyJira()
    jira.users = [user("ANNA")]
    jira.projects = [project("AA", lead=user("ANNA")), project("BB", lead=user("GONE"))]
    jira.issues = [issue("AA-1"), issue("AA-2"), issue("CC-3")]
    return jira


async def batches_of(jira: TinyJira, **selector: object) -> list[list[Json]]:
    client = jira.client()

    async def fails(_: Json) -> None:
        pytest.fail("no user is to be added")

    directory = UserDirectory(client, [UserSelector(query="true")], add=fails)
    chosen = ProjectSelector.parse_obj({"query": "true"} | selector)
    return [batch async for batch in project_batches(client, chosen, directory)]


async def test_projects_come_with_their_number_of_issues(jira: TinyJira) -> None:
    (batch,) = await batches_of(jira)
    assert [p["insight"] for p in batch] == [{"totalIssueCount": 2}, {"totalIssueCount": 0}]
    assert [p["jql"] for p in jira.asked("search")] == ['project = "AA"', 'project = "BB"']


async def test_a_lead_who_is_not_listed_is_marked(jira: TinyJira) -> None:
    (batch,) = await batches_of(jira)
    assert "listed" not in batch[0]["lead"]
    assert batch[1]["lead"]["listed"] is False


@pytest.mark.parametrize("lead", [{}, {"lead": None}], ids=["not-expanded", "nobody"])
async def test_a_project_without_lead_is_left_as_it_is(jira: TinyJira, lead: Json) -> None:
    jira.projects = [project("AA", **lead)]
    assert await batches_of(jira, maxCountedProjects=0) == [[project("AA", **lead)]]


@pytest.mark.parametrize(
    ("selector", "sent"),
    [
        pytest.param({}, {"expand": "description,lead,url,projectKeys"}, id="defaults"),
        pytest.param(
            {"expand": "lead", "includeArchived": True},
            {"expand": "lead", "includeArchived": "true"},
            id="chosen",
        ),
        pytest.param({"expand": ""}, {}, id="nothing-expanded"),
    ],
)
async def test_the_selector_reaches_jira(jira: TinyJira, selector: Json, sent: Json) -> None:
    await batches_of(jira, **selector)
    assert jira.asked("project") == [sent]


@pytest.mark.parametrize(
    ("most", "searches", "warned"),
    [
        pytest.param(2, 2, False, id="as-many-as-allowed"),
        pytest.param(1, 0, True, id="too-many"),
        pytest.param(0, 0, False, id="switched-off"),
    ],
)
async def test_counting_is_bounded(
    jira: TinyJira, logged: list[str], most: int, searches: int, warned: bool
) -> None:
    (batch,) = await batches_of(jira, maxCountedProjects=most)
    assert len(jira.asked("search")) == searches
    assert ["insight" in p for p in batch] == [searches > 0] * 2
    assert any("maxCountedProjects" in line for line in logged) is warned


async def test_archived_projects_are_not_counted(jira: TinyJira) -> None:
    jira.projects = [project("AA", archived=True)]
    assert await batches_of(jira) == [[project("AA", archived=True)]]
    assert jira.asked("search") == []


async def test_a_project_that_cannot_be_searched_is_listed_without_a_count(
    jira: TinyJira, logged: list[str]
) -> None:
    jira.rejects = {'"AA"'}
    (batch,) = await batches_of(jira)
    assert ["insight" in p for p in batch] == [False, True]
    assert any("AA cannot be counted: The value does not exist." in line for line in logged)


async def test_keys_are_quoted_in_the_count(jira: TinyJira) -> None:
    jira.projects = [project("OR")]
    await batches_of(jira)
    assert jira.asked("search")[0]["jql"] == 'project = "OR"'


async def test_many_projects_come_by_the_hundred(jira: TinyJira) -> None:
    jira.projects = [project(f"P{n}") for n in range(250)]
    assert [len(b) for b in await batches_of(jira, maxCountedProjects=0)] == [100, 100, 50]


async def test_no_project_at_all_fails_the_kind(jira: TinyJira) -> None:
    jira.projects = []
    with pytest.raises(PermissionMissing):
        await batches_of(jira)
