"""The invented company."""

from __future__ import annotations

from collections import Counter

import pytest

from sandbox.jira.company.generate import Size, generate_company
from sandbox.jira.company.model import Audience, Issue
from sandbox.jira.company.store import Company

NOW = 1_780_000_000_000
DAY = 86_400_000


def company(issues: int = 3000, projects: int = 20, users: int = 80, seed: int = 1) -> Company:
    return generate_company(Size(projects, issues, users), seed, lambda: NOW)


@pytest.fixture(scope="module")
def usual() -> Company:
    return company()


def rows(usual: Company) -> list[Issue]:
    return list(usual.issues.values())


def fingerprint(one: Company) -> list[tuple[object, ...]]:
    return [
        (i.key, i.id, i.created_ms, i.updated_ms, i.status.name, i.summary, i.description)
        for i in one.issues.values()
    ]


def test_the_same_seed_gives_the_same_company() -> None:
    assert fingerprint(company(300)) == fingerprint(company(300))


def test_another_seed_gives_another_company() -> None:
    assert fingerprint(company(300)) != fingerprint(company(300, seed=2))


@pytest.mark.parametrize("size", [0, 1, 2, 7, 55], ids=str)
def test_any_size_can_be_had(size: int) -> None:
    small = company(size, projects=max(1, size), users=size)
    assert len(small.issues) == size
    assert len(small.users) == size + 4


def test_keys_and_ids_are_unique(usual: Company) -> None:
    assert len({issue.key for issue in rows(usual)}) == len(rows(usual)) == 3000


def test_about_a_third_is_open(usual: Company) -> None:
    share = sum(issue.resolved_ms is None for issue in rows(usual)) / 3000
    assert 0.28 < share < 0.42


def test_issues_span_three_years_and_many_changed_this_week(usual: Company) -> None:
    assert min(issue.created_ms for issue in rows(usual)) < NOW - 2.8 * 365 * DAY
    assert sum(issue.updated_ms > NOW - 7 * DAY for issue in rows(usual)) > 150


def test_no_issue_is_older_than_its_changes(usual: Company) -> None:
    for issue in rows(usual):
        resolved = issue.created_ms if issue.resolved_ms is None else issue.resolved_ms
        assert issue.created_ms <= resolved <= issue.updated_ms <= NOW


def test_an_import_made_many_issues_in_one_second(usual: Company) -> None:
    assert Counter(issue.created for issue in rows(usual)).most_common(1)[0][1] >= 150


def test_ids_do_not_always_follow_creation(usual: Company) -> None:
    created = [issue.created_ms for issue in sorted(rows(usual), key=lambda one: one.id)]
    assert created != sorted(created)


def test_resolved_and_done_mean_the_same(usual: Company) -> None:
    for issue in rows(usual):
        done = issue.status.category.key == "done"
        assert done == (issue.resolved_ms is not None) == (issue.resolution is not None)


@pytest.mark.parametrize("name", ["priority", "assignee", "reporter", "creator", "due", "epic"])
def test_fields_may_be_empty_or_not(usual: Company, name: str) -> None:
    empty = {getattr(issue, name) is None for issue in rows(usual)}
    assert empty == ({False} if name == "creator" else {True, False})


def test_sub_tasks_and_parents_know_each_other(usual: Company) -> None:
    children = [issue for issue in rows(usual) if issue.parent is not None]
    assert len(children) > 200
    for issue in children:
        assert issue.parent is not None
        assert issue.parent.subtasks is not None
        assert issue in issue.parent.subtasks
        assert issue.type.subtask
        assert issue.parent.project is issue.project


def test_first_projects_cover_what_a_company_has(usual: Company) -> None:
    projects = list(usual.projects.values())[:8]
    assert {project.audience for project in projects} == set(Audience)
    assert any(project.archived for project in projects)
    assert {project.type_key for project in projects} == {"software", "business", "service_desk"}
    assert all(len(project.key) <= 10 for project in usual.projects.values())


def test_one_project_is_empty(usual: Company) -> None:
    assert any(not list(usual.issues_of(one)) for one in usual.projects.values())


def test_odd_accounts_are_there(usual: Company) -> None:
    users = list(usual.users.values())
    assert any(user.deleted for user in users)
    assert any(not user.active and not user.deleted for user in users)
    assert any(user.key.startswith("JIRAUSER") for user in users)
    assert any(user.key != user.name.lower() and not user.key.startswith("J") for user in users)
    assert any(" at " in (user.email or "") for user in users)
    assert any(user.email is None for user in users)
    assert any("\\" in user.name or "+" in user.name or " " in user.name for user in users)
    assert len({user.display_name for user in users}) < len(users)


def test_deleted_users_still_appear_in_issues(usual: Company) -> None:
    people = {one for issue in rows(usual) for one in (issue.reporter, issue.assignee) if one}
    assert any(user.deleted for user in people)


def test_text_comes_in_several_scripts(usual: Company) -> None:
    text = "".join(issue.summary + (issue.description or "") for issue in rows(usual))
    for sample in ("ошибка", "问题", "أداء", "übersetzung", "🚀", '"'):
        assert sample in text.lower()


def test_summaries_are_single_lines(usual: Company) -> None:
    assert not any("\n" in issue.summary or "\r" in issue.summary for issue in rows(usual))


@pytest.mark.parametrize(
    ("first", "last"), [(None, None), (0, 4_000_000_000), (NOW, None), (5, 4)], ids=str
)
def test_the_timeline_finds_what_was_created_between(
    usual: Company, first: int | None, last: int | None
) -> None:
    expected = [
        issue
        for issue in rows(usual)
        if (first is None or issue.created >= first) and (last is None or issue.created <= last)
    ]
    assert set(usual.created_between(first, last)) == set(expected)


def test_the_timeline_bounds_are_closed(usual: Company) -> None:
    issue = rows(usual)[1000]
    assert issue in usual.created_between(issue.created, issue.created)
    assert issue not in usual.created_between(issue.created + 1, None)
    assert issue not in usual.created_between(None, issue.created - 1)
