"""Carries changes out: the only place through which issues, projects or users are altered.

Everything a change names is looked up before anything is altered.
"""

from __future__ import annotations

from sandbox.jira.company import lookup
from sandbox.jira.company.change_log import Recorded
from sandbox.jira.company.changes import (
    ActivateUser,
    ArchiveProject,
    BulkEdit,
    Change,
    ChangeRefusedError,
    Create,
    CreateProject,
    CreateUser,
    DeactivateUser,
    DeleteProject,
    DeleteUser,
    IssueChange,
    PartChange,
    ProjectChange,
    RekeyProject,
    RenameProject,
    RenameUser,
    RestoreProject,
    SetAudience,
    UpdateProject,
    UpdateUser,
    UserChange,
)
from sandbox.jira.company.issue_changes import change_issue, create_issue, edit_many, unhook
from sandbox.jira.company.issue_parts import change_part
from sandbox.jira.company.model import Project, User
from sandbox.jira.company.store import Company


def apply(company: Company, change: Change, author: User | None = None) -> Recorded:
    """Carry the change out and record it; gives the record, the last where there are several.

    Raises `ChangeRefusedError` when a thing it names does not exist; nothing is changed then.
    """
    match change:
        case Create():
            return create_issue(company, change, author)
        case CreateProject():
            return _create_project(company, change, author)
        case CreateUser():
            return _create_user(company, change, author)
        case BulkEdit():
            return edit_many(company, change, author)
        case _:
            return _change_existing(company, change, author)


def _change_existing(
    company: Company,
    change: IssueChange | PartChange | ProjectChange | UserChange,
    author: User | None,
) -> Recorded:
    if isinstance(change, ProjectChange):
        return _change_project(company, change, author)
    if isinstance(change, UserChange):
        return _change_user(company, change, author)
    if isinstance(change, IssueChange):
        return change_issue(company, change, author)
    return change_part(company, change, author)


def _create_project(company: Company, change: CreateProject, author: User | None) -> Recorded:
    _refuse_taken_key(company, change.key)
    lead = lookup.user(company, change.lead)
    id_ = max(company.projects, default=9999) + 1
    project = Project(
        id_, change.key, change.name, "software", "", lead, None, None, change.audience
    )
    company.add_project(project)
    return _record_project(company, project, "project_created", change.kind, author)


def _change_project(company: Company, change: ProjectChange, author: User | None) -> Recorded:
    project = lookup.project(company, change.project)
    match change:
        case RenameProject():
            project.name = change.name
        case RekeyProject():
            _refuse_taken_key(company, change.key)
            company.rekey_project(project, change.key)
        case UpdateProject():
            _update_project(company, project, change)
        case DeleteProject():
            return _delete_project(company, project, author)
        case ArchiveProject():
            project.archived = True
        case RestoreProject():
            project.archived = False
        case SetAudience():
            project.audience = change.audience
    return _record_project(company, project, "project_updated", change.kind, author)


def _update_project(company: Company, project: Project, change: UpdateProject) -> None:
    lead = project.lead if change.lead is None else lookup.user(company, change.lead)
    if change.key is not None and change.key != project.key:
        _refuse_taken_key(company, change.key)
        company.rekey_project(project, change.key)
    project.lead, project.name = lead, change.name or project.name
    if change.description is not None:
        project.description = change.description


def _delete_project(company: Company, project: Project, author: User | None) -> Recorded:
    for issue in tuple(company.issues_of(project)):
        unhook(company, issue)
        company.remove_issue(issue)
    company.remove_project(project)
    return _record_project(company, project, "project_deleted", "delete_project", author)


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
    user, event = lookup.user(company, change.user), "user_updated"
    match change:
        case DeactivateUser():
            user.active = False
        case ActivateUser():
            user.active = True
        case RenameUser():
            _rename(company, user, change)
        case UpdateUser():
            user.display_name = change.display_name or user.display_name
            user.email = user.email if change.email is None else change.email or None
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
