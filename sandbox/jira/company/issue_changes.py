"""Carries out what concerns an issue itself: its making, fields, status, project and end.

Everything a change names is looked up before anything is altered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from sandbox.jira.company import lookup
from sandbox.jira.company.catalogue import (
    CLOSED,
    DONE,
    EPIC,
    FIXED,
    OPEN,
    PRIORITIES,
    REOPENED,
    SUB_TASK,
    TASK,
)
from sandbox.jira.company.change_log import Recorded
from sandbox.jira.company.changes import (
    Assign,
    BulkEdit,
    ChangeRefusedError,
    Close,
    Create,
    CustomGiven,
    Delete,
    EditIssue,
    IssueChange,
    Move,
    Reopen,
    Transition,
)
from sandbox.jira.company.issue_history import differences, shown, touch
from sandbox.jira.company.model import (
    FieldChange,
    Issue,
    IssueType,
    Project,
    Resolution,
    Status,
    User,
)
from sandbox.jira.company.store import Company
from sandbox.jira.company.texts import mix


def create_issue(company: Company, change: Create, author: User | None) -> Recorded:
    """A new issue, opened now, with the author as reporter where nobody is named."""
    project = lookup.project(company, change.project)
    parent = None if change.parent is None else lookup.issue(company, change.parent)
    if parent is not None and parent.project is not project:
        message = f"{parent.key} is in another project than {project.key}."
        raise ChangeRefusedError(message)
    issue = _new_issue(company, project, change, author)
    company.add_issue(issue)
    if parent is not None:
        issue.parent = parent
        parent.subtasks = [*(parent.subtasks or ()), issue]
    return company.log.record(issue.created_ms, "jira:issue_created", change.kind, issue, author)


def _new_issue(company: Company, project: Project, change: Create, author: User | None) -> Issue:
    now, id_ = company.clock(), company.next_issue_id()
    issue = Issue(
        id=id_,
        number=project.last_number + 1,
        project=project,
        type=_type(change),
        status=OPEN,
        priority=PRIORITIES[2],
        resolution=None,
        assignee=None,
        reporter=author,
        creator=author,
        created_ms=now,
        updated_ms=now,
        resolved_ms=None,
        due=None,
        seed=mix(id_, 99),
        labels=(),
        components=(),
        fix_versions=(),
        affected_versions=(),
        index_position=company.next_index_position(),
        bare=change.bare,
        properties=dict(change.properties),
    )
    for setter in _edits(company, issue, change):
        setter()
    project.last_number += 1
    return issue


def _type(change: Create) -> IssueType:
    if change.type is not None:
        return lookup.issue_type(change.type)
    return SUB_TASK if change.parent is not None else TASK


def change_issue(company: Company, change: IssueChange, author: User | None) -> Recorded:
    """Fields, status, project or existence of one issue, and with it of its sub-tasks."""
    issue = lookup.issue(company, change.issue)
    match change:
        case EditIssue():
            return _edit(company, issue, change, author)
        case Assign():
            edit = EditIssue(kind="edit", issue=issue.key, assignee=change.assignee)
            return _edit(company, issue, edit, author, change.kind)
        case Transition():
            return _transition(company, issue, change, author)
        case Close():
            return _set_status(company, issue, CLOSED, change.kind, author)
        case Reopen():
            return _set_status(company, issue, REOPENED, change.kind, author)
        case Move():
            return _move(company, issue, lookup.project(company, change.project), author)
        case Delete():
            return _delete(company, issue, author)


def edit_many(company: Company, change: BulkEdit, author: User | None) -> Recorded:
    """The same for each issue; each tells of it."""
    issues = [lookup.issue(company, key) for key in change.issues]
    if not issues:
        message = "There is no issue to edit."
        raise ChangeRefusedError(message)
    return [_edit(company, issue, change, author) for issue in issues][-1]


def _edit(
    company: Company,
    issue: Issue,
    change: EditIssue | BulkEdit,
    author: User | None,
    kind: str = "edit",
) -> Recorded:
    setters = _edits(company, issue, change)
    before = shown(issue)
    for setter in setters:
        setter()
    return touch(company, issue, kind, author, differences(before, shown(issue)))


_Values = EditIssue | BulkEdit | Create
_Setter = Callable[[], None]


def _edits(company: Company, issue: Issue, change: _Values) -> list[_Setter]:
    """Looks everything up at once, so that a wrong name alters nothing."""
    found = (
        _setter(issue, "edited_summary", change.summary, str),
        _setter(issue, "edited_description", change.description, str),
        _setter(issue, "edited_environment", change.environment, str),
        _setter(issue, "labels", change.labels, tuple),
        _setter(issue, "due", change.due, lambda day: day or None),
        _setter(issue, "priority", change.priority, lookup.priority_or_none),
        *_people(company, issue, change),
        *_parts_of_project(issue, change),
        _setter(issue, "epic", change.epic, lambda key: lookup.epic_or_none(company, key)),
        _custom_setter(issue, change.custom),
    )
    return [setter for setter in found if setter is not None]


def _people(company: Company, issue: Issue, change: _Values) -> Iterator[_Setter | None]:
    for name, given in (("assignee", change.assignee), ("reporter", change.reporter)):
        yield _setter(issue, name, given, lambda text: lookup.user_or_nobody(company, text))


def _parts_of_project(issue: Issue, change: _Values) -> Iterator[_Setter | None]:
    components, versions = issue.project.components, issue.project.versions
    yield _setter(issue, "components", change.components, _those(components, "component"))
    yield _setter(issue, "fix_versions", change.fix_versions, _those(versions, "version"))
    yield _setter(issue, "affected_versions", change.affected_versions, _those(versions, "version"))


def _setter[Given](
    issue: Issue, name: str, given: Given | None, read: Callable[[Given], object]
) -> _Setter | None:
    if given is None:
        return None
    value = read(given)
    return lambda: setattr(issue, name, value)


def _those[Thing: lookup.Named](
    things: Sequence[Thing], what: str
) -> Callable[[tuple[str, ...]], tuple[Thing, ...]]:
    return lambda given: tuple(lookup.named(things, text, what) for text in given)


def _custom_setter(issue: Issue, given: Mapping[str, CustomGiven]) -> _Setter | None:
    if not given:
        return None
    values = {id_: lookup.custom_field(id_).parse(value) for id_, value in given.items()}
    return lambda: setattr(issue, "custom", {**(issue.custom or {}), **values})


def _transition(
    company: Company, issue: Issue, change: Transition, author: User | None
) -> Recorded:
    resolution = FIXED if change.resolution is None else lookup.resolution(change.resolution)
    status = lookup.status(change.status)
    return _set_status(company, issue, status, change.kind, author, resolution)


def _set_status(
    company: Company,
    issue: Issue,
    status: Status,
    kind: str,
    author: User | None,
    resolution: Resolution = FIXED,
) -> Recorded:
    before = shown(issue)
    was_done, issue.status = issue.resolved_ms is not None, status
    if status.category is not DONE:
        issue.resolution, issue.resolved_ms = None, None
    elif not was_done:
        issue.resolution, issue.resolved_ms = resolution, company.clock()
    return touch(company, issue, kind, author, differences(before, shown(issue)))


def _move(company: Company, issue: Issue, project: Project, author: User | None) -> Recorded:
    if issue.parent is not None or issue.project is project:
        message = f"{issue.key} cannot be moved to {project.key}: a sub-task, or there already."
        raise ChangeRefusedError(message)
    for subtask in issue.subtasks or ():
        _move_one(company, subtask, project, author)
    return _move_one(company, issue, project, author)


def _move_one(company: Company, issue: Issue, project: Project, author: User | None) -> Recorded:
    old_project, old_key = issue.project, issue.key
    company.rehome_issue(issue, project)
    issue.components = issue.fix_versions = issue.affected_versions = ()
    changes = (
        FieldChange(
            "project", str(old_project.id), old_project.name, str(project.id), project.name
        ),
        FieldChange("Key", None, old_key, None, issue.key),
    )
    return touch(company, issue, "move", author, changes)


def _delete(company: Company, issue: Issue, author: User | None) -> Recorded:
    for subtask in tuple(issue.subtasks or ()):
        _delete(company, subtask, author)
    key = issue.key
    unhook(company, issue)
    company.remove_issue(issue)
    now = company.clock()
    return company.log.record(now, "jira:issue_deleted", "delete", issue, author, key=key)


def unhook(company: Company, issue: Issue) -> None:
    """Let nothing that stays point to an issue that goes."""
    if issue.parent is not None:
        issue.parent.subtasks = [one for one in issue.parent.subtasks or () if one is not issue]
    for link in issue.links or ():
        other = link.target if link.source is issue else link.source
        other.links = [one for one in other.links or () if one is not link]
    if issue.type is EPIC:
        for member in company.issues.values():
            member.epic = None if member.epic is issue else member.epic
