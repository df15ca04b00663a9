"""What a webhook is sent about a change: name, body, and what its URL may name. Sends nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Final

from sandbox.jira.company.catalogue import CLOSED, IN_PROGRESS, RESOLVED
from sandbox.jira.company.change_log import Recorded
from sandbox.jira.company.model import Comment, Issue, Link, Project, User, Worklog
from sandbox.jira.payloads.encoding import array, encode
from sandbox.jira.payloads.fragments import Fragments
from sandbox.jira.payloads.history import change_item
from sandbox.jira.payloads.issue_parts import IssueParts
from sandbox.jira.payloads.issues import render_bare_issue
from sandbox.jira.payloads.time_tracking import worklog
from sandbox.jira.versions import Version

_SILENT: Final = frozenset({"archive_project", "restore_project", "set_audience"})
_TYPES: Final = {
    "create": "issue_created",
    "move": "issue_moved",
    "reopen": "issue_reopened",
    "assign": "issue_assigned",
    "comment": "issue_commented",
    "edit_comment": "issue_comment_edited",
    "delete_comment": "issue_comment_deleted",
    "log_work": "issue_work_logged",
    "edit_work": "issue_worklog_updated",
    "delete_work": "issue_worklog_deleted",
}
_TRANSITIONS: Final = {
    RESOLVED: "issue_resolved",
    CLOSED: "issue_closed",
    IN_PROGRESS: "issue_work_started",
}


def is_told(change: Recorded) -> bool:
    """Archiving and permissions have no event on Server and Data Center."""
    return change.kind not in _SILENT


@dataclass(frozen=True, slots=True)
class EventBodies:
    """Renders for one site on the server's clock, which runs on UTC here."""

    shared: Fragments
    version: Version

    def body(self, change: Recorded) -> str:
        """The JSON that Jira sends about the change."""
        members = {
            "timestamp": str(change.at),
            "webhookEvent": encode(change.event),
            **self._about(change),
        }
        return f"{{{','.join(f'"{name}":{text}' for name, text in members.items())}}}"

    def _about(self, change: Recorded) -> dict[str, str]:
        subject = change.subject
        if isinstance(subject, User):
            return {"user": encode(self._user(subject, change.event))}
        if isinstance(subject, Project):
            return {"project": encode(self._project(subject))}
        if change.event.startswith("jira:issue_"):
            return self._issue_event(change, subject)
        return self._part(change, subject)

    def _issue_event(self, change: Recorded, issue: Issue) -> dict[str, str]:
        """Deleting has neither a type nor a changelog."""
        members = {}
        if change.event != "jira:issue_deleted":
            members["issue_event_type_name"] = encode(event_type(change, issue))
        members["user"] = self.shared.user_in_issue(change.author)
        members["issue"] = render_bare_issue(self._parts, issue)
        if change.changes:
            items = array(encode(change_item(one)) for one in change.changes)
            members["changelog"] = f'{{"id":"{100_000 + change.revision}","items":{items}}}'
        if isinstance(change.part, Comment) and change.kind != "delete_comment":
            members["comment"] = self._parts.comment(issue, change.part)
        return members

    def _part(self, change: Recorded, issue: Issue) -> dict[str, str]:
        """Server and Data Center name the issue nowhere but in these links and ids."""
        match change.part:
            case Comment() as part:
                return {"comment": self._parts.comment(issue, part)}
            case Worklog() as part:
                return {"worklog": worklog(self._parts, issue, part)}
            case Link() as part:
                return {"issueLink": encode(_link(part))}
            case None:
                return {}

    def _project(self, project: Project) -> dict[str, Any]:
        shared, lead = self.shared, self.shared.user_in_issue_document(project.lead)
        kept = ("self", "name", "key", "avatarUrls", "displayName", "active")
        return {
            "self": f"{shared.api}/project/{project.id}",
            "id": project.id,
            "key": project.key,
            "name": project.name,
            "avatarUrls": shared.project_avatars(project),
            "projectLead": {name: lead[name] for name in kept},
            "assigneeType": "admin.assignee.type.unassigned",
        }

    def _user(self, user: User, event: str) -> dict[str, Any]:
        """Up to Jira 8, `active` is a text, and of a deleted user only the name is told."""
        document = self.shared.user_in_issue_document(user)
        older = self.version.major <= 8
        if event == "user_deleted":
            return {name: document[name] for name in (("name",) if older else ("name", "key"))}
        del document["timeZone"]
        active = document["active"]
        return document | {"active": str(active).lower() if older else active}

    @property
    def _parts(self) -> IssueParts:
        return IssueParts(self.shared, UTC)


def event_type(change: Recorded, issue: Issue) -> str:
    """The issue event behind it, by Jira's own short name."""
    if change.kind in {"transition", "close"}:
        return _TRANSITIONS.get(issue.status, "issue_generic")
    return _TYPES.get(change.kind, "issue_updated")


def _link(link: Link) -> dict[str, Any]:
    return {
        "id": link.id,
        "sourceIssueId": link.source.id,
        "destinationIssueId": link.target.id,
        "issueLinkType": {
            "id": int(link.type.id),
            "name": link.type.name,
            "outwardName": link.type.outward,
            "inwardName": link.type.inward,
            "isSubTaskLinkType": False,
            "isSystemLinkType": False,
        },
    }


def url_variables(change: Recorded) -> Mapping[str, str]:
    """What `${…}` in a webhook's URL stands for. Source: Atlassian, "Webhooks", URL variables."""
    subject, found = change.subject, dict[str, str]()
    if isinstance(subject, Issue):
        found |= {"issue.key": change.key, "issue.id": str(subject.id)}
        subject = subject.project
    if isinstance(subject, Project):
        found |= {"project.key": subject.key, "project.id": str(subject.id)}
    if isinstance(subject, User):
        found |= {"modifiedUser.key": subject.key, "modifiedUser.name": subject.name}
    for kind, name in _PART_NAMES.items():
        if isinstance(change.part, kind):
            found[f"{name}.id"] = str(change.part.id)
    return found


_PART_NAMES: Final[Mapping[type[Comment | Worklog | Link], str]] = {
    Comment: "comment",
    Worklog: "worklog",
    Link: "issuelink",
}
