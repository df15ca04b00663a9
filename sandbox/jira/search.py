"""Which issues a JQL finds for a caller, and in which order.

A result is kept for the pages that follow it, as long as nothing changes. Renders nothing.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from operator import attrgetter
from typing import Final, cast

from sandbox.jira.company.catalogue import ISSUE_TYPES, PRIORITIES, RESOLUTIONS, STATUSES
from sandbox.jira.company.custom_fields import CUSTOM_FIELD_IDS
from sandbox.jira.company.model import Issue, IssueType, Priority, Resolution, Status, User
from sandbox.jira.company.store import Company
from sandbox.jira.index import LaggingIndex
from sandbox.jira.jql import JqlError, Query, SearchContext, compile_query
from sandbox.jira.permissions import may_read, searchable, visible_projects
from sandbox.jira.settings import Settings

_KEPT_RESULTS: Final = 32
_KEPT_SECONDS: Final = 5.0
_ORDERED: Final[Mapping[str, tuple[Priority | Status | IssueType | Resolution, ...]]] = {
    "priority": PRIORITIES,
    "status": STATUSES,
    "issuetype": ISSUE_TYPES,
    "resolution": RESOLUTIONS,
}
_NAMES: Final = {
    what: frozenset(name.casefold() for one in things for name in one.names)
    for what, things in _ORDERED.items()
}
_RANKS: Final = {
    what: {name.casefold(): rank for rank, one in enumerate(things) for name in one.names}
    for what, things in _ORDERED.items()
}


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched, and by whom; `lenient` is `validateQuery=false`.

    `at_once` asks the company itself, even where the index lags.
    """

    jql: str
    user: User | None
    zone: tzinfo
    lenient: bool = False
    at_once: bool = False


@dataclass(slots=True)
class Searches:
    """Runs searches over one company."""

    company: Company
    settings: Settings
    index: LaggingIndex
    _kept: OrderedDict[tuple[object, ...], tuple[int, list[Issue]]] = field(
        default_factory=OrderedDict
    )

    def find(self, search: Search) -> list[Issue]:
        """Every issue that the caller may find, ordered as the JQL says, or as the index lies.

        Raises `JqlError` with Jira's messages.
        """
        self.index.absorb()
        key = self._cache_key(search)
        now = self.company.clock()
        kept = self._kept.get(key)
        if kept is not None and now - kept[0] < _KEPT_SECONDS * 1000:
            return kept[1]
        found = self._run(search)
        self._kept[key] = now, found
        while len(self._kept) > _KEPT_RESULTS:
            self._kept.popitem(last=False)
        return found

    def matches(self, jql: str, issue: Issue, user: User | None) -> bool:
        """Whether the JQL, read as `user`, finds this very issue, also one that is just gone."""
        try:
            query = compile_query(jql, self._context(Search(jql, user, UTC)))
        except JqlError:
            return False
        return query.matches(issue)

    def _cache_key(self, search: Search) -> tuple[object, ...]:
        user = None if search.user is None else search.user.key
        version = self.company.log.revision, self.index.version, search.at_once
        settings = self.settings.anonymous, self.settings.epoch_millis
        return search.jql, user, search.lenient, version, settings

    def _run(self, search: Search) -> list[Issue]:
        query = compile_query(search.jql, self._context(search))
        projects = searchable(visible_projects(self.company, search.user, self.settings))
        source = self.company.created_between if search.at_once else self.index.issues
        candidates = source(*query.time_bounds())
        matches = query.matches
        found = [one for one in candidates if one.project.id in projects and matches(one)]
        return _in_order(query, found)

    def _context(self, search: Search) -> SearchContext:
        return SearchContext(
            now=datetime.fromtimestamp(self.company.clock() / 1000, UTC),
            time_zone=search.zone,
            user_key=None if search.user is None else search.user.key,
            known=_anything if search.lenient else self._known(search.user),
            custom_fields=CUSTOM_FIELD_IDS,
            accepts_epoch_millis=self.settings.epoch_millis,
            rank=lambda what, value: _RANKS[what].get(value.casefold()),
            key_of_id=lambda id_: self._key_of_id(search.user, id_),
        )

    def _known(self, user: User | None) -> Callable[[str, str], bool]:
        projects = visible_projects(self.company, user, self.settings)
        names = frozenset(name.casefold() for one in projects for name in one.names)

        def known(what: str, value: str) -> bool:
            match what:
                case "project":
                    return value.casefold() in names
                case "user":
                    return self.company.user(value) is not None
                case "issuekey":
                    return self._readable(user, value)
                case _:
                    return value.casefold() in _NAMES[what]

        return known

    def _readable(self, user: User | None, text: str) -> bool:
        issue = self.company.issue(text)
        return issue is not None and may_read(user, issue, self.settings)

    def _key_of_id(self, user: User | None, id_: int) -> str | None:
        issue = self.company.issues.get(id_)
        readable = issue is not None and may_read(user, issue, self.settings)
        return issue.key if issue is not None and readable else None


def _anything(_what: str, _value: str) -> bool:
    return True


def _in_order(query: Query, found: list[Issue]) -> list[Issue]:
    """Equal issues, and all without ORDER BY, come as they lie in the index."""
    found.sort(key=attrgetter("index_position"))
    return cast(list[Issue], query.sorted(found))
