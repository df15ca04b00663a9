"""Decides how to list every user of a Jira, version by version. Pure: plans asks, reads replies.

`user/list` (10.3.12 and later) pages by cursor and is whole. `user/search` before that stops
without a word at a cap that no reply tells: 100 users from Jira 10 on (JRASERVER-78660), 1000 on
older 8.x (JRASERVER-65089). A list that ends at such a number is not believed; it is taken apart
by prefixes until every part ends below the cap.
"""

from collections import deque
from dataclasses import dataclass
from typing import Any

from jira_server.errors import BrokenReply, ListingUnproved

LIST_PATH = "/rest/api/2/user/list"
SEARCH_PATH = "/rest/api/2/user/search"
EVERYBODY = "."
_CAPS = (100, 1000)
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789_-.@+'"
_DEEPEST = 64
_MOST_RESTARTS = 3
# First letters to try although nobody met so far has them. Scripts of thousands of characters are
# left out: their users are found by their Latin names and addresses, or when they are met.
_ALPHABETS = (
    ("\u00df", "\u017f"),  # Latin with accents
    ("\u03ac", "\u03ce"),  # Greek
    ("\u0430", "\u045f"),  # Cyrillic
    ("\u0561", "\u0586"),  # Armenian
    ("\u05d0", "\u05ea"),  # Hebrew
    ("\u0621", "\u064a"),  # Arabic
    ("\u0904", "\u0939"),  # Devanagari
    ("\u0e01", "\u0e2e"),  # Thai
    ("\u10d0", "\u10f0"),  # Georgian
    ("\u3041", "\u3096"),  # Hiragana
    ("\u30a1", "\u30fa"),  # Katakana
)
_FIRST_LETTERS = frozenset(_LETTERS) | {
    chr(code)
    for first, last in _ALPHABETS
    for code in range(ord(first), ord(last) + 1)
    if chr(code).isalpha() and chr(code) == chr(code).lower()
}


# The words met so far, letter by letter.
type _Letters = dict[str, _Letters]


@dataclass(frozen=True, slots=True)
class UserAsk:
    """One request: a path and its query."""

    path: str
    params: dict[str, str | int]


class CursorListing:
    """`user/list`: `{values, isLast, nextCursor}` until `isLast`."""

    def __init__(self, include_inactive: bool, page_size: int = 1000) -> None:
        self._include_inactive = include_inactive
        self._page_size = page_size
        self._cursor: str | None = None
        self._cursors: set[str] = set()
        self.done = False

    def next_ask(self) -> UserAsk:
        params: dict[str, str | int] = {"maxResults": self._page_size}
        if self._cursor is not None:
            params["cursor"] = self._cursor
        return UserAsk(LIST_PATH, params)

    def take(self, reply: object) -> list[dict[str, Any]]:
        """The users of the page. Raises: BrokenReply, ListingUnproved (a cursor that repeats)."""
        if not isinstance(reply, dict) or not isinstance(reply.get("values"), list):
            raise BrokenReply(what="user/list did not send a page of users")
        self.done = reply.get("isLast") is True
        if not self.done:
            self._follow(reply.get("nextCursor"))
        users = _users(reply["values"])
        return [u for u in users if self._include_inactive or u.get("active", True)]

    def _follow(self, cursor: object) -> None:
        if cursor is None or str(cursor) in self._cursors:
            raise ListingUnproved(what="user/list neither ends nor goes on")
        self._cursor = str(cursor)
        self._cursors.add(self._cursor)


class SearchListing:
    """`user/search`: everybody first; if that stops at a cap, prefix by prefix.

    The search looks at the beginnings of user names, of words in display names and of e-mail
    addresses. Every prefix that is answered with as many users as the cap is split into longer
    ones, by the characters that are usual and those that were met so far.
    """

    def __init__(self, include_inactive: bool, page_size: int = 1000) -> None:
        self._include_inactive = include_inactive
        self._page_size = page_size
        self._prefixes: deque[str] = deque([EVERYBODY])
        self._start_at = 0
        self._met: set[str] = set()
        self._roots: set[str] = set()
        self._cap: int | None = None
        self._last: str | None = None
        self._largest_page = 0
        self._restarts = 0
        self._words: _Letters = {}

    @property
    def done(self) -> bool:
        return not self._prefixes

    @property
    def capped(self) -> bool:
        """Whether the server was seen to stop early, so that prefixes were needed."""
        return self._cap is not None

    @property
    def _overlaps(self) -> bool:
        # A page of one has no room for the user that both pages are to show.
        return self._last is not None and self._largest_page > 1

    def next_ask(self) -> UserAsk:
        return UserAsk(
            SEARCH_PATH,
            {
                "username": self._prefixes[0],
                "startAt": self._start_at - self._overlaps,
                "maxResults": self._page_size,
                "includeActive": "true",
                "includeInactive": "true" if self._include_inactive else "false",
            },
        )

    def take(self, reply: object) -> list[dict[str, Any]]:
        """The users that were not met before.

        A page begins with the last user of the one before: if it does not, somebody was removed
        meanwhile and another has slipped through, and the prefix is begun anew.
        Raises: BrokenReply; ListingUnproved when that goes on or a prefix cannot be split further.
        """
        users = _users(reply)
        if self._overlaps:
            if not users or users[0]["key"] != self._last:
                return self._begin_anew()
            users = users[1:]
        self._largest_page = max(self._largest_page, len(users))
        self._last = users[-1]["key"] if users else self._last
        new = [u for u in users if u["key"] not in self._met]
        self._met.update(u["key"] for u in new)
        self._start_at += len(users)
        for user in new:
            self._remember_words(user)
        if not users:
            self._end_of_prefix()
        return new

    def _begin_anew(self) -> list[dict[str, Any]]:
        self._restarts += 1
        if self._restarts > _MOST_RESTARTS:
            raise ListingUnproved(what="user/search shifts from page to page, or ignores startAt")
        self._start_at, self._last = 0, None
        return []

    def _end_of_prefix(self) -> None:
        prefix, count = self._prefixes.popleft(), self._start_at
        self._start_at, self._last, self._restarts = 0, None, 0
        if prefix == EVERYBODY:
            if count in _CAPS:
                self._cap = count
                self._add_roots()
            return
        if self._cap is not None and count >= self._cap:
            self._split(prefix)
        self._add_roots()

    def _remember_words(self, user: dict[str, Any]) -> None:
        for word in searched_words(user):
            letters = self._words
            for letter in word[:_DEEPEST]:
                letters = letters.setdefault(letter, {})

    def _split(self, prefix: str) -> None:
        if len(prefix) >= _DEEPEST:
            raise ListingUnproved(
                what=f"{self._cap} users or more begin with {prefix!r}; cannot go deeper"
            )
        letters = self._words
        for letter in prefix:
            letters = letters.get(letter, {})
        self._prefixes.extend(prefix + c for c in sorted(set(letters) | set(_LETTERS)))

    def _add_roots(self) -> None:
        if self._cap is None:
            return
        fresh = (set(self._words) | _FIRST_LETTERS) - self._roots
        self._roots |= fresh
        self._prefixes.extend(sorted(fresh))


def searched_words(user: dict[str, Any]) -> list[str]:
    """The lower-case texts whose beginnings user/search compares: name, e-mail, display name words."""
    texts = [user.get("name"), user.get("emailAddress"), user.get("displayName")]
    whole = [str(t).lower() for t in texts if t]
    return [*whole, *(word for t in whole for word in t.split()[1:])]


def _users(reply: object) -> list[dict[str, Any]]:
    if not isinstance(reply, list):
        raise BrokenReply(what="Jira did not send a list of users")
    for user in reply:
        if not isinstance(user, dict) or not user.get("key"):
            raise BrokenReply(what="Jira sent a user without a key")
    return reply
