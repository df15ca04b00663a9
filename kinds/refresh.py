"""One issue outside of a resync: as its resource would list it, read from Jira's database.

Says whether a resource's JQL selects the issue; what becomes of its entity is for the caller.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from port_ocean.core.handlers.port_app_config.models import ResourceConfig

from client import JiraServerClient, Json
from integration import IssueSelector, Kind, UserSelector
from jira_server.errors import PermissionMissing, RejectedQuery
from jira_server.jql import criteria_of
from kinds.issue_links import IssueLinks
from kinds.issues import PEOPLE, IssueQuery
from kinds.needed_fields import needed_fields

_SEARCH_DEFAULT = "*navigable"  # a single issue comes with *all unless this is said


async def listed_issue(
    client: JiraServerClient,
    resource: ResourceConfig,
    resources: Sequence[ResourceConfig],
    key: str,
    *,
    in_dsp: bool = False,
) -> Json | None:
    """The issue as a resync would list it for this resource, None when its JQL does not select it.

    `resources` are all of the mapping: links to issues and people that none of them lists are
    marked `"listed": false`, as in a resync. None also when Jira says that there is no such issue.
    Whether the JQL selects it is asked of the index, which may lag behind: see `index_is_current`.
    `in_dsp`: Port maps the raw item itself, so it gets all that the selector lets it have.
    Raises: JiraError.
    """
    criteria = criteria_of(cast(IssueSelector, resource.selector).jql or "")
    if criteria and key not in await client.keys_in_scope(criteria, [key]):
        return None
    issue = await raw_issue(client, resource, key, in_dsp=in_dsp)
    if issue is not None:
        await _mark_links(client, issue, resources)
        await _mark_people(client, issue, resources)
    return issue


async def raw_issue(
    client: JiraServerClient, resource: ResourceConfig, key: str, *, in_dsp: bool = False
) -> Json | None:
    """The issue with the fields that the resource needs, whatever its JQL selects."""
    selector = cast(IssueSelector, resource.selector)
    fields = selector.fields if in_dsp else needed_fields(resource)
    return await client.issue(key, fields or _SEARCH_DEFAULT, selector.expand)


async def index_is_current(client: JiraServerClient, key: str) -> bool:
    """Whether Jira's index knows the issue as it is in the database now; the index lags behind it.

    Asked by the time of the last change, in epoch milliseconds; where a site refuses those, it is
    only asked whether the index has the issue at all. Raises: JiraError.
    """
    issue = await client.issue(key, "updated")
    if issue is None:
        return False
    since = _since(issue)
    try:
        if since:
            # Keys are asked for without validation; whether the date is taken is seen here.
            await client.count_issues(since)
        return key in await client.keys_in_scope(since, [key])
    except RejectedQuery:
        return key in await client.keys_in_scope("", [key])


def _since(issue: Json) -> str:
    updated = (issue.get("fields") or {}).get("updated")
    if not updated:
        return ""
    return f"updated >= {int(datetime.fromisoformat(updated).timestamp()) * 1000}"


async def _mark_links(
    client: JiraServerClient, issue: Json, resources: Sequence[ResourceConfig]
) -> None:
    selectors = [cast(IssueSelector, r.selector) for r in resources if r.kind == Kind.ISSUE]
    links = IssueLinks()
    links.add([issue])
    if links.open_questions:
        scope = IssueQuery("", tuple(s.jql or "" for s in selectors)).scope
        links.answer(await client.keys_in_scope(scope, links.open_questions))


async def _mark_people(
    client: JiraServerClient, issue: Json, resources: Sequence[ResourceConfig]
) -> None:
    selectors = [cast(UserSelector, r.selector) for r in resources if r.kind == Kind.USER]
    inactive_too = any(s.include_inactive for s in selectors)
    fields = issue.get("fields") or {}
    people = [p for p in (fields.get(role) for role in PEOPLE) if p and p.get("key")]
    keys = {str(person["key"]) for person in people}
    listed = {
        key
        for key in keys
        if selectors and await _is_listed(client, key, inactive_too=inactive_too)
    }
    for person in people:
        if person["key"] not in listed:
            person["listed"] = False


async def _is_listed(client: JiraServerClient, key: str, *, inactive_too: bool) -> bool:
    try:
        user = await client.user(key)
    except PermissionMissing:
        return True  # as in a resync that may not list users: the relation is sent unchecked
    return user is not None and (inactive_too or bool(user.get("active", True)))
