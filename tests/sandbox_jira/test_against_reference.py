"""Replies conform to Atlassian's own description and to the shape of real payloads.

Neither belongs to the project; where the folder is absent there is nothing to compare with.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.sandbox_jira.conftest import Sandbox, start
from tests.sandbox_jira.hooks import Hooked
from tests.sandbox_jira.receiver import receiving

REFERENCE = Path(__file__).resolve().parents[3] / "shared/reference/jira"
DESCRIPTION = REFERENCE / "openapi_10_3_excerpt.json"
pytestmark = pytest.mark.skipif(not DESCRIPTION.exists(), reason="no reference material here")

# A client of the sample sent it with every issue, expanded or not.
NOT_JIRAS_OWN = frozenset({"renderedFields"})


@pytest.fixture(scope="module")
def modern() -> Iterator[Sandbox]:
    sandbox = start("--version", "10.3.14", "--issues", "300", "--context-path", "/jira")
    yield sandbox
    sandbox.close()


def document(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((REFERENCE / name).read_text(encoding="utf-8"))
    return read


def schema_of(path: str, method: str) -> dict[str, Any]:
    """The described body of a 200, made to stand alone."""
    description = document(DESCRIPTION.name)
    content = description["paths"][path][method]["responses"]["200"]["content"]
    schema: dict[str, Any] = content["application/json"]["schema"]
    known = {name: _usable(one) for name, one in description["schemas"].items()}
    return {**schema, "components": {"schemas": known}}


def _usable(schema: object) -> object:
    """`"type": "object"` stands for any value there, null included; formats are not checked."""
    if isinstance(schema, list):
        return [_usable(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {name: _usable(one) for name, one in schema.items() if name != "example"}
    if kept == {"type": "object"}:
        return {}
    return kept


def missing_references(schema: dict[str, Any]) -> dict[str, Any]:
    """The excerpt leaves some parts out; they may be anything."""
    known = schema["components"]["schemas"]
    text = json.dumps(schema)
    for part in text.split('"#/components/schemas/')[1:]:
        known.setdefault(part.partition('"')[0], {})
    return schema


def check(body: object, path: str, method: str = "get") -> None:
    jsonschema.validate(body, missing_references(schema_of(path, method)))


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/api/2/search", "/search?maxResults=100&fields=*all&expand=names,schema,changelog"),
        ("/api/2/issue/{issueIdOrKey}", "/issue/PAY-1"),
        ("/api/2/myself", "/myself"),
        ("/api/2/serverInfo", "/serverInfo"),
        ("/api/2/mypermissions", "/mypermissions"),
        ("/api/2/user", "/user?username=zoe"),
        ("/api/2/user/list", "/user/list?maxResults=10"),
        ("/api/2/project/{projectIdOrKey}", "/project/PAY"),
    ],
    ids=lambda value: str(value).split("?")[0].strip("/"),
)
def test_a_reply_conforms(modern: Sandbox, path: str, asked: str) -> None:
    reply = modern.reader.get(asked)
    assert reply.status_code == 200
    check(reply.json(), path)


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/api/2/project", "/project?expand=description,lead,url,projectKeys&includeArchived=true"),
        ("/api/2/user/search", "/user/search?username=.&includeInactive=true&maxResults=1000"),
    ],
    ids=["project", "user-search"],
)
def test_each_item_of_a_bare_array_conforms(modern: Sandbox, path: str, asked: str) -> None:
    """The description names the item where Jira gives an array."""
    items = modern.reader.get(asked).json()
    assert items
    for item in items:
        check(item, path)


def test_a_posted_search_conforms(modern: Sandbox) -> None:
    check(modern.reader.post("/search", json={"maxResults": 20}).json(), "/api/2/search", "post")


def test_the_description_knows_no_further_search_parameters() -> None:
    described = document(DESCRIPTION.name)["paths"]["/api/2/search"]["get"]["parameters"]
    assert {one["name"] for one in described} == {
        "jql", "startAt", "maxResults", "fields", "expand", "validateQuery",
    }  # fmt: skip


def shape(value: object) -> object:
    """Key sets and types; null is compatible with everything."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in value.items()}
    return type(value)


def lacks(real: object, ours: object, place: str = "") -> list[str]:
    """Where ours has no such key as the real one, or another type."""
    if not isinstance(real, dict):
        comparable = {real, ours} if not isinstance(ours, dict) else {real, dict}
        same = len(comparable - {type(None)}) < 2
        return [] if same else [f"{place}: {real} is {ours}"]
    if not isinstance(ours, dict):
        return [] if ours is type(None) else [f"{place}: an object is {ours}"]
    found = [f"{place}.{name} is missing" for name in real.keys() - ours.keys()]
    for name in real.keys() & ours.keys():
        found += lacks(real[name], ours[name], f"{place}.{name}")
    return found


def without(value: dict[str, Any], unwanted: Callable[[str], bool]) -> dict[str, Any]:
    return {name: one for name, one in value.items() if not unwanted(name)}


def richest(modern: Sandbox, fields: str) -> dict[str, Any]:
    """Of many issues the longest value of each field, so that as much as possible is compared."""
    issues = modern.reader.get("/search", params={"fields": fields, "maxResults": 300}).json()
    merged: dict[str, Any] = {}
    for issue in issues["issues"]:
        for name, value in issue["fields"].items():
            if name not in merged or len(json.dumps(value)) > len(json.dumps(merged[name])):
                merged[name] = value
    return {**issues["issues"][0], "fields": merged}


def test_an_issue_has_the_shape_of_a_real_one(modern: Sandbox) -> None:
    real = without(document("search_issue.json"), NOT_JIRAS_OWN.__contains__)
    ours = richest(modern, "*navigable")
    real["fields"] = without(real["fields"], lambda name: name.startswith("customfield_"))
    assert lacks(shape(real), shape(ours)) == []


@pytest.mark.parametrize(
    "sample",
    [
        "webhook_issue_updated_assigned.json",
        "webhook_issue_updated_many_fields.json",
        "webhook_issue_updated_resolved.json",
    ],
)
def test_an_issue_with_all_fields_has_the_shape_of_those_in_events(
    modern: Sandbox, sample: str
) -> None:
    real = document(sample)["issue"]
    ours = richest(modern, "*all")
    real["fields"] = without(real["fields"], lambda name: name.startswith("customfield_"))
    assert lacks(shape(real), shape(ours)) == []


def test_custom_fields_look_like_real_ones(modern: Sandbox) -> None:
    real = document("search_issue.json")["fields"]["customfield_10000"]
    ours = richest(modern, "*all")["fields"]["customfield_10000"]
    assert ours.startswith(real[: real.index("@")])
    tail = "devSummaryJson="
    real_summary, our_summary = (json.loads(text.split(tail)[1][:-1]) for text in (real, ours))
    assert lacks(shape(real_summary), shape(our_summary)) == []


def test_a_user_has_the_shape_of_a_real_one(modern: Sandbox) -> None:
    ours = modern.reader.get("/user", params={"username": "alex.chen"}).json()
    assert lacks(shape(document("user.json")), shape(ours)) == []
    assert list(ours) == list(document("user.json"))


def test_a_project_of_the_list_has_the_shape_of_a_real_one(modern: Sandbox) -> None:
    (ours,) = [one for one in modern.reader.get("/project").json() if one["key"] == "A1"]
    real = document("project_list_item.json")
    assert list(ours) == list(real)
    assert shape(ours) == shape(real)


def test_a_changed_field_has_the_shape_of_a_real_one(modern: Sandbox) -> None:
    key = modern.keys("project = PAY")[0]
    modern.change("edit", issue=key, summary="changed")
    issue = modern.reader.get(f"/issue/{key}", params={"expand": "changelog"}).json()
    real = document("webhook_issue_updated_many_fields.json")["changelog"]["items"][0]
    assert set(issue["changelog"]["histories"][0]["items"][0]) == set(real)


@pytest.fixture
def told(modern: Sandbox) -> Iterator[Callable[..., dict[str, Any]]]:
    """Makes a change and gives what a webhook is told of it under the name of an event."""
    with receiving() as receiver:
        hooked = Hooked(modern, receiver)
        hooked.put_back()
        hooked.register()

        def change(event: str, kind: str, **more: object) -> dict[str, Any]:
            modern.change(kind, **more)
            return next(one for one in hooked.heard() if one["webhookEvent"] == event)

        yield change
        hooked.put_back()


def test_an_updated_issue_is_told_as_by_a_real_one(told: Callable[..., dict[str, Any]]) -> None:
    ours = told("jira:issue_updated", "edit", issue="PAY-2", assignee="zoe", reporter="alex.chen")
    real = document("webhook_issue_updated_assigned.json")
    assert list(ours) == list(real)
    assert set(ours["issue"]) == set(real["issue"])
    assert set(ours["user"]) == set(real["user"])
    assert set(ours["changelog"]) == set(real["changelog"])
    assert shape(ours["timestamp"]) is int


def test_a_comment_is_told_as_by_a_real_one(told: Callable[..., dict[str, Any]]) -> None:
    ours = told("comment_created", "comment", issue="PAY-2", body="hi", by="alex.chen")
    real = document("webhook_comment_created.json")
    assert shape(ours) == shape(real)


def test_a_project_is_told_as_by_a_real_one(told: Callable[..., dict[str, Any]]) -> None:
    ours = told("project_created", "create_project", key="TOLD", name="Told")
    real = document("webhook_project_created_cloud_shape.json")
    assert set(ours["project"]) == set(real["project"])
    assert shape(ours["project"]["id"]) is int
