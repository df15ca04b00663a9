"""Creates an issue, once for each run, with the person who asked for it as its reporter."""

from collections.abc import Mapping

from actions.choices import chosen_issue_type, only_user_with
from actions.errors import InvalidInput, OutcomeUnclear
from actions.executor import Done, JiraExecutor, Order
from actions.issue_fields import given_fields
from actions.metadata import Field, fields_in, values_to_create
from actions.people import login_name
from client import Json
from jira_server.errors import NotFound, PermissionMissing, RejectedQuery
from kinds.identifiers import key_of

FIELDS = ("summary", "description", "priority", "labels", "components", "duedate", "parent")
_MISSES_TO_END = 3
_MOST_PROBES = 20


class CreateIssue(JiraExecutor):
    """Inputs: `project`, `issueType`, the fields by name, `fields` for any others, `requester`."""

    ACTION_NAME = "create_issue"
    INPUTS = frozenset({"project", "issueType", "assignee", "fields", "requester", *FIELDS})
    PERMISSION = '"Create issues" in the project'
    SUBJECT = "project"

    async def perform(self, order: Order) -> Done:
        """Raises: ActionError, JiraError."""
        project = key_of(order.inputs.required("project"))
        types = await self._issue_types(project)
        issue_type = chosen_issue_type(types, order.inputs.required("issueType"), project)
        known = fields_in(await self.writes.create_fields(project, issue_type))
        given = await self._given(order)
        deed = f"creating a {issue_type['name']} in {project}"
        values = values_to_create(known, given, deed)
        if "summary" not in values:
            raise InvalidInput(what="Summary is required", advice="Fill it in.")
        fields = values | {"project": {"key": project}, "issuetype": {"id": str(issue_type["id"])}}
        key = await self._made_by(order.run_id, project, str(values["summary"]))
        if key is not None:
            await order.report.say(f"An earlier attempt of this run has created {key}")
        else:
            key = await self._create(order, project, known, fields)
        link = self.writes.link_to(key)
        await order.report.show(key, link)
        return Done(f"Created {key}: {link}", "Created", (key, *_parent(values)))

    async def _issue_types(self, project: str) -> list[Json]:
        try:
            return await self.writes.issue_types(project)
        except NotFound as error:
            if error.from_jira:
                return []
            raise

    async def _given(self, order: Order) -> dict[str, object]:
        given = given_fields(order.inputs, FIELDS)
        if assignee := order.inputs.text("assignee"):
            given["assignee"] = await login_name(self.writes, self.client, assignee)
        return given

    async def _create(
        self, order: Order, project: str, known: Mapping[str, Field], fields: dict[str, object]
    ) -> str:
        """The key of the new issue."""
        summary = str(fields["summary"])
        reporter = None if "reporter" in fields else await self._reporter(order, known, project)
        try:
            if reporter is None:
                return await self._send(order, project, summary, fields)
            return await self._send(order, project, summary, fields | {"reporter": reporter})
        except RejectedQuery as error:
            if reporter is None or "reporter:" not in error.words:
                raise
            await order.report.say(
                f"Jira does not take {reporter['name']} as reporter ({error.words}): "
                f"{await self.me()} is the reporter"
            )
            return await self._send(order, project, summary, fields)

    async def _send(
        self, order: Order, project: str, summary: str, fields: Mapping[str, object]
    ) -> str:
        try:
            return await self.writes.create_issue(fields, order.run_id)
        except OutcomeUnclear as unclear:
            found: list[str] = []

            async def look() -> bool:
                key = await self._made_by(order.run_id, project, summary)
                found.extend([key] if key else [])
                return bool(found)

            await self.settle(order, unclear, look)
            return found[0]

    async def _reporter(
        self, order: Order, known: Mapping[str, Field], project: str
    ) -> dict[str, str] | None:
        """The requester as a Jira user, or None with the reason told."""
        email = order.inputs.text("requester")
        if not email:
            reason = "Port did not say who asked (property requester)"
        elif "reporter" not in known:
            reason = f'Jira lets this user choose no reporter in {project} ("Modify reporter")'
        else:
            try:
                user = only_user_with(email, await self.writes.users_like(email))
            except PermissionMissing:
                user = None
            if user is not None:
                return {"name": str(user["name"])}
            reason = f"Not exactly one Jira user is seen to have the e-mail address {email}"
        await order.report.say(f"{reason}: {await self.me()} is the reporter")
        return None

    async def _made_by(self, run_id: str, project: str, summary: str) -> str | None:
        """The issue that an attempt of this run has created, None when there is none to be seen.

        The index is asked first. It lags behind the database, so the keys after the newest one
        that it knows are read one by one.
        """
        recent = await self.writes.recently_created(project)
        for issue in recent:
            if _summary(issue) == _plain(summary) and await self._is_of(run_id, issue["key"]):
                return str(issue["key"])
        return await self._made_just_now(run_id, project, {str(i["key"]) for i in recent})

    async def _made_just_now(self, run_id: str, project: str, known: set[str]) -> str | None:
        newest = await self.writes.newest_key(project)
        prefix, _, number = (newest or f"{project}-0").rpartition("-")
        misses = 0
        for step in range(1, _MOST_PROBES + 1):
            issue = await self.client.issue(f"{prefix}-{int(number) + step}", "summary")
            misses = misses + 1 if issue is None else 0
            if misses == _MISSES_TO_END:
                break
            if issue and issue["key"] not in known and await self._is_of(run_id, issue["key"]):
                return str(issue["key"])
        return None

    async def _is_of(self, run_id: str, key: str) -> bool:
        return await self.writes.run_of(key) == run_id


def _parent(values: Mapping[str, object]) -> tuple[str, ...]:
    parent = values.get("parent")
    return (str(parent["key"]),) if isinstance(parent, dict) and parent.get("key") else ()


def _summary(issue: Mapping[str, object]) -> str:
    fields = issue.get("fields")
    return _plain(str(fields.get("summary"))) if isinstance(fields, dict) else ""


def _plain(text: str) -> str:
    return " ".join(text.split())
