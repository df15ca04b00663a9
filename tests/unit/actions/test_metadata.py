"""Inputs against Jira's metadata: what is sent, and what the person is told instead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.errors import InvalidInput
from actions.metadata import Field, fields_in, holds, values_to_create, values_to_edit

PRIORITIES = ({"id": "1", "name": "High"}, {"id": "2", "name": "Low"})
TEAMS = ({"id": "11", "value": "Ledger"}, {"id": "12", "value": "Cards"})
REGIONS = (
    {"id": "21", "value": "Europe", "children": [{"id": "22", "value": "Spain"}]},
    {"id": "23", "value": "Asia"},
)

FIELDS = {
    f.id: f
    for f in (
        Field("summary", "Summary", "string", required=True),
        Field("description", "Description", "string"),
        Field("project", "Project", "project", required=True),
        Field("reporter", "Reporter", "user", required=True),
        Field("priority", "Priority", "priority", allowed=PRIORITIES),
        Field("labels", "Labels", "array", "string"),
        Field("components", "Component/s", "array", "component", allowed=({"id": "5", "name": "Api"},)),
        Field("fixVersions", "Fix Version/s", "array", "version", allowed=()),
        Field("duedate", "Due Date", "date"),
        Field("assignee", "Assignee", "user"),
        Field("parent", "Parent", "issuelink"),
        Field("issuelinks", "Linked Issues", "array", "issuelinks", operations=("add",)),
        Field("customfield_1", "Team", "option", custom="x:select", allowed=TEAMS),
        Field("customfield_2", "Teams", "array", "option", custom="x:multi", allowed=TEAMS),
        Field("customfield_3", "Story Points", "number", custom="x:float"),
        Field("customfield_4", "Go live", "datetime", custom="x:datetime"),
        Field("customfield_5", "Region", "option-with-child", custom="x:cascading", allowed=REGIONS),
        Field("customfield_6", "Owner", "user", custom="x:userpicker"),
        Field("customfield_7", "Twin", "string", custom="x:text"),
        Field("customfield_8", "Twin", "string", custom="x:text"),
        Field("customfield_9", "Epic Link", "any", custom="gh-epic-link"),
        Field("customfield_10", "Sprint", "array", "string", custom="gh-sprint"),
    )
}  # fmt: skip


def created(**given: object) -> dict[str, object]:
    return values_to_create(FIELDS, {"summary": "One", **given}, "creating a Bug in PAY")


def refusal(**given: object) -> str:
    with pytest.raises(InvalidInput) as caught:
        created(**given)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "sent"),
    [
        pytest.param("description", "Two\nlines", {"description": "Two\nlines"}, id="text"),
        pytest.param("priority", "High", {"priority": {"id": "1"}}, id="allowed-by-name"),
        pytest.param("priority", "high", {"priority": {"id": "1"}}, id="allowed-in-other-case"),
        pytest.param("priority", "2", {"priority": {"id": "2"}}, id="allowed-by-id"),
        pytest.param("priority", {"id": 2}, {"priority": {"id": "2"}}, id="allowed-by-id-object"),
        pytest.param(
            "priority", {"name": "Low"}, {"priority": {"id": "2"}}, id="allowed-by-object"
        ),
        pytest.param("Priority", "Low", {"priority": {"id": "2"}}, id="display-name"),
        pytest.param("DUE DATE", "2026-03-20", {"duedate": "2026-03-20"}, id="name-in-other-case"),
        pytest.param("Team", "Cards", {"customfield_1": {"id": "12"}}, id="custom-by-value"),
        pytest.param(
            "Teams",
            ["Cards", "Ledger"],
            {"customfield_2": [{"id": "12"}, {"id": "11"}]},
            id="several-options",
        ),
        pytest.param("components", "Api", {"components": [{"id": "5"}]}, id="one-for-a-list"),
        pytest.param("labels", ["a", "b"], {"labels": ["a", "b"]}, id="labels"),
        pytest.param("Story Points", 3, {"customfield_3": 3}, id="number"),
        pytest.param("Story Points", "2.5", {"customfield_3": 2.5}, id="number-as-text"),
        pytest.param(
            "Go live",
            "2026-03-20T09:30:00+01:00",
            {"customfield_4": "2026-03-20T08:30:00.000+0000"},
            id="time",
        ),
        pytest.param(
            "Go live",
            "2026-03-20T08:30:00.250Z",
            {"customfield_4": "2026-03-20T08:30:00.250+0000"},
            id="time-in-utc",
        ),
        pytest.param(
            "Region",
            "Europe > Spain",
            {"customfield_5": {"id": "21", "child": {"id": "22"}}},
            id="cascading-text",
        ),
        pytest.param(
            "Region",
            {"value": "Europe", "child": {"value": "Spain"}},
            {"customfield_5": {"id": "21", "child": {"id": "22"}}},
            id="cascading-object",
        ),
        pytest.param("Region", "Asia", {"customfield_5": {"id": "23"}}, id="cascading-parent"),
        pytest.param("Owner", "ines", {"customfield_6": {"name": "ines"}}, id="user"),
        pytest.param("Owner", {"key": "J1"}, {"customfield_6": {"key": "J1"}}, id="user-object"),
        pytest.param("parent", "PAY-1", {"parent": {"key": "PAY-1"}}, id="parent"),
        pytest.param("Epic Link", "PAY-2", {"customfield_9": "PAY-2"}, id="unknown-type-as-it-is"),
        pytest.param("Sprint", 7, {"customfield_10": [7]}, id="list-of-strange-texts-as-it-is"),
        pytest.param("customfield_7", "x", {"customfield_7": "x"}, id="id-of-a-shared-name"),
        pytest.param("priority", None, {}, id="null-is-not-given"),
        pytest.param("description", "", {}, id="empty-is-not-given"),
        pytest.param("labels", [], {}, id="empty-list-is-not-given"),
    ],
)
def test_a_value_is_sent_as_jira_wants_it(
    name: str, value: object, sent: dict[str, object]
) -> None:
    assert created(**{name: value}) == {"summary": "One", **sent}


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        pytest.param(
            "priority",
            "Highest",
            'Priority: "Highest" is not among the allowed values. Choose one of: High, Low.',
            id="not-allowed",
        ),
        pytest.param(
            "Team",
            "Ledgers",
            'Team (customfield_1): "Ledgers" is not among the allowed values. '
            "Choose one of: Ledger, Cards.",
            id="not-allowed-custom",
        ),
        pytest.param(
            "Region",
            "Europe > Asia",
            'Region (customfield_5): "Asia" is not among the allowed values. '
            "Choose one of: Europe, Asia, Europe > Spain.",
            id="not-allowed-child",
        ),
        pytest.param("priority", True, "Priority: true is not among", id="boolean-for-a-choice"),
        pytest.param("priority", {}, "Priority: {} is not among", id="empty-object-for-a-choice"),
        pytest.param(
            "fixVersions",
            "1.0",
            "Fix Version/s (fixVersions) has no values to choose from here.",
            id="nothing-to-choose-from",
        ),
        pytest.param("description", 3, "Description takes text, not 3.", id="number-for-text"),
        pytest.param("description", {"a": 1}, 'Description takes text, not {"a": 1}.', id="object"),
        pytest.param("labels", ["two words"], "Labels takes words without spaces", id="label"),
        pytest.param("Story Points", "many", "takes a number", id="word-for-a-number"),
        pytest.param("Story Points", True, "takes a number", id="boolean-for-a-number"),
        pytest.param("duedate", "tomorrow", "takes a date, such as 2026-03-20", id="no-date"),
        pytest.param("duedate", "2026-03-20T10:00:00Z", "takes a date", id="time-for-a-date"),
        pytest.param("Go live", "2026-03-20T10:00:00", "takes a time with its zone", id="no-zone"),
        pytest.param("assignee", 7, "Assignee takes a name, as text, not 7.", id="number-for-user"),
        pytest.param(
            "Twin", "x", "Write one of their ids: customfield_7, customfield_8", id="twins"
        ),
        pytest.param("issuelinks", "PAY-1", "cannot be set like a field", id="not-settable"),
        pytest.param("prioritty", "High", "Did you mean Priority?", id="nearly-a-name"),
        pytest.param(
            "Zebra",
            "x",
            "Zebra is no field that can be set when creating a Bug in PAY. There are: Summary,",
            id="unknown",
        ),
    ],
)
def test_a_wrong_input_is_told_with_field_choice_and_remedy(
    name: str, value: object, text: str
) -> None:
    assert text in refusal(**{name: value})


def test_every_problem_is_told_at_once() -> None:
    lines = refusal(priority="Highest", duedate="tomorrow").splitlines()
    assert [line.split()[0] for line in lines] == ["Priority:", "Due"]


def test_a_field_given_by_id_and_by_name_is_told() -> None:
    text = refusal(priority="High", Priority="Low")
    assert text == "Priority is given twice."


def test_what_jira_requires_must_be_given() -> None:
    fields = FIELDS | {
        "customfield_1": Field("customfield_1", "Team", "option", required=True, allowed=TEAMS),
        "security": Field("security", "Level", "securitylevel", required=True, has_default=True),
    }
    with pytest.raises(InvalidInput) as caught:
        values_to_create(fields, {}, "creating a Bug in PAY")
    assert str(caught.value).splitlines() == [
        "Summary is required for creating a Bug in PAY. Fill it in.",
        "Team (customfield_1) is required for creating a Bug in PAY. Choose one of: Ledger, Cards.",
    ]


def test_a_required_field_with_a_wrong_value_is_not_missing_as_well() -> None:
    assert refusal(Summary=3).count("\n") == 1  # given twice, and no text; but not missing
    with pytest.raises(InvalidInput) as caught:
        values_to_create(FIELDS, {"SUMMARY": 3}, "creating")
    assert str(caught.value) == "Summary takes text, not 3."


def test_an_edit_changes_only_what_is_given_and_null_empties() -> None:
    values = values_to_edit(FIELDS, {"Priority": None, "labels": []}, "editing PAY-1")
    assert values == {"priority": None, "labels": []}


def test_an_edit_cannot_empty_what_is_required() -> None:
    with pytest.raises(InvalidInput, match="Summary is required and cannot be emptied"):
        values_to_edit(FIELDS, {"summary": None}, "editing PAY-1")


SUMMARY = {
    "name": "Summary",
    "required": True,
    "hasDefaultValue": False,
    "schema": {"type": "string"},
}
TEAM = {
    "name": "Team",
    "required": False,
    "schema": {"type": "array", "items": "option", "custom": "x:multi"},
    "operations": ["add", "set"],
    "allowedValues": [{"id": "11", "value": "Ledger"}],
}  # fmt: skip


@pytest.mark.parametrize(
    "metadata",
    [
        pytest.param({"fields": {"summary": SUMMARY, "cf": TEAM}}, id="by-id"),
        pytest.param([{"fieldId": "summary", **SUMMARY}, {"fieldId": "cf", **TEAM}], id="list"),
    ],
)
def test_metadata_is_read_in_either_shape(metadata: object) -> None:
    assert fields_in(metadata) == {
        "summary": Field("summary", "Summary", "string", required=True),
        "cf": Field(
            "cf",
            "Team",
            "array",
            "option",
            "x:multi",
            operations=("add", "set"),
            allowed=({"id": "11", "value": "Ledger"},),
        ),
    }


@pytest.mark.parametrize("metadata", [None, {}, {"fields": None}, []])
def test_metadata_without_fields_has_none(metadata: object) -> None:
    assert fields_in(metadata) == {}


@pytest.mark.parametrize(
    ("sent", "found", "same"),
    [
        pytest.param("a", "a", True, id="text"),
        pytest.param("a", "b", False, id="other-text"),
        pytest.param({"id": "3"}, {"id": "3", "name": "High"}, True, id="more-is-shown"),
        pytest.param({"id": "3"}, {"id": "4"}, False, id="other-id"),
        pytest.param({"id": "3"}, None, False, id="not-set"),
        pytest.param(None, None, True, id="emptied"),
        pytest.param(None, {"id": "3"}, False, id="not-emptied"),
        pytest.param(["a", "b"], ["b", "a"], True, id="other-order"),
        pytest.param(["a"], ["a", "b"], False, id="longer-list"),
        pytest.param(3, 3.0, True, id="number"),
        pytest.param(
            "2026-03-20T08:30:00.000+0000", "2026-03-20T09:30:00.000+0100", True, id="same-moment"
        ),
    ],
)
def test_what_was_sent_is_recognised(sent: object, found: object, same: bool) -> None:
    assert holds(sent, found) is same


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)) | st.text(max_size=8), JSON, max_size=4))
def test_whatever_is_given_ends_in_known_fields_or_a_refusal(
    given_fields: dict[str, object],
) -> None:
    try:
        values = values_to_edit(FIELDS, given_fields, "editing PAY-1")
    except InvalidInput:
        return
    assert set(values) <= set(FIELDS)
