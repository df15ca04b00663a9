"""What the shipped mapping makes of what Jira sends: entities written out in full.

The JQ runs as Ocean runs it: quotes reformatted, the environment hidden, the first result taken.
An expression that fails gives null and a warning there; here it fails the test.
"""

import copy
import re
from datetime import datetime
from typing import Any

import jq
import pytest
from port_ocean.core.handlers.entity_processor.jq_entity_processor_sync import (
    JQEntityProcessorSync,
)

from sandbox.port.entity_checks import entity_problems, identifier_problems
from tests.contract.shipped import Json, blueprints, mappings

RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
CORP = "https://corp.example/jira"
AVATAR = f"{CORP}/secure/useravatar?size=large&avatarId=10341"


def run(expression: str, payload: Json) -> object:
    pattern = JQEntityProcessorSync._format_filter(expression)
    return next(iter(jq.compile("def env: {}; {} as $ENV | " + pattern).input(payload)), None)


def evaluated(expressions: Any, payload: Json) -> Any:  # noqa: ANN401 - a tree like the mapping
    if isinstance(expressions, dict):
        return {name: evaluated(one, payload) for name, one in expressions.items()}
    return run(expressions, payload)


def entity_of(kind: str, payload: Json) -> Json:
    made: Json = evaluated(mappings(kind), payload)
    return made


def changed(payload: Json, **changes: object) -> Json:
    """A copy with other values; `fields__x` stands for the field x of an issue."""
    copied = copy.deepcopy(payload)
    for name, value in changes.items():
        inside, _, field = name.rpartition("__")
        (copied[inside] if inside else copied)[field] = value
    return copied


ANNA: Json = {
    "self": f"{CORP}/rest/api/2/user?username=anna.k",
    "name": "anna.k",
    "key": "JIRAUSER10207",
    "emailAddress": "anna.k@corp.example",
    "avatarUrls": {"48x48": AVATAR, "16x16": f"{AVATAR}&s=16"},
    "displayName": "Anna Kowalczyk",
    "active": True,
    "timeZone": "Europe/Warsaw",
}
USER_9: Json = ANNA | {"deleted": False, "locale": "pl_PL"}
USER_11: Json = USER_9 | {"lastLoginTime": "2026-03-01T08:15:11+0100"}
PROJECT_9: Json = {
    "expand": "description,lead,url,projectKeys",
    "self": f"{CORP}/rest/api/2/project/10400",
    "id": "10400",
    "key": "WARE",
    "description": "Everything that is stored.\n\nh2. Contacts",
    "lead": {k: ANNA[k] for k in ("self", "name", "key", "avatarUrls", "displayName", "active")},
    "name": "Warehouse",
    "avatarUrls": {"48x48": f"{CORP}/secure/projectavatar?avatarId=10324"},
    "projectKeys": ["WARE"],
    "projectCategory": {
        "self": f"{CORP}/rest/api/2/projectCategory/10100",
        "id": "10100",
        "name": "Logistics",
        "description": "",
    },
    "projectTypeKey": "software",
    "archived": False,
    "insight": {"totalIssueCount": 4312},
}
ISSUE_9: Json = {
    "expand": "operations,versionedRepresentations,editmeta,changelog,renderedFields",
    "id": "57120",
    "self": f"{CORP}/rest/api/2/issue/57120",
    "key": "WARE-88",
    "fields": {
        "summary": "Scales lose their calibration",
        "issuetype": {"id": "10003", "name": "Sub-task", "subtask": True},
        "status": {
            "id": "10011",
            "name": "Wartet auf Prüfung",
            "statusCategory": {"id": 4, "key": "indeterminate", "name": "In Arbeit"},
        },
        "components": [{"id": "1", "name": "scales"}, {"id": "2", "name": "halle-7"}],
        "labels": ["calibration", "q3"],
        "fixVersions": [{"id": "9", "name": "2024.2", "released": True}],
        "priority": {"id": "2", "name": "Hoch"},
        "creator": ANNA,
        "reporter": ANNA,
        "assignee": ANNA | {"key": "bo", "name": "bo.li", "displayName": "Bo Li"},
        "project": {"id": "10400", "key": "WARE", "name": "Warehouse"},
        "parent": {"id": "57001", "key": "WARE-80", "fields": {"summary": "Weighing"}},
        "subtasks": [{"id": "57200", "key": "WARE-91"}, {"id": "57201", "key": "WARE-92"}],
        "created": "2024-02-29T23:59:58.000+0000",
        "updated": "2024-03-04T09:30:00.125+0530",
        "resolutiondate": "2024-03-04T09:30:00.000-0330",
        "duedate": "2024-03-31",
        "customfield_10100": "0|i000an:",
    },
}
FULL_ISSUE: Json = {
    "identifier": "WARE-88",
    "title": "Scales lose their calibration",
    "blueprint": "jiraServerIssue",
    "properties": {
        "url": f"{CORP}/browse/WARE-88",
        "status": "Wartet auf Prüfung",
        "statusCategory": "In Arbeit",
        "issueType": "Sub-task",
        "components": ["scales", "halle-7"],
        "labels": ["calibration", "q3"],
        "fixVersions": ["2024.2"],
        "priority": "Hoch",
        "creator": "Anna Kowalczyk",
        "created": "2024-02-29T23:59:58.000+00:00",
        "updated": "2024-03-04T09:30:00.125+05:30",
        "resolutionDate": "2024-03-04T09:30:00.000-03:30",
        "dueDate": "2024-03-31T00:00:00.000Z",
    },
    "relations": {
        "project": "WARE",
        "parentIssue": "WARE-80",
        "subtasks": ["WARE-91", "WARE-92"],
        "assignee": "bo",
        "reporter": "JIRAUSER10207",
    },
}
ISSUE_WITH_NULLS: Json = {
    "id": "1",
    "self": "https://jira.example.com/rest/api/2/issue/1",
    "key": "A-1",
    "fields": {
        "summary": "First",
        "issuetype": {"name": "Task"},
        "status": {"name": "Open", "statusCategory": {"name": "To Do"}},
        "components": [],
        "labels": [],
        "fixVersions": [],
        "priority": None,
        "creator": None,
        "reporter": None,
        "assignee": None,
        "project": {"key": "A"},
        "subtasks": [],
        "created": "2020-01-01T00:00:00.000+0000",
        "updated": "2020-01-01T00:00:00.000+0000",
        "resolutiondate": None,
        "duedate": None,
    },
}
MINIMAL_ISSUE: Json = {
    "identifier": "A-1",
    "title": "First",
    "blueprint": "jiraServerIssue",
    "properties": {
        "url": "https://jira.example.com/browse/A-1",
        "status": "Open",
        "statusCategory": "To Do",
        "issueType": "Task",
        "components": [],
        "labels": [],
        "fixVersions": [],
        "priority": None,
        "creator": None,
        "created": "2020-01-01T00:00:00.000+00:00",
        "updated": "2020-01-01T00:00:00.000+00:00",
        "resolutionDate": None,
        "dueDate": None,
    },
    "relations": {
        "project": "A",
        "parentIssue": None,
        "subtasks": [],
        "assignee": None,
        "reporter": None,
    },
}
FULL_USER: Json = {
    "identifier": "JIRAUSER10207",
    "title": "Anna Kowalczyk",
    "blueprint": "jiraServerUser",
    "properties": {
        "userName": "anna.k",
        "displayName": "Anna Kowalczyk",
        "emailAddress": "anna.k@corp.example",
        "active": True,
        "timeZone": "Europe/Warsaw",
        "locale": "pl_PL",
        "avatarUrl": AVATAR,
    },
}
FULL_PROJECT: Json = {
    "identifier": "WARE",
    "title": "Warehouse",
    "blueprint": "jiraServerProject",
    "properties": {
        "url": f"{CORP}/projects/WARE",
        "description": "Everything that is stored.\n\nh2. Contacts",
        "type": "software",
        "category": "Logistics",
        "totalIssues": 4312,
        "archived": False,
    },
    "relations": {"lead": "JIRAUSER10207"},
}
BARE_PROJECT: Json = {
    "self": "https://jira.example.com/rest/api/2/project/1",
    "id": "1",
    "key": "A",
    "name": "Alpha",
    "projectTypeKey": "business",
}
UNLISTED_PARENT = {"key": "B-7", "listed": False}

ENTITIES = [
    pytest.param("issue", ISSUE_9, FULL_ISSUE, id="full-issue"),
    pytest.param("issue", ISSUE_WITH_NULLS, MINIMAL_ISSUE, id="issue-with-nulls"),
    pytest.param(
        "issue",
        {"self": "https://jira.example.com/rest/api/2/issue/1", "key": "A-1", "fields": {}},
        {
            "identifier": "A-1",
            "title": None,
            "blueprint": "jiraServerIssue",
            "properties": {
                **dict.fromkeys(MINIMAL_ISSUE["properties"]),
                "url": "https://jira.example.com/browse/A-1",
                "components": [],
                "labels": [],
                "fixVersions": [],
            },
            "relations": {**dict.fromkeys(MINIMAL_ISSUE["relations"]), "subtasks": []},
        },
        id="issue-without-fields",
    ),
    pytest.param(
        "issue",
        changed(
            ISSUE_9,
            fields__parent=UNLISTED_PARENT,
            fields__assignee=ANNA | {"listed": False},
            fields__reporter=ANNA | {"listed": False},
            fields__subtasks=[{"key": "WARE-91"}, {"key": "WARE-92", "listed": False}],
        ),
        changed(
            FULL_ISSUE,
            relations__parentIssue=None,
            relations__assignee=None,
            relations__reporter=None,
            relations__subtasks=["WARE-91"],
        ),
        id="links-that-are-not-listed",
    ),
    pytest.param("user", USER_9, FULL_USER, id="user"),
    pytest.param("user", USER_11, FULL_USER, id="user-of-jira-11"),
    pytest.param(
        "user",
        {"key": "zoe", "name": "zoe", "active": False, "displayName": ""},
        {
            "identifier": "zoe",
            "title": "",
            "blueprint": "jiraServerUser",
            "properties": {
                **dict.fromkeys(FULL_USER["properties"]),
                "userName": "zoe",
                "displayName": "",
                "active": False,
            },
        },
        id="user-with-little",
    ),
    pytest.param("project", PROJECT_9, FULL_PROJECT, id="project"),
    pytest.param(
        "project",
        {k: v for k, v in PROJECT_9.items() if k != "archived"},
        FULL_PROJECT,
        id="project-before-archiving-came",
    ),
    pytest.param(
        "project",
        changed(PROJECT_9, archived=True, lead=ANNA | {"listed": False}),
        changed(FULL_PROJECT, properties__archived=True, relations__lead=None),
        id="archived-project-with-a-lead-who-left",
    ),
    pytest.param(
        "project",
        BARE_PROJECT,
        {
            "identifier": "A",
            "title": "Alpha",
            "blueprint": "jiraServerProject",
            "properties": {
                "url": "https://jira.example.com/projects/A",
                "description": None,
                "type": "business",
                "category": None,
                "totalIssues": None,
                "archived": False,
            },
            "relations": {"lead": None},
        },
        id="project-without-lead-category-and-count",
    ),
]


@pytest.mark.parametrize(("kind", "payload", "entity"), ENTITIES)
def test_the_payload_becomes_exactly_this_entity(kind: str, payload: Json, entity: Json) -> None:
    assert entity_of(kind, payload) == entity


@pytest.mark.parametrize(("kind", "payload", "entity"), ENTITIES)
def test_port_takes_the_entity(kind: str, payload: Json, entity: Json) -> None:
    made = entity_of(kind, payload)
    assert entity_problems(made, blueprints()[entity["blueprint"]]) == []
    assert identifier_problems(made["identifier"]) == []


KEYS = [
    pytest.param("WARE-88", "WARE-88", id="plain"),
    pytest.param("jo@corp.example", "jo@corp.example", id="address"),
    pytest.param("a_b.c+d:e/f", "a_b.c+d:e/f", id="everything-port-takes"),
    pytest.param("jo doe", "jo=20doe", id="space"),
    pytest.param("corp\\jo", "corp=5Cjo", id="backslash"),
    pytest.param("a=b", "a=3Db", id="the-escape-itself"),
    pytest.param("a~b", "a=7Eb", id="tilde"),
    pytest.param("a%b", "a=25b", id="percent"),
    pytest.param("ж", "=D0=B6", id="cyrillic"),
    pytest.param("李", "=E6=9D=8E", id="chinese"),
    pytest.param("😀", "=F0=9F=98=80", id="beyond-the-basic-plane"),
    pytest.param("o'neil(x)!*", "o=27neil=28x=29=21=2A", id="marks"),
    pytest.param('"', "=22", id="quote"),
]


@pytest.mark.parametrize(("key", "identifier"), KEYS)
def test_one_identifier_is_used_for_a_thing_everywhere(key: str, identifier: str) -> None:
    link = {"key": key}
    issue = changed(
        ISSUE_9,
        key=key,
        fields__project=link,
        fields__parent=link,
        fields__subtasks=[link],
        fields__assignee=link,
        fields__reporter=link,
    )
    made = entity_of("issue", issue)
    assert made["identifier"] == identifier
    assert made["relations"] == {
        "project": identifier,
        "parentIssue": identifier,
        "subtasks": [identifier],
        "assignee": identifier,
        "reporter": identifier,
    }
    assert entity_of("user", USER_9 | link)["identifier"] == identifier
    project = entity_of("project", PROJECT_9 | link | {"lead": link})
    assert (project["identifier"], project["relations"]) == (identifier, {"lead": identifier})
    assert identifier_problems(identifier) == []


@pytest.mark.parametrize(
    ("base", "payload_self"),
    [
        pytest.param(
            "https://jira.example.com", "https://jira.example.com/rest/api/2/x/1", id="root"
        ),
        pytest.param(CORP, f"{CORP}/rest/api/2/x/1", id="context-path"),
        pytest.param(
            "http://localhost:8080", "http://localhost:8080/rest/api/latest/x/1", id="port"
        ),
    ],
)
def test_links_keep_the_context_path(base: str, payload_self: str) -> None:
    issue = entity_of("issue", ISSUE_9 | {"self": payload_self})
    project = entity_of("project", PROJECT_9 | {"self": payload_self})
    assert issue["properties"]["url"] == f"{base}/browse/WARE-88"
    assert project["properties"]["url"] == f"{base}/projects/WARE"


def test_the_link_of_a_cyrillic_project_is_an_address() -> None:
    made = entity_of("project", PROJECT_9 | {"key": "СКЛАД"})
    assert made["identifier"] == "=D0=A1=D0=9A=D0=9B=D0=90=D0=94"
    assert made["properties"]["url"] == f"{CORP}/projects/%D0%A1%D0%9A%D0%9B%D0%90%D0%94"


def test_the_link_of_an_issue_in_a_cyrillic_project_is_an_address() -> None:
    made = entity_of("issue", ISSUE_9 | {"key": "СКЛАД-5"})
    assert made["properties"]["url"] == f"{CORP}/browse/%D0%A1%D0%9A%D0%9B%D0%90%D0%94-5"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        pytest.param("anna@corp.example", True, id="address"),
        pytest.param("anna+jira@mail.corp.example", True, id="tag"),
        pytest.param("o'neil_x@corp-9.example", True, id="marks"),
        pytest.param("ANNA@CORP.EXAMPLE", True, id="capitals"),
        pytest.param("anna at corp dot example", False, id="masked"),
        pytest.param("anna@localhost", False, id="no-domain"),
        pytest.param("anna", False, id="name"),
        pytest.param("@corp.example", False, id="nobody"),
        pytest.param("anna@corp..example", False, id="two-dots"),
        pytest.param(".anna@corp.example", False, id="leading-dot"),
        pytest.param("anna.@corp.example", False, id="trailing-dot"),
        pytest.param("anna@-corp.example", False, id="leading-hyphen"),
        pytest.param("a b@corp.example", False, id="space"),
        pytest.param("anna@corp.example\n", False, id="line-break"),
        pytest.param("see below\nanna@corp.example", False, id="second-line"),
        pytest.param("anna@corp.example, bo@corp.example", False, id="two"),
        pytest.param("Anna <anna@corp.example>", False, id="name-and-address"),
        pytest.param("анна@corp.example", False, id="cyrillic"),
        pytest.param("", False, id="empty"),
        pytest.param(None, False, id="null"),
    ],
)
def test_only_what_is_an_address_is_sent_as_one(given: str | None, kept: bool) -> None:
    made = entity_of("user", USER_9 | {"emailAddress": given})
    assert made["properties"]["emailAddress"] == (given if kept else None)
    assert entity_problems(made, blueprints()["jiraServerUser"]) == []


@pytest.mark.parametrize(
    ("names", "title"),
    [
        pytest.param({}, "Anna Kowalczyk", id="display-name"),
        pytest.param({"displayName": None}, "anna.k", id="user-name"),
        pytest.param({"displayName": None, "name": None}, "JIRAUSER10207", id="key"),
    ],
)
def test_a_user_always_has_a_title(names: Json, title: str) -> None:
    assert entity_of("user", USER_9 | names)["title"] == title


@pytest.mark.parametrize(
    ("sent", "mapped"),
    [
        ("2024-02-29T23:59:58.000+0000", "2024-02-29T23:59:58.000+00:00"),
        ("2024-07-01T12:00:00.001+0200", "2024-07-01T12:00:00.001+02:00"),
        ("2024-07-01T12:00:00.000-0930", "2024-07-01T12:00:00.000-09:30"),
        ("2024-07-01T12:00:00.000+12:45", "2024-07-01T12:00:00.000+12:45"),
        ("2024-07-01T12:00:00.000Z", "2024-07-01T12:00:00.000Z"),
    ],
)
@pytest.mark.parametrize(
    ("field", "name"),
    [("created", "created"), ("updated", "updated"), ("resolutiondate", "resolutionDate")],
)
def test_dates_are_those_of_rfc_3339(sent: str, mapped: str, field: str, name: str) -> None:
    value = entity_of("issue", changed(ISSUE_9, **{f"fields__{field}": sent}))["properties"][name]
    assert value == mapped
    assert RFC_3339.fullmatch(value)
    assert datetime.fromisoformat(value) == datetime.fromisoformat(sent)


def handling_duration(created: str | None, resolved: str | None) -> object:
    """The calculation of the blueprint over what the mapping makes of Jira's dates."""
    issue = changed(ISSUE_9, fields__created=created, fields__resolutiondate=resolved)
    definition = blueprints()["jiraServerIssue"]["calculationProperties"]["handlingDuration"]
    return run(definition["calculation"], entity_of("issue", issue))


@pytest.mark.parametrize(
    ("created", "resolved", "days"),
    [
        pytest.param(
            "2024-05-01T10:00:00.000+0000", "2024-05-02T22:00:00.000+0000", 1.5, id="same-offset"
        ),
        pytest.param(
            "2024-05-01T10:00:00.000+0000", "2024-05-01T10:00:00.000+0000", 0, id="at-once"
        ),
        pytest.param(
            "2024-05-01T12:00:00.000+0200", "2024-05-02T05:00:00.000-0500", 1, id="mixed-offsets"
        ),
        pytest.param(
            "2024-05-01T05:30:00.000+0530", "2024-05-01T20:30:00.000-0330", 1, id="half-hours"
        ),
        pytest.param(
            "2024-03-30T12:00:00.000+0100",
            "2024-03-31T13:00:00.000+0200",
            1,
            id="clocks-go-forward",
        ),
        pytest.param(
            "2024-10-26T12:00:00.000+0200", "2024-10-27T11:00:00.000+0100", 1, id="clocks-go-back"
        ),
        pytest.param(
            "2023-12-31T00:00:00.999+0000", "2024-03-01T00:00:00.001+0000", 61, id="leap-year"
        ),
        pytest.param("2024-05-01T10:00:00.000+0000", None, None, id="not-resolved"),
        pytest.param(None, "2024-05-01T10:00:00.000+0000", None, id="not-created"),
    ],
)
def test_handling_duration_is_in_days(
    created: str | None, resolved: str | None, days: float | None
) -> None:
    assert handling_duration(created, resolved) == days


def test_handling_duration_takes_dates_in_utc_too() -> None:
    definition = blueprints()["jiraServerIssue"]["calculationProperties"]["handlingDuration"]
    dates = {"created": "2024-05-01T10:00:00Z", "resolutionDate": "2024-05-01T22:00:00.000Z"}
    assert run(definition["calculation"], {"properties": dates}) == 0.5
