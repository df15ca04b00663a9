"""JSON of the things that many issues share, kept until one of them changes.

Given out as text, because a page of a thousand issues repeats the same few hundred of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.jira.company.change_log import Recorded
from sandbox.jira.company.custom_fields import Option
from sandbox.jira.company.model import (
    Component,
    Issue,
    IssueType,
    LinkType,
    Priority,
    Project,
    ProjectCategory,
    ProjectVersion,
    Resolution,
    Status,
    StatusCategory,
    User,
)
from sandbox.jira.payloads.encoding import encode, query_value

_SIZES = (("48x48", ""), ("24x24", "size=small&"), ("16x16", "size=xsmall&"), ("32x32", "size=medium&"))  # fmt: skip


class Fragments:
    """Renders shared things for one site; `base_url` is its address without a trailing slash."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.api = f"{base_url}/rest/api/2"
        self._kept: dict[tuple[str, str], str] = {}

    def forget(self, change: Recorded) -> None:
        """An observer for the change log: what shows a project or a user is rendered anew."""
        if not isinstance(change.subject, Issue):
            self._kept.clear()

    def user_in_issue(self, user: User | None) -> str:
        """As assignee, reporter, creator or author; `null` where there is nobody."""
        if user is None:
            return "null"
        return self._keep("user", user.key, lambda: self.user_in_issue_document(user))

    def user_in_issue_document(self, user: User) -> dict[str, Any]:
        """A deleted user is known by name alone."""
        document: dict[str, Any] = {
            "self": f"{self.api}/user?username={query_value(user.name)}",
            "name": user.name,
            "key": user.key,
        }
        email = "?" if user.deleted else user.email
        if email is not None:
            document["emailAddress"] = email
        return document | {
            "avatarUrls": self.user_avatars(user),
            "displayName": user.name if user.deleted else user.display_name,
            "active": user.active,
            "timeZone": user.time_zone,
        }

    def user_avatars(self, user: User) -> dict[str, str]:
        owner = f"ownerId={query_value(user.key)}&avatarId={user.avatar_id}"
        return {size: f"{self.base_url}/secure/useravatar?{part}{owner}" for size, part in _SIZES}

    def project_avatars(self, project: Project) -> dict[str, str]:
        owner = f"pid={project.id}&avatarId={project.avatar_id}"
        return {
            size: f"{self.base_url}/secure/projectavatar?{part}{owner}" for size, part in _SIZES
        }

    def project(self, project: Project) -> str:
        return self._keep("project", str(project.id), lambda: self.project_document(project))

    def project_document(self, project: Project) -> dict[str, Any]:
        document = {
            "self": f"{self.api}/project/{project.id}",
            "id": str(project.id),
            "key": project.key,
            "name": project.name,
            "projectTypeKey": project.type_key,
            "avatarUrls": self.project_avatars(project),
        }
        if project.category is not None:
            document["projectCategory"] = self.category_document(project.category)
        return document

    def category_document(self, category: ProjectCategory) -> dict[str, Any]:
        return {
            "self": f"{self.api}/projectCategory/{category.id}",
            "id": category.id,
            "description": category.description,
            "name": category.name,
        }

    def status(self, status: Status) -> str:
        return self._keep("status", status.id, lambda: self.status_document(status))

    def status_document(self, status: Status) -> dict[str, Any]:
        return {
            "self": f"{self.api}/status/{status.id}",
            "description": status.description,
            "iconUrl": f"{self.base_url}{status.icon}",
            "name": status.name,
            "id": status.id,
            "statusCategory": self.status_category_document(status.category),
        }

    def status_category_document(self, category: StatusCategory) -> dict[str, Any]:
        return {
            "self": f"{self.api}/statuscategory/{category.id}",
            "id": category.id,
            "key": category.key,
            "colorName": category.color,
            "name": category.name,
        }

    def issue_type(self, type_: IssueType) -> str:
        return self._keep("type", type_.id, lambda: self.issue_type_document(type_))

    def issue_type_document(self, type_: IssueType) -> dict[str, Any]:
        avatar = f"size=xsmall&avatarId={type_.avatar_id}&avatarType=issuetype"
        return {
            "self": f"{self.api}/issuetype/{type_.id}",
            "id": type_.id,
            "description": type_.description,
            "iconUrl": f"{self.base_url}/secure/viewavatar?{avatar}",
            "name": type_.name,
            "subtask": type_.subtask,
            "avatarId": type_.avatar_id,
        }

    def priority(self, priority: Priority | None) -> str:
        if priority is None:
            return "null"
        return self._keep("priority", priority.id, lambda: self.priority_document(priority))

    def priority_document(self, priority: Priority) -> dict[str, Any]:
        return {
            "self": f"{self.api}/priority/{priority.id}",
            "iconUrl": f"{self.base_url}{priority.icon}",
            "name": priority.name,
            "id": priority.id,
        }

    def resolution(self, resolution: Resolution | None) -> str:
        if resolution is None:
            return "null"
        return self._keep("resolution", resolution.id, lambda: self.resolution_document(resolution))

    def resolution_document(self, resolution: Resolution) -> dict[str, Any]:
        return {
            "self": f"{self.api}/resolution/{resolution.id}",
            "id": resolution.id,
            "description": resolution.description,
            "name": resolution.name,
        }

    def component(self, component: Component) -> str:
        return self._keep("component", component.id, lambda: self.component_document(component))

    def component_document(self, component: Component) -> dict[str, Any]:
        document = {
            "self": f"{self.api}/component/{component.id}",
            "id": component.id,
            "name": component.name,
        }
        if component.description is not None:
            document["description"] = component.description
        return document

    def version(self, version: ProjectVersion) -> str:
        return self._keep("version", version.id, lambda: self.version_document(version))

    def version_document(self, version: ProjectVersion) -> dict[str, Any]:
        document: dict[str, Any] = {
            "self": f"{self.api}/version/{version.id}",
            "id": version.id,
            "name": version.name,
            "archived": version.archived,
            "released": version.released,
        }
        if version.description is not None:
            document["description"] = version.description
        if version.release_date is not None:
            document["releaseDate"] = version.release_date.isoformat()
        return document

    def option(self, option: Option) -> str:
        return self._keep("option", option.id, lambda: self.option_document(option))

    def option_document(self, option: Option) -> dict[str, Any]:
        return {
            "self": f"{self.api}/customFieldOption/{option.id}",
            "value": option.value,
            "id": option.id,
            "disabled": False,
        }

    def link_type(self, type_: LinkType) -> str:
        return self._keep(
            "link",
            type_.id,
            lambda: {
                "id": type_.id,
                "name": type_.name,
                "inward": type_.inward,
                "outward": type_.outward,
                "self": f"{self.api}/issueLinkType/{type_.id}",
            },
        )

    def _keep(self, kind: str, id_: str, document: Callable[[], dict[str, Any]]) -> str:
        found = self._kept.get((kind, id_))
        if found is None:
            found = self._kept[kind, id_] = encode(document())
        return found
