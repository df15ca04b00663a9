"""What Port's templates make of inputs, read."""

import pytest

from actions.errors import InvalidInput
from actions.run_inputs import RunInputs


def inputs(**properties: object) -> RunInputs:
    return RunInputs(properties, properties)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param("Bug", "Bug", id="text"),
        pytest.param("  Bug \n", "Bug", id="space-around"),
        pytest.param(None, "", id="null"),
        pytest.param("", "", id="empty"),
        pytest.param("   ", "", id="blank"),
        pytest.param(7, "7", id="number"),
        pytest.param({"identifier": "PAY", "title": "Payments"}, "PAY", id="entity"),
    ],
)
def test_a_text_is_read(value: object, text: str) -> None:
    assert inputs(project=value).text("project") == text


@pytest.mark.parametrize("value", [True, ["PAY"], [None]], ids=["boolean", "list", "list-of-null"])
def test_what_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(InvalidInput, match="project is no text"):
        inputs(project=value).text("project")


@pytest.mark.parametrize("value", [None, "", " "], ids=["null", "empty", "blank"])
def test_a_required_text_must_be_given(value: object) -> None:
    with pytest.raises(InvalidInput, match="summary is missing") as caught:
        inputs(summary=value).required("summary")
    assert "Fill in summary" in str(caught.value)


@pytest.mark.parametrize(
    ("value", "flag"),
    [(True, True), (False, False), (None, False), ("", False), ("true", True), ("False", False)],
)
def test_a_flag_is_read(value: object, flag: bool) -> None:
    assert inputs(deleteSubtasks=value).flag("deleteSubtasks") is flag


@pytest.mark.parametrize("value", ["yes", 1, {}], ids=["word", "number", "object"])
def test_what_is_no_flag_is_not_taken_for_one(value: object) -> None:
    with pytest.raises(InvalidInput, match="deleteSubtasks is neither true nor false"):
        inputs(deleteSubtasks=value).flag("deleteSubtasks")


@pytest.mark.parametrize(
    ("value", "fields"),
    [
        pytest.param({"Team": "Ledger"}, {"Team": "Ledger"}, id="object"),
        pytest.param('{"Team": "Ledger"}', {"Team": "Ledger"}, id="json-text"),
        pytest.param({"Team": None}, {"Team": None}, id="null-in-it-is-kept"),
        pytest.param(None, {}, id="null"),
        pytest.param("", {}, id="empty"),
    ],
)
def test_fields_are_read(value: object, fields: dict[str, object]) -> None:
    assert inputs(fields=value).fields("fields") == fields


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param('{"Team": ', "fields is not whole JSON", id="half-json"),
        pytest.param("[1]", "fields is no object", id="json-list"),
        pytest.param(3, "fields is no object", id="number"),
    ],
)
def test_what_are_no_fields_is_refused(value: object, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        inputs(fields=value).fields("fields")


def test_a_property_that_the_action_does_not_have_is_named() -> None:
    with pytest.raises(InvalidInput, match="no property sumary") as caught:
        RunInputs({"sumary": "Oops"}, {"summary", "project"})
    assert "It has project, summary" in str(caught.value)


@pytest.mark.parametrize(
    ("value", "key"),
    [
        pytest.param("PAY-12", "PAY-12", id="key"),
        pytest.param({"identifier": "PAY-12"}, "PAY-12", id="entity"),
        pytest.param("=D0=9C=D0=98=D0=A0-3", "МИР-3", id="escaped-identifier"),
    ],
)
def test_an_issue_key_is_read(value: object, key: str) -> None:
    assert inputs(issue=value).issue_key("issue") == key


@pytest.mark.parametrize("value", ["PAY", "12", "PAY-12/comment", "PAY-12?x=1", "PAY 1-2", "PAY-"])
def test_what_is_no_issue_key_never_gets_into_a_path(value: str) -> None:
    with pytest.raises(InvalidInput, match="issue is no issue key"):
        inputs(issue=value).issue_key("issue")
