"""Notes what was changed on an issue: its time, its place in the index, its history, the log."""

from __future__ import annotations

from sandbox.jira.company.change_log import Part, Recorded
from sandbox.jira.company.model import (
    Edit,
    FieldChange,
    Issue,
    Priority,
    Resolution,
    Status,
    User,
)
from sandbox.jira.company.store import Company

Shown = dict[str, tuple[str | None, str | None]]


def touch(
    company: Company,
    issue: Issue,
    kind: str,
    author: User | None,
    changes: tuple[FieldChange, ...] = (),
    part: Part | None = None,
) -> Recorded:
    """The issue was changed just now: record it, and tell of it."""
    now = freshen(company, issue)
    entry = company.log.record(now, "jira:issue_updated", kind, issue, author, changes, part=part)
    if changes:
        remember(issue, Edit(100_000 + entry.revision, now, author, changes))
    return entry


def freshen(company: Company, issue: Issue) -> int:
    """A new time of change and the last place in the index; gives the present moment."""
    now = company.clock()
    issue.updated_ms = max(now, issue.updated_ms)
    issue.index_position = company.next_index_position()
    return now


def remember(issue: Issue, edit: Edit) -> None:
    issue.history = [*(issue.history or ()), edit]


def shown(issue: Issue) -> Shown:
    """The fields that a history tells of, each as id and text."""
    return {
        "summary": (None, issue.summary),
        "description": (None, issue.description),
        "labels": (None, " ".join(issue.labels)),
        "duedate": (None, None if issue.due is None else issue.due.isoformat()),
        "priority": _id_and_name(issue.priority),
        "status": _id_and_name(issue.status),
        "resolution": _id_and_name(issue.resolution),
        "assignee": _key_and_name(issue.assignee),
        "reporter": _key_and_name(issue.reporter),
        "Component": (None, ", ".join(one.name for one in issue.components) or None),
        "Fix Version": (None, ", ".join(one.name for one in issue.fix_versions) or None),
    }


def _id_and_name(one: Priority | Status | Resolution | None) -> tuple[str | None, str | None]:
    return (None, None) if one is None else (one.id, one.name)


def _key_and_name(user: User | None) -> tuple[str | None, str | None]:
    return (None, None) if user is None else (user.key, user.display_name)


def differences(before: Shown, after: Shown) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(name, *before[name], *after[name])
        for name in before
        if before[name] != after[name]
    )
