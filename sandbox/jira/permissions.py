"""Who may see and do what."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sandbox.jira.company.model import Audience, Issue, Project, User
from sandbox.jira.company.people import ADMIN, EDITOR, READER, RESTRICTED
from sandbox.jira.company.store import Company
from sandbox.jira.settings import Settings

GLOBAL: Final = {
    "ADMINISTER": ("44", "Jira Administrators", "Create and administer projects, types and users."),
    "SYSTEM_ADMIN": ("0", "Jira System Administrators", "Perform all administration functions."),
    "USER_PICKER": ("27", "Browse Users", "Select users or groups and share issues."),
    "BULK_CHANGE": ("33", "Bulk Change", "Change many issues at once."),
    "CREATE_SHARED_OBJECTS": ("22", "Create Shared Objects", "Share dashboards and filters."),
}
PROJECT: Final = {
    "BROWSE_PROJECTS": ("10", "Browse Projects", "Browse projects and the issues within them."),
    "CREATE_ISSUES": ("11", "Create Issues", "Create issues."),
    "EDIT_ISSUES": ("12", "Edit Issues", "Edit issues."),
    "ASSIGN_ISSUES": ("13", "Assign Issues", "Assign issues to other people."),
    "ASSIGNABLE_USER": ("17", "Assignable User", "Issues may be assigned to this user."),
    "ADD_COMMENTS": ("15", "Add Comments", "Comment on issues."),
    "LINK_ISSUES": ("21", "Link Issues", "Link issues together."),
    "TRANSITION_ISSUES": ("46", "Transition Issues", "Move issues through their workflow."),
    "MODIFY_REPORTER": ("30", "Modify Reporter", "Choose a reporter when creating or editing."),
    "DELETE_ISSUES": ("16", "Delete Issues", "Delete issues."),
    "ADMINISTER_PROJECTS": ("23", "Administer Projects", "Administer a project."),
}
_ADMIN_ONLY: Final = frozenset({"ADMINISTER", "SYSTEM_ADMIN", "ADMINISTER_PROJECTS"})
_READERS: Final = frozenset({READER, RESTRICTED})
_OF_READERS: Final = frozenset({"BROWSE_PROJECTS", "USER_PICKER", "ASSIGNABLE_USER"})
_OF_FEW: Final = frozenset({"DELETE_ISSUES", "MODIFY_REPORTER"})


def is_admin(user: User | None) -> bool:
    return user is not None and user.key == ADMIN


def may_list_users(user: User | None) -> bool:
    """The global permission *Browse users*."""
    return user is not None and user.name != RESTRICTED


def may_browse(user: User | None, project: Project, settings: Settings) -> bool:
    """Whether the project exists for this caller; archived ones are another matter."""
    if user is None:
        return settings.anonymous and project.audience is Audience.PUBLIC
    return project.audience is not Audience.ADMINS or is_admin(user) or user.name == EDITOR


def visible_projects(company: Company, user: User | None, settings: Settings) -> list[Project]:
    """Everything the caller may browse, archived projects included, by name as Jira lists them."""
    mine = (one for one in company.projects.values() if may_browse(user, one, settings))
    return sorted(mine, key=lambda project: project.name.casefold())


def searchable(projects: Iterable[Project]) -> frozenset[int]:
    """Ids of the projects whose issues a search may find: archived ones have left the index."""
    return frozenset(project.id for project in projects if not project.archived)


def may_read(user: User | None, issue: Issue, settings: Settings) -> bool:
    return may_browse(user, issue.project, settings)


def has_permission(
    user: User | None, name: str, project: Project | None, settings: Settings
) -> bool:
    """Whether the caller has a permission; project permissions without a project mean anywhere."""
    if user is None or (project is not None and not may_browse(user, project, settings)):
        return False
    if name == "USER_PICKER":
        return may_list_users(user)
    if is_admin(user):
        return True
    if user.name in _READERS:
        return name in _OF_READERS
    return name not in _ADMIN_ONLY and (user.name == EDITOR or name not in _OF_FEW)
