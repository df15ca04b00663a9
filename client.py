"""The resources of a Jira Server or Data Center as typed async methods. Knows nothing of Port."""

import asyncio
import re
import time
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Callable,
    Coroutine,
    Iterable,
    Mapping,
)
from contextlib import asynccontextmanager
from datetime import UTC, datetime, tzinfo
from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jira_server.errors import (
    BrokenReply,
    ListingUnproved,
    NotFound,
    PermissionMissing,
    RejectedQuery,
    ServerBusy,
    ServerFailed,
    TimedOut,
    Unavailable,
)
from jira_server.jql import all_of, quoted
from jira_server.pages_ahead import MOST_BYTES, PagesAhead
from jira_server.paging import Ask, IssueListing, Page, Row
from jira_server.server_facts import ServerFacts, server_facts
from jira_server.transport import JiraSession
from jira_server.user_listing import CursorListing, SearchListing
from jira_server.waiting import ATTEMPTS

FULL_PAGE = 100  # a megabyte of JSON with the fields that Jira sends by default
# Half of what Jira gives at most unless its administrator set another limit: a page twice as large
# saves a request in a thousand issues, and holds twice the memory while it is read.
LARGE_PAGE = 500
EXAMPLES_PAGE = 20
_KEYS_AT_ONCE = 500
_ATTEMPTS_AT_A_PAGE = 3  # before a smaller one is tried
_LONGEST_GET = 2000
_SEARCH = "/rest/api/2/search"
_BROWSE_USERS = (
    'Give this user the global permission "Browse users and groups" (Administration, System, '
    "Global permissions), or take the user resource out of the mapping."
)
_BROWSE_PROJECTS = 'Give this user the permission "Browse projects" in the projects to be synced.'

Json = dict[str, Any]


class JiraServerClient:
    """Lists what there is in one Jira, as one user.

    Every method raises a JiraError rather than return less than the whole.

    `users_pieced_together`: the last list of users was cut short by Jira and had to be made from
    many searches, so that it may lack users whose names begin with characters nobody else's do.
    """

    def __init__(
        self,
        session: JiraSession,
        now: Callable[[], float] = time.time,
        most_bytes_ahead: int = MOST_BYTES,
    ) -> None:
        """`most_bytes_ahead`: of packed pages that were fetched before the caller wants them."""
        self.users_pieced_together = False
        self._most_bytes_ahead = most_bytes_ahead
        self._session = session
        self._now = now

    @property
    def session(self) -> JiraSession:
        """The session, for what only live events and actions ask and change."""
        return self._session

    def begin_run(self) -> None:
        """Start a run: the login is proved anew, and at most one refusal is provoked."""
        self._session.begin_run()

    async def myself(self) -> Json:
        """The user that is logged in; `timeZone` is the one in which JQL dates are read."""
        return await self._session.user()

    async def server_facts(self) -> ServerFacts:
        """Version and title."""
        return server_facts(await self._session.get("/rest/api/2/serverInfo"))

    async def projects(self, expand: str, include_archived: bool) -> list[Json]:
        """Every project that the user may browse, in one bare array as Jira sends it.

        Raises: PermissionMissing when there is none: a lost permission and an empty Jira look
        alike, and only one of them may empty the catalog.
        """
        params: dict[str, str | int] = {"expand": expand} if expand else {}
        if include_archived:
            params["includeArchived"] = "true"
        projects = await self._session.get("/rest/api/2/project", params)
        if not isinstance(projects, list) or not all(_has(p, "key", "id") for p in projects):
            raise BrokenReply(
                what="Jira did not send a list of projects", where="GET /rest/api/2/project"
            )
        if not projects:
            raise PermissionMissing(
                what="Jira shows this user no project at all",
                where="GET /rest/api/2/project",
                advice=_BROWSE_PROJECTS,
            )
        await self._session.confirm_login()
        return projects

    async def count_issues(self, criteria: str) -> int:
        """How many issues match, by a search that returns none of them.

        Raises: BrokenReply when Jira sends no total.
        """
        reply = await self._search(criteria, max_results=0)
        total = reply.get("total")
        if not isinstance(total, int):
            raise BrokenReply(what="Jira sent no total", where=f"GET {_SEARCH}")
        return total

    async def issues(
        self,
        criteria: str,
        fields: str | None = None,
        expand: str | None = None,
        *,
        examples: bool = False,
        example_fields: str | None = None,
        shape: Callable[[Json], Json] | None = None,
    ) -> AsyncGenerator[list[Json], None]:
        """Every issue that matches, page by page and each once, in no promised order.

        `criteria` is JQL without ORDER BY; `fields` and `expand` are Jira's, None for its
        defaults (`*navigable`, nothing). `shape` is applied to each issue as soon
        as it is read, so that nothing is held that nobody needs. `examples`: the issues of the
        first page, a small one, come as they are and with `example_fields`. While the caller works
        on a page the next ones are fetched, see `PagesAhead`.
        """
        listing = IssueListing(
            criteria,
            page_size=_page_size(fields, expand),
            first_page_size=EXAMPLES_PAGE if examples else None,
            now=int(self._now()),
            workers=self._session.max_concurrent_requests,
            zone=await self._zone(),
        )

        def page(ask: Ask) -> Coroutine[Any, Any, list[Json]]:
            if examples and not ask.bounded:
                return self._page(listing, ask, example_fields, expand, None)
            return self._page(listing, ask, fields, expand, shape)

        handed_out = 0
        ahead = PagesAhead(self._most_bytes_ahead)
        async with _until_exit(_fetch(listing, page, ahead)) as fetching:
            async for issues in ahead:
                handed_out += len(issues)
                yield issues
            await fetching
        if handed_out != listing.taken:
            raise ListingUnproved(what=f"{listing.taken} issues came, {handed_out} were handed out")
        await self._session.confirm_login()

    async def keys_in_scope(self, criteria: str, keys: Iterable[str]) -> set[str]:
        """Those of the keys whose issues match the criteria.

        A key of an issue that is gone makes Jira reject the query unless its validation is
        switched off, so it is; such a key is simply not among the answer. Criteria that Jira
        rejects then match nothing: who takes "not among the answer" for more than a missing link
        has to ask for them with validation first (`count_issues`).
        """
        wanted = sorted(set(keys))
        found: set[str] = set()
        for start in range(0, len(wanted), _KEYS_AT_ONCE):
            some = wanted[start : start + _KEYS_AT_ONCE]
            found |= await self._keys_in_scope(criteria, some)
        await self._session.confirm_login()
        return found

    async def users(self, include_inactive: bool) -> AsyncGenerator[list[Json], None]:
        """Every user of the directory, page by page and each once.

        Raises: PermissionMissing, naming *Browse users and groups*; ListingUnproved.
        """
        listing: CursorListing | SearchListing = CursorListing(include_inactive)
        met = 0
        while not listing.done:
            ask = listing.next_ask()
            try:
                reply = await self._session.get(ask.path, ask.params)
            except NotFound:
                if not isinstance(listing, CursorListing) or met:
                    raise
                listing = SearchListing(include_inactive)
                continue
            except PermissionMissing as error:
                raise _may_not_browse_users(ask.path, error.words) from error
            page = listing.take(reply)
            met += len(page)
            if page:
                yield page
        if not met:
            raise _may_not_browse_users(ask.path)
        self.users_pieced_together = isinstance(listing, SearchListing) and listing.capped
        await self._session.confirm_login()

    async def user(self, key: str) -> Json | None:
        """The user with this key, None when Jira says that there is none (any more)."""
        return await self._thing("/rest/api/2/user", {"key": key}, "key")

    async def user_named(self, name: str) -> Json | None:
        """The user with this login name, None when Jira says that there is none (any more)."""
        return await self._thing("/rest/api/2/user", {"username": name}, "key")

    async def project(self, key_or_id: str, expand: str = "") -> Json | None:
        """One project, None when Jira says that there is none. Raises: PermissionMissing and others."""
        query = {"expand": expand} if expand else {}
        return await self._thing(f"/rest/api/2/project/{quote(key_or_id, safe='')}", query, "key")

    async def issue(
        self, key_or_id: str, fields: str | None = None, expand: str | None = None
    ) -> Json | None:
        """One issue, under its present key, None when Jira says that there is none.

        An old key finds a moved issue. Unlike search this reads the database, not the index.
        Raises: PermissionMissing (403: it is there, but not for this user) and others.
        """
        query = {name: v for name, v in (("fields", fields), ("expand", expand)) if v}
        return await self._thing(f"/rest/api/2/issue/{quote(key_or_id, safe='')}", query, "key")

    async def _thing(self, path: str, query: Mapping[str, str], name: str) -> Json | None:
        try:
            thing = await self._session.get(path, query)
        except NotFound as error:
            if error.from_jira:
                return None
            raise
        if not isinstance(thing, dict) or not thing.get(name):
            raise BrokenReply(what="Jira sent something else than was asked for", where=path)
        return thing

    async def _keys_in_scope(self, criteria: str, keys: list[str]) -> set[str]:
        these = f"issuekey IN ({', '.join(quoted(k) for k in keys)})"
        reply = await self._search(
            all_of(criteria, these),
            max_results=len(keys),
            fields="key",
            validate=False,
        )
        found = {issue["key"] for issue in _issues(reply)}
        total = _total(reply)
        if total is not None and total <= len(found):
            return found
        if not found and total:
            raise ListingUnproved(
                what=f"Jira says that {total} issues match but sends none of them"
            )
        rest = [key for key in keys if key not in found]
        if not found or not rest:
            return found
        if len(rest) == len(keys):
            raise ListingUnproved(what="Jira sends other issues than were asked for")
        return found | await self._keys_in_scope(criteria, rest)

    async def _page(
        self,
        listing: IssueListing,
        ask: Ask,
        fields: str | None,
        expand: str | None,
        shape: Callable[[Json], Json] | None,
    ) -> list[Json]:
        try:
            reply = await self._search(
                ask.jql,
                max_results=ask.max_results,
                fields=_with_created(fields),
                expand=expand,
                attempts=_ATTEMPTS_AT_A_PAGE if ask.max_results > 1 else ATTEMPTS,
            )
        except RejectedQuery:
            if listing.rejected(ask):
                return []
            raise
        except (ServerBusy, TimedOut, ServerFailed) as error:
            # Too heavy, or larger than the result window: ask for less.
            if not _may_be_too_heavy(error) or (lighter := listing.smaller(ask)) is None:
                raise
            return await self._page(listing, lighter, fields, expand, shape)
        issues = _issues(reply)
        page = Page(tuple(_row(i) for i in issues), _total(reply))
        new = [issues[i] for i in listing.take(ask, page)]
        return [shape(issue) for issue in new] if shape else new

    async def _search(
        self,
        jql: str,
        *,
        max_results: int,
        fields: str | None = None,
        expand: str | None = None,
        validate: bool = True,
        attempts: int = ATTEMPTS,
    ) -> Json:
        query: dict[str, str | int] = {"jql": jql, "startAt": 0, "maxResults": max_results}
        if fields:
            query["fields"] = fields
        if expand:
            query["expand"] = expand
        if not validate:
            query["validateQuery"] = "false"
        if len(jql) <= _LONGEST_GET:
            reply = await self._session.get(_SEARCH, query, attempts=attempts)
        else:
            reply = await self._session.post(_SEARCH, _as_body(query), attempts=attempts)
        if not isinstance(reply, dict):
            raise BrokenReply(what="Jira did not send a search result", where=f"GET {_SEARCH}")
        return reply

    async def _zone(self) -> tzinfo:
        try:
            return ZoneInfo(str((await self._session.user()).get("timeZone")))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return UTC


def created_second(issue: Json) -> int:
    """`fields.created` in whole epoch seconds, as Jira's index keeps it.

    Raises: BrokenReply when it is missing or not a date.
    """
    try:
        return int(datetime.fromisoformat(issue["fields"]["created"]).timestamp())
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenReply(what="Jira sent an issue without the date when it was created") from error


async def _fetch(
    listing: IssueListing,
    page_of: Callable[[Ask], Coroutine[Any, Any, list[Json]]],
    ahead: PagesAhead,
) -> None:
    """Get all pages that the listing wants, as many at once as it allows, while there is room."""

    async def get(ask: Ask) -> None:
        ahead.put(await page_of(ask))

    under_way: set[asyncio.Task[None]] = set()
    try:
        while under_way or not listing.done:
            await ahead.until_room()
            under_way |= {asyncio.create_task(get(ask)) for ask in listing.next_asks()}
            if not under_way:
                raise ListingUnproved(what="The list has neither ended nor anything left to ask")
            finished, under_way = await asyncio.wait(under_way, return_when="FIRST_COMPLETED")
            await asyncio.gather(*finished)
    finally:
        ahead.end()
        await _cancel(*under_way)


@asynccontextmanager
async def _until_exit(work: Coroutine[Any, Any, None]) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        await _cancel(task)


async def _cancel(*tasks: asyncio.Task[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _as_body(query: dict[str, str | int]) -> Json:
    body: Json = dict(query)
    for name in ("fields", "expand"):
        if name in query:
            body[name] = str(query[name]).split(",")
    if "validateQuery" in query:
        body["validateQuery"] = False
    return body


def _with_created(fields: str | None) -> str | None:
    if not fields or not fields.strip():
        return None
    names = [name for name in re.split(r"\s*,\s*", fields.strip()) if name]
    names = [name for name in names if name != "-created"]
    everything = all(name.startswith(("*", "-")) for name in names)
    return ",".join(names if everything or "created" in names else [*names, "created"])


def _page_size(fields: str | None, expand: str | None) -> int:
    small = fields and not expand and not any(f in fields for f in ("*", "comment", "worklog"))
    return LARGE_PAGE if small else FULL_PAGE


def _issues(reply: Json) -> list[Json]:
    issues = reply.get("issues")
    if not isinstance(issues, list) or not all(_has(i, "key", "id") for i in issues):
        raise BrokenReply(what="Jira did not send a list of issues", where=f"GET {_SEARCH}")
    return issues


def _total(reply: Json) -> int | None:
    total = reply.get("total")
    return total if isinstance(total, int) else None


def _row(issue: Json) -> Row:
    return Row(id=str(issue["id"]), created=created_second(issue))


def _may_be_too_heavy(error: Unavailable) -> bool:
    return not isinstance(error, ServerBusy) or error.status == HTTPStatus.GATEWAY_TIMEOUT


def _has(item: object, *names: str) -> bool:
    return isinstance(item, dict) and all(item.get(name) for name in names)


def _may_not_browse_users(path: str, words: str = "") -> PermissionMissing:
    return PermissionMissing(
        what="Jira shows this user no other users",
        where=f"GET {path}",
        words=words,
        advice=_BROWSE_USERS,
    )
