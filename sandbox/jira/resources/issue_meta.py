"""What can be set when an issue is created or edited, and who can be assigned to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox.jira.asks import Ask, RefusedError, Route
from sandbox.jira.company.model import IssueType, Project, User
from sandbox.jira.payloads.people_and_projects import user_document
from sandbox.jira.permissions import may_browse, visible_projects
from sandbox.jira.replies import Reply, json_reply, refusal
from sandbox.jira.resources.change_asks import NO_ISSUE, may, readable_issue
from sandbox.jira.resources.projects import readable_project
from sandbox.jira.resources.server import signed_in
from sandbox.jira.resources.users import matches
from sandbox.jira.writing.metadata import screen_documents
from sandbox.jira.writing.screens import create_screen, edit_screen, issue_types
from sandbox.jira.writing.values import Place


def _types(ask: Ask) -> Reply:
    """From 8.4: the issue types of a project, paged."""
    project = _open_project(ask)
    documents = [ask.jira.fragments.issue_type_document(one) for one in issue_types(project)]
    return _page(ask, documents)


def _fields(ask: Ask) -> Reply:
    """From 8.4: the fields of one type, paged."""
    project, id_ = _open_project(ask), ask.parts["type"]
    found = next((one for one in issue_types(project) if one.id == id_), None)
    if found is None:
        return refusal(404, f"No issue type with id '{id_}' could be found in this project.")
    return _page(ask, list(_create_fields(ask, project, found).values()))


def _open_project(ask: Ask) -> Project:
    """The project of the path, in which the caller may create issues."""
    if not ask.jira.version.has_project_create_meta:
        raise RefusedError(refusal(404, NO_ISSUE))
    project = readable_project(ask, ask.parts["project"])
    if not may(ask, "CREATE_ISSUES", project):
        text = "You do not have permission to create issues in this project."
        raise RefusedError(refusal(403, text))
    return project


def _create_fields(ask: Ask, project: Project, type_: IssueType) -> dict[str, Any]:
    sets_reporter = may(ask, "MODIFY_REPORTER", project)
    screen = create_screen(project, type_, sets_reporter=sets_reporter)
    place = Place(ask.jira.company, project, type_)
    return screen_documents(screen, place, ask.jira.fragments)


def _page(ask: Ask, documents: Sequence[dict[str, Any]]) -> Reply:
    start, count = max(0, ask.number("startAt", 0)), max(1, ask.number("maxResults", 50))
    return json_reply(
        {
            "maxResults": count,
            "startAt": start,
            "total": len(documents),
            "isLast": start + count >= len(documents),
            "values": documents[start : start + count],
        }
    )


def create_meta(ask: Ask) -> Reply:
    """Before 9.0: projects, types and, with `expand`, fields in one document."""
    if ask.jira.version.major >= 9:
        return refusal(404, NO_ISSUE)
    keys, ids = ask.words("projectKeys"), ask.words("projectIds")
    everything = not keys and not ids
    documents = [
        _project_document(ask, one)
        for one in visible_projects(ask.jira.company, ask.caller.user, ask.jira.settings)
        if may(ask, "CREATE_ISSUES", one) and (everything or one.key in keys or str(one.id) in ids)
    ]
    return json_reply({"expand": "projects", "projects": documents})


def _project_document(ask: Ask, project: Project) -> dict[str, Any]:
    shared = ask.jira.fragments
    return {
        "expand": "issuetypes",
        "self": f"{shared.api}/project/{project.id}",
        "id": str(project.id),
        "key": project.key,
        "name": project.name,
        "avatarUrls": shared.project_avatars(project),
        "issuetypes": [
            _type_document(ask, project, one)
            for one in issue_types(project)
            if _is_asked_for(ask, one)
        ],
    }


def _is_asked_for(ask: Ask, type_: IssueType) -> bool:
    names, ids = ask.words("issuetypeNames"), ask.words("issuetypeIds")
    return (not names and not ids) or type_.name in names or type_.id in ids


def _type_document(ask: Ask, project: Project, type_: IssueType) -> dict[str, Any]:
    document = {**ask.jira.fragments.issue_type_document(type_), "expand": "fields"}
    if "projects.issuetypes.fields" in ask.words("expand"):
        document["fields"] = _create_fields(ask, project, type_)
    return document


def edit_meta(ask: Ask) -> Reply:
    """No fields for who may not edit."""
    found = readable_issue(ask)
    if not may(ask, "EDIT_ISSUES", found.project):
        return json_reply({"fields": {}})
    sets_reporter = may(ask, "MODIFY_REPORTER", found.project)
    screen = edit_screen(found.project, found.type, sets_reporter=sets_reporter)
    place = Place(ask.jira.company, found.project, found.type, found)
    return json_reply({"fields": screen_documents(screen, place, ask.jira.fragments)})


def assignable(ask: Ask) -> Reply:
    """Active people who may browse the project of `issueKey` or `project`, by name."""
    signed_in(ask.caller)
    project = _asked_project(ask)
    text = ask.text("username") or ""
    found = [
        one
        for one in ask.jira.company.users.values()
        if _is_assignable(ask, one, project) and (not text or matches(one, text))
    ]
    found.sort(key=lambda one: one.name.casefold())
    start, count = max(0, ask.number("startAt", 0)), ask.number("maxResults", 50)
    page = found[start : start + min(max(count, 0), 1000)]
    return json_reply([user_document(ask.jira.fragments, one) for one in page])


def _asked_project(ask: Ask) -> Project:
    key, project = ask.text("issueKey"), ask.text("project")
    if key is not None:
        return readable_issue(ask, key).project
    if project is None:
        raise RefusedError(refusal(400, "Either the 'project' or the 'issueKey' must be given."))
    found = ask.jira.company.project(project)
    if found is None or not may_browse(ask.caller.user, found, ask.jira.settings):
        raise RefusedError(refusal(404, f"No project could be found with key '{project}'."))
    return found


def _is_assignable(ask: Ask, user: User, project: Project) -> bool:
    return user.active and not user.deleted and may_browse(user, project, ask.jira.settings)


ROUTES = (
    Route("GET", "/rest/api/2/issue/createmeta", create_meta),
    Route("GET", "/rest/api/2/issue/createmeta/{project}/issuetypes", _types),
    Route("GET", "/rest/api/2/issue/createmeta/{project}/issuetypes/{type}", _fields),
    Route("GET", "/rest/api/2/issue/{key}/editmeta", edit_meta),
    Route("GET", "/rest/api/2/user/assignable/search", assignable),
)
