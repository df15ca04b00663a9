"""Users: one, a search that never tells what it leaves out, and newer versions' full list."""

from __future__ import annotations

import re
from itertools import islice

from sandbox.jira.asks import Ask, Route
from sandbox.jira.company.model import User
from sandbox.jira.payloads.people_and_projects import user_document
from sandbox.jira.permissions import is_admin, may_list_users
from sandbox.jira.replies import Reply, json_reply, not_found_page, refusal
from sandbox.jira.resources.server import signed_in

MOST_PER_PAGE = 1000
LIST_PAGE = 2000


def user(ask: Ask) -> Reply:
    """By `username` or `key`; a deleted one for administrators with `includeDeleted` only."""
    signed_in(ask.caller)
    name, key = ask.text("username"), ask.text("key")
    if name is None and key is None:
        return refusal(
            400, "Either the 'username' or the 'key' query parameters need to be provided"
        )
    company = ask.jira.company
    found = company.user_by_name(name) if name is not None else company.users.get(key or "")
    if found is None or (found.deleted and not _wants_deleted(ask)):
        text = name if name is not None else key
        return refusal(404, f"The user with the key '{text}' does not exist")
    return json_reply(user_document(ask.jira.fragments, found))


def _wants_deleted(ask: Ask) -> bool:
    return is_admin(ask.caller.user) and ask.flag("includeDeleted", default=False)


def search(ask: Ask) -> Reply:
    """Users whose name, display name or mail begins with `username`, ordered by name.

    What lies beyond the site's overall cap is never given, on no page, and nothing tells so.
    """
    signed_in(ask.caller)
    asked = ask.text("username")
    if asked is None:
        return refusal(400, "The username query parameter was not provided")
    if not may_list_users(ask.caller.user):
        return _refused_listing(ask)
    found = sorted(_found(ask, asked), key=lambda one: one.name.casefold())[
        : ask.jira.settings.user_cap
    ]
    start, count = max(0, ask.number("startAt", 0)), ask.number("maxResults", 50)
    page = found[start : start + min(max(count, 0), MOST_PER_PAGE)]
    return json_reply([user_document(ask.jira.fragments, one) for one in page])


def _refused_listing(ask: Ask) -> Reply:
    if ask.jira.settings.refuse_user_listing:
        return _forbidden()
    return json_reply([])


def _forbidden() -> Reply:
    return refusal(403, "You do not have permission to browse users and groups.")


def _found(ask: Ask, asked: str) -> list[User]:
    active = ask.flag("includeActive", default=True)
    inactive = ask.flag("includeInactive", default=False)
    everybody = asked in ask.jira.version.everybody_queries
    return [
        one
        for one in ask.jira.company.users.values()
        if not one.deleted
        and (active if one.active else inactive)
        and (everybody or matches(one, asked))
    ]


def matches(one: User, asked: str) -> bool:
    """Whether a word of the user's name, display name or mail begins with the text."""
    prefix = asked.casefold()
    if not prefix.strip():
        return False
    texts = (one.name, one.display_name, one.email or "")
    return any(_begins(text.casefold(), prefix) for text in texts)


def _begins(text: str, prefix: str) -> bool:
    return text.startswith(prefix) or any(
        text.startswith(prefix, match.end()) for match in re.finditer(r"\s+", text)
    )


def user_list(ask: Ask) -> Reply:
    """Everybody but the deleted, inactive ones too, after the given cursor. Never 404 itself."""
    if not ask.jira.version.has_user_list:
        return not_found_page()
    signed_in(ask.caller)
    if not may_list_users(ask.caller.user):
        return _forbidden()
    cursor, count = ask.number("cursor", 0), ask.number("maxResults", LIST_PAGE)
    count = min(max(count, 1), LIST_PAGE)
    after = [one for one in ask.jira.company.users.values() if one.id > cursor and not one.deleted]
    page = list(islice(sorted(after, key=lambda one: one.id), count))
    return json_reply(_stream_page(ask, page, count, is_last=len(after) <= count))


def _stream_page(ask: Ask, page: list[User], count: int, is_last: bool) -> dict[str, object]:
    place = f"{ask.jira.fragments.api}/user/list"
    values = [user_document(ask.jira.fragments, one) for one in page]
    document: dict[str, object] = {
        "self": f"{place}?maxResults={count}",
        "maxResults": count,
        "isLast": is_last,
        "values": values,
    }
    if not is_last:
        cursor = str(page[-1].id)
        document["nextCursor"] = cursor
        document["nextPage"] = f"{place}?cursor={cursor}&maxResults={count}"
    return document


ROUTES = (
    Route("GET", "/rest/api/2/user", user),
    Route("GET", "/rest/api/2/user/search", search),
    Route("GET", "/rest/api/2/user/list", user_list),
)
