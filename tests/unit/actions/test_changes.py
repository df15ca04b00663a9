"""Editing, moving, assigning, commenting, linking: what reaches Jira and what comes back."""

from collections.abc import Callable

import httpx
import pytest

from actions.assign_issue import AssignIssue
from actions.comment_on_issue import CommentOnIssue
from actions.edit_issue import EditIssue
from actions.executor import JiraExecutor
from actions.link_issues import LinkIssues
from actions.transition_issue import TransitionIssue
from tests.unit.actions.office import BASE, Json, Office
from tests.unit.conversation import signed

LINK = f"{BASE}/browse/PAY-1"
START = {"id": "11", "name": "Start", "to": {"name": "In Progress"}}
CHANGES = [
    pytest.param(EditIssue, {"priority": "Low"}, id="edit"),
    pytest.param(TransitionIssue, {"transition": "Start"}, id="transition"),
    pytest.param(AssignIssue, {"assignee": "ines"}, id="assign"),
    pytest.param(CommentOnIssue, {"comment": "Seen."}, id="comment"),
    pytest.param(LinkIssues, {"link": "blocks", "otherIssue": "PAY-2"}, id="link"),
]


@pytest.fixture
def two(office: Office) -> Office:
    office.jira.add("PAY-2")
    office.jira.transitions.append(START)
    return office


def shown(office: Office) -> Json:
    fields: Json = office.jira.issues["PAY-1"]["fields"]
    return fields


def lost(_: str, __: Json) -> httpx.Response:
    raise httpx.ReadTimeout("too slow")  # noqa: EM101, TRY003


@pytest.mark.parametrize(("executor", "properties"), CHANGES)
async def test_a_change_is_made_once_and_told_with_the_link(
    two: Office, executor: type[JiraExecutor], properties: Json
) -> None:
    await two.run(executor, issue="PAY-1", **properties)
    assert len(two.jira.writes()) == 1
    ((success, label),) = two.port.ended
    assert success
    assert label
    assert len(label.split()) <= 2
    assert LINK in two.port.summary


@pytest.mark.parametrize(("executor", "properties"), CHANGES)
async def test_a_lost_reply_is_looked_up(
    two: Office, executor: type[JiraExecutor], properties: Json
) -> None:
    two.jira.after = lost
    await two.run(executor, issue="PAY-1", **properties)
    assert len(two.jira.writes()) == 1
    assert len(two.port.ended) == 1


@pytest.mark.parametrize(("executor", "properties"), CHANGES)
async def test_a_lost_request_is_unclear_and_not_repeated(
    two: Office, executor: type[JiraExecutor], properties: Json
) -> None:
    two.jira.before = lost
    text = await two.failure(executor, issue="PAY-1", **properties)
    assert len(two.jira.writes()) == 1
    assert text.startswith("Jira did not answer in time; Jira does not show the change")
    assert text.endswith(LINK)


@pytest.mark.parametrize(("executor", "properties"), CHANGES)
async def test_a_missing_permission_is_told_in_jiras_words_with_the_permission(
    two: Office, executor: type[JiraExecutor], properties: Json
) -> None:
    two.jira.before = lambda _, __: signed({"errorMessages": ["You may not."]}, 403)
    text = await two.failure(executor, issue="PAY-1", **properties)
    assert "Jira says: You may not." in text
    assert executor.PERMISSION in text
    assert text.endswith(LINK)


@pytest.mark.parametrize(("executor", "properties"), CHANGES)
async def test_an_issue_that_is_not_there_is_told(
    two: Office, executor: type[JiraExecutor], properties: Json
) -> None:
    text = await two.failure(executor, issue="PAY-404", **properties)
    assert "There is no issue PAY-404 that the integration's user sync may see" in text
    assert two.jira.writes() == []


@pytest.mark.parametrize(("executor", "properties"), CHANGES)
async def test_a_moved_issue_is_changed_under_its_new_key(
    two: Office, executor: type[JiraExecutor], properties: Json
) -> None:
    two.jira.moved = {"OLD-7": "PAY-1"}
    await two.run(executor, issue="OLD-7", **properties)
    assert "OLD-7 has moved: it is PAY-1 now" in two.port.said
    assert not any("OLD-7" in path for _, path in two.jira.writes())


@pytest.mark.parametrize(("executor", "properties"), CHANGES)
async def test_a_port_that_is_out_of_reach_does_not_stop_a_change(
    two: Office, executor: type[JiraExecutor], properties: Json
) -> None:
    two.port.deaf = True
    await two.run(executor, issue="PAY-1", **properties)
    assert len(two.jira.writes()) == 1
    assert two.port.calls > 3


async def test_an_edit_sends_what_is_given_and_nothing_else(two: Office) -> None:
    await two.run(EditIssue, issue="PAY-1", summary="New", fields={"Priority": None}, labels="")
    sent = next(body for method, _, body in two.jira.requests if method == "PUT")
    assert sent == {"fields": {"summary": "New", "priority": None}}


async def test_an_edit_without_a_field_is_refused(two: Office) -> None:
    assert "No field is given" in await two.failure(EditIssue, issue="PAY-1", summary="")


async def test_a_transition_that_is_not_possible_is_answered_with_those_that_are(
    two: Office,
) -> None:
    text = await two.failure(TransitionIssue, issue="PAY-1", transition="Reopen")
    assert text == (
        "PAY-1 is in Open, from where Reopen is not possible\n"
        f"Possible from here: Start (to In Progress).\n{LINK}"
    )


async def test_a_transition_brings_its_fields_and_a_comment(two: Office) -> None:
    resolution = {
        "name": "Resolution",
        "required": True,
        "schema": {"type": "resolution"},
        "allowedValues": [{"id": "5", "name": "Fixed"}],
    }
    two.jira.transitions[0] = START | {"fields": {"resolution": resolution}}
    text = await two.failure(TransitionIssue, issue="PAY-1", transition="Start")
    assert "Resolution is required for the transition Start of PAY-1. Choose one of: Fixed." in text
    await two.run(
        TransitionIssue,
        issue="PAY-1",
        transition="Start",
        comment="Off we go",
        fields={"Resolution": "Fixed"},
    )
    sent = next(body for method, path, body in two.jira.requests if method == "POST")
    assert sent == {
        "transition": {"id": "11"},
        "fields": {"resolution": {"id": "5"}},
        "update": {"comment": [{"add": {"body": "Off we go"}}]},
    }
    assert "PAY-1 went from Open to In Progress" in two.port.summary


@pytest.mark.parametrize(
    ("assignee", "sent"),
    [
        pytest.param("ines", "ines", id="name"),
        pytest.param("JIRAUSER2", "ines", id="key"),
        pytest.param("ines@example.com", "ines", id="e-mail"),
        pytest.param({"identifier": "JIRAUSER2"}, "ines", id="entity"),
        pytest.param("unassigned", None, id="nobody"),
        pytest.param("Automatic", "-1", id="default"),
    ],
)
async def test_an_assignee_is_found(two: Office, assignee: object, sent: str | None) -> None:
    await two.run(AssignIssue, issue="PAY-1", assignee=assignee)
    (body,) = [body for method, _, body in two.jira.requests if method == "PUT"]
    assert body == {"name": sent}


async def test_an_assignee_who_is_nobody_is_told(two: Office) -> None:
    text = await two.failure(AssignIssue, issue="PAY-1", assignee="mo")
    assert "There is no Jira user mo\nWrite a login name, a user key, or an e-mail" in text


async def test_a_comment_may_be_for_a_role_only(two: Office) -> None:
    await two.run(CommentOnIssue, issue="PAY-1", comment="Psst", visibleToRole="Developers")
    (comment,) = two.jira.issues["PAY-1"]["comments"]
    assert comment["visibility"] == {"type": "role", "value": "Developers"}


async def test_an_old_comment_with_the_same_text_is_not_taken_for_the_lost_one(two: Office) -> None:
    await two.run(CommentOnIssue, issue="PAY-1", comment="Ping")
    two.jira.before = lost
    two.port.ended.clear()
    text = await two.failure(CommentOnIssue, issue="PAY-1", comment="Ping")
    assert "does not show the change" in text


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        pytest.param("blocks", ("PAY-1", "PAY-2"), id="outward"),
        pytest.param("is blocked by", ("PAY-2", "PAY-1"), id="inward"),
    ],
)
async def test_a_link_reads_as_it_was_asked_for(
    two: Office, text: str, ends: tuple[str, str]
) -> None:
    await two.run(LinkIssues, issue="PAY-1", link=text, otherIssue="PAY-2")
    assert two.jira.links == [("Blocks", *ends)]
    assert f"PAY-1 {text} PAY-2" in two.port.summary


async def test_a_link_that_is_there_is_not_made_again(two: Office) -> None:
    for _ in range(2):
        await two.run(LinkIssues, issue="PAY-1", link="blocks", otherIssue="PAY-2")
    assert len(two.jira.links) == 1
    assert two.port.summary.startswith("The link was there already.")


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        pytest.param(lambda: signed({}, 503), "Jira is not ready (HTTP 503)", id="503"),
        pytest.param(lambda: signed({}, 500), "Jira failed (HTTP 500)", id="500"),
        pytest.param(
            lambda: httpx.Response(200, text="<p>hi"), "A reply of type text/plain", id="no-json"
        ),
    ],
)
async def test_a_reply_that_says_nothing_is_looked_up_too(
    two: Office, fault: Callable[[], httpx.Response], text: str
) -> None:
    two.jira.after = lambda _, __: fault()
    await two.run(EditIssue, issue="PAY-1", summary="New")
    assert any(line.startswith(text) for line in two.port.said)
    assert shown(two)["summary"] == "New"
