"""Projects: the bare list without paging, and one of them in full."""

from __future__ import annotations

from sandbox.jira.asks import Ask, RefusedError, Route
from sandbox.jira.company.catalogue import ISSUE_TYPES
from sandbox.jira.company.model import Project
from sandbox.jira.payloads.people_and_projects import (
    NEWER_PROJECT_EXPANDABLE,
    PROJECT_EXPANDABLE,
    project_document,
    project_list_item,
)
from sandbox.jira.permissions import may_browse, visible_projects
from sandbox.jira.replies import Reply, json_reply, refusal


def projects(ask: Ask) -> Reply:
    """Everything the caller may browse; archived ones with `includeArchived` only.

    Somebody who may see nothing gets 200 and an empty array.
    """
    jira, expand = ask.jira, ask.words("expand")
    mine = visible_projects(jira.company, ask.caller.user, jira.settings)
    if not ask.flag("includeArchived", default=False):
        mine = [one for one in mine if not one.archived]
    expandable = _expandable(ask)
    return json_reply([project_list_item(jira.fragments, one, expand, expandable) for one in mine])


def project(ask: Ask) -> Reply:
    """By id or key, also by a former key."""
    found = readable_project(ask, ask.parts["key"])
    shared = ask.jira.fragments
    document = project_document(shared, found, ask.words("expand"), _expandable(ask))
    document["issueTypes"] = [shared.issue_type_document(one) for one in ISSUE_TYPES]
    return json_reply(document)


def readable_project(ask: Ask, text: str) -> Project:
    """The project, or Jira's 404, which does not tell a missing from a hidden one."""
    found = ask.jira.company.project(text)
    if found is None or not may_browse(ask.caller.user, found, ask.jira.settings):
        raise RefusedError(refusal(404, f"No project could be found with key '{text}'."))
    return found


def _expandable(ask: Ask) -> str:
    return NEWER_PROJECT_EXPANDABLE if ask.jira.version.major >= 9 else PROJECT_EXPANDABLE


def components(ask: Ask) -> Reply:
    found, shared = readable_project(ask, ask.parts["key"]), ask.jira.fragments
    return json_reply(
        [
            shared.component_document(one) | {"project": found.key, "projectId": found.id}
            for one in found.components
        ]
    )


def versions(ask: Ask) -> Reply:
    found, shared = readable_project(ask, ask.parts["key"]), ask.jira.fragments
    return json_reply(
        [shared.version_document(one) | {"projectId": found.id} for one in found.versions]
    )


ROUTES = (
    Route("GET", "/rest/api/2/project", projects),
    Route("GET", "/rest/api/2/project/{key}", project),
    Route("GET", "/rest/api/2/project/{key}/components", components),
    Route("GET", "/rest/api/2/project/{key}/versions", versions),
)
