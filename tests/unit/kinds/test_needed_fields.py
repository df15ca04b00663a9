"""Which fields the searches of an issue resource ask for."""

from typing import Any

import pytest

from integration import JiraServerPortAppConfig
from kinds.needed_fields import needed_fields
from tests.contract.shipped import resource

Json = dict[str, Any]


def needed(
    properties: Json | None = None,
    relations: Json | None = None,
    *,
    selector: Json | None = None,
    port: Json | None = None,
) -> str | None:
    mappings = {
        "identifier": ".key",
        "title": ".fields.summary",
        "blueprint": '"b"',
        "properties": properties or {},
        "relations": relations or {},
    }
    mapped = {
        "kind": "issue",
        "selector": {"query": "true"} | (selector or {}),
        "port": {"entity": {"mappings": mappings}} | (port or {}),
    }
    return needed_fields(JiraServerPortAppConfig.parse_obj({"resources": [mapped]}).resources[0])


@pytest.mark.parametrize(
    ("properties", "relations", "fields"),
    [
        pytest.param({}, {}, "created,summary", id="nothing-else"),
        pytest.param({"a": ".fields.b.c"}, {}, "b,created,summary", id="property"),
        pytest.param({}, {"a": ".fields.b.key"}, "b,created,summary", id="relation"),
        pytest.param({"a": ".fields.created"}, {}, "created,summary", id="once"),
        pytest.param({"a": ".fields | keys"}, {}, None, id="not-certain"),
        pytest.param(
            {},
            {
                "a": {
                    "combinator": '"and"',
                    "rules": [{"property": '"p"', "operator": '"="', "value": ".fields.b"}],
                }
            },
            "b,created,summary",
            id="search-relation",
        ),
    ],
)
def test_the_fields_of_the_mapping_are_asked_for(
    properties: Json, relations: Json, fields: str | None
) -> None:
    assert needed(properties, relations) == fields


@pytest.mark.parametrize(
    ("selector", "fields"),
    [
        pytest.param({"fields": "*all,-comment"}, "*all,-comment", id="what-the-selector-says"),
        pytest.param({"fields": ""}, "created,summary", id="empty-says-nothing"),
        pytest.param({"query": ".fields.x == 1"}, "created,summary,x", id="query"),
        pytest.param({"query": ". != {}"}, None, id="query-that-is-not-certain"),
        pytest.param({"expand": "renderedFields"}, None, id="expanded"),
        pytest.param({"expand": "names", "fields": "a"}, "a", id="expanded-with-fields"),
    ],
)
def test_the_selector_has_its_say(selector: Json, fields: str | None) -> None:
    assert needed(selector=selector) == fields


def test_items_to_parse_need_every_field() -> None:
    assert needed(port={"itemsToParse": ".fields.comment.comments"}) is None


def test_the_shipped_mapping_needs_few_fields() -> None:
    config = JiraServerPortAppConfig.parse_obj({"resources": [resource("issue")]})
    fields = needed_fields(config.resources[0])
    assert fields is not None
    assert set(fields.split(",")) == {
        "assignee", "components", "created", "creator", "duedate", "fixVersions", "issuetype",
        "labels", "parent", "priority", "project", "reporter", "resolutiondate", "status",
        "subtasks", "summary", "updated",
    }  # fmt: skip
