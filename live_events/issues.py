"""Follows events of issues: how Jira has them now, and which resources list them.

Nothing is removed on doubt: an issue leaves under a key only after Jira's database says that there
is none, or that the key leads to another issue by now; it leaves a resource only after Jira's
index, which lags behind the database, was seen twice to know the last change and not to list it:
once is not enough, since the index keeps whole seconds, in which an issue can change twice.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import cast

from loguru import logger
from port_ocean.core.handlers.port_app_config.models import ResourceConfig

from catalog import Changes
from client import JiraServerClient, Json
from integration import IssueSelector, Kind
from jira_server.errors import JiraError, PermissionMissing, RejectedQuery
from jira_server.jql import any_of, criteria_of, quoted
from kinds.issue_links import IssueLinks
from kinds.issues import PEOPLE
from kinds.needed_fields import needed_fields
from kinds.people import People
from kinds.removal import named
from live_events.events import IssueConcern
from live_events.refresher import Carried

_SOME_TIME = 4_102_444_800_000  # epoch milliseconds in 2100: matches nothing
_SEARCH_DEFAULT = "*navigable"  # GET of one issue gives *all unless this is said
_MOST_RELATIVES = 50
_MOST_LOOKS_AT_INDEX = 6  # two minutes; archived issues never come into the index
_MOST_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True)
class _Plan:
    """What one issue resource lists: its place in the mapping, its JQL, and what it asks for."""

    index: int
    jql: str
    fields: str
    expand: str | None

    @property
    def ask(self) -> tuple[str, str | None]:
        return self.fields, self.expand


@dataclass(slots=True)
class _Found:
    """How Jira has the issue of a concern: under which key now, and which keys lead nowhere."""

    concern: IssueConcern
    ask: tuple[str, str | None]
    issue: Json | None = None
    gone: set[str] = field(default_factory=set)
    error: JiraError | None = None


@dataclass(frozen=True, slots=True)
class IssueOutcome:
    """What to write, new people among it, and what is to be asked about again.

    `gone`: keys of which Jira says that they lead to no such issue. `unindexed`: whether the index
    does not know the last change of some issue. `rejections` of resources' JQL; `errors`: why issues
    could not be looked at.
    """

    changes: Changes
    people: Sequence[Json]
    carried: Carried
    gone: frozenset[str] = frozenset()
    unindexed: bool = False
    rejections: Sequence[RejectedQuery] = ()
    errors: Sequence[JiraError] = ()


class IssueEvents:
    """The issues of one Jira.

    Remembers which issues were listed lately: one that enters makes its parent and sub-tasks worth
    a look, since they show it from now on.
    """

    def __init__(self, client: JiraServerClient, people: People, *, remembers: bool = True) -> None:
        self._client = client
        self._people = people
        self._remembers = remembers
        self._listed: dict[str, bool] = {}
        self._dates_are_taken = False

    async def follow(
        self, concerns: Sequence[IssueConcern], resources: Sequence[ResourceConfig], *, in_dsp: bool
    ) -> IssueOutcome:
        """Ask Jira about the issues. Raises: JiraError when nothing could be asked at all."""
        plans = _plans(resources, in_dsp=in_dsp)
        changes = Changes()
        if not plans:
            return IssueOutcome(changes, (), Carried())
        found = await asyncio.gather(*(self._find(one, plans[0]) for one in concerns))
        await self._confirm_that_jira_answers(found)
        for one in found:
            _remove_gone(one, plans, changes)
        present = {one.issue["key"]: one for one in found if one.issue is not None}
        current = await self._known_to_index(present)
        listed, rejections = await self._listed_by(plans, list(present))
        plans = [plan for plan in plans if plan.index in listed]
        items = await self._items(plans, present, listed)
        # What a rejected JQL would list is not known, so nothing leaves the catalog meanwhile.
        sure = set[str]() if rejections else current
        leaving = self._leaving(plans, present, listed, sure)
        _sort(plans, present, items, listed, sure - leaving, changes)
        new_people = await self._mark(items, resources, plans)
        unindexed = {
            key
            for key, one in present.items()
            if key not in current and one.concern.looks < _MOST_LOOKS_AT_INDEX
        }
        # The parent of a sub-task that the index does not know would be shown without it.
        relatives = self._relatives(present, items, listed, unindexed | leaving)
        again = [
            *(present[key].concern for key in sorted(unindexed)),
            *(replace(present[key].concern, seen_outside=True) for key in sorted(leaving)),
        ]
        return IssueOutcome(
            changes,
            new_people,
            Carried(again, relatives, _failed(found)),
            gone=frozenset[str]().union(*(one.gone for one in found)),
            unindexed=bool(unindexed),
            rejections=rejections,
            errors=[one.error for one in found if one.error is not None],
        )

    async def _find(self, concern: IssueConcern, plan: _Plan) -> _Found:
        found = _Found(concern, plan.ask)
        try:
            for name in concern.names:
                if found.issue is None:
                    found.issue = await self._client.issue(name, *plan.ask)
            key = found.issue["key"] if found.issue else ""
            for old in concern.keys - {key}:
                if found.issue is None or await self._leads_elsewhere(old):
                    found.gone.add(old)
        except JiraError as error:
            if isinstance(error, PermissionMissing):
                logger.info(f"Jira: an event of an issue that this user may not see: {error.where}")
            found = _Found(concern, plan.ask, error=error)
        return found

    async def _leads_elsewhere(self, key: str) -> bool:
        try:
            issue = await self._client.issue(key, "summary")
        except PermissionMissing:
            return False
        return issue is None or issue["key"] != key

    async def _confirm_that_jira_answers(self, found: Sequence[_Found]) -> None:
        """A gateway can say 404, too; only Jira knows who is logged in."""
        if any(one.gone or (one.issue is None and one.error is None) for one in found):
            await self._client.session.get("/rest/api/2/myself")

    async def _known_to_index(self, present: Mapping[str, _Found]) -> set[str]:
        """Those whose last change the index knows; those it knows at all where dates are refused."""
        clauses = [_since(key, one.issue or {}) for key, one in present.items()]
        if not clauses:
            return set()
        try:
            if not self._dates_are_taken:
                # Keys are asked for without validation; whether the date is taken is seen here.
                await self._client.count_issues(f"updated >= {_SOME_TIME}")
                self._dates_are_taken = True
            return await self._client.keys_in_scope(any_of(*clauses), present)
        except RejectedQuery:
            return await self._client.keys_in_scope("", present)

    async def _listed_by(
        self, plans: Sequence[_Plan], keys: list[str]
    ) -> tuple[dict[int, set[str]], list[RejectedQuery]]:
        """What each resource lists of the keys, without resources whose JQL Jira rejects."""
        listed: dict[int, set[str]] = {}
        rejections: list[RejectedQuery] = []
        for plan in plans:
            try:
                criteria = criteria_of(plan.jql)
                if criteria:
                    # A question for keys is asked without validation, and a JQL that Jira would
                    # reject then lists nothing; this one is validated.
                    await self._client.count_issues(criteria)
                listed[plan.index] = await self._in_scope(criteria, keys)
            except RejectedQuery as error:
                logger.warning(f"Jira: no live events for issue resource {plan.index + 1}: {error}")
                rejections.append(error)
        return listed, rejections

    async def _in_scope(self, criteria: str, keys: list[str]) -> set[str]:
        return await self._client.keys_in_scope(criteria, keys) if criteria else set(keys)

    async def _items(
        self,
        plans: Sequence[_Plan],
        present: Mapping[str, _Found],
        listed: Mapping[int, set[str]],
    ) -> dict[tuple[int, str], Json]:
        """What each resource that lists an issue has asked for, by place and key."""
        asked = {(one.ask, key): one.issue for key, one in present.items()}
        items: dict[tuple[int, str], Json] = {}
        for plan in plans:
            for key in listed[plan.index]:
                if (plan.ask, key) not in asked:
                    asked[plan.ask, key] = await self._client.issue(key, *plan.ask)
                if issue := asked[plan.ask, key]:
                    items[plan.index, key] = issue
        return items

    def _leaving(
        self,
        plans: Sequence[_Plan],
        present: Mapping[str, _Found],
        listed: Mapping[int, set[str]],
        sure: set[str],
    ) -> set[str]:
        """Those that are seen outside of a resource for the first time."""
        return {
            key
            for key, one in present.items()
            if key in sure
            and not one.concern.seen_outside
            and self._listed.get(key) is not False
            and any(key not in listed[plan.index] for plan in plans)
        }

    async def _mark(
        self,
        items: Mapping[tuple[int, str], Json],
        resources: Sequence[ResourceConfig],
        plans: Sequence[_Plan],
    ) -> list[Json]:
        issues = list({id(item): item for item in items.values()}.values())
        links = IssueLinks()
        links.add(issues)
        if links.open_questions:
            scope = any_of(*(criteria_of(plan.jql) for plan in plans))
            links.answer(await self._client.keys_in_scope(scope, links.open_questions))
        people = [(issue.get("fields") or {}).get(role) for issue in issues for role in PEOPLE]
        return await self._people.mark_unlisted(people, resources)

    def _relatives(
        self,
        present: Mapping[str, _Found],
        items: Mapping[tuple[int, str], Json],
        listed: Mapping[int, set[str]],
        waiting: set[str],
    ) -> list[IssueConcern]:
        if len(self._listed) > _MOST_REMEMBERED:
            self._listed.clear()
        inside = set().union(*listed.values())
        settled = present.keys() - waiting
        entered = {
            key
            for key in settled
            if key in inside and not (self._remembers and self._listed.get(key))
        }
        self._listed.update({key: key in inside for key in settled})
        wanted: set[str] = set()
        for (_, key), item in items.items():
            if key in entered and not present[key].concern.is_relative:
                wanted.update(_relatives_of(item)[:_MOST_RELATIVES])
        return [
            IssueConcern(keys=frozenset([key]), is_relative=True) for key in wanted - present.keys()
        ]


def _failed(found: Sequence[_Found]) -> list[IssueConcern]:
    failed = [one for one in found if one.error and not isinstance(one.error, PermissionMissing)]
    if failed:
        logger.warning(f"Jira: events of {len(failed)} issues wait: {failed[0].error}")
    return [one.concern for one in failed]


def _plans(resources: Sequence[ResourceConfig], *, in_dsp: bool) -> list[_Plan]:
    plans = []
    for index, resource in enumerate(resources):
        if resource.kind != Kind.ISSUE:
            continue
        selector = cast(IssueSelector, resource.selector)
        fields = (selector.fields if in_dsp else needed_fields(resource)) or _SEARCH_DEFAULT
        plans.append(_Plan(index, selector.jql or "", _with_updated(fields), selector.expand))
    return plans


def _with_updated(fields: str) -> str:
    names = [name.strip() for name in fields.split(",")]
    whole = any(name.startswith("*") for name in names) and "-updated" not in names
    return fields if whole or "updated" in names else ",".join([*names, "updated"])


def _since(key: str, issue: Json) -> str:
    """JQL that the issue matches as soon as the index knows its last change."""
    clause = f"issuekey = {quoted(key)}"
    try:
        updated = datetime.fromisoformat((issue.get("fields") or {})["updated"])
    except (KeyError, TypeError, ValueError):
        return clause
    return f"{clause} AND updated >= {int(updated.timestamp()) * 1000}"


def _remove_gone(found: _Found, plans: Sequence[_Plan], changes: Changes) -> None:
    for key in found.gone:
        for plan in plans:
            changes.remove(plan.index, _stub(found, key))


def _stub(found: _Found, key: str) -> Json:
    """What is left to say of an issue that is gone: enough for the identifier of its entity.

    The id is told only where Jira knows no issue with that id any more.
    """
    stub: Json = {"key": key, "self": "", "fields": {}}
    if found.issue is None and found.concern.id:
        stub["id"] = found.concern.id
    return stub


def _sort(
    plans: Sequence[_Plan],
    present: Mapping[str, _Found],
    items: Mapping[tuple[int, str], Json],
    listed: Mapping[int, set[str]],
    current: set[str],
    changes: Changes,
) -> None:
    for plan in plans:
        for key, one in present.items():
            if (item := items.get((plan.index, key))) is not None:
                changes.update(plan.index, item)
            elif key in current and key not in listed[plan.index] and one.issue is not None:
                changes.remove(plan.index, named(one.issue))


def _relatives_of(issue: Json) -> list[str]:
    fields = issue.get("fields") or {}
    links = [fields.get("parent"), *(fields.get("subtasks") or [])]
    return [str(link["key"]) for link in links if isinstance(link, dict) and link.get("key")]
