"""The catalog after a change: what is handed to Ocean, and what is left to the next sync."""

import httpx
import pytest
from port_ocean.core.models import RunKind

from actions.edit_issue import EditIssue
from tests.unit.actions.mapping import resources
from tests.unit.actions.office import BASE, Office, workflow_run
from tests.unit.conversation import signed


async def edited(office: Office) -> str:
    await office.run(EditIssue, issue="PAY-1", summary="New")
    assert office.port.ended == [(True, "Edited")]
    return office.port.said[-1]


async def test_each_resource_that_lists_the_issue_gets_it(office: Office) -> None:
    office.resources = resources("project = PAY", "nothing", "")
    assert await edited(office) == "The catalog is up to date with PAY-1."
    (changes,) = office.synced
    assert changes.indexes == [0, 2]
    assert [one["fields"]["summary"] for one in changes.updated[0]] == ["New"]


async def test_an_issue_outside_of_every_jql_is_not_handed_over(office: Office) -> None:
    office.resources = resources("nothing")
    assert (
        await edited(office)
        == "No JQL of the mapping selects PAY-1, so the next sync leaves it out."
    )
    assert office.synced == []


async def test_an_index_that_lags_is_waited_for(office: Office) -> None:
    office.resources = resources("project = PAY")
    office.jira.unindexed = {"PAY-1"}
    sleep = office.passing.sleep

    async def sleep_until_indexed(seconds: float) -> None:
        await sleep(seconds)
        if office.passing.sleeps[-1] >= 1:
            office.jira.unindexed.clear()

    office.passing.sleep = sleep_until_indexed  # type: ignore[method-assign]
    assert await edited(office) == "The catalog is up to date with PAY-1."


async def test_an_index_that_does_not_come_leaves_it_to_the_next_sync(office: Office) -> None:
    office.resources = resources("project = PAY")
    office.jira.unindexed = {"PAY-1"}
    told = await edited(office)
    assert (
        told == "The catalog follows with the next sync: Jira's index does not know the change yet."
    )
    assert office.synced == []
    assert sum(office.passing.sleeps) < 30


async def test_without_jql_no_index_is_needed(office: Office) -> None:
    office.resources = resources("")
    office.jira.unindexed = {"PAY-1"}
    assert await edited(office) == "The catalog is up to date with PAY-1."


async def test_a_mapping_without_issues_is_told(office: Office) -> None:
    office.resources = resources(users={})
    assert "no issue resource" in await edited(office)


async def test_an_issue_that_may_not_be_seen_any_more_is_left_to_the_next_sync(
    office: Office,
) -> None:
    office.resources = resources("")
    answer = office.jira.answer

    def hidden(request: httpx.Request) -> httpx.Response:
        if (
            request.method == "GET"
            and request.url.path.endswith("/issue/PAY-1")
            and office.jira.writes()
        ):
            return signed({"errorMessages": ["You may not."]}, 403)
        return answer(request)

    office.jira.answer = hidden  # type: ignore[method-assign]
    assert "could not be brought up to date with PAY-1" in await edited(office)
    assert office.synced == []


async def test_ocean_failing_does_not_make_the_action_fail(office: Office) -> None:
    office.resources, office.sync_fails = resources(""), True
    assert (await edited(office)).startswith("The catalog follows with the next sync")


async def test_jira_failing_afterwards_does_not_make_the_action_fail(office: Office) -> None:
    office.resources = resources("project = PAY")
    answer = office.jira.answer

    def broken_search(request: httpx.Request) -> httpx.Response:
        if "search" in request.url.path:
            return signed({"errorMessages": ["broken"]}, 500)
        return answer(request)

    office.jira.answer = broken_search  # type: ignore[method-assign]
    assert (await edited(office)).startswith("The catalog follows with the next sync")


async def test_a_run_of_a_workflow_ends_with_the_issue_as_its_output(office: Office) -> None:
    run = workflow_run(EditIssue, {"issue": "PAY-1", "summary": "New"})
    assert run.run_kind == RunKind.WORKFLOW_NODE
    await EditIssue(office.desk()).execute(run)
    assert run.output == {"issueKey": "PAY-1", "issueUrl": f"{BASE}/browse/PAY-1"}
    assert office.port.patches == [{"links": [f"{BASE}/browse/PAY-1"], "output": run.output}]
    assert office.port.ended == [(True, "Edited")]


@pytest.mark.parametrize("failures", [1, 2], ids=["once", "twice"])
async def test_the_end_of_a_run_is_told_again_when_port_did_not_hear_it(
    office: Office, failures: int
) -> None:
    tell, left = office.port.report_run_completed, [None] * failures

    async def flaky(*args: object, **kwargs: object) -> None:
        if left:
            left.pop()
            raise httpx.ReadError("gone")  # noqa: EM101
        await tell(*args, **kwargs)  # type: ignore[arg-type]

    office.port.report_run_completed = flaky  # type: ignore[method-assign]
    await edited(office)
