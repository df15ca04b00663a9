"""Deleting: the key typed, sub-tasks spared, the catalog told only of what Jira confirms."""

import httpx
import pytest

from actions.delete_issue import DeleteIssue
from tests.unit.actions.mapping import resources
from tests.unit.actions.office import BASE, Json, Office
from tests.unit.conversation import signed


@pytest.fixture
def family(office: Office) -> Office:
    """PAY-1 with the sub-tasks PAY-2 and PAY-3, in a mapping with one issue resource."""
    office.resources = resources("project = PAY")
    for key in ("PAY-2", "PAY-3"):
        office.jira.add(key, parent={"key": "PAY-1"})
        office.jira.issues["PAY-1"]["fields"]["subtasks"].append({"key": key})
    return office


def removed(office: Office) -> list[str]:
    return [one["key"] for done in office.synced for some in done.removed.values() for one in some]


@pytest.mark.parametrize("typed", ["", "PAY-11", "pay-2", "yes"])
async def test_nothing_is_deleted_unless_the_key_is_typed(family: Office, typed: str) -> None:
    text = await family.failure(DeleteIssue, issue="PAY-2", confirmation=typed)
    assert f"{typed or 'nothing'}, is not the key PAY-2\nNothing was deleted." in text
    assert family.jira.writes() == []
    assert removed(family) == []


async def test_an_issue_is_deleted_and_leaves_the_catalog(family: Office) -> None:
    await family.run(DeleteIssue, issue="PAY-2", confirmation="PAY-2")
    assert family.jira.writes() == [("DELETE", "issue/PAY-2")]
    assert removed(family) == ["PAY-2"]
    assert family.port.ended == [(True, "Deleted")]


async def test_the_parent_of_a_deleted_subtask_is_brought_up_to_date(family: Office) -> None:
    await family.run(DeleteIssue, issue="PAY-2", confirmation="PAY-2")
    updated = [one["key"] for done in family.synced for one in done.updated.get(0, [])]
    assert updated == ["PAY-1"]


async def test_an_issue_with_subtasks_is_spared(family: Office) -> None:
    text = await family.failure(DeleteIssue, issue="PAY-1", confirmation="PAY-1")
    assert "PAY-1 has sub-tasks, which would be deleted too: PAY-2, PAY-3" in text
    assert "Set deleteSubtasks to true" in text
    assert family.jira.writes() == []


async def test_subtasks_go_too_when_that_is_wanted(family: Office) -> None:
    await family.run(DeleteIssue, issue="PAY-1", confirmation="PAY-1", deleteSubtasks=True)
    assert family.jira.issues == {}
    assert sorted(removed(family)) == ["PAY-1", "PAY-2", "PAY-3"]


async def test_a_moved_issue_wants_its_present_key(family: Office) -> None:
    family.jira.moved = {"OLD-7": "PAY-2"}
    text = await family.failure(DeleteIssue, issue="OLD-7", confirmation="OLD-7")
    assert "is not the key PAY-2" in text
    assert family.jira.writes() == []


async def test_an_issue_that_jira_still_shows_stays_in_the_catalog(family: Office) -> None:
    family.jira.before = lambda _, __: httpx.Response(204, headers={"X-AUSERNAME": "sync"})
    await family.run(DeleteIssue, issue="PAY-2", confirmation="PAY-2")
    assert removed(family) == []
    assert any("Jira still shows the issue" in line for line in family.port.said)


async def test_a_missing_permission_deletes_nothing_anywhere(family: Office) -> None:
    family.jira.before = lambda _, __: signed({"errorMessages": ["You may not."]}, 403)
    text = await family.failure(DeleteIssue, issue="PAY-2", confirmation="PAY-2")
    assert '"Delete issues"' in text
    assert removed(family) == []


async def test_a_lost_reply_is_looked_up(family: Office) -> None:
    def lost(_: str, __: Json) -> httpx.Response:
        raise httpx.ReadError("connection lost")  # noqa: EM101, TRY003

    family.jira.after = lost
    await family.run(DeleteIssue, issue="PAY-2", confirmation="PAY-2")
    assert removed(family) == ["PAY-2"]
    assert len(family.jira.writes()) == 1


async def test_an_issue_that_is_not_there_removes_nothing(family: Office) -> None:
    text = await family.failure(DeleteIssue, issue="PAY-9", confirmation="PAY-9")
    assert "There is no issue PAY-9" in text
    assert removed(family) == []


async def test_what_leaves_is_named_by_its_own_key_and_id(family: Office) -> None:
    family.jira.issues["PAY-1"]["fields"]["subtasks"] = []
    await family.run(DeleteIssue, issue="PAY-1", confirmation="PAY-1")
    assert family.synced[0].removed == {0: [{"key": "PAY-1", "id": "1", "self": "", "fields": {}}]}


async def test_nothing_leaves_when_jira_cannot_confirm_the_end(family: Office) -> None:
    answer = family.jira.answer

    def refusing(request: httpx.Request) -> httpx.Response:
        if request.method == "GET" and family.jira.writes():
            return signed({"errorMessages": ["You may not."]}, 403)
        return answer(request)

    family.jira.answer = refusing  # type: ignore[method-assign]
    await family.run(DeleteIssue, issue="PAY-2", confirmation="PAY-2")
    assert removed(family) == []
    assert any("Jira could not be asked for confirmation" in line for line in family.port.said)


async def test_a_mapping_without_issues_has_nothing_to_take_out(family: Office) -> None:
    family.resources = resources(users={})
    await family.run(DeleteIssue, issue="PAY-2", confirmation="PAY-2")
    assert any("The mapping has no issue resource" in line for line in family.port.said)


async def test_the_catalog_failing_does_not_make_the_deletion_fail(family: Office) -> None:
    family.sync_fails = True
    await family.run(DeleteIssue, issue="PAY-2", confirmation="PAY-2")
    assert family.port.ended == [(True, "Deleted")]
    assert any(
        line.startswith("The catalog follows with the next sync") for line in family.port.said
    )


def test_the_page_of_the_issue_keeps_the_context_path(office: Office) -> None:
    assert office.desk().writes.link_to("МИР-3") == f"{BASE}/browse/%D0%9C%D0%98%D0%A0-3"
