"""Chooses changes by chance, as a company that keeps working would make them.

The same seed on the same company chooses the same changes; carrying them out is not done here.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any, Final

from sandbox.jira.company.catalogue import OPEN_STATUSES, PRIORITIES
from sandbox.jira.company.changes import Change, parse_change
from sandbox.jira.company.model import Issue, Project, User
from sandbox.jira.company.people import ADMIN, EDITOR, READER, RESTRICTED
from sandbox.jira.company.store import Company

ISSUE_KINDS: Final = ("create", "edit", "transition", "close", "reopen", "move", "delete")
OTHER_KINDS: Final = (
    "rename_project",
    "rekey_project",
    "archive_project",
    "deactivate_user",
    "rename_user",
    "delete_user",
)
PART_KINDS: Final = ("comment", "log_work")
KINDS: Final = ISSUE_KINDS + OTHER_KINDS + PART_KINDS
_LOGINS: Final = frozenset({ADMIN, READER, RESTRICTED, EDITOR})
_ATTEMPTS: Final = 200


class Churn:
    """An endless supply of changes of the given kinds."""

    def __init__(self, company: Company, kinds: Sequence[str], seed: int) -> None:
        self._company = company
        self._kinds = tuple(kinds)
        self._random = Random(seed)
        self._count = 0

    def next_change(self) -> Change | None:
        """A change that can be carried out now, or None when the company offers none."""
        self._count += 1
        kind = self._random.choice(self._kinds)
        document = self._document(kind)
        return None if document is None else parse_change({"kind": kind, **document})

    def author(self) -> User | None:
        """Somebody who might have made the last change."""
        return self._user()

    def _document(self, kind: str) -> dict[str, Any] | None:
        if kind == "create":
            return self._creation()
        if kind in ISSUE_KINDS + PART_KINDS:
            return self._issue_document(kind)
        if kind.endswith("_project"):
            return self._project_document(kind)
        return self._user_document(kind)

    def _creation(self) -> dict[str, Any] | None:
        project = self._project()
        reporter = self._user()
        if project is None:
            return None
        summary = f"Churn {self._count}: «new» issue"
        return {
            "project": project.key,
            "summary": summary,
            "reporter": "" if reporter is None else reporter.key,
        }

    def _issue_document(self, kind: str) -> dict[str, Any] | None:
        issue = self._issue(kind)
        if issue is None:
            return None
        document: dict[str, Any] = {"issue": issue.key}
        if kind == "edit":
            priority = self._random.choice(PRIORITIES)
            document |= {"summary": f"Edited {self._count}", "priority": priority.name}
        elif kind == "transition":
            document["status"] = self._random.choice(OPEN_STATUSES).name
        elif kind == "comment":
            document["body"] = f"Comment {self._count}"
        elif kind == "log_work":
            document["seconds"] = 60 * self._random.randrange(1, 480)
        elif kind == "move":
            target = self._project(but=issue.project)
            if target is None:
                return None
            document["project"] = target.key
        return document

    def _project_document(self, kind: str) -> dict[str, Any] | None:
        project = self._project()
        if project is None:
            return None
        document = {"project": project.key}
        if kind == "rename_project":
            document["name"] = f"Renamed {self._count}"
        elif kind == "rekey_project":
            document["key"] = f"K{project.id % 1000}X{self._count}"[:10]
        return document

    def _user_document(self, kind: str) -> dict[str, Any] | None:
        user = self._user()
        if user is None:
            return None
        document = {"user": user.key}
        if kind == "rename_user":
            document["name"] = f"renamed.{self._count}.{user.id}"
        return document

    def _issue(self, kind: str) -> Issue | None:
        ids = range(min(self._company.issues, default=0), max(self._company.issues, default=0) + 1)
        for _ in range(_ATTEMPTS):
            issue = self._company.issues.get(self._random.choice(ids))
            if issue is not None and _suits(issue, kind):
                return issue
        return None

    def _project(self, but: Project | None = None) -> Project | None:
        live = [one for one in self._company.projects.values() if not one.archived]
        others = [one for one in live if one is not but]
        return self._random.choice(others) if others else None

    def _user(self) -> User | None:
        users = [
            user
            for user in self._company.users.values()
            if user.active and not user.deleted and user.name not in _LOGINS
        ]
        return self._random.choice(users) if users else None


def _suits(issue: Issue, kind: str) -> bool:
    if issue.project.archived:
        return False
    if kind == "move":
        return issue.parent is None
    is_open = issue.resolved_ms is None
    return is_open if kind in {"close", "transition"} else kind != "reopen" or not is_open
