"""Creating, editing, assigning and deleting issues, and commenting on them."""

from __future__ import annotations

from typing import Any, Final

from sandbox.jira.asks import Ask, RefusedError, Route
from sandbox.jira.company.change_log import Recorded
from sandbox.jira.company.model import Comment, Issue, IssueType, Project
from sandbox.jira.permissions import has_permission, may_browse
from sandbox.jira.replies import Reply, json_reply, refusal
from sandbox.jira.resources.change_asks import (
    change,
    editable_issue,
    fields_refused,
    may,
    readable_issue,
    require,
)
from sandbox.jira.writing.screens import create_screen, edit_screen, issue_types
from sandbox.jira.writing.updates import (
    Reading,
    Request,
    add_missing,
    missing_text,
    read_request,
    read_values,
)
from sandbox.jira.writing.values import FieldError, Place, assignee

_NO_PARENT: Final = "Issue type is a sub-task but parent issue key or id not specified."
_NOWHERE: Final = "You do not have permission to create issues in this project."
_GUEST: Final = (
    "Anonymous users do not have permission to create issues in this project. "
    "Please try logging in first."
)


def create(ask: Ask) -> Reply:
    """201 with id, key and address of the new issue."""
    document = ask.document()
    request = _request(document)
    place = _place(ask, request)
    _require_creation(ask, place.project)
    reading = _read_creation(ask, place, request)
    if reading.errors:
        raise fields_refused(reading.errors)
    recorded = change(
        ask,
        {
            "kind": "create",
            "bare": True,
            "project": place.project.key,
            "type": place.type.id,
            "properties": _properties(document),
            **reading.change_values(),
        },
    )
    add_comments(ask, recorded.key, reading)
    return json_reply(_created(ask, recorded), 201)


def _request(document: object) -> Request:
    request = read_request(document)
    if request is None:
        raise RefusedError(refusal(400, "one of 'fields' or 'update' required"))
    return request


def _place(ask: Ask, request: Request) -> Place:
    """Project and type come first: what else can be set follows from them."""
    project = _named_project(ask, request.fields.get("project"))
    if project is None:
        given = "project" in request.fields
        text = "valid project is required" if given else missing_text("project")
        raise fields_refused({"project": text})
    type_ = _named_type(project, request.fields.get("issuetype"))
    if type_ is None:
        given = "issuetype" in request.fields
        text = "valid issue type is required" if given else missing_text("issuetype")
        raise fields_refused({"issuetype": text})
    return Place(ask.jira.company, project, type_)


def _named_project(ask: Ask, value: object) -> Project | None:
    """A hidden or archived project counts as none."""
    text = _text_of(value, "id", "key")
    found = None if text is None else ask.jira.company.project(text)
    if found is None or found.archived:
        return None
    return found if may_browse(ask.caller.user, found, ask.jira.settings) else None


def _named_type(project: Project, value: object) -> IssueType | None:
    text = _text_of(value, "id", "name")
    return next((one for one in issue_types(project) if text in one.names), None)


def _text_of(value: object, *names: str) -> str | None:
    if not isinstance(value, dict):
        return None
    return next((str(value[name]) for name in names if value.get(name) is not None), None)


def _require_creation(ask: Ask, project: Project) -> None:
    user = ask.caller.user
    if not has_permission(user, "CREATE_ISSUES", project, ask.jira.settings):
        raise RefusedError(refusal(400, _GUEST if user is None else _NOWHERE))


def _read_creation(ask: Ask, place: Place, request: Request) -> Reading:
    sets_reporter = may(ask, "MODIFY_REPORTER", place.project)
    screen = create_screen(place.project, place.type, sets_reporter=sets_reporter)
    given = {one: value for one, value in request.fields.items() if one not in _FIRST}
    reading = read_values(screen, place, Request(given, request.update))
    named = request.fields.keys() | request.update.keys() | {"reporter"}
    if place.type.subtask and "parent" not in named:
        reading.errors["issuetype"] = _NO_PARENT
        named |= {"parent"}
    add_missing(reading, screen, set(named))
    return reading


_FIRST: Final = frozenset({"project", "issuetype"})


def _properties(document: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON of the caller
    given = document.get("properties") or []
    if not isinstance(given, list) or not all(
        isinstance(one, dict) and isinstance(one.get("key"), str) and "value" in one
        for one in given
    ):
        raise RefusedError(refusal(400, "Properties must be a list of objects with key and value."))
    return {one["key"]: one["value"] for one in given}


def _created(ask: Ask, recorded: Recorded) -> dict[str, str]:
    id_ = str(recorded.subject.id)
    return {"id": id_, "key": recorded.key, "self": f"{ask.jira.fragments.api}/issue/{id_}"}


def add_comments(ask: Ask, key: str, reading: Reading) -> None:
    """The comments that an `update` adds, after everything else has been done."""
    for body in reading.comments:
        change(ask, {"kind": "comment", "issue": key, "body": body})


def edit(ask: Ask) -> Reply:
    """Fields and operations on the edit screen; 204 without a body."""
    found = editable_issue(ask)
    request = _request(ask.document())
    if not request.fields and not request.update:
        return refusal(400, "one of 'fields' or 'update' required")
    place = Place(ask.jira.company, found.project, found.type, found)
    sets_reporter = may(ask, "MODIFY_REPORTER", found.project)
    screen = edit_screen(found.project, found.type, sets_reporter=sets_reporter)
    reading = read_values(screen, place, request)
    add_missing(reading, screen, set(screen))
    if reading.errors:
        raise fields_refused(reading.errors)
    if values := reading.change_values():
        change(ask, {"kind": "edit", "issue": found.key, **values})
    add_comments(ask, found.key, reading)
    return Reply(b"", 204)


def assign(ask: Ask) -> Reply:
    """`{"name": …}`; null is nobody."""
    found = readable_issue(ask)
    require(ask, "ASSIGN_ISSUES", found.project, "You do not have permission to assign issues.")
    place = Place(ask.jira.company, found.project, found.type, found)
    try:
        name = assignee(place, ask.document())
    except FieldError as error:
        raise fields_refused({"assignee": str(error)}) from error
    change(ask, {"kind": "assign", "issue": found.key, "assignee": name})
    return Reply(b"", 204)


def delete(ask: Ask) -> Reply:
    """An issue with sub-tasks goes with `deleteSubtasks=true` only."""
    found = readable_issue(ask)
    text = "You do not have permission to delete issues in this project."
    require(ask, "DELETE_ISSUES", found.project, text)
    if found.subtasks and not ask.flag("deleteSubtasks", default=False):
        return refusal(400, _has_subtasks(found))
    change(ask, {"kind": "delete", "issue": found.key})
    return Reply(b"", 204)


def _has_subtasks(issue: Issue) -> str:
    return (
        f"The issue '{issue.key}' has subtasks.  You must specify the 'deleteSubtasks' parameter "
        "to delete this issue and all its subtasks."
    )


def comment(ask: Ask) -> Reply:
    """201 with the new comment."""
    found = readable_issue(ask)
    user = ask.caller.user
    name = "Anonymous" if user is None else user.display_name
    text = f"{name}, you do not have the permission to comment on this issue."
    require(ask, "ADD_COMMENTS", found.project, text)
    document = ask.document()
    body = document.get("body") if isinstance(document, dict) else None
    if not isinstance(body, str) or not body.strip():
        raise fields_refused({"comment": "Comment body can not be empty!"})
    recorded = change(ask, {"kind": "comment", "issue": found.key, "body": body})
    if not isinstance(recorded.part, Comment):
        message = "a comment was recorded without it"
        raise TypeError(message)
    return Reply(ask.issue_parts.comment(found, recorded.part).encode(), 201)


ROUTES = (
    Route("POST", "/rest/api/2/issue", create),
    Route("PUT", "/rest/api/2/issue/{key}", edit),
    Route("DELETE", "/rest/api/2/issue/{key}", delete),
    Route("PUT", "/rest/api/2/issue/{key}/assignee", assign),
    Route("POST", "/rest/api/2/issue/{key}/comment", comment),
)
