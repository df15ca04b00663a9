"""A Jira small enough to be read that can be written to, a Port that listens, and a desk between."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from port_ocean.core.handlers.port_app_config.models import PortAppConfig, ResourceConfig
from port_ocean.core.models import ActionRun, IntegrationRun, WorkflowNodeRun
from port_ocean.exceptions.execution_manager import ActionExecutionError

import catalog
from actions.catalog import Catalog
from actions.executor import Desk, JiraExecutor
from actions.jira_writes import JiraWrites
from client import JiraServerClient
from jira_server.auth import PersonalAccessToken
from jira_server.transport import JiraSession
from live_events.following import Following
from tests.unit.conversation import PassingTime, signed

BASE = "https://corp.example.com/jira"
TOKEN = "a-token-of-no-worth"
UPDATED = "2026-05-01T10:00:00.000+0000"
NO_ISSUE = {"errorMessages": ["Issue Does Not Exist"], "errors": {}}

Json = dict[str, Any]
Handler = Callable[[str, Json], httpx.Response | None]


def _summary_field() -> Json:
    return {"name": "Summary", "required": True, "schema": {"type": "string"}}


def _fields() -> dict[str, Json]:
    return {
        "summary": _summary_field(),
        "description": {"name": "Description", "schema": {"type": "string"}},
        "priority": {
            "name": "Priority",
            "schema": {"type": "priority"},
            "allowedValues": [{"id": "1", "name": "High"}, {"id": "2", "name": "Low"}],
        },
        "assignee": {"name": "Assignee", "schema": {"type": "user"}},
        "reporter": {"name": "Reporter", "required": True, "schema": {"type": "user"}},
        "parent": {"name": "Parent", "schema": {"type": "issuelink"}},
    }


@dataclass
class TinyJira:
    """One project, PAY. Issues from `unindexed` on are not yet known to its search.

    `fault` sees each write first: `before` it is carried out or `after`, it may answer or raise.
    """

    version: tuple[int, ...] = (9, 12, 0)
    issues: dict[str, Json] = field(default_factory=dict)
    properties: dict[str, Json] = field(default_factory=dict)
    unindexed: set[str] = field(default_factory=set)
    moved: dict[str, str] = field(default_factory=dict)
    users: list[Json] = field(default_factory=list)
    fields: dict[str, Json] = field(default_factory=_fields)
    links: list[tuple[str, str, str]] = field(default_factory=list)
    transitions: list[Json] = field(default_factory=list)
    before: Handler | None = None
    after: Handler | None = None
    requests: list[tuple[str, str, Json]] = field(default_factory=list)

    def add(self, key: str, **fields: object) -> None:
        status = {"name": "Open"}
        known = {"summary": key, "status": status, "updated": UPDATED, "subtasks": []}
        self.issues[key] = {"id": key.rpartition("-")[2], "key": key, "fields": known | fields}

    def writes(self) -> list[tuple[str, str]]:
        return [(method, path) for method, path, _ in self.requests if method != "GET"]

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = unquote(request.url.path).removeprefix("/jira/rest/api/2/")
        given = json.loads(request.content) if request.content else dict(request.url.params)
        self.requests.append((request.method, path, given))
        if request.method == "GET":
            return self._read(path, given)
        if self.before and (reply := self.before(path, given)) is not None:
            return reply
        reply = self._write(request.method, path, given)
        return (self.after(path, given) if self.after else None) or reply

    def _read(self, path: str, query: Json) -> httpx.Response:
        plain: dict[str, Callable[[], Any]] = {
            "myself": lambda: {"name": "sync", "key": "JIRAUSER1", "timeZone": "UTC"},
            "serverInfo": lambda: {"versionNumbers": list(self.version)},
            "issueLinkType": lambda: {
                "issueLinkTypes": [
                    {"name": "Blocks", "inward": "is blocked by", "outward": "blocks"}
                ]
            },
            "issue/createmeta/PAY/issuetypes": lambda: _page([{"id": "7", "name": "Bug"}]),
            "issue/createmeta/PAY/issuetypes/7": lambda: _page(
                [{"fieldId": name, **facts} for name, facts in self.fields.items()]
            ),
            "issue/createmeta": lambda: {
                "projects": [{"issuetypes": [{"id": "7", "name": "Bug", "fields": self.fields}]}]
            },
            "search": lambda: self._search(query),
            "user/search": lambda: self.users,
        }
        if path in plain:
            return signed(plain[path]())
        if path == "user":
            name, key = query.get("username"), query.get("key")
            found = [u for u in self.users if name == u["name"] or (key and key == u["key"])]
            return signed(found[0]) if found else signed({"errorMessages": ["no user"]}, 404)
        return self._read_issue(path)

    def _read_issue(self, path: str) -> httpx.Response:
        _, key, *rest = path.split("/")
        key = self.moved.get(key, key)
        if key not in self.issues:
            return signed(NO_ISSUE, 404)
        if not rest:
            issue = self.issues[key]
            return signed({**issue, "fields": {**issue["fields"], "issuelinks": self._links(key)}})
        parts: dict[str, Any] = {
            "editmeta": {"fields": self.fields},
            "transitions": {"transitions": self.transitions},
            "comment": {"comments": self.issues[key].get("comments", [])},
        }
        if rest[0] == "properties":
            found = self.properties.get(key)
            return signed({"value": found}) if found else signed({"errorMessages": ["none"]}, 404)
        return signed(parts[rest[0]])

    def _search(self, query: Json) -> Json:
        jql = query["jql"]
        found = [i for k, i in self.issues.items() if k not in self.unindexed]
        if wanted := re.search(r"issuekey IN \((.*?)\)", jql):
            keys = [k.strip('" ') for k in wanted[1].split(",")]
            found = [i for i in found if i["key"] in keys and "nothing" not in jql]
        found.sort(key=lambda i: -int(i["id"]))
        return {"issues": found[: int(query["maxResults"])], "total": len(found)}

    def _links(self, key: str) -> list[Json]:
        shown = []
        for name, from_key, to_key in self.links:
            if key == from_key:
                shown.append({"type": {"name": name}, "outwardIssue": {"key": to_key}})
            if key == to_key:
                shown.append({"type": {"name": name}, "inwardIssue": {"key": from_key}})
        return shown

    def _write(self, method: str, path: str, body: Json) -> httpx.Response:
        if path == "issue":
            return self._create(body)
        if path == "issueLink":
            ends = (body["inwardIssue"]["key"], body["outwardIssue"]["key"])
            self.links.append((body["type"]["name"], *ends))
            return httpx.Response(201, headers={"X-AUSERNAME": "sync"})
        key, *rest = path.removeprefix("issue/").split("/")
        fields = self.issues[key]["fields"]
        if method == "DELETE":
            for gone in [key, *(s["key"] for s in fields["subtasks"])]:
                self.issues.pop(gone)
        elif rest == ["assignee"]:
            name = body["name"]
            fields["assignee"] = {"name": name} if name else None
        elif rest == ["comment"]:
            comment = {"id": "9", "author": {"name": "sync"}, **body}
            self.issues[key].setdefault("comments", []).append(comment)
            return signed(comment, 201)
        elif rest == ["transitions"]:
            to = next(t for t in self.transitions if t["id"] == body["transition"]["id"])
            fields.update(status=to["to"], **body.get("fields", {}))
        else:
            fields.update(body["fields"])
        return httpx.Response(204, headers={"X-AUSERNAME": "sync"})

    def _create(self, body: Json) -> httpx.Response:
        numbers = [int(i["id"]) for i in self.issues.values()]
        key = f"PAY-{max(numbers, default=0) + 1}"
        self.add(key, **body["fields"])
        self.properties[key] = body["properties"][0]["value"]
        return signed({"key": key}, 201)


def _page(values: list[Json]) -> Json:
    return {"values": values, "total": len(values), "isLast": True, "startAt": 0}


@dataclass
class ListeningPort:
    """Notes what it is told of runs; `deaf`: every call fails."""

    said: list[str] = field(default_factory=list)
    patches: list[Json] = field(default_factory=list)
    ended: list[tuple[bool, str | None]] = field(default_factory=list)
    deaf: bool = False
    calls: int = 0

    async def post_run_log(self, run: IntegrationRun, message: str) -> None:
        self._hear(run)
        self.said.append(message)

    async def patch_run(
        self, run: IntegrationRun, payload: Json, should_raise: bool = True
    ) -> None:
        assert not should_raise
        self._hear(run)
        self.patches.append(payload)

    async def report_run_completed(
        self,
        run: IntegrationRun,
        success: bool,
        message: str | None = None,
        status_label: str | None = None,
        should_raise: bool = False,
    ) -> None:
        assert should_raise
        assert message is None
        self._hear(run)
        self.ended.append((success, status_label))

    @property
    def summary(self) -> str:
        return str([p["summary"] for p in self.patches if "summary" in p][-1])

    def _hear(self, run: IntegrationRun) -> None:
        assert run.id
        self.calls += 1
        if self.deaf:
            raise httpx.ConnectError("Port is out of reach")  # noqa: EM101, TRY003


@dataclass
class Office:
    """A Jira, a Port, and what was handed to Ocean for the catalog."""

    jira: TinyJira = field(default_factory=TinyJira)
    port: ListeningPort = field(default_factory=ListeningPort)
    resources: Sequence[ResourceConfig] = ()
    synced: list[catalog.Changes] = field(default_factory=list)
    passing: PassingTime = field(default_factory=PassingTime)
    sync_fails: bool = False

    def desk(self) -> Desk:
        http = httpx.AsyncClient(transport=httpx.MockTransport(self.jira.answer))
        session = JiraSession(
            http,
            BASE,
            PersonalAccessToken(TOKEN),
            sleep=self.passing.sleep,
            clock=self.passing.clock,
            chance=lambda: 0.5,
        )
        client = JiraServerClient(session)
        following = Following(client, uses_token=True, remembers=False, catalog=NotingCatalog(self))
        upkeep = Catalog(following.follow_issue, self.passing.sleep)
        writes = JiraWrites(session)
        return Desk(client, writes, upkeep, lambda: self.port, (TOKEN,), self.passing.sleep)

    async def run(
        self, executor: type[JiraExecutor], run_id: str = "r_1", **properties: object
    ) -> None:
        await executor(self.desk()).execute(action_run(executor, run_id, properties))

    async def failure(
        self, executor: type[JiraExecutor], run_id: str = "r_1", **properties: object
    ) -> str:
        """The text that the person gets, which must be the summary of the run as well."""
        with pytest.raises(ActionExecutionError) as caught:
            await self.run(executor, run_id, **properties)
        assert self.port.summary == str(caught.value)
        assert self.port.ended == []
        assert caught.value.status_label
        return str(caught.value)


class NotingCatalog(catalog.Catalog):
    """Notes what would be handed to Ocean."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def mapping(self) -> PortAppConfig:
        return PortAppConfig(resources=list(self._office.resources))

    async def apply(self, _: Sequence[ResourceConfig], changes: catalog.Changes) -> None:
        if self._office.sync_fails:
            raise RuntimeError("Port says no")  # noqa: EM101, TRY003
        if changes.indexes:
            self._office.synced.append(changes)


def action_run(executor: type[JiraExecutor], run_id: str, properties: Json) -> ActionRun:
    return ActionRun.parse_obj(
        {
            "id": run_id,
            "status": "IN_PROGRESS",
            "action": {"identifier": "an-action"},
            "payload": {
                "type": "INTEGRATION_ACTION",
                "installationId": "jira-server",
                "integrationActionType": executor.ACTION_NAME,
                "integrationActionExecutionProperties": properties,
            },
        }
    )


def workflow_run(executor: type[JiraExecutor], properties: Json) -> WorkflowNodeRun:
    return WorkflowNodeRun.parse_obj(
        {
            "identifier": "wfnr_1",
            "status": "IN_PROGRESS",
            "config": {
                "type": "INTEGRATION_ACTION",
                "installationId": "jira-server",
                "integrationProvider": "jira-server",
                "integrationInvocationType": executor.ACTION_NAME,
                "integrationActionExecutionProperties": properties,
            },
        }
    )
