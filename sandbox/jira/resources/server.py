"""What the server says of itself, of the caller and of what the caller may do."""

from __future__ import annotations

from typing import Any

from sandbox.jira.asks import Ask, RefusedError, Route
from sandbox.jira.company.model import Project, User
from sandbox.jira.login import Caller
from sandbox.jira.payloads.encoding import timestamp
from sandbox.jira.payloads.people_and_projects import myself_document
from sandbox.jira.permissions import GLOBAL, PROJECT, has_permission, may_browse
from sandbox.jira.replies import Reply, html_page, json_reply, not_found_page, refusal


def server_info(ask: Ask) -> Reply:
    """Needs no login; `deploymentType` is Server for Data Center too."""
    version = ask.jira.version
    return json_reply(
        {
            "baseUrl": ask.jira.base_url,
            "version": version.full,
            "versionNumbers": list(version.numbers),
            "deploymentType": "Server",
            "buildNumber": version.build_number,
            "buildDate": timestamp(1_700_000_000_000, ask.zone),
            "databaseBuildNumber": version.build_number,
            "serverTime": timestamp(ask.jira.company.clock(), ask.zone),
            "scmInfo": "0123456789abcdef0123456789abcdef01234567",
            "serverTitle": "Sandbox Jira",
        }
    )


def signed_in(caller: Caller) -> User:
    """The caller's account; refuses anonymous callers as Jira does."""
    if caller.user is None:
        text = "You are not authenticated. Authentication required to perform this operation."
        raise RefusedError(refusal(401, text))
    return caller.user


def myself(ask: Ask) -> Reply:
    """Never anonymous, whatever the site allows others."""
    user = signed_in(ask.caller)
    return json_reply(myself_document(ask.jira.fragments, user, groups=2, roles=1))


def my_permissions(ask: Ask) -> Reply:
    """All permissions; for one project with `projectKey` or `projectId`."""
    project = _context_project(ask)
    document = {
        name: _permission(ask, name, texts, project) for name, texts in (GLOBAL | PROJECT).items()
    }
    return json_reply({"permissions": document})


def _context_project(ask: Ask) -> Project | None:
    text = ask.text("projectKey") or ask.text("projectId")
    if text is None:
        return None
    project = ask.jira.company.project(text)
    if project is None or not may_browse(ask.caller.user, project, ask.jira.settings):
        raise RefusedError(refusal(404, f"No project could be found with key '{text}'."))
    return project


def _permission(
    ask: Ask, name: str, texts: tuple[str, str, str], project: Project | None
) -> dict[str, Any]:
    id_, title, description = texts
    return {
        "id": id_,
        "key": name,
        "name": title,
        "type": "GLOBAL" if name in GLOBAL else "PROJECT",
        "description": description,
        "havePermission": has_permission(ask.caller.user, name, project, ask.jira.settings),
    }


def search_limits(ask: Ask) -> Reply:
    """From 11.3: how far a search may reach."""
    if not ask.jira.version.has_search_limits:
        return not_found_page()
    settings = ask.jira.settings
    return json_reply({"maxResults": settings.page_cap, "maxResultWindow": settings.result_window})


def tokens(ask: Ask) -> Reply:
    """The caller's own tokens; which one is in use is not told."""
    if not ask.jira.version.has_personal_access_tokens:
        return not_found_page()
    if ask.caller.user is None:
        return html_page(401, "Unauthorized", "Client must be authenticated.")
    return json_reply(
        [
            {
                "id": token.id,
                "name": token.name,
                "createdAt": timestamp(token.created, ask.zone),
                "lastAccessedAt": _optional_time(token.last_used, ask),
                "expiringAt": timestamp(token.expires, ask.zone),
            }
            for token in ask.jira.accounts.tokens_of(ask.caller.user)
        ]
    )


def _optional_time(milliseconds: int | None, ask: Ask) -> str | None:
    return None if milliseconds is None else timestamp(milliseconds, ask.zone)


ROUTES = (
    Route("GET", "/rest/api/2/serverInfo", server_info),
    Route("GET", "/rest/api/2/myself", myself),
    Route("GET", "/rest/api/2/mypermissions", my_permissions),
    Route("GET", "/rest/api/2/searchLimits", search_limits),
    Route("GET", "/rest/pat/latest/tokens", tokens),
    Route("GET", "/rest/pat/1.0/tokens", tokens),
)
