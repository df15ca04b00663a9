"""A search index that lags behind: what it shows of the relatives of what has changed."""

from __future__ import annotations

from sandbox.jira.company.apply import apply
from sandbox.jira.company.changes import parse_change
from sandbox.jira.company.generate import Size, generate_company
from sandbox.jira.company.model import Issue
from sandbox.jira.index import LaggingIndex


class Clock:
    now = 1_780_000_000_000

    def __call__(self) -> int:
        return self.now


def sub_tasks(index: LaggingIndex, parent: Issue) -> set[str]:
    (found,) = (one for one in index.issues(None, None) if one.id == parent.id)
    return {one.key for one in found.subtasks or ()}


def test_a_parent_shows_its_sub_tasks_as_late_as_they_are_found() -> None:
    clock = Clock()
    company = generate_company(Size(8, 300, 30), 1, clock)
    index = LaggingIndex(company)
    index.set_lag(1000)
    company.log.observe(index.observe)
    parent = next(one for one in company.issues.values() if one.subtasks)
    project, old = parent.project.key, {one.key for one in parent.subtasks or ()}
    create = {"kind": "create", "project": project, "parent": parent.key, "summary": "New"}
    new = apply(company, parse_change(create)).key
    assert sub_tasks(index, parent) == old
    clock.now += 1000
    assert sub_tasks(index, parent) == old | {new}
    apply(company, parse_change({"kind": "delete", "issue": new}))
    assert sub_tasks(index, parent) == old | {new}
    clock.now += 1000
    assert sub_tasks(index, parent) == old
