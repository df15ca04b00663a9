"""What webhooks are told about each change, by version."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox_jira.conftest import start
from tests.sandbox_jira.hooks import Hooked
from tests.sandbox_jira.receiver import receiving


@pytest.fixture(scope="module", params=["8.20", "9.12", "10.3"])
def _hooked(request: pytest.FixtureRequest) -> Iterator[Hooked]:
    jira = start("--version", request.param, "--issues", "200", "--users", "30")
    with receiving() as receiver:
        yield Hooked(jira, receiver)
    jira.close()


@pytest.fixture
def hooked(_hooked: Hooked) -> Hooked:
    """A webhook for everything, on each generation of versions; the company is shared."""
    _hooked.put_back()
    _hooked.register()
    return _hooked


def made(hooked: Hooked, kind: str, **document: object) -> tuple[dict[str, Any], dict[str, Any]]:
    """The record of the change, and what was told of it under the record's name."""
    recorded = hooked.jira.change(kind, **document)
    told = [one for one in hooked.heard() if one["webhookEvent"] == recorded["event"]]
    return recorded, told[-1]


def created(hooked: Hooked, **document: object) -> str:
    key = str(hooked.jira.change("create", **{"project": "PAY", "summary": "x", **document})["key"])
    hooked.arrived()
    hooked.receiver.calls.clear()
    return key


def test_a_new_issue_is_told_in_full(hooked: Hooked) -> None:
    recorded, told = made(hooked, "create", project="PAY", summary="Ünïcode 🎉", labels=["a"])
    assert told["webhookEvent"] == "jira:issue_created"
    assert told["issue_event_type_name"] == "issue_created"
    assert told["timestamp"] == recorded["at"]
    assert told["user"]["key"] == "admin"
    assert list(told["issue"]) == ["id", "self", "key", "fields"]
    assert told["issue"]["fields"]["summary"] == "Ünïcode 🎉"
    assert "changelog" not in told


def test_what_is_told_is_what_a_question_would_show(hooked: Hooked) -> None:
    key = created(hooked)
    _, told = made(hooked, "edit", issue=key, priority="High")
    shown = hooked.jira.admin.get(f"/issue/{key}").json()
    assert told["issue"]["fields"] == shown["fields"]


def test_an_edit_tells_what_has_changed(hooked: Hooked) -> None:
    key = created(hooked, summary="Before")
    _, told = made(hooked, "edit", issue=key, summary="After")
    assert told["webhookEvent"] == "jira:issue_updated"
    assert told["changelog"]["items"] == [
        {
            "field": "summary",
            "fieldtype": "jira",
            "from": None,
            "fromString": "Before",
            "to": None,
            "toString": "After",
        }
    ]


@pytest.mark.parametrize(
    ("change", "type_"),
    [
        ({"kind": "edit", "summary": "y"}, "issue_updated"),
        ({"kind": "assign", "assignee": "zoe"}, "issue_assigned"),
        ({"kind": "transition", "status": "In Progress"}, "issue_work_started"),
        ({"kind": "transition", "status": "In Review"}, "issue_generic"),
        ({"kind": "transition", "status": "Resolved"}, "issue_resolved"),
        ({"kind": "close"}, "issue_closed"),
        ({"kind": "reopen"}, "issue_reopened"),
        ({"kind": "move", "project": "WEB"}, "issue_moved"),
        ({"kind": "comment", "body": "hi"}, "issue_commented"),
        ({"kind": "log_work", "seconds": 3600}, "issue_work_logged"),
    ],
    ids=lambda value: value if isinstance(value, str) else value["kind"],
)
def test_each_change_of_an_issue_has_its_type(
    hooked: Hooked, change: dict[str, Any], type_: str
) -> None:
    _, told = made(hooked, issue=created(hooked), **change)
    assert (told["webhookEvent"], told["issue_event_type_name"]) == ("jira:issue_updated", type_)


def test_a_move_tells_both_keys(hooked: Hooked) -> None:
    old = created(hooked)
    recorded, told = made(hooked, "move", issue=old, project="WEB")
    items = {item["field"]: item for item in told["changelog"]["items"]}
    assert (items["Key"]["fromString"], items["Key"]["toString"]) == (old, recorded["key"])
    assert items["project"]["toString"] == "Website & Blog"
    assert told["issue"]["key"] == recorded["key"] != old


def test_a_deleted_issue_is_told_with_its_sub_tasks(hooked: Hooked) -> None:
    parent = created(hooked)
    child = created(hooked, parent=parent)
    _, told = made(hooked, "delete", issue=parent)
    assert [one["issue"]["key"] for one in hooked.heard()] == [child, parent] or hooked.is_newer
    assert told["webhookEvent"] == "jira:issue_deleted"
    assert "changelog" not in told


@pytest.mark.parametrize(
    ("change", "event"),
    [
        ({"kind": "comment", "body": "new"}, "comment_created"),
        ({"kind": "edit_comment", "body": "other"}, "comment_updated"),
        ({"kind": "delete_comment"}, "comment_deleted"),
    ],
    ids=["created", "updated", "deleted"],
)
def test_a_comment_names_its_issue_in_its_link_alone(
    hooked: Hooked, change: dict[str, Any], event: str
) -> None:
    key = created(hooked)
    hooked.jira.change("comment", issue=key, body="first")
    hooked.arrived()
    hooked.receiver.calls.clear()
    recorded, _ = made(hooked, issue=key, **change)
    told = next(one for one in hooked.heard() if one["webhookEvent"] == event)
    assert set(told) == {"timestamp", "webhookEvent", "comment"}
    id_ = told["comment"]["id"]
    assert told["comment"]["self"].endswith(f"/rest/api/2/issue/{recorded['id']}/comment/{id_}")


@pytest.mark.parametrize(
    ("change", "event"),
    [
        ({"kind": "log_work", "seconds": 5400}, "worklog_created"),
        ({"kind": "edit_work", "seconds": 7200}, "worklog_updated"),
        ({"kind": "delete_work"}, "worklog_deleted"),
    ],
    ids=["created", "updated", "deleted"],
)
def test_logged_work_names_the_id_of_its_issue(
    hooked: Hooked, change: dict[str, Any], event: str
) -> None:
    key = created(hooked)
    hooked.jira.change("log_work", issue=key, seconds=60)
    recorded, _ = made(hooked, issue=key, **change)
    told = [one for one in hooked.heard() if one["webhookEvent"] == event][-1]
    assert told["worklog"]["issueId"] == str(recorded["id"])


def test_a_link_is_told_by_the_ids_of_both_issues(hooked: Hooked) -> None:
    one, other = created(hooked), created(hooked)
    recorded, told = made(hooked, "link", issue=one, to=other, type="Blocks")
    assert told["webhookEvent"] == "issuelink_created"
    assert told["issueLink"]["sourceIssueId"] == recorded["id"]
    assert told["issueLink"]["issueLinkType"]["outwardName"] == "blocks"
    _, gone = made(hooked, "unlink", issue=other, to=one)
    assert gone["webhookEvent"] == "issuelink_deleted"
    assert len(hooked.heard()) == 2


def test_a_project_is_told_with_a_number_as_id(hooked: Hooked) -> None:
    recorded, told = made(hooked, "create_project", key=f"P{hooked.is_newer:d}", name="New")
    assert told["webhookEvent"] == "project_created"
    assert told["project"]["id"] == recorded["id"]
    assert "archived" not in told["project"]
    assert "user" not in told


def test_a_changed_project_is_told_as_it_is_now(hooked: Hooked) -> None:
    hooked.jira.change("create_project", key="TMP", name="Temporary")
    _, told = made(hooked, "update_project", project="TMP", name="Last", key="TEMP", lead="zoe")
    assert told["webhookEvent"] == "project_updated"
    assert (told["project"]["key"], told["project"]["name"]) == ("TEMP", "Last")
    assert told["project"]["projectLead"]["name"] == "zoe"
    _, gone = made(hooked, "delete_project", project="TEMP")
    assert gone["webhookEvent"] == "project_deleted"
    assert hooked.jira.admin.get("/project/TEMP").status_code == 404


def test_a_deleted_project_takes_its_issues_along_unseen(hooked: Hooked) -> None:
    hooked.jira.change("create_project", key="GONE", name="Going")
    key = hooked.jira.change("create", project="GONE", summary="x")["key"]
    hooked.jira.change("delete_project", project="GONE")
    assert [one["webhookEvent"] for one in hooked.heard()].count("jira:issue_deleted") == 0
    assert hooked.jira.admin.get(f"/issue/{key}").status_code == 404


@pytest.mark.parametrize("kind", ["archive_project", "restore_project"])
def test_archiving_has_no_event_here(hooked: Hooked, kind: str) -> None:
    hooked.jira.change(kind, project="OSS")
    assert hooked.heard() == []


def test_a_user_is_told_as_the_version_tells_it(hooked: Hooked) -> None:
    older = hooked.jira.running.info["version"].startswith("8")
    name = "temp"
    recorded, told = made(hooked, "create_user", name=name, display_name="Temp")
    assert told["webhookEvent"] == "user_created"
    assert told["user"]["key"] == recorded["key"]
    assert told["user"]["active"] == ("true" if older else True)
    _, told = made(hooked, "deactivate_user", user=name)
    assert told["user"]["active"] == ("false" if older else False)
    _, told = made(hooked, "rename_user", user=name, name=f"{name}.later")
    assert (told["webhookEvent"], told["user"]["name"]) == ("user_updated", f"{name}.later")
    _, told = made(hooked, "delete_user", user=f"{name}.later")
    assert told["webhookEvent"] == "user_deleted"
    assert set(told["user"]) == ({"name"} if older else {"name", "key"})


def test_a_bulk_edit_tells_of_each_issue(hooked: Hooked) -> None:
    keys = {created(hooked) for _ in range(3)}
    jql = f"key in ({','.join(keys)})"
    hooked.jira.change("bulk_edit", jql=jql, labels=["bulk"])
    assert {one["issue"]["key"] for one in hooked.heard()} == keys


def test_somebody_else_may_have_made_the_change(hooked: Hooked) -> None:
    _, told = made(hooked, "edit", issue=created(hooked), summary="y", by="zoe")
    assert told["user"]["name"] == "zoe"
    assert hooked.receiver.calls[-1].query["user_id"] == ["zoe"]
