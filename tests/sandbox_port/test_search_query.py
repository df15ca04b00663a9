"""Which entities a search query means."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.port.replies import RefusedError
from sandbox.port.search_query import compiled, within

VALUES: dict[str, Any] = {
    "$identifier": "A-1",
    "$title": "First thing",
    "$blueprint": "thing",
    "$datasource": "port-ocean/tiny/0.0.7/tiny-1/exporter",
    "$updatedAt": "2024-05-01T10:00:00.000Z",
    "$team": ["red", "blue"],
    "size": 5,
    "labels": ["a", "b"],
    "empty": [],
}

RULES: dict[str, tuple[str, str, Any, bool]] = {
    "equal": ("$identifier", "=", "A-1", True),
    "equal_other": ("$identifier", "=", "A-2", False),
    "unequal": ("size", "!=", 4, True),
    "unequal_missing": ("nothing", "!=", 4, True),
    "in": ("$identifier", "in", ["A-1", "A-2"], True),
    "in_others": ("$identifier", "in", ["A-2"], False),
    "in_of_a_list": ("labels", "in", ["b", "c"], True),
    "not_in": ("$identifier", "notIn", ["A-2"], True),
    "contains": ("$datasource", "contains", "/tiny-1/exporter", True),
    "contains_other": ("$datasource", "contains", "/tiny-2/exporter", False),
    "contains_item": ("labels", "contains", "b", True),
    "contains_in_missing": ("nothing", "contains", "b", False),
    "not_contains": ("labels", "notContains", "c", True),
    "contains_any": ("$team", "containsAny", ["green", "blue"], True),
    "begins": ("$title", "beginsWith", "First", True),
    "not_begins": ("$title", "doesNotBeginsWith", "First", False),
    "ends": ("$title", "endsWith", "thing", True),
    "not_ends": ("$title", "doesNotEndsWith", "thing", False),
    "greater": ("size", ">", 4, True),
    "greater_or_equal": ("size", ">=", 5, True),
    "less": ("size", "<", 5, False),
    "less_or_equal": ("size", "<=", 5, True),
    "less_for_text": ("$title", "<", 5, False),
    "earlier": ("$updatedAt", "<", "2024-05-01T12:30:00+02:00", True),
    "later": ("$updatedAt", ">", "2024-05-01T12:30:00+02:00", False),
    "between": (
        "$updatedAt",
        "between",
        {"from": "2024-04-30T00:00:00Z", "to": "2024-05-02T00:00:00Z"},
        True,
    ),
    "not_between": ("size", "notBetween", {"from": 1, "to": 4}, True),
    "empty": ("empty", "isEmpty", None, True),
    "missing_is_empty": ("nothing", "isEmpty", None, True),
    "zero_is_not_empty": ("size", "isNotEmpty", None, True),
}


@pytest.mark.parametrize(("name", "operator", "value", "expected"), RULES.values(), ids=RULES)
def test_a_rule(name: str, operator: str, value: object, expected: bool) -> None:
    rule = {"property": name, "operator": operator, "value": value}
    query = compiled({"combinator": "and", "rules": [rule]})
    assert query.matches(VALUES.get) is expected


TRUE = {"property": "size", "operator": "=", "value": 5}
FALSE = {"property": "size", "operator": "=", "value": 6}
COMBINED = {
    "and_all": ("and", [TRUE, TRUE], True),
    "and_one": ("and", [TRUE, FALSE], False),
    "and_none": ("and", [], True),
    "or_one": ("or", [FALSE, TRUE], True),
    "or_all_false": ("or", [FALSE, FALSE], False),
    "or_none": ("or", [], False),
    "nested": ("and", [TRUE, {"combinator": "or", "rules": [FALSE, TRUE]}], True),
}


@pytest.mark.parametrize(("combinator", "rules", "expected"), COMBINED.values(), ids=COMBINED)
def test_rules_combine(combinator: str, rules: list[Any], expected: bool) -> None:
    assert compiled({"combinator": combinator, "rules": rules}).matches(VALUES.get) is expected


WRONG = {
    "no_object": ("text", "object with combinator and rules"),
    "no_rules": ({"combinator": "and"}, "object with combinator and rules"),
    "unknown_combinator": ({"combinator": "xor", "rules": []}, "must be .and. or .or."),
    "rule_without_property": ({"combinator": "and", "rules": [{}]}, "must name a property"),
    "rule_no_object": ({"combinator": "and", "rules": ["a"]}, "must name a property"),
    "unknown_operator": (
        {"combinator": "and", "rules": [{"property": "a", "operator": "~", "value": 1}]},
        "operator '~' is not one of",
    ),
}


@pytest.mark.parametrize(("query", "message"), WRONG.values(), ids=WRONG)
def test_what_is_no_query_is_refused(query: object, message: str) -> None:
    with pytest.raises(RefusedError, match=message):
        compiled(query)


_RULE = st.builds(
    lambda name, pick: {"property": name, **pick},
    st.sampled_from(["$identifier", "$blueprint", "size"]),
    st.builds(lambda value: {"operator": "=", "value": value}, st.sampled_from("abc"))
    | st.builds(
        lambda values: {"operator": "in", "value": values}, st.lists(st.sampled_from("abc"))
    )
    | st.builds(lambda value: {"operator": "!=", "value": value}, st.sampled_from("abc")),
)
_QUERY = st.recursive(
    _RULE,
    lambda inner: st.builds(
        lambda combinator, rules: {"combinator": combinator, "rules": rules},
        st.sampled_from(["and", "or"]),
        st.lists(inner, max_size=3),
    ),
    max_leaves=8,
).filter(lambda query: "rules" in query)


@given(_QUERY, st.sampled_from("abcd"), st.sampled_from("abcd"), st.sampled_from("abcd"))
def test_the_bounds_of_a_query_hold_everything_it_matches(
    query: dict[str, Any], identifier: str, blueprint: str, size: str
) -> None:
    values = {"$identifier": identifier, "$blueprint": blueprint, "size": size}
    ready = compiled(query)
    if ready.matches(values.get):
        assert ready.identifiers is None or identifier in ready.identifiers
        assert ready.blueprints is None or blueprint in ready.blueprints


def test_a_query_can_be_narrowed_to_one_blueprint() -> None:
    rule = {"property": "$blueprint", "operator": "in", "value": ["a", "b"]}
    query = compiled({"combinator": "and", "rules": [rule]})
    assert within(query, "a").blueprints == frozenset("a")
    assert within(query, "c").blueprints == frozenset()
