"""The mapping of the webhook set-up: events as Jira sends them become what Port takes."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import jq
import pytest

from tests.examples.conftest import FOLDER, Place, example
from tests.examples.test_import_history import EVERY_ISSUE

Json = dict[str, Any]
MAPPINGS = example("mapping.json")
BASE = "https://corp.example.com/jira"
PAGE = (FOLDER / "README.md").read_text(encoding="utf-8")

PROJECT = {
    "self": f"{BASE}/rest/api/2/project/10181",
    "id": 10181,
    "key": "PAY",
    "name": "Payments",
    "avatarUrls": {"48x48": f"{BASE}/secure/projectavatar?avatarId=10324"},
    "projectLead": {"self": f"{BASE}/rest/api/2/user?username=iv", "displayName": "Inés Vidal"},
    "assigneeType": "project_lead",
}


def issue(key: str = "PAY-7", **fields: object) -> Json:
    person = {"name": "mo", "key": "mo", "displayName": "Mo Adeyemi", "active": True}
    told = {
        "summary": "Refund is booked twice",
        "status": {"name": "In Review"},
        "issuetype": {"name": "Bug"},
        "priority": {"name": "High"},
        "project": {"key": "PAY", "name": "Payments"},
        "assignee": None,
        "reporter": person,
        "creator": person,
    }
    self = f"{BASE}/rest/api/2/issue/48211"
    return {"id": "48211", "self": self, "key": key, "fields": told | fields}


def event(name: str, **more: object) -> Json:
    return {"timestamp": 1767344400000, "webhookEvent": name, **more}


def moved(old: str, new: str) -> Json:
    items = [
        {"field": "project", "fromString": "Web", "toString": "Payments"},
        {"field": "Key", "fieldtype": "jira", "fromString": old, "toString": new},
    ]
    return event("jira:issue_updated", issue=issue(new), changelog={"id": "1", "items": items})


def evaluated(expressions: Any, received: Json) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(expressions, dict):
        return {name: evaluated(one, received) for name, one in expressions.items()}
    return compiled(expressions).input(received).first()


@cache
def compiled(expression: str) -> Any:  # noqa: ANN401 - jq has no types
    return jq.compile(expression)


def effects(body: Json) -> list[tuple[str, str, Json]]:
    """What Port does with an event: create or delete, in which blueprint, which entity."""
    received = {"body": body, "headers": {}, "queryParams": {}}
    return [
        (
            mapping.get("operation", "create"),
            mapping["blueprint"],
            evaluated(mapping["entity"], received),
        )
        for mapping in MAPPINGS
        if evaluated(mapping["filter"], received) is True
    ]


def test_an_issue_becomes_an_entity() -> None:
    entity = {
        "identifier": "PAY-7",
        "title": "Refund is booked twice",
        "properties": {
            "url": f"{BASE}/browse/PAY-7",
            "status": "In Review",
            "issueType": "Bug",
            "priority": "High",
            "assignee": None,
            "reporter": "Mo Adeyemi",
            "creator": "Mo Adeyemi",
        },
        "relations": {"project": "PAY"},
    }
    for name in ("jira:issue_created", "jira:issue_updated"):
        assert effects(event(name, issue=issue())) == [("create", "jiraIssue", entity)]


def test_a_project_becomes_an_entity() -> None:
    entity = {
        "identifier": "PAY",
        "title": "Payments",
        "properties": {"url": f"{BASE}/projects/PAY", "lead": "Inés Vidal"},
    }
    for name in ("project_created", "project_updated"):
        assert effects(event(name, project=PROJECT)) == [("create", "jiraProject", entity)]


@pytest.mark.parametrize(
    ("body", "blueprint", "identifier"),
    [
        pytest.param(event("jira:issue_deleted", issue=issue()), "jiraIssue", "PAY-7", id="issue"),
        pytest.param(event("project_deleted", project=PROJECT), "jiraProject", "PAY", id="project"),
    ],
)
def test_what_is_deleted_leaves(body: Json, blueprint: str, identifier: str) -> None:
    assert effects(body) == [("delete", blueprint, {"identifier": identifier})]


def test_a_moved_issue_leaves_nothing_under_its_old_key() -> None:
    created, deleted = effects(moved("WEB-3", "PAY-9"))
    assert (created[0], created[2]["identifier"]) == ("create", "PAY-9")
    assert deleted == ("delete", "jiraIssue", {"identifier": "WEB-3"})


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(event("comment_created", comment={"id": "1", "body": "Hi"}), id="comment"),
        pytest.param(event("user_created", user={"key": "mo"}), id="user"),
        pytest.param(event("jira:worklog_updated", worklog={}), id="worklog"),
        pytest.param({}, id="nothing"),
    ],
)
def test_other_events_do_nothing(body: Json) -> None:
    assert effects(body) == []


def test_port_takes_what_events_become(place: Place) -> None:
    odd = issue("МИР-3", priority=None, creator=None, project={"key": "МИР"})
    bodies = [
        event("project_created", project=PROJECT),
        event("jira:issue_created", issue=issue()),
        event("jira:issue_created", issue=odd),
        moved("WEB-3", "PAY-9"),
    ]
    written = [one for body in bodies for one in effects(body) if one[0] == "create"]
    for _, blueprint, entity in written:
        path = f"blueprints/{blueprint}/entities?upsert=true&merge=true"
        reply = place.call("POST", f"{path}&create_missing_related_entities=true", entity)
        assert reply.is_success, reply.text
    expected = {"PAY-7", "PAY-9", "=D0=9C=D0=98=D0=A0-3"}
    assert set(place.catalog("jiraIssue")) == expected


def test_an_event_and_the_import_make_the_same_entity(place: Place) -> None:
    assert place.run().status == 0
    catalog = place.catalog("jiraIssue")
    for found in place.jira.issues(EVERY_ISSUE):
        ((_, _, entity),) = effects(event("jira:issue_updated", issue=found))
        stored = catalog[entity["identifier"]]
        told = {name: text for name, text in entity["properties"].items() if text is not None}
        assert (stored["title"], stored["properties"]) == (entity["title"], told)
        assert stored["relations"] == entity["relations"]


def test_every_mapped_property_and_relation_is_in_its_blueprint() -> None:
    blueprints = {one["identifier"]: one for one in example("blueprints.json")}
    assert set(blueprints) == {"jiraProject", "jiraIssue"}
    for mapping in MAPPINGS:
        blueprint, entity = blueprints[mapping["blueprint"]], mapping["entity"]
        assert set(entity.get("properties", {})) <= set(blueprint["schema"]["properties"])
        assert set(entity.get("relations", {})) <= set(blueprint["relations"])


def test_the_page_names_what_the_set_up_is_made_of() -> None:
    for name in ("jira_mapper", "blueprints.json", "mapping.json", "import_history.py"):
        assert name in PAGE
    for name in re.findall(r"^  ([A-Z_]{5,})", (FOLDER / "import_history.py").read_text(), re.M):
        assert f"`{name}`" in PAGE
