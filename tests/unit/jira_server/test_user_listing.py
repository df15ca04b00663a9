"""How every user is listed: by cursor, by search, and by prefixes where the search stops early."""

from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from jira_server.errors import BrokenReply, ListingUnproved
from jira_server.user_listing import (
    LIST_PATH,
    SEARCH_PATH,
    CursorListing,
    SearchListing,
    searched_words,
)

User = dict[str, Any]


def user(name: str, *, active: bool = True, display_name: str = "", email: str = "") -> User:
    return {
        "key": f"KEY-{name}",
        "name": name,
        "displayName": display_name or name,
        "emailAddress": email,
        "active": active,
    }


ANNA, BORIS, CHEN = user("anna"), user("boris", active=False), user("chen")


class DirectoryModel:
    """user/search of a Jira with a cap: looks at beginnings of names, words and addresses."""

    def __init__(self, users: Sequence[User], cap: int) -> None:
        self.users, self._cap = users, cap
        self.asked: list[tuple[str, int]] = []

    def search(self, params: dict[str, str | int]) -> list[User]:
        prefix, start = str(params["username"]), int(params["startAt"])
        self.asked.append((prefix, start))
        found = [u for u in self.users if prefix == "." or self._matches(u, prefix)]
        return found[: self._cap][start : start + int(params["maxResults"])]

    def _matches(self, user: User, prefix: str) -> bool:
        texts = [user["name"], user["emailAddress"], *user["displayName"].split()]
        return any(str(text).lower().startswith(prefix) for text in texts)


def all_listed(listing: SearchListing, directory: DirectoryModel) -> list[str]:
    keys: list[str] = []
    while not listing.done:
        assert len(directory.asked) < 10_000
        keys += (u["key"] for u in listing.take(directory.search(listing.next_ask().params)))
    return keys


def keys_of(users: Iterable[User]) -> list[str]:
    return [u["key"] for u in users]


def page(users: list[User], **rest: object) -> dict[str, object]:
    return {"values": users, "isLast": False, "nextCursor": None} | rest


def test_the_cursor_is_followed_to_the_last_page() -> None:
    listing = CursorListing(include_inactive=True, page_size=2)
    assert listing.next_ask().path == LIST_PATH
    assert listing.next_ask().params == {"maxResults": 2}
    assert listing.take(page([ANNA, BORIS], nextCursor="b7")) == [ANNA, BORIS]
    assert not listing.done
    assert listing.next_ask().params == {"maxResults": 2, "cursor": "b7"}
    assert listing.take(page([CHEN], isLast=True)) == [CHEN]
    assert listing.done


def test_a_cursor_may_be_a_number() -> None:
    listing = CursorListing(include_inactive=True)
    listing.take(page([ANNA], nextCursor=0))
    assert listing.next_ask().params["cursor"] == "0"


@pytest.mark.parametrize(("include_inactive", "listed"), [(True, [ANNA, BORIS]), (False, [ANNA])])
def test_inactive_users_of_user_list_are_told_if_wanted(
    include_inactive: bool, listed: list[User]
) -> None:
    assert CursorListing(include_inactive).take(page([ANNA, BORIS], isLast=True)) == listed


@pytest.mark.parametrize(
    ("replies", "error"),
    [
        pytest.param([[]], BrokenReply, id="bare-list"),
        pytest.param([None], BrokenReply, id="nothing"),
        pytest.param([{"isLast": True}], BrokenReply, id="no-values"),
        pytest.param([page([{"name": "x"}], isLast=True)], BrokenReply, id="user-without-key"),
        pytest.param([page(["x"], isLast=True)], BrokenReply, id="no-user"),  # type: ignore[list-item]
        pytest.param([page([ANNA])], ListingUnproved, id="neither-last-nor-cursor"),
        pytest.param([{"values": [ANNA]}], ListingUnproved, id="end-not-told"),
        pytest.param(
            [page([ANNA], nextCursor="a"), page([CHEN], nextCursor="a")],
            ListingUnproved,
            id="repeated-cursor",
        ),
        pytest.param(
            [page([ANNA], nextCursor=c) for c in ("a", "b", "a")], ListingUnproved, id="circle"
        ),
        pytest.param([page([ANNA], isLast="true")], ListingUnproved, id="last-in-words"),
    ],
)
def test_a_cursor_list_that_cannot_be_proved_raises(
    replies: list[object], error: type[Exception]
) -> None:
    listing = CursorListing(include_inactive=True)
    *good, bad = replies
    for reply in good:
        listing.take(reply)
    with pytest.raises(error):
        listing.take(bad)


@pytest.mark.parametrize(
    ("users", "asked"),
    [
        pytest.param([], [0], id="none"),
        pytest.param([ANNA], [0, 1], id="one-page"),
        pytest.param([ANNA, BORIS, CHEN], [0, 1, 2], id="short-last-page"),
        pytest.param([ANNA, BORIS, CHEN, user("dan")], [0, 1, 2, 3], id="full-last-page"),
    ],
)
def test_everybody_is_searched_until_a_page_comes_empty(
    users: list[User], asked: list[int]
) -> None:
    directory = DirectoryModel(users, cap=10_000)
    listing = SearchListing(include_inactive=True, page_size=2)
    assert all_listed(listing, directory) == keys_of(users)
    assert directory.asked == [(".", start) for start in asked]
    assert not listing.capped


@pytest.mark.parametrize(("include_inactive", "sent"), [(True, "true"), (False, "false")])
def test_a_search_says_whether_inactive_users_are_wanted(include_inactive: bool, sent: str) -> None:
    ask = SearchListing(include_inactive, page_size=50).next_ask()
    assert ask.path == SEARCH_PATH
    assert ask.params == {
        "username": ".",
        "startAt": 0,
        "maxResults": 50,
        "includeActive": "true",
        "includeInactive": sent,
    }


COMPANIES = {
    "exactly-the-cap": [user(f"{chr(97 + n % 26)}{n}") for n in range(100)],
    "ten-times-the-cap": [user(f"{chr(97 + n % 26)}{n}") for n in range(1_000)],
    "one-letter": [user(f"s{chr(97 + n % 20)}{n:03}") for n in range(260)],
    "found-by-display-name": [user(f"{n:03}", display_name=f"Jo Ω{n}") for n in range(130)],
    "found-by-email": [user(f"~{n}", email=f"p{n}@corp.example") for n in range(130)],
    "several-scripts": [
        *(user(f"anna{n}") for n in range(90)),
        *(user(f"ольга{n}", display_name=f"Ольга Anna {n}") for n in range(90)),
    ],
}


@pytest.mark.parametrize("company", COMPANIES)
def test_behind_a_cap_all_are_found_by_prefixes_and_each_is_told_once(company: str) -> None:
    users = COMPANIES[company]
    listing = SearchListing(include_inactive=True)
    listed = all_listed(listing, DirectoryModel(users, cap=100))
    assert sorted(listed) == sorted(keys_of(users))
    assert listing.capped


def test_the_older_cap_of_a_thousand_is_known_too() -> None:
    users = [user(f"{chr(97 + n % 26)}{n}") for n in range(1_500)]
    assert (
        len(all_listed(SearchListing(include_inactive=True), DirectoryModel(users, 1_000))) == 1_500
    )


def test_a_hundred_and_one_users_are_no_cap() -> None:
    directory = DirectoryModel([user(f"a{n}") for n in range(101)], cap=1_000)
    assert len(all_listed(SearchListing(include_inactive=True), directory)) == 101
    assert {prefix for prefix, _ in directory.asked} == {"."}


def test_users_that_no_prefix_tells_apart_are_not_given_up_silently() -> None:
    users = [user("x" * 80 + str(n)) for n in range(300)]
    with pytest.raises(ListingUnproved, match=r"100 users or more begin with 'x{64}'"):
        all_listed(SearchListing(include_inactive=True), DirectoryModel(users, cap=100))


def test_a_jira_that_ignores_start_at_is_noticed() -> None:
    listing = SearchListing(include_inactive=True)
    for _ in range(7):  # the first page, and then a page and what does not follow it, thrice
        listing.take([ANNA, CHEN])
    with pytest.raises(ListingUnproved, match="shifts from page to page, or ignores startAt"):
        listing.take([ANNA, CHEN])


def test_a_user_who_goes_while_they_are_listed_takes_nobody_with_them() -> None:
    people = [user(f"u{n:02}") for n in range(30)]
    directory = DirectoryModel(people, cap=10_000)
    listing = SearchListing(include_inactive=True, page_size=10)
    found = keys_of(listing.take(directory.search(listing.next_ask().params)))
    directory.users = people[:3] + people[4:]
    found += all_listed(listing, directory)
    assert sorted(found) == keys_of(people)


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param({"values": []}, id="object"),
        pytest.param(None, id="nothing"),
        pytest.param([{"name": "x"}], id="user-without-key"),
        pytest.param([{"key": ""}], id="empty-key"),
    ],
)
def test_what_is_no_list_of_users_is_not_believed(reply: object) -> None:
    with pytest.raises(BrokenReply):
        SearchListing(include_inactive=True).take(reply)


def test_the_words_that_are_searched() -> None:
    someone = {"name": "JDoe", "emailAddress": "Jo@corp.example", "displayName": "Jo van Doe"}
    assert searched_words(someone) == [
        "jdoe", "jo@corp.example", "jo van doe", "van", "doe",
    ]  # fmt: skip


def test_words_that_jira_hides_are_not_searched() -> None:
    assert searched_words({"name": "jo", "emailAddress": None}) == ["jo"]
