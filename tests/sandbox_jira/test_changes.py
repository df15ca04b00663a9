"""Changes to the company, and their supply by chance."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from sandbox.jira.company.apply import apply
from sandbox.jira.company.change_log import Recorded
from sandbox.jira.company.changes import ChangeRefusedError, parse_change
from sandbox.jira.company.churn import KINDS, Churn
from sandbox.jira.company.generate import Size, generate_company
from sandbox.jira.company.model import Issue
from sandbox.jira.company.store import Company


class Clock:
    """Every look at it is a second later."""

    def __init__(self) -> None:
        self.now = 1_780_000_000_000

    def __call__(self) -> int:
        self.now += 1000
        return self.now


@pytest.fixture
def company() -> Company:
    return generate_company(Size(8, 300, 30), 1, Clock())


def change(company: Company, kind: str, **document: object) -> Recorded:
    return apply(company, parse_change({"kind": kind, **document}))


def some(company: Company, **wanted: bool) -> Issue:
    """An issue that is open, a parent, or a sub-task as wanted, in a project that is not archived."""
    return next(
        issue
        for issue in company.issues.values()
        if not issue.project.archived
        and wanted.get("open", True) == (issue.resolved_ms is None)
        and wanted.get("parent", False) == bool(issue.subtasks)
        and wanted.get("child", False) == (issue.parent is not None)
    )


def test_a_created_issue_is_the_newest(company: Company) -> None:
    entry = change(company, "create", project="PAY", summary="New", priority="High")
    issue = company.issue(entry.key)
    assert issue is not None
    assert issue is company.created_between(None, None)[-1]
    assert (issue.summary, issue.priority and issue.priority.name) == ("New", "High")
    assert entry.event == "jira:issue_created"


def test_a_created_sub_task_hangs_on_its_parent(company: Company) -> None:
    parent = some(company)
    entry = change(company, "create", project=parent.project.key, parent=parent.key)
    assert [one.key for one in parent.subtasks or ()] == [entry.key]


def test_closing_resolves_and_reopening_takes_it_back(company: Company) -> None:
    issue = some(company)
    change(company, "close", issue=issue.key)
    assert issue.resolution is not None
    assert issue.resolved_ms == issue.updated_ms - 1000
    change(company, "reopen", issue=issue.key)
    assert [issue.resolution, issue.resolved_ms] == [None, None]


def test_an_edit_is_told_in_the_history(company: Company) -> None:
    issue = some(company)
    before = issue.summary
    entry = change(company, "edit", issue=issue.key, summary="After", assignee="")
    told = {one.field: (one.from_text, one.to_text) for one in entry.changes}
    assert told["summary"] == (before, "After")
    assert issue.assignee is None
    assert issue.history is not None
    assert issue.history[-1].changes == entry.changes


def test_an_edit_moves_an_issue_to_the_end_of_the_index(company: Company) -> None:
    issue = some(company)
    change(company, "edit", issue=issue.key, summary="x")
    assert issue.index_position > max(
        one.index_position for one in company.issues.values() if one is not issue
    )


def test_a_moved_issue_has_a_new_key_and_answers_to_the_old_one(company: Company) -> None:
    issue = some(company, parent=True)
    old, children = issue.key, [one.key for one in issue.subtasks or ()]
    target = next(one for one in company.projects.values() if one is not issue.project)
    entry = change(company, "move", issue=old, project=target.key)
    assert entry.key == issue.key != old
    assert company.issue(old) is issue
    assert [company.issue(key) for key in children] == issue.subtasks
    assert [(one.from_text, one.to_text) for one in entry.changes if one.field == "Key"] == [
        (old, issue.key)
    ]


def test_a_deleted_issue_takes_its_sub_tasks_along(company: Company) -> None:
    issue = some(company, parent=True)
    keys = [issue.key, *(one.key for one in issue.subtasks or ())]
    change(company, "delete", issue=issue.key)
    assert [company.issue(key) for key in keys] == [None] * len(keys)
    assert not set(keys) & {one.key for one in company.created_between(None, None)}


def test_nothing_points_to_what_was_deleted(company: Company) -> None:
    for issue in list(company.issues.values())[::2]:
        if issue.id in company.issues:
            change(company, "delete", issue=issue.key)
    left = set(company.issues.values())
    for issue in left:
        around = [issue.parent, issue.epic, *(issue.subtasks or ())]
        around += [end for link in issue.links or () for end in (link.source, link.target)]
        assert left.issuperset(one for one in around if one is not None)


def test_a_project_with_a_new_key_takes_its_issues_along(company: Company) -> None:
    change(company, "rekey_project", project="PAY", key="MONEY")
    issue = company.issue("MONEY-1")
    assert issue is not None
    assert company.issue("PAY-1") is issue
    assert "PAY" in issue.values("project")


def test_a_renamed_user_keeps_the_key(company: Company) -> None:
    user = company.user_by_name("zoe")
    assert user is not None
    key = user.key
    change(company, "rename_user", user="zoe", name="zoe.quinn")
    assert company.user_by_name("zoe") is None
    assert company.user_by_name("zoe.quinn") is company.users[key] is user


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({"kind": "explode"}, "does not match any of the expected tags"),
        ({"kind": "close"}, "close.issue: Field required"),
        ({"kind": "close", "issue": "PAY-1", "why": "x"}, "close.why: Extra inputs"),
        ({"kind": "close", "issue": "PAY-99999"}, "There is no issue 'PAY-99999'"),
        ({"kind": "create", "project": "NOPE"}, "There is no project 'NOPE'"),
        ({"kind": "transition", "issue": "PAY-1", "status": "Lost"}, "There is no status 'Lost'"),
        ({"kind": "edit", "issue": "PAY-1", "assignee": "ghost"}, "There is no user 'ghost'"),
        ({"kind": "rekey_project", "project": "PAY", "key": "HR"}, "Project HR exists already"),
        ({"kind": "rename_user", "user": "zoe", "name": "x"}, "A user named 'x' exists already"),
        ({"kind": "move", "issue": "PAY-1", "project": "PAY"}, "cannot be moved"),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)
def test_what_makes_no_sense_is_refused(
    company: Company, document: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ChangeRefusedError, match=problem):
        apply(company, parse_change(document))
    assert company.log.revision == 0


def test_a_refused_edit_changes_nothing(company: Company) -> None:
    issue = some(company)
    before = issue.summary
    with pytest.raises(ChangeRefusedError, match="ghost"):
        change(company, "edit", issue=issue.key, summary="After", assignee="ghost")
    assert issue.summary == before


def test_observers_hear_of_every_change(company: Company) -> None:
    heard: list[str] = []
    company.log.observe(lambda entry: heard.append(entry.kind))
    change(company, "archive_project", project="PAY")
    change(company, "deactivate_user", user="zoe")
    assert heard == ["archive_project", "deactivate_user"]
    assert company.log.revision == 2


def churned(seed: int, kinds: tuple[str, ...] = KINDS, count: int = 200) -> list[tuple[str, str]]:
    company = generate_company(Size(8, 300, 30), 1, Clock())
    churn = Churn(company, kinds, seed)
    for _ in range(count):
        found = churn.next_change()
        if found is not None:
            apply(company, found, churn.author())
    return [(entry.kind, entry.key) for entry in company.log.entries]


def test_the_same_seed_makes_the_same_changes() -> None:
    assert churned(7) == churned(7)
    assert churned(7) != churned(8)


def test_churn_makes_every_kind_of_change() -> None:
    assert set(KINDS) == set(Counter(kind for kind, _ in churned(3, count=400)))


@pytest.mark.parametrize("kind", KINDS)
def test_churn_of_one_kind_makes_nothing_else(kind: str) -> None:
    made = churned(5, (kind,), 5)
    assert {name for name, _ in made} == {kind}


def test_churn_never_touches_the_accounts_that_log_in() -> None:
    keys = {key for kind, key in churned(1, ("delete_user",), 60)}
    assert not keys & {"admin", "JIRAUSER10001", "JIRAUSER10002"}
