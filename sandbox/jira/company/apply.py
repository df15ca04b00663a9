"""Carries changes out: the only place that alters issues, projects or users after the start.

Everything a change names is looked up before anything is altered.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sandbox.jira.company.catalogue import (
    CLOSED,
    DONE,
    EPIC,
    FIXED,
    ISSUE_TYPES,
    OPEN,
    PRIORITIES,
    REOPENED,
    STATUSES,
    SUB_TASK,
    TASK,
)
from sandbox.jira.company.change_log import Recorded
from sandbox.jira.company.changes import (
    ActivateUser,
    ArchiveProject,
    Change,
    ChangeRefusedError,
    Close,
    Create,
    CreateProject,
    CreateUser,
    DeactivateUser,
    Delete,
    DeleteUser,
    EditIssue,
    IssueChange,
    Move,
    ProjectChange,
    RekeyProject,
    RenameProject,
    RenameUser,
    Reopen,
    RestoreProject,
    SetAudience,
    Transition,
    UserChange,
)
from sandbox.jira.company.model import (
    Edit,
    FieldChange,
    Issue,
    IssueType,
    Priority,
    Project,
    Resolution,
    Status,
    User,
)
from sandbox.jira.company.store import Company
from sandbox.jira.company.texts import mix


def apply(company: Company, change: Change, author: User | None = None) -> Recorded:
    """Carry the change out and record it; gives the record, the last where there are several.

    Raises `ChangeRefusedError` when a thing it names does not exist; nothing is changed then.
    """
    match change:
        case Create():
            return _create(company, change, author)
        case CreateProject():
            return _create_project(company, change, author)
        case CreateUser():
            return _create_user(company, change, author)
        case RenameProject() | RekeyProject() | ArchiveProject() | RestoreProject() | SetAudience():
            return _change_project(company, change, author)
        case DeactivateUser() | ActivateUser() | RenameUser() | DeleteUser():
            return _change_user(company, change, author)
        case _:
            return _change_issue(company, change, author)


def _create(company: Company, change: Create, author: User | None) -> Recorded:
    project = _project(company, change.project)
    parent = None if change.parent is None else _issue(company, change.parent)
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
    type_ = _type(change)
    priority = _priority(change.priority or PRIORITIES[2].name)
    assignee = _user_or_nobody(company, change.assignee or "")
    reporter = author if change.reporter is None else _user_or_nobody(company, change.reporter)
    now, id_ = company.clock(), company.next_issue_id()
    project.last_number += 1
    return Issue(
        id=id_,
        number=project.last_number,
        project=project,
        type=type_,
        status=OPEN,
        priority=priority,
        resolution=None,
        assignee=assignee,
        reporter=reporter,
        creator=author,
        created_ms=now,
        updated_ms=now,
        resolved_ms=None,
        due=None,
        seed=mix(id_, 99),
        labels=change.labels,
        components=(),
        fix_versions=(),
        affected_versions=(),
        index_position=company.next_index_position(),
        edited_summary=change.summary,
        edited_description=change.description,
    )


def _type(change: Create) -> IssueType:
    if change.type is not None:
        return _named(ISSUE_TYPES, change.type, "issue type")
    return SUB_TASK if change.parent is not None else TASK


def _change_issue(company: Company, change: IssueChange, author: User | None) -> Recorded:
    issue = _issue(company, change.issue)
    match change:
        case EditIssue():
            return _edit(company, issue, change, author)
        case Transition():
            return _set_status(company, issue, _status(change.status), change.kind, author)
        case Close():
            return _set_status(company, issue, CLOSED, change.kind, author)
        case Reopen():
            return _set_status(company, issue, REOPENED, change.kind, author)
        case Move():
            return _move(company, issue, _project(company, change.project), author)
        case Delete():
            return _delete(company, issue, author)


def _edit(company: Company, issue: Issue, change: EditIssue, author: User | None) -> Recorded:
    setters = [setter for setter in _edits(company, issue, change) if setter is not None]
    before = _shown(issue)
    for setter in setters:
        setter()
    return _touch(company, issue, change.kind, author, _differences(before, _shown(issue)))


def _edits(
    company: Company, issue: Issue, change: EditIssue
) -> tuple[Callable[[], None] | None, ...]:
    """Looks everything up at once, so that a wrong name alters nothing."""
    return (
        _setter(issue, "edited_summary", change.summary),
        _setter(issue, "edited_description", change.description),
        _setter(issue, "labels", change.labels),
        _setter(issue, "due", change.due),
        _setter(issue, "priority", change.priority, lambda text: _priority(text) if text else None),
        _setter(issue, "assignee", change.assignee, lambda text: _user_or_nobody(company, text)),
        _setter(issue, "reporter", change.reporter, lambda text: _user_or_nobody(company, text)),
    )


def _setter[Given: (str, tuple[str, ...], date)](
    issue: Issue,
    name: str,
    given: Given | None,
    read: Callable[[Given], object] = lambda value: value,
) -> Callable[[], None] | None:
    if given is None:
        return None
    value = read(given)
    return lambda: setattr(issue, name, value)


def _set_status(
    company: Company, issue: Issue, status: Status, kind: str, author: User | None
) -> Recorded:
    before = _shown(issue)
    was_done, issue.status = issue.resolved_ms is not None, status
    if status.category is not DONE:
        issue.resolution, issue.resolved_ms = None, None
    elif not was_done:
        issue.resolution, issue.resolved_ms = FIXED, company.clock()
    return _touch(company, issue, kind, author, _differences(before, _shown(issue)))


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
    return _touch(company, issue, "move", author, changes)


def _delete(company: Company, issue: Issue, author: User | None) -> Recorded:
    for subtask in tuple(issue.subtasks or ()):
        _delete(company, subtask, author)
    key = issue.key
    _unhook(company, issue)
    company.remove_issue(issue)
    now = company.clock()
    return company.log.record(now, "jira:issue_deleted", "delete", issue, author, key=key)


def _unhook(company: Company, issue: Issue) -> None:
    if issue.parent is not None:
        issue.parent.subtasks = [one for one in issue.parent.subtasks or () if one is not issue]
    for link in issue.links or ():
        other = link.target if link.source is issue else link.source
        other.links = [one for one in other.links or () if one is not link]
    if issue.type is EPIC:
        for member in company.issues.values():
            member.epic = None if member.epic is issue else member.epic


def _touch(
    company: Company,
    issue: Issue,
    kind: str,
    author: User | None,
    changes: tuple[FieldChange, ...],
) -> Recorded:
    now = company.clock()
    issue.updated_ms = max(now, issue.updated_ms)
    issue.index_position = company.next_index_position()
    entry = company.log.record(now, "jira:issue_updated", kind, issue, author, changes)
    edit = Edit(100_000 + entry.revision, now, author, changes)
    issue.history = [*(issue.history or ()), edit]
    return entry


_Shown = dict[str, tuple[str | None, str | None]]


def _shown(issue: Issue) -> _Shown:
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
    }


def _id_and_name(one: Priority | Status | Resolution | None) -> tuple[str | None, str | None]:
    return (None, None) if one is None else (one.id, one.name)


def _key_and_name(user: User | None) -> tuple[str | None, str | None]:
    return (None, None) if user is None else (user.key, user.display_name)


def _differences(before: _Shown, after: _Shown) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(name, *before[name], *after[name])
        for name in before
        if before[name] != after[name]
    )


def _create_project(company: Company, change: CreateProject, author: User | None) -> Recorded:
    _refuse_taken_key(company, change.key)
    lead = _user(company, change.lead)
    id_ = max(company.projects, default=9999) + 1
    project = Project(
        id_, change.key, change.name, "software", "", lead, None, None, change.audience
    )
    company.add_project(project)
    return _record_project(company, project, "project_created", change.kind, author)


def _change_project(company: Company, change: ProjectChange, author: User | None) -> Recorded:
    project = _project(company, change.project)
    match change:
        case RenameProject():
            project.name = change.name
        case RekeyProject():
            _refuse_taken_key(company, change.key)
            company.rekey_project(project, change.key)
        case ArchiveProject():
            project.archived = True
        case RestoreProject():
            project.archived = False
        case SetAudience():
            project.audience = change.audience
    return _record_project(company, project, "project_updated", change.kind, author)


def _record_project(
    company: Company, project: Project, event: str, kind: str, author: User | None
) -> Recorded:
    return company.log.record(company.clock(), event, kind, project, author)


def _refuse_taken_key(company: Company, key: str) -> None:
    if company.project(key) is not None:
        message = f"Project {key} exists already, or is the former key of a project."
        raise ChangeRefusedError(message)


def _create_user(company: Company, change: CreateUser, author: User | None) -> Recorded:
    _refuse_taken_name(company, change.name)
    id_ = max(user.id for user in company.users.values()) + 1
    user = User(id_, f"JIRAUSER{id_}", change.name, change.display_name, change.email)
    company.add_user(user)
    return company.log.record(company.clock(), "user_created", change.kind, user, author)


def _change_user(company: Company, change: UserChange, author: User | None) -> Recorded:
    user, event = _user(company, change.user), "user_updated"
    match change:
        case DeactivateUser():
            user.active = False
        case ActivateUser():
            user.active = True
        case RenameUser():
            _rename(company, user, change)
        case DeleteUser():
            user.active, user.deleted, event = False, True, "user_deleted"
    return company.log.record(company.clock(), event, change.kind, user, author)


def _rename(company: Company, user: User, change: RenameUser) -> None:
    if change.name is not None and change.name != user.name:
        _refuse_taken_name(company, change.name)
        company.rename_user(user, change.name)
    user.display_name = change.display_name or user.display_name


def _refuse_taken_name(company: Company, name: str) -> None:
    if company.user_by_name(name) is not None:
        message = f"A user named {name!r} exists already."
        raise ChangeRefusedError(message)


def _named[Thing: (IssueType, Status, Priority)](
    things: tuple[Thing, ...], text: str, what: str
) -> Thing:
    for thing in things:
        if text in thing.names:
            return thing
    message = f"There is no {what} {text!r}: {', '.join(thing.name for thing in things)}"
    raise ChangeRefusedError(message)


def _status(text: str) -> Status:
    return _named(STATUSES, text, "status")


def _priority(text: str) -> Priority:
    return _named(PRIORITIES, text, "priority")


def _issue(company: Company, text: str) -> Issue:
    return _found(company.issue(text), f"There is no issue {text!r}.")


def _project(company: Company, text: str) -> Project:
    return _found(company.project(text), f"There is no project {text!r}.")


def _user(company: Company, text: str) -> User:
    return _found(company.user(text), f"There is no user {text!r}.")


def _user_or_nobody(company: Company, text: str) -> User | None:
    return _user(company, text) if text else None


def _found[Thing](thing: Thing | None, otherwise: str) -> Thing:
    if thing is None:
        raise ChangeRefusedError(otherwise)
    return thing
