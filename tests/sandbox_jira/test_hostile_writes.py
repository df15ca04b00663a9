"""Whatever JSON a field is given: it is read or refused, and what was read can be carried out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.jira.asks import strict_json
from sandbox.jira.company.apply import apply
from sandbox.jira.company.catalogue import BUG
from sandbox.jira.company.changes import parse_change
from sandbox.jira.company.generate import Size, generate_company
from sandbox.jira.writing.screens import create_screen, edit_screen
from sandbox.jira.writing.updates import Request, read_values
from sandbox.jira.writing.values import Place

COMPANY = generate_company(Size(3, 60, 12), 1, lambda: 1_780_000_000_000)
PROJECT = COMPANY.projects[10000]
ISSUE = next(one for one in COMPANY.issues_of(PROJECT) if one.type is BUG)
PLACE = Place(COMPANY, PROJECT, BUG, ISSUE)
FIELDS = sorted(
    set(create_screen(PROJECT, BUG, sets_reporter=True)) - {"project", "issuetype"} | {"comment"}
)
words = st.sampled_from(["High", "zoe", "S1", "", "-1", "PAY-1", "2027-01-31", "a b", "1e999", "…"])
plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | words | st.text()
keys = st.sampled_from(["id", "name", "value", "key", "add", "set", "remove", "body"])
anything = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3)
)
requests = st.dictionaries(st.sampled_from(FIELDS), anything, max_size=4)


@settings(max_examples=400, deadline=None)
@given(requests, requests)
def test_what_was_read_can_be_carried_out(fields: dict[str, Any], update: dict[str, Any]) -> None:
    screen = edit_screen(PROJECT, BUG, sets_reporter=True)
    reading = read_values(screen, PLACE, Request(fields, update))
    if not reading.errors:
        change = {"kind": "edit", "issue": ISSUE.key, **reading.change_values()}
        apply(COMPANY, parse_change(change))


@pytest.mark.parametrize("text", ["NaN", '{"a": -Infinity}', '"\\ud800"', "[1,]", ""])
def test_what_is_hardly_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        strict_json(text.encode())
