"""Listing users, and what hides some of them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.sandbox_jira.conftest import Sandbox, Starter


def names(jira: Sandbox, username: str = ".", **query: str | int) -> list[str]:
    asked: dict[str, str | int] = {"username": username, "maxResults": 1000, **query}
    return [user["name"] for user in jira.reader.get("/user/search", params=asked).json()]


def truth(jira: Sandbox, **wanted: bool) -> set[str]:
    users = [user for user in jira.state()["users"] if not user["deleted"]]
    return {u["name"] for u in users if all(u[name] == value for name, value in wanted.items())}


def test_a_dot_finds_every_active_user(jira: Sandbox) -> None:
    assert set(names(jira)) == truth(jira, active=True)


def test_inactive_users_come_on_request(jira: Sandbox) -> None:
    assert set(names(jira, includeInactive="true")) == truth(jira)
    assert set(names(jira, includeInactive="true", includeActive="false")) == truth(
        jira, active=False
    )


@pytest.mark.parametrize("everybody", [".", "''", '""'])
@pytest.mark.parametrize(("version", "works"), [("9.12", True), ("11", False)])
def test_texts_for_everybody_depend_on_the_version(
    starter: Starter, everybody: str, version: str, works: bool
) -> None:
    assert bool(names(starter("--version", version), everybody)) == works


def test_nothing_is_found_for_an_empty_text(jira: Sandbox) -> None:
    assert names(jira, "") == []


def test_the_username_must_be_given(jira: Sandbox) -> None:
    reply = jira.reader.get("/user/search")
    assert reply.status_code == 400
    assert reply.json()["errorMessages"] == ["The username query parameter was not provided"]


@pytest.mark.parametrize(
    ("prefix", "name"),
    [
        ("zo", "zoe"),
        ("QUINN", "zoe"),
        ("alex.chen2@", "alex.chen2"),
        ("王", "王小明"),
        ("weiß", "jörg.weiß"),
    ],
    ids=["name", "second-word", "mail", "script", "umlaut"],
)
def test_a_prefix_of_name_display_name_or_mail_finds_users(
    jira: Sandbox, prefix: str, name: str
) -> None:
    found = names(jira, prefix)
    assert name in found
    assert len(found) < 10


def test_the_middle_of_a_word_finds_nothing(jira: Sandbox) -> None:
    assert "zoe" not in names(jira, "oe")


def test_pages_together_are_everybody(jira: Sandbox) -> None:
    found: list[str] = []
    while page := names(jira, startAt=len(found), maxResults=13):
        found += page
    assert found == names(jira)


def test_the_default_page_has_fifty(jira: Sandbox) -> None:
    assert len(jira.reader.get("/user/search", params={"username": "."}).json()) == 50


def test_an_overall_cap_hides_users_on_every_page(jira: Sandbox) -> None:
    jira.set(user_cap=20)
    assert len(names(jira)) == 20
    assert len(names(jira, startAt=15)) == 5
    assert names(jira, startAt=20) == []


@pytest.mark.parametrize("version", ["10.2", "10.3", "11"])
def test_newer_versions_give_a_hundred_in_all(starter: Starter, version: str) -> None:
    jira = starter("--version", version, "--users", "150")
    assert len(names(jira, "." if version != "11" else "j")) <= 100 < len(truth(jira, active=True))
    assert version == "11" or len(names(jira)) == 100


def test_the_list_of_newer_versions_holds_everybody(starter: Starter) -> None:
    jira = starter("--version", "10.3.14", "--users", "150")
    found: list[str] = []
    query: dict[str, Any] = {"maxResults": 40}
    while True:
        page = jira.reader.get("/user/list", params=query).json()
        found += [user["name"] for user in page["values"]]
        assert page["maxResults"] == 40
        if page["isLast"]:
            break
        query["cursor"] = page["nextCursor"]
    assert len(found) == len(set(found))
    assert set(found) == truth(jira)


def test_the_list_never_answers_404_to_a_strange_cursor(starter: Starter) -> None:
    reply = starter("--version", "11").reader.get("/user/list", params={"cursor": 999_999_999})
    assert (reply.status_code, reply.json()["values"]) == (200, [])


@pytest.mark.parametrize("version", ["8.20", "9.12", "10.2", "10.3"])
def test_other_versions_have_no_list(starter: Starter, version: str) -> None:
    assert starter("--version", version).reader.get("/user/list").status_code == 404


def test_without_browse_users_there_is_nothing_or_a_refusal(starter: Starter) -> None:
    query = {"username": "."}
    old = starter("--version", "9.12").restricted.get("/user/search", params=query)
    assert (old.status_code, old.json()) == (200, [])
    new = starter("--version", "10.3.14")
    assert new.restricted.get("/user/search", params=query).status_code == 403
    assert new.restricted.get("/user/list").status_code == 403
    assert new.nobody.get("/user/list").status_code == 401


def permission(client: httpx.Client, name: str, **query: str) -> bool:
    document = client.get("/mypermissions", params=query).json()
    held: bool = document["permissions"][name]["havePermission"]
    return held


def test_permissions_are_told(jira: Sandbox) -> None:
    assert permission(jira.reader, "USER_PICKER")
    assert not permission(jira.restricted, "USER_PICKER")
    assert permission(jira.admin, "ADMINISTER")
    assert not permission(jira.reader, "ADMINISTER")
    assert permission(jira.reader, "BROWSE_PROJECTS", projectKey="PAY")
    assert jira.reader.get("/mypermissions", params={"projectKey": "SECRET"}).status_code == 404


def test_one_user_is_found_by_name_and_by_key(jira: Sandbox) -> None:
    by_name = jira.reader.get("/user", params={"username": "m.mueller"}).json()
    by_key = jira.reader.get("/user", params={"key": "mlecka"}).json()
    assert by_name == by_key
    assert (by_name["key"], by_name["name"]) == ("mlecka", "m.mueller")


def test_a_deleted_user_is_shown_to_administrators_who_ask(jira: Sandbox) -> None:
    query = {"key": "leaver", "includeDeleted": "true"}
    assert jira.reader.get("/user", params=query).status_code == 404
    assert jira.admin.get("/user", params=query).json()["deleted"] is True
    assert jira.admin.get("/user", params={"key": "leaver"}).status_code == 404


def test_a_deleted_user_stays_in_issues_by_name(jira: Sandbox) -> None:
    issues = jira.search("reporter = leaver OR assignee = leaver", fields="reporter,assignee")
    people = [
        person
        for issue in issues["issues"]
        for person in issue["fields"].values()
        if person and person["key"] == "leaver"
    ]
    assert people
    assert {(person["active"], person["displayName"]) for person in people} == {(False, "leaver")}


def test_a_renamed_user_is_shown_anew_everywhere(fresh: Sandbox) -> None:
    jql = "reporter is not EMPTY"
    key = fresh.search(jql, fields="reporter")["issues"][0]["fields"]["reporter"]["key"]
    fresh.change("rename_user", user=key, name="new.name")
    found = fresh.search(jql, fields="reporter", maxResults=1000)["issues"]
    shown = {issue["fields"]["reporter"]["name"] for issue in found
             if issue["fields"]["reporter"]["key"] == key}  # fmt: skip
    assert shown == {"new.name"}
