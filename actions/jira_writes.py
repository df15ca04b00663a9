"""What actions ask and change in one Jira, as typed methods. Decides nothing about inputs."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from actions.errors import OutcomeUnclear
from client import JiraServerClient, Json
from jira_server.errors import (
    AnonymousView,
    BrokenReply,
    CertificateRefused,
    JiraError,
    NotFound,
    RateLimited,
    Unavailable,
)
from jira_server.jql import quoted
from jira_server.transport import JiraSession

RUN_PROPERTY = "port.run"
DEFAULT_ASSIGNEE = "-1"
_API = "/rest/api/2"
_PAGED_METADATA = (8, 4)
_PAGE = 200
_RECENT = 100
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


class JiraWrites:
    """Questions about what may be written, and the writes, each of which is sent once.

    Questions raise JiraError. A write raises JiraError when it was surely not made, and
    OutcomeUnclear when it was sent and no reply says what came of it.
    """

    def __init__(self, session: JiraSession) -> None:
        self._session = session
        self._client = JiraServerClient(session)

    def link_to(self, key: str) -> str:
        """The page of an issue, for people; with the context path."""
        return f"{self._session.base_url}/browse/{quote(key, safe='')}"

    async def issue_types(self, project: str) -> list[Json]:
        """The issue types that this user may create in a project, with `id` and `name`.

        `issue/createmeta/{project}/issuetypes` is there from 8.4, the older
        `issue/createmeta?projectKeys=` until 9.0 (Atlassian, "Createmeta REST endpoint to be
        removed").
        """
        if await self._has_paged_metadata():
            return await self._values(
                f"{_API}/issue/createmeta/{quote(project, safe='')}/issuetypes"
            )
        query = {"projectKeys": project, "expand": "projects.issuetypes.fields"}
        reply = await self._session.get(f"{_API}/issue/createmeta", query)
        projects = reply.get("projects") if isinstance(reply, dict) else None
        return [t for p in projects or () for t in p.get("issuetypes") or ()]

    async def create_fields(self, project: str, issue_type: Json) -> object:
        """The metadata of the fields of a new issue; `issue_type` is one of `issue_types`."""
        if "fields" in issue_type:
            return issue_type
        types = f"{_API}/issue/createmeta/{quote(project, safe='')}/issuetypes"
        return await self._values(f"{types}/{quote(str(issue_type['id']), safe='')}")

    async def edit_fields(self, key: str) -> object:
        """The metadata of the fields of an issue that this user may edit now."""
        return await self._session.get(f"{_issue(key)}/editmeta")

    async def transitions(self, key: str) -> list[Json]:
        """The transitions that this user may make now, with `id`, `name`, `to` and `fields`."""
        path = f"{_issue(key)}/transitions"
        reply = await self._session.get(path, {"expand": "transitions.fields"})
        return _list(reply, "transitions", path)

    async def link_types(self) -> list[Json]:
        """The types of links, with `name`, `inward` and `outward`."""
        path = f"{_API}/issueLinkType"
        return _list(await self._session.get(path), "issueLinkTypes", path)

    async def users_like(self, text: str) -> list[Json]:
        """Active users whose name, display name or e-mail begins like the text."""
        query: dict[str, str | int] = {"username": text, "maxResults": 50}
        found = await self._session.get(f"{_API}/user/search", query)
        return [u for u in found if isinstance(u, dict)] if isinstance(found, list) else []

    async def user_named(self, name: str) -> Json | None:
        """The user with this login name, None when Jira says that there is none."""
        try:
            user = await self._session.get(f"{_API}/user", {"username": name})
        except NotFound as error:
            if error.from_jira:
                return None
            raise
        return user if isinstance(user, dict) else None

    async def comments(self, key: str) -> list[Json]:
        """Every comment of an issue that this user may see."""
        path = f"{_issue(key)}/comment"
        return _list(await self._session.get(path), "comments", path)

    async def recently_created(self, project: str) -> list[Json]:
        """The newest issues, a hundred at most, that this user created there within a week.

        With `summary`. From the index, which may not know the very newest yet.
        """
        jql = (
            f"project = {quoted(project)} AND creator = currentUser() AND created >= -7d "
            "ORDER BY created DESC"
        )
        return await self._found(jql, _RECENT)

    async def newest_key(self, project: str) -> str | None:
        """The highest issue key of a project that the index knows."""
        found = await self._found(f"project = {quoted(project)} ORDER BY key DESC", 1)
        return str(found[0]["key"]) if found else None

    async def run_of(self, key: str) -> str | None:
        """The id of the run that created the issue, None when the issue does not say."""
        try:
            found = await self._session.get(f"{_issue(key)}/properties/{RUN_PROPERTY}")
        except NotFound:
            return None
        value = found.get("value") if isinstance(found, dict) else None
        return str(value["run"]) if isinstance(value, dict) and value.get("run") else None

    async def create_issue(self, fields: Mapping[str, object], run_id: str) -> str:
        """The key of the new issue, which carries the run's id as an issue property."""
        mark = {"key": RUN_PROPERTY, "value": {"run": run_id}}
        body = {"fields": dict(fields), "properties": [mark]}
        reply = await self._write("POST", f"{_API}/issue", body)
        key = reply.get("key") if isinstance(reply, dict) else None
        if not key:
            raise OutcomeUnclear(what="Jira took the new issue and did not say its key")
        return str(key)

    async def edit_issue(self, key: str, fields: Mapping[str, object]) -> None:
        await self._write("PUT", _issue(key), {"fields": dict(fields)})

    async def transition_issue(
        self, key: str, transition: str, fields: Mapping[str, object], comment: str
    ) -> None:
        """`transition` is its id."""
        body: dict[str, object] = {"transition": {"id": transition}}
        if fields:
            body["fields"] = dict(fields)
        if comment:
            body["update"] = {"comment": [{"add": {"body": comment}}]}
        await self._write("POST", f"{_issue(key)}/transitions", body)

    async def assign_issue(self, key: str, name: str | None) -> None:
        """`name` is a login name, None for nobody, DEFAULT_ASSIGNEE for the project's."""
        await self._write("PUT", f"{_issue(key)}/assignee", {"name": name})

    async def add_comment(self, key: str, body: str, role: str = "") -> Json:
        """The comment as Jira keeps it; visible to a project role, or to everybody."""
        comment: dict[str, object] = {"body": body}
        if role:
            comment["visibility"] = {"type": "role", "value": role}
        reply = await self._write("POST", f"{_issue(key)}/comment", comment)
        return reply if isinstance(reply, dict) else {}

    async def link_issues(self, link_type: str, from_key: str, to_key: str) -> None:
        """Link two issues so that the first one shows the type's outward text ("blocks").

        Jira calls the issue where a link begins its `inwardIssue`.
        """
        body = {
            "type": {"name": link_type},
            "inwardIssue": {"key": from_key},
            "outwardIssue": {"key": to_key},
        }
        await self._write("POST", f"{_API}/issueLink", body)

    async def delete_issue(self, key: str, *, with_subtasks: bool) -> None:
        query = urlencode({"deleteSubtasks": str(with_subtasks).lower()})
        await self._write("DELETE", f"{_issue(key)}?{query}")

    async def _has_paged_metadata(self) -> bool:
        return (await self._client.server_facts()).version >= _PAGED_METADATA

    async def _values(self, path: str) -> list[Json]:
        values: list[Json] = []
        while True:
            query: dict[str, str | int] = {"startAt": len(values), "maxResults": _PAGE}
            reply = await self._session.get(path, query)
            page = _list(reply, "values", path)
            values += page
            if not page or (isinstance(reply, dict) and _is_last(reply, len(values))):
                return values

    async def _found(self, jql: str, most: int) -> list[Json]:
        query: dict[str, str | int] = {"jql": jql, "maxResults": most, "fields": "summary"}
        path = f"{_API}/search"
        return _list(await self._session.get(path, query), "issues", path)

    async def _write(self, method: str, path: str, body: Json | None = None) -> object:
        await self._session.user()  # a login that fails now fails before anything is sent
        try:
            return await self._session.write(method, path, body)
        except JiraError as error:
            if may_have_been_made(error):
                raise OutcomeUnclear(what=error.what, words=error.words) from error
            raise


def may_have_been_made(error: JiraError) -> bool:
    """Whether a change that ended in this error may have been made all the same.

    A reply that says no, a connection that never came about and a rate limit mean that it was
    not. A reply that was lost, a proxy's or a 500 mean nothing.
    """
    if isinstance(error, Unavailable):
        refused = isinstance(error, RateLimited | CertificateRefused)
        return not refused and not isinstance(error.__cause__, _NOT_SENT)
    if isinstance(error, BrokenReply | AnonymousView):
        return error.status is None or error.status < 300
    return False


def _issue(key: str) -> str:
    return f"{_API}/issue/{quote(key, safe='')}"


def _list(reply: object, name: str, path: str) -> list[Json]:
    items: Any = reply.get(name) if isinstance(reply, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise BrokenReply(what=f"Jira did not send a list of {name}", where=f"GET {path}")
    return items


def _is_last(reply: Json, taken: int) -> bool:
    total = reply.get("total")
    return bool(reply.get("isLast")) or (isinstance(total, int) and taken >= total)
