"""Searching issues: pages, caps, windows, fields and order."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.sandbox_jira.conftest import Sandbox, Starter


def paged(jira: Sandbox, jql: str, size: int) -> list[str]:
    """Advancing by what came."""
    found: list[str] = []
    while page := jira.keys(jql, startAt=len(found), maxResults=size):
        found += page
    return found


@pytest.mark.parametrize("size", [1000, 97], ids=str)
def test_pages_together_are_everything(jira: Sandbox, size: int) -> None:
    keys = paged(jira, "ORDER BY created", size)
    assert len(keys) == len(set(keys)) == jira.search()["total"]
    assert sorted(keys) == sorted(jira.state(jql="", **{"as": "catalog-reader"})["keys"])


def test_get_and_post_find_the_same(jira: Sandbox) -> None:
    body: dict[str, Any] = {"jql": "project = PAY ORDER BY key", "maxResults": 7}
    posted = jira.reader.post("/search", json={**body, "fields": ["summary", "status"]}).json()
    got = jira.reader.get("/search", params={**body, "fields": "summary,status"}).json()
    assert posted == got
    assert posted["maxResults"] == len(posted["issues"]) == 7


def test_the_default_page_has_fifty(jira: Sandbox) -> None:
    page = jira.reader.get("/search").json()
    assert (page["startAt"], page["maxResults"], len(page["issues"])) == (0, 50, 50)
    assert list(page) == ["expand", "startAt", "maxResults", "total", "issues"]


def test_a_cap_clips_pages_and_only_max_results_tells(jira: Sandbox) -> None:
    jira.set(page_cap=30)
    page = jira.search("ORDER BY key", maxResults=1000)
    assert (page["maxResults"], len(page["issues"])) == (30, 30)
    assert page["total"] > 30


def test_no_results_gives_the_total_alone(jira: Sandbox) -> None:
    page = jira.search("project = PAY", maxResults=0)
    assert page["issues"] == []
    assert page["total"] == len(jira.keys("project = PAY"))


def test_a_page_past_the_end_is_empty(jira: Sandbox) -> None:
    page = jira.search(startAt=100_000)
    assert (page["issues"], page["startAt"]) == ([], 100_000)


@pytest.mark.parametrize(
    ("start", "count", "status"), [(0, 100, 200), (50, 50, 200), (50, 51, 500), (100, 1, 500)]
)
def test_a_result_window_is_refused_with_500(
    jira: Sandbox, start: int, count: int, status: int
) -> None:
    jira.set(result_window=100)
    reply = jira.reader.get("/search", params={"startAt": start, "maxResults": count})
    assert reply.status_code == status
    if status == 500:
        assert reply.json()["errorMessages"][0].startswith("Search limit exceeded")


def test_newer_versions_have_a_window_of_ten_thousand(starter: Starter) -> None:
    reply = starter("--version", "10.2").reader.get("/search", params={"startAt": 9_951})
    assert reply.status_code == 500


def test_without_order_the_order_is_stable_and_not_that_of_keys(jira: Sandbox) -> None:
    keys = jira.keys()
    assert keys == jira.keys()
    assert keys != jira.keys("ORDER BY key")
    assert keys != jira.keys("ORDER BY created")


def test_an_edited_issue_moves_in_the_unordered_list(fresh: Sandbox) -> None:
    keys = fresh.keys()
    fresh.change("edit", issue=keys[0], summary="edited")
    assert fresh.keys() == [*keys[1:], keys[0]]


def test_jql_works_on_the_company(jira: Sandbox) -> None:
    default = "(statusCategory != Done) OR (created >= -1w) OR (updated >= -1w)"
    assert 0 < jira.search(default)["total"] < jira.search()["total"]
    for issue in jira.search(f"({default}) AND priority is EMPTY", fields="priority")["issues"]:
        assert issue["fields"]["priority"] is None


def test_epoch_milliseconds_need_no_time_zone(jira: Sandbox) -> None:
    issues = jira.search("ORDER BY created", fields="created", maxResults=1000)["issues"]
    middle = datetime.fromisoformat(issues[300]["fields"]["created"])
    seconds = int(middle.timestamp())
    later = jira.search(f"created >= {seconds * 1000}", maxResults=0)["total"]
    assert later == sum(
        datetime.fromisoformat(issue["fields"]["created"]).timestamp() >= seconds
        for issue in issues
    )


def test_a_site_may_refuse_epoch_milliseconds(jira: Sandbox) -> None:
    jira.set(epoch_millis=False)
    reply = jira.reader.get("/search", params={"jql": "created >= 1700000000000"})
    assert reply.status_code == 400
    assert "1700000000000" in reply.json()["errorMessages"][0]


@pytest.mark.parametrize(
    ("jql", "text"),
    [
        ("project = NOPE", "The value 'NOPE' does not exist for the field 'project'."),
        ("project = SECRET", "The value 'SECRET' does not exist for the field 'project'."),
        ("nonsense = 1", "Field 'nonsense' does not exist"),
        ("project = ", "Error in the JQL Query"),
    ],
    ids=["missing", "invisible", "field", "syntax"],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_wrong_jql_is_refused_in_jiras_words(
    jira: Sandbox, jql: str, text: str, method: str
) -> None:
    query: dict[str, Any] = {"params" if method == "GET" else "json": {"jql": jql}}
    reply = jira.reader.request(method, "/search", **query)
    assert reply.status_code == 400
    assert reply.json()["errors"] == {}
    assert text in reply.json()["errorMessages"][0]


def test_long_jql_goes_by_post_only(jira: Sandbox) -> None:
    jql = f"summary ~ x OR labels in ({', '.join(f'label{number}' for number in range(900))})"
    assert jira.reader.get("/search", params={"jql": jql}).status_code == 400
    assert jira.reader.post("/search", json={"jql": jql}).status_code == 200


def test_without_validation_unknown_values_match_nothing(jira: Sandbox) -> None:
    assert jira.search("project = NOPE", validateQuery="false")["total"] == 0


@pytest.mark.parametrize(
    ("body", "status"), [("{", 400), ("[]", 400), ('{"maxResults": "many"}', 400)], ids=str
)
def test_a_broken_body_is_refused(jira: Sandbox, body: str, status: int) -> None:
    reply = jira.reader.post("/search", content=body)
    assert reply.status_code == status
    assert reply.json()["errorMessages"]


def test_a_word_instead_of_a_number_is_refused(jira: Sandbox) -> None:
    reply = jira.reader.get("/search", params={"startAt": "many"})
    assert (reply.status_code, "startAt" in reply.text) == (400, True)


def fields(jira: Sandbox, asked: str | None, place: str = "/search") -> set[str]:
    query = {} if asked is None else {"fields": asked}
    document = jira.reader.get(place, params=query).json()
    issue = document["issues"][0] if place == "/search" else document
    return set(issue["fields"]) - {"parent"}


HIDDEN = {"comment", "attachment", "worklog", "timetracking"}


def test_search_gives_navigable_fields_and_get_issue_all(jira: Sandbox) -> None:
    key = jira.keys()[0]
    everything = fields(jira, None, f"/issue/{key}")
    assert everything >= HIDDEN
    assert fields(jira, None) == fields(jira, "*navigable") == everything - HIDDEN
    assert fields(jira, "*all") == everything


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("summary", {"summary"}),
        ("summary,status", {"summary", "status"}),
        ("summary,nonsense", {"summary"}),
        ("nonsense", set()),
    ],
)
def test_named_fields_are_given_alone(jira: Sandbox, asked: str, expected: set[str]) -> None:
    assert fields(jira, asked) == expected


def test_a_minus_takes_fields_away(jira: Sandbox) -> None:
    assert fields(jira, "-description") == fields(jira, None) - {"description"}
    assert fields(jira, "*all,-comment") == fields(jira, "*all") - {"comment"}


def test_times_are_on_the_callers_clock(jira: Sandbox) -> None:
    key = jira.keys()[0]
    berlin = jira.reader.get(f"/issue/{key}").json()["fields"]["created"]
    utc = jira.admin.get(f"/issue/{key}").json()["fields"]["created"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0[12]00", berlin)
    assert utc.endswith("+0000")
    moment = datetime.fromisoformat(utc)
    assert moment == datetime.fromisoformat(berlin)
    offset = moment.astimezone(ZoneInfo("Europe/Berlin")).utcoffset()
    assert datetime.fromisoformat(berlin).utcoffset() == offset


def test_links_keep_the_context_path(jira: Sandbox) -> None:
    text = json.dumps(jira.search(fields="*all", maxResults=100))
    links = set(re.findall(r"http://[^/\"]+(/[^/\"]*)", text))
    assert links == {"/jira"}


def test_expansions_are_added(jira: Sandbox) -> None:
    page = jira.search(expand="names,schema,changelog,renderedFields", maxResults=1)
    assert page["names"] == {"summary": "Summary"}
    assert page["schema"]["summary"] == {"type": "string", "system": "summary"}
    assert page["issues"][0]["changelog"]["total"] == 0
    assert "renderedFields" in page["issues"][0]


def test_an_issue_with_all_navigable_fields_is_as_big_as_a_real_one(jira: Sandbox) -> None:
    reply = jira.reader.get("/search", params={"maxResults": 400})
    size = len(reply.content) / len(reply.json()["issues"])
    assert 7_000 < size < 15_000


def test_archived_projects_have_left_the_search(fresh: Sandbox) -> None:
    before = fresh.search()["total"]
    count = fresh.search("project = PAY")["total"]
    fresh.change("archive_project", project="PAY")
    assert fresh.search()["total"] == before - count
    assert "PAY" not in {one["key"] for one in fresh.reader.get("/project").json()}


def test_an_issue_is_found_by_id_key_and_former_key(fresh: Sandbox) -> None:
    key = fresh.keys("project = PAY AND issuetype != Sub-task ORDER BY key")[0]
    id_ = fresh.reader.get(f"/issue/{key}").json()["id"]
    moved = fresh.change("move", issue=key, project="WEB")["key"]
    assert moved.startswith("WEB-")
    for name in (id_, key, moved, moved.lower()):
        assert fresh.reader.get(f"/issue/{name}").json()["key"] == moved


@pytest.mark.parametrize(
    ("who", "key", "status"),
    [
        ("reader", "PAY-99999", 404),
        ("reader", "SECRET-1", 403),
        ("nobody", "SECRET-1", 401),
        ("admin", "SECRET-1", 200),
    ],
)
def test_an_issue_may_be_missing_or_hidden(jira: Sandbox, who: str, key: str, status: int) -> None:
    assert getattr(jira, who).get(f"/issue/{key}").status_code == status


def test_an_issue_can_be_edited(fresh: Sandbox) -> None:
    key = fresh.keys("project = PAY")[0]
    body = {"fields": {"summary": "Neu", "priority": {"name": "High"}, "assignee": None}}
    assert fresh.editor.put(f"/issue/{key}", json=body).status_code == 204
    issue = fresh.reader.get(f"/issue/{key}", params={"expand": "changelog"}).json()
    assert issue["fields"]["summary"] == "Neu"
    assert issue["fields"]["priority"]["name"] == "High"
    assert issue["fields"]["assignee"] is None
    (edit,) = issue["changelog"]["histories"]
    assert edit["author"]["name"] == "editor"
    assert "summary" in {item["field"] for item in edit["items"]}


def test_comments_are_listed_as_the_field_gives_them(jira: Sandbox) -> None:
    key = jira.keys()[0]
    listed = jira.reader.get(f"/issue/{key}/comment").json()
    assert listed == jira.reader.get(f"/issue/{key}").json()["fields"]["comment"]
