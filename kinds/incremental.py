"""What has changed since a moment: issues, and the projects and people that changed issues name.

Jira tells no time of change for users and projects; the full resync and live events do the rest.
Deleted issues leave no trace in a search either.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import batched
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from port_ocean.core.handlers.port_app_config.models import ResourceConfig

from client import JiraServerClient, Json
from integration import Kind, ProjectSelector, UserSelector
from jira_server.errors import PermissionMissing, RejectedQuery
from jira_server.jql import all_of
from jira_server.paging import DateLiterals, EpochMillis, QuotedMinutes
from kinds.batches import BATCH_SIZE
from kinds.issues import PEOPLE, IssueQuery, issue_batches
from kinds.people import People
from kinds.projects import count_all_issues
from kinds.removal import named
from kinds.users import mark_unlisted

INDEX_MAY_LAG = 300.0  # seconds behind the database, across the nodes of a cluster
_FIELDS = ",".join(("updated", "project", *PEOPLE))
_CHANGELOG = "changelog"


def second_on_jiras_clock(cursor: datetime, now: datetime, server_time: object) -> int:
    """The epoch second from which changes are asked for, an overlap before the cursor.

    The cursor was taken from this machine's clock at `now`; `server_time` is serverInfo's. Without
    it both clocks are taken to agree.
    """
    try:
        ahead = (datetime.fromisoformat(str(server_time)) - now).total_seconds()
    except (TypeError, ValueError):
        ahead = 0.0
    return int(cursor.timestamp() + ahead - INDEX_MAY_LAG)


@dataclass(frozen=True, slots=True)
class ChangedIssues:
    """The issues that have changed since a second, and the JQL that says so.

    `issues` by key, with who and what they name and with their history; `since` in epoch seconds.
    """

    jql: str
    since: int
    issues: dict[str, Json]

    @property
    def projects(self) -> list[str]:
        """The keys of their projects."""
        projects = (_fields(one).get("project") or {} for one in self.issues.values())
        return sorted({str(one["key"]) for one in projects if one.get("key")})

    @property
    def people(self) -> list[str]:
        """The keys of the users that they name."""
        named = (_fields(one).get(role) for one in self.issues.values() for role in PEOPLE)
        return sorted({str(one["key"]) for one in named if one and one.get("key")})

    @property
    def old_keys(self) -> list[str]:
        """Keys under which they were known before they were moved since then."""
        return sorted(
            {key for one in self.issues.values() for key in moved_from(one, self.since)}
            - self.issues.keys()
        )


def moved_from(issue: Json, since: int) -> list[str]:
    """The keys that the issue's history says it has lost since that epoch second."""
    changelog = issue.get(_CHANGELOG)
    histories = changelog.get("histories") if isinstance(changelog, dict) else None
    return [
        str(item["fromString"])
        for history in (histories or [])
        if _is_since(history.get("created"), since)
        for item in (history.get("items") or [])
        if item.get("field") == "Key" and item.get("fromString")
    ]


async def changed_issues(
    client: JiraServerClient,
    cursor: datetime,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> ChangedIssues:
    """Every issue that has changed since the cursor. Raises: JiraError."""
    info = await client.session.get("/rest/api/2/serverInfo")
    server_time = info.get("serverTime") if isinstance(info, dict) else None
    since = second_on_jiras_clock(cursor, now(), server_time)
    try:
        return await _changed(client, since, EpochMillis())
    except RejectedQuery:
        return await _changed(client, since, QuotedMinutes(await _zone(client)))


async def _changed(client: JiraServerClient, since: int, dates: DateLiterals) -> ChangedIssues:
    jql = f"updated >= {dates.literal(since)}"
    pages = client.issues(jql, _FIELDS, _CHANGELOG)
    issues = {issue["key"]: issue async for page in pages for issue in page}
    return ChangedIssues(jql, since, issues)


async def _zone(client: JiraServerClient) -> ZoneInfo:
    try:
        return ZoneInfo(str((await client.myself()).get("timeZone")))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


async def changed_issue_batches(
    client: JiraServerClient,
    query: IssueQuery,
    changed: ChangedIssues,
    people: People,
    resources: Sequence[ResourceConfig],
    remove: Callable[[list[Json]], Awaitable[None]],
    same_blueprint: Sequence[str],
) -> AsyncGenerator[list[Json], None]:
    """Those of the changed issues that the query lists; the others are handed to `remove`.

    `same_blueprint`: the JQL of every issue resource that fills the same blueprint, this one's
    among them; what any of them lists is not removed. Raises: JiraError.
    """
    criteria = all_of(query.criteria, changed.jql)
    await _know(people, changed, resources)
    listed: set[str] = set()
    narrowed = replace(query, jql=criteria, examples=False)
    async for batch in issue_batches(client, narrowed, people.directory(resources)):
        listed.update(issue["key"] for issue in batch)
        yield batch
    scope = replace(query, all_jql=tuple(same_blueprint)).scope
    gone = await _left(client, scope, changed, listed)
    gone += await _moved(client, changed)
    if gone:
        await remove(gone)


async def _left(
    client: JiraServerClient, scope: str, changed: ChangedIssues, listed: set[str]
) -> list[Json]:
    if not scope:
        return []
    candidates = changed.issues.keys() - listed
    if not candidates:
        return []
    # A question for keys is asked without validation, and a JQL that Jira would reject lists
    # nothing then. And only what is seen, with its change, at this moment can be said to have left.
    await client.count_issues(scope)
    seen = await client.keys_in_scope(changed.jql, candidates)
    still = await client.keys_in_scope(scope, seen)
    return [named(changed.issues[key]) for key in sorted(seen - still)]


async def _moved(client: JiraServerClient, changed: ChangedIssues) -> list[Json]:
    gone: list[Json] = []
    for key in changed.old_keys:
        issue = await client.issue(key, "summary")
        if issue is not None and issue["key"] != key:
            gone.append({"key": key, "self": "", "fields": {}})
    return gone


async def changed_project_batches(
    client: JiraServerClient,
    selector: ProjectSelector,
    changed: ChangedIssues,
    people: People,
    resources: Sequence[ResourceConfig],
) -> AsyncGenerator[list[Json], None]:
    """The projects of changed issues, as a resync lists them. Raises: JiraError."""
    if not changed.projects:
        return
    projects = await client.projects(selector.expand, selector.include_archived)
    wanted = [one for one in projects if one["key"] in changed.projects]
    for some in batched(wanted, BATCH_SIZE):
        if len(projects) <= selector.max_counted_projects:
            await count_all_issues(client, some)
        leads = [project.get("lead") for project in some]
        await mark_unlisted(leads, people.directory(resources))
        yield list(some)


async def changed_user_batches(
    selector: UserSelector, changed: ChangedIssues, people: People
) -> AsyncGenerator[list[Json], None]:
    """The people of changed issues, as a resync lists them. Raises: JiraError."""
    users = await people.look_up(changed.people)
    shown = [one for one in users if selector.include_inactive or one.get("active", True)]
    for some in batched(shown, BATCH_SIZE):
        yield list(some)


async def _know(
    people: People, changed: ChangedIssues, resources: Sequence[ResourceConfig]
) -> None:
    """Look everybody up at once; who may not see users sends relations to them unchecked."""
    if any(resource.kind == Kind.USER for resource in resources):
        with suppress(PermissionMissing):
            await people.look_up(changed.people)


def _fields(issue: Json) -> dict[str, Any]:
    fields = issue.get("fields")
    return fields if isinstance(fields, dict) else {}


def _is_since(created: object, since: int) -> bool:
    try:
        return datetime.fromisoformat(str(created)).timestamp() >= since
    except ValueError:
        return True
