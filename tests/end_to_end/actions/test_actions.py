"""Buttons pressed in Port: what is in Jira then, what is in the catalog, what the person reads."""

from __future__ import annotations

import json

import pytest

from tests.end_to_end.actions.buttons import Desk, Ended

pytestmark = pytest.mark.timeout(240)

PAGE = "/jira/browse/"


BUG: dict[str, object] = {"project": "PAY", "issueType": "Bug"}


def new_bug(desk: Desk, summary: str, by: str = "", **more: object) -> Ended:
    return desk.buttons.press("create_issue", "", by, **{**BUG, "summary": summary, **more})


def created(desk: Desk, summary: str, **more: object) -> str:
    run = new_bug(desk, summary, "", **more)
    assert run.succeeded, run.summary
    return run.key


def with_summary(desk: Desk, summary: str) -> list[str]:
    return sorted(k for k in desk.issue_keys() if desk.fields(k, "summary")["summary"] == summary)


def test_an_issue_is_created_linked_and_in_the_catalog(desk: Desk) -> None:
    run = new_bug(desk, "Refund is booked twice", description="Twice.", fields={"Labels": ["a"]})
    assert run.succeeded, run.summary
    assert run.links == [f"{desk.stage.jira.url}/browse/{run.key}"]
    assert PAGE in run.links[0]
    fields = desk.fields(run.key)
    assert (fields["summary"], fields["labels"]) == ("Refund is booked twice", ["a"])
    entity = desk.catalogued(run.key)
    assert entity is not None
    assert entity["title"] == "Refund is booked twice"
    assert entity["relations"]["project"] == "PAY"


def test_the_requester_becomes_the_reporter_also_in_the_catalog(desk: Desk) -> None:
    people = desk.stage.jira.state()["users"]
    emails = [p["email"] for p in people]
    person = next(
        p
        for p in people
        if p["email"] and "@" in p["email"] and p["active"] and not p["deleted"]
        and emails.count(p["email"]) == 1
    )  # fmt: skip
    run = new_bug(desk, "Reported by a person", by=person["email"])
    assert desk.fields(run.key)["reporter"]["key"] == person["key"], run.log
    entity = desk.catalogued(run.key)
    assert entity is not None
    assert entity["relations"]["reporter"] == person["key"]


def test_an_unknown_requester_is_told_and_the_integrations_user_reports(desk: Desk) -> None:
    run = new_bug(desk, "Reported by a stranger", by="stranger@example.com")
    assert run.succeeded
    assert "stranger@example.com: editor is the reporter" in run.log
    assert desk.fields(run.key)["reporter"]["name"] == "editor"


def test_a_wrong_input_is_told_with_what_is_allowed_and_nothing_is_created(desk: Desk) -> None:
    run = new_bug(desk, "Never", priority="Extreme")
    assert not run.succeeded
    assert 'Priority: "Extreme" is not among the allowed values. Choose one of:' in run.summary
    assert run.summary in run.log
    assert with_summary(desk, "Never") == []


def test_jiras_own_words_come_back(desk: Desk) -> None:
    words = json.dumps({"errors": {"summary": "Die Zusammenfassung ist zu lang."}})
    then = {"status": 400, "body": words, "content_type": "application/json"}
    desk.stage.jira.fault("/issue$", then, method="POST")
    run = new_bug(desk, "Long")
    assert not run.succeeded
    assert "Jira says: summary: Die Zusammenfassung ist zu lang." in run.summary


def test_a_lost_reply_creates_one_issue_and_is_told(desk: Desk) -> None:
    desk.stage.jira.fault("/issue$", "reset", method="POST", times=1)
    run = new_bug(desk, "Reply lost")
    assert run.succeeded, run.summary
    assert "the change was made all the same" in run.log
    assert with_summary(desk, "Reply lost") == [run.key]


def test_an_edit_reaches_jira_and_the_catalog(desk: Desk) -> None:
    key = created(desk, "To be edited")
    run = desk.buttons.press("edit_issue", key, summary="Edited", priority="Low")
    assert run.succeeded, run.summary
    assert desk.fields(key)["summary"] == "Edited"
    entity = desk.catalogued(key)
    assert entity is not None
    assert (entity["title"], entity["properties"]["priority"]) == ("Edited", "Low")


def test_a_transition_is_made_by_name_and_a_wrong_one_is_answered_with_the_possible(
    desk: Desk,
) -> None:
    key = created(desk, "To be moved")
    wrong = desk.buttons.press("transition_issue", key, transition="Fly")
    assert not wrong.succeeded
    possible = wrong.summary.partition("Possible from here: ")[2].splitlines()[0]
    assert possible, wrong.summary
    name = possible.split(" (to ")[0].split(",")[0].rstrip(".")
    run = desk.buttons.press("transition_issue", key, transition=name, comment="Off")
    assert run.succeeded, run.summary
    status = desk.fields(key)["status"]["name"]
    entity = desk.catalogued(key)
    assert entity is not None
    assert entity["properties"]["status"] == status
    assert f"to {status}" in run.summary


def test_an_issue_is_assigned_and_unassigned(desk: Desk) -> None:
    key = created(desk, "To be assigned")
    run = desk.buttons.press("assign_issue", key, assignee="editor")
    assert run.succeeded, run.summary
    assert desk.fields(key)["assignee"]["name"] == "editor"
    run = desk.buttons.press("assign_issue", key, unassign=True)
    assert run.succeeded, run.summary
    assert desk.fields(key)["assignee"] is None


def test_a_comment_is_added_once(desk: Desk) -> None:
    key = created(desk, "To be commented on")
    run = desk.buttons.press("comment_on_issue", key, comment="Seen in Port")
    assert run.succeeded, run.summary
    assert [c["body"] for c in desk.fields(key)["comment"]["comments"]] == ["Seen in Port"]


def test_issues_are_linked_as_it_reads(desk: Desk) -> None:
    one, other = created(desk, "Blocker"), created(desk, "Blocked")
    run = desk.buttons.press("link_issues", one, link="blocks", otherIssue=other)
    assert run.succeeded, run.summary
    (link,) = desk.fields(one)["issuelinks"]
    assert (link["type"]["outward"], link["outwardIssue"]["key"]) == ("blocks", other)


def test_a_wrong_key_deletes_nothing_and_the_right_one_deletes_everywhere(desk: Desk) -> None:
    key = created(desk, "To be deleted")
    wrong = desk.buttons.press("delete_issue", key, confirmation="PAY-1")
    assert not wrong.succeeded
    assert f"is not the key {key}" in wrong.summary
    assert key in desk.issue_keys()
    assert desk.catalogued(key) is not None
    run = desk.buttons.press("delete_issue", key, confirmation=key)
    assert run.succeeded, run.summary
    assert key not in desk.issue_keys()
    assert desk.catalogued(key) is None


def test_subtasks_are_spared_unless_they_are_meant_too(desk: Desk) -> None:
    key = created(desk, "Parent")
    child = created(desk, "Child", issueType="Sub-task", parent=key)
    parent = desk.catalogued(key)
    assert parent is not None
    assert parent["relations"]["subtasks"] == [child]
    spared = desk.buttons.press("delete_issue", key, confirmation=key)
    assert f"which would be deleted too: {child}" in spared.summary
    assert {key, child} <= desk.issue_keys()
    run = desk.buttons.press("delete_issue", key, confirmation=key, deleteSubtasks=True)
    assert run.succeeded, run.summary
    assert desk.issue_keys().isdisjoint({key, child})
    assert (desk.catalogued(key), desk.catalogued(child)) == (None, None)


def test_a_rate_limit_is_waited_for(desk: Desk) -> None:
    then = {"status": 429, "headers": {"Retry-After": "2"}}
    desk.stage.jira.fault("/issue$", then, method="POST", times=1)
    run = new_bug(desk, "After a while")
    assert run.succeeded, run.summary
    assert with_summary(desk, "After a while") == [run.key]


def test_no_secret_is_in_any_log(desk: Desk) -> None:
    assert "sandbox-editor-token" not in desk.sailing.log()
