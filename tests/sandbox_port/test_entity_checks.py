"""What Port refuses about an entity, one rule a row."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.port.blueprints import completed
from sandbox.port.entity_checks import entity_problems, identifier_problems, missing_required
from tests.sandbox_port.in_process import blueprint, relation

BLUEPRINT = completed(
    blueprint(
        "issue",
        {
            "text": {"type": "string"},
            "url": {"type": "string", "format": "url"},
            "short": {"type": "string", "maxLength": 3, "minLength": 2},
            "code": {"type": "string", "pattern": "^[A-Z]+$"},
            "size": {"type": "number", "minimum": 0, "maximum": 10},
            "done": {"type": "boolean"},
            "extra": {"type": "object"},
            "level": {"type": "string", "enum": ["low", "high"]},
            "labels": {"type": "array", "items": {"type": "string"}, "maxItems": 2},
            "links": {"type": "array", "items": {"type": "string", "format": "url"}},
            "anything": {"type": "array"},
        },
        {"parent": relation("issue"), "subtasks": relation("issue", many=True)},
    )
)

ACCEPTED: dict[str, dict[str, Any]] = {
    "nothing": {},
    "string": {"properties": {"text": ""}},
    "null_property": {"properties": {"text": None, "size": None, "labels": None}},
    "whole_number": {"properties": {"size": 3}},
    "decimal_number": {"properties": {"size": 2.5}},
    "boolean": {"properties": {"done": False}},
    "object": {"properties": {"extra": {"any": ["thing"]}}},
    "enum": {"properties": {"level": "high"}},
    "empty_array": {"properties": {"labels": []}},
    "array": {"properties": {"labels": ["a", "b"], "anything": [1, "a", None]}},
    "no_relations": {"relations": {"parent": None, "subtasks": None}},
    "relations": {"relations": {"parent": "A-1", "subtasks": ["A-2", "A-3"]}},
    "empty_relation": {"relations": {"subtasks": []}},
    "fields": {"title": "A title", "icon": "Jira", "team": ["one", "two"]},
    "one_team": {"team": "one"},
    "null_fields": {"title": None, "icon": None, "team": None},
}

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "unknown_property": ({"properties": {"nope": 1}}, "additional properties.*nope"),
    "unknown_property_with_null": ({"properties": {"nope": None}}, "additional properties"),
    "number_for_string": ({"properties": {"text": 1}}, '"text" must be string, got 1'),
    "string_for_number": ({"properties": {"size": "1"}}, "must be number, got '1'"),
    "boolean_for_number": ({"properties": {"size": True}}, "must be number"),
    "string_for_boolean": ({"properties": {"done": "true"}}, "must be boolean"),
    "array_for_object": ({"properties": {"extra": []}}, "must be object"),
    "string_for_array": ({"properties": {"labels": "a,b"}}, "must be array"),
    "object_for_string": ({"properties": {"text": {"name": "x"}}}, "must be string"),
    "wrong_item": ({"properties": {"labels": ["a", 1]}}, "item 1 must be string"),
    "null_item": ({"properties": {"labels": [None]}}, "item 0 must be string, got None"),
    "wrong_item_format": ({"properties": {"links": ["nope"]}}, 'item 0 must match format "url"'),
    "outside_enum": ({"properties": {"level": "medium"}}, "one of the allowed values"),
    "format": ({"properties": {"url": "nope"}}, "must match format \"url\", got 'nope'"),
    "pattern": ({"properties": {"code": "a1"}}, "must match pattern"),
    "too_long": ({"properties": {"short": "long"}}, "maxLength 3"),
    "too_short": ({"properties": {"short": "l"}}, "minLength 2"),
    "too_big": ({"properties": {"size": 11}}, "maximum 10"),
    "too_small": ({"properties": {"size": -1}}, "minimum 0"),
    "too_many": ({"properties": {"labels": ["a", "b", "c"]}}, "maxItems 2"),
    "unknown_relation": ({"relations": {"nope": "A-1"}}, 'relation "nope" is not'),
    "many_for_single": ({"relations": {"parent": ["A-1"]}}, '"parent" must be a string'),
    "single_for_many": ({"relations": {"subtasks": "A-1"}}, '"subtasks" must be an array'),
    "number_as_target": ({"relations": {"parent": 1}}, "identifier must be a string"),
    "null_among_targets": ({"relations": {"subtasks": [None]}}, "identifier must be a string"),
    "target_pattern": ({"relations": {"parent": "A 1"}}, "must match pattern"),
    "number_as_title": ({"title": 1}, "title must be a string"),
    "object_as_icon": ({"icon": {}}, "icon must be a string"),
    "number_as_team": ({"team": 1}, "team must be"),
    "null_among_teams": ({"team": ["a", None]}, "team must be"),
    "properties_no_object": ({"properties": ["text"]}, "properties must be an object"),
    "relations_no_object": ({"relations": "parent"}, "relations must be an object"),
}


@pytest.mark.parametrize("entity", ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(entity: dict[str, Any]) -> None:
    assert entity_problems(entity, BLUEPRINT) == []


@pytest.mark.parametrize(("entity", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(entity: dict[str, Any], message: str) -> None:
    problems = entity_problems(entity, BLUEPRINT)
    assert len(problems) == 1
    with pytest.raises(ValueError, match=message):
        raise ValueError(problems[0])


@pytest.mark.parametrize("identifier", ["A-1", "a@b.example.com", "x_.+:/=-", "JIRAUSER10100"])
def test_an_identifier_may_hold(identifier: str) -> None:
    assert identifier_problems(identifier) == []


@pytest.mark.parametrize(
    "identifier",
    ["", "a b", "ä", "a#b", "a%20b", "a\\b", "a(b)", "日本", "a\n", 1, None, ["a"]],
    ids=repr,
)
def test_an_identifier_may_not_be(identifier: object) -> None:
    assert len(identifier_problems(identifier)) == 1


def test_required_properties_and_relations_need_a_value() -> None:
    definition = completed(
        blueprint(
            "issue",
            {"text": {"type": "string"}},
            {"parent": relation("issue", required=True)},
            required=["text"],
        )
    )
    assert missing_required({"text": ""}, {"parent": "A-1"}, definition) == []
    assert missing_required({}, {"parent": None}, definition) == [
        'must have required property "text"',
        'must have required relation "parent"',
    ]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
_FIELDS = st.sampled_from(["title", "icon", "team", "properties", "relations"])
_INNER = st.dictionaries(
    st.sampled_from([*BLUEPRINT["schema"]["properties"], *BLUEPRINT["relations"], "nope"]), _JSON
)


@given(st.dictionaries(_FIELDS, _JSON | _INNER))
def test_any_json_gets_an_answer(entity: dict[str, Any]) -> None:
    assert all(isinstance(problem, str) for problem in entity_problems(entity, BLUEPRINT))
