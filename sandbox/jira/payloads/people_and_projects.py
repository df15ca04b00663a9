"""Users and projects as their own resources give them: more than an issue shows of them."""

from __future__ import annotations

from typing import Any, Final

from sandbox.jira.company.model import Project, User
from sandbox.jira.payloads.fragments import Fragments

PROJECT_EXPANDABLE: Final = "description,lead,url,projectKeys"
NEWER_PROJECT_EXPANDABLE: Final = (
    "description,lead,createdAt,createdBy,lastUpdatedAt,lastUpdatedBy,url,projectKeys"
)


def user_document(shared: Fragments, user: User) -> dict[str, Any]:
    """A user as `user`, `user/search` and `user/list` give it; without mail there is no field."""
    document: dict[str, Any] = {
        "self": f"{shared.user_in_issue_document(user)['self']}",
        "key": user.key,
        "name": user.name,
    }
    if user.email is not None:
        document["emailAddress"] = user.email
    return document | {
        "avatarUrls": shared.user_avatars(user),
        "displayName": user.display_name,
        "active": user.active,
        "deleted": user.deleted,
        "timeZone": user.time_zone,
        "locale": user.locale,
    }


def myself_document(shared: Fragments, user: User, groups: int, roles: int) -> dict[str, Any]:
    """The caller, with how many groups and application roles there are to expand."""
    return user_document(shared, user) | {
        "groups": {"size": groups, "items": []},
        "applicationRoles": {"size": roles, "items": []},
        "expand": "groups,applicationRoles",
    }


def project_list_item(
    shared: Fragments, project: Project, expand: frozenset[str], expandable: str
) -> dict[str, Any]:
    """A project of the list: `description`, `lead`, `url` and `projectKeys` on request only."""
    document: dict[str, Any] = {
        "expand": expandable,
        "self": f"{shared.api}/project/{project.id}",
        "id": str(project.id),
        "key": project.key,
        "name": project.name,
        "avatarUrls": shared.project_avatars(project),
        "projectTypeKey": project.type_key,
        "archived": project.archived,
    }
    if project.category is not None:
        document["projectCategory"] = shared.category_document(project.category)
    return document | _expanded(shared, project, expand)


def _expanded(shared: Fragments, project: Project, expand: frozenset[str]) -> dict[str, Any]:
    document: dict[str, Any] = {}
    if "description" in expand:
        document["description"] = project.description
    if "lead" in expand:
        document["lead"] = _lead(shared, project.lead)
    if "url" in expand and project.url is not None:
        document["url"] = project.url
    if "projectKeys" in expand:
        document["projectKeys"] = [project.key, *project.old_keys]
    return document


def _lead(shared: Fragments, user: User) -> dict[str, Any]:
    """A lead is shown without mail and time zone."""
    document = shared.user_in_issue_document(user)
    return {name: document[name] for name in ("self", "key", "name", "avatarUrls", "displayName", "active")}  # fmt: skip


def project_document(
    shared: Fragments, project: Project, expand: frozenset[str], expandable: str
) -> dict[str, Any]:
    """One project in full, with types, components, versions and roles."""
    always = frozenset({"description", "lead", "url"})
    return project_list_item(shared, project, expand | always, expandable) | {
        "components": [shared.component_document(one) for one in project.components],
        "issueTypes": [],
        "assigneeType": "UNASSIGNED",
        "versions": [
            shared.version_document(one) | {"projectId": project.id} for one in project.versions
        ],
        "roles": {
            "Administrators": f"{shared.api}/project/{project.id}/role/10002",
            "Developers": f"{shared.api}/project/{project.id}/role/10100",
        },
    }
