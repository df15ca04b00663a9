"""What all writing resources share: who may, on which issue, and the one way to change the company."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sandbox.jira.asks import Ask, RefusedError
from sandbox.jira.company.apply import apply
from sandbox.jira.company.change_log import Recorded
from sandbox.jira.company.changes import ChangeRefusedError, parse_change
from sandbox.jira.company.model import Issue, Project
from sandbox.jira.permissions import has_permission, may_read
from sandbox.jira.replies import json_reply, refusal

NO_ISSUE: Final = "Issue Does Not Exist"


def readable_issue(ask: Ask, text: str | None = None) -> Issue:
    """The issue of the path. Refuses as Jira does: who is not logged in is told to log in."""
    found = ask.jira.company.issue(ask.parts["key"] if text is None else text)
    if found is None:
        raise RefusedError(refusal(404, NO_ISSUE))
    if not may_read(ask.caller.user, found, ask.jira.settings):
        message = "You do not have the permission to see the specified issue."
        if ask.caller.user is None:
            raise RefusedError(refusal(401, message, "Login Required"))
        raise RefusedError(refusal(403, message))
    return found


def editable_issue(ask: Ask) -> Issue:
    """The issue of the path, which the caller may edit."""
    found = readable_issue(ask)
    text = "You do not have permission to edit issues in this project."
    require(ask, "EDIT_ISSUES", found.project, text)
    return found


def may(ask: Ask, permission: str, project: Project) -> bool:
    """In an archived project nobody may change anything."""
    if project.archived:
        return False
    return has_permission(ask.caller.user, permission, project, ask.jira.settings)


def require(ask: Ask, permission: str, project: Project, text: str) -> None:
    """Refuse with 403, or 401 where nobody is logged in, unless the caller has the permission."""
    if not may(ask, permission, project):
        raise RefusedError(refusal(401 if ask.caller.user is None else 403, text))


def change(ask: Ask, document: Mapping[str, Any]) -> Recorded:
    """Carry a change out as the caller; what cannot be is refused with its reason."""
    try:
        return apply(ask.jira.company, parse_change(dict(document)), ask.caller.user)
    except ChangeRefusedError as error:
        raise RefusedError(refusal(400, str(error))) from error


def fields_refused(errors: Mapping[str, str]) -> RefusedError:
    """400 with Jira's text for each field that is wrong."""
    return RefusedError(json_reply({"errorMessages": [], "errors": dict(errors)}, 400))
