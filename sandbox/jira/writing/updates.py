"""Reads `fields` and `update` of a request into the values of a change, or says what is wrong.

Every wrong field is told, each with Jira's own text. Changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from sandbox.jira.company.custom_fields import BY_ID, Option
from sandbox.jira.company.model import Issue
from sandbox.jira.payloads.field_list import field_name
from sandbox.jira.writing.screens import Screen, ScreenField
from sandbox.jira.writing.values import FieldError, Place

Operations = list[dict[str, Any]]


@dataclass(slots=True)
class Reading:
    """What a request asks for: the values of a change, comments to add, errors by field."""

    values: dict[str, Any] = field(default_factory=dict)
    custom: dict[str, Any] = field(default_factory=dict)
    comments: list[str] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    def change_values(self) -> dict[str, Any]:
        return {**self.values, **({"custom": self.custom} if self.custom else {})}


@dataclass(frozen=True, slots=True)
class Request:
    """The two parts of a body; `update` holds lists of operations by field."""

    fields: dict[str, Any]
    update: dict[str, Any]


def read_request(document: object) -> Request | None:
    """None where it has neither part, or one that is no object."""
    if not isinstance(document, dict):
        return None
    fields, update = document.get("fields") or {}, document.get("update") or {}
    if not isinstance(fields, dict) or not isinstance(update, dict):
        return None
    return Request(fields, update)


def read_values(screen: Screen, place: Place, request: Request) -> Reading:
    """Everything that the request sets, whether or not something is missing."""
    reading = Reading()
    for name, value in request.fields.items():
        _attempt(reading, name, screen, place, value, _set)
    for name, operations in request.update.items():
        if name in request.fields:
            reading.errors[name] = f"Field '{name}' cannot appear in both 'fields' and 'update'"
        else:
            _attempt(reading, name, screen, place, operations, _operate)
    return reading


_Deed = Callable[[Reading, ScreenField, Place, object], None]


def add_missing(reading: Reading, screen: Screen, given: set[str]) -> None:
    """A required field that was not named is an error, unless it has one already."""
    for one in screen.values():
        if one.required and one.id not in given:
            reading.errors.setdefault(one.id, missing_text(one.id))
    for id_, value in reading.custom.items():
        if screen[id_].required and not value:
            reading.errors.setdefault(id_, missing_text(id_))


def missing_text(id_: str) -> str:
    texts = {
        "summary": "You must specify a summary of the issue.",
        "project": "project is required",
        "issuetype": "issue type is required",
    }
    return texts.get(id_, f"{field_name(id_)} is required.")


def unknown_text(name: str) -> str:
    return f"Field '{name}' cannot be set. It is not on the appropriate screen, or unknown."


def _attempt(
    reading: Reading, name: str, screen: Screen, place: Place, given: object, deed: _Deed
) -> None:
    found = screen.get(name)
    if found is None:
        reading.errors[name] = unknown_text(name)
        return
    try:
        deed(reading, found, place, given)
    except FieldError as error:
        reading.errors[name] = str(error)


def _set(reading: Reading, one: ScreenField, place: Place, value: object) -> None:
    if "set" not in one.operations and one.id == "comment":
        message = (
            "Field 'comment' does not support operation 'set' Supported operation(s) are: 'add'"
        )
        raise FieldError(message)
    _keep(reading, one, one.read(place, value))


def _keep(reading: Reading, one: ScreenField, value: object) -> None:
    if one.id.startswith("customfield_") and one.change == one.id:
        reading.custom[one.id] = value
    else:
        reading.values[one.change] = value


def _operate(reading: Reading, one: ScreenField, place: Place, operations: object) -> None:
    """`set` replaces, `add` and `remove` alter the list that the issue has."""
    steps = [_step(one, operation) for operation in _objects(operations)]
    if one.id == "comment":
        reading.comments += [_comment_body(value) for _, value in steps]
        return
    if "add" not in one.operations:
        for _, value in steps:
            _keep(reading, one, one.read(place, value))
        return
    present = list(_PRESENT[one.id](place.issue)) if place.issue is not None else []
    for verb, value in steps:
        present = _altered(present, verb, one.read(place, value if verb == "set" else [value]))
    _keep(reading, one, tuple(present))


def _altered(present: list[str], verb: str, given: tuple[str, ...]) -> list[str]:
    if verb == "set":
        return list(given)
    others = [one for one in present if one not in given]
    return others + list(given) if verb == "add" else others


def _objects(operations: object) -> Operations:
    if not isinstance(operations, list) or not all(isinstance(one, dict) for one in operations):
        message = "data was not an array"
        raise FieldError(message)
    return operations


def _step(one: ScreenField, operation: dict[str, Any]) -> tuple[str, Any]:
    verb, value = next(iter(operation.items()), ("", None))
    if verb not in one.operations:
        supported = ", ".join(f"'{name}'" for name in one.operations)
        message = (
            f"Field '{one.id}' does not support operation '{verb}' "
            f"Supported operation(s) are: {supported}"
        )
        raise FieldError(message)
    return verb, value


def _comment_body(value: object) -> str:
    body = value.get("body") if isinstance(value, dict) else None
    if not isinstance(body, str) or not body.strip():
        message = "Comment body can not be empty!"
        raise FieldError(message)
    return body


def _options_of(id_: str) -> Callable[[Issue], tuple[str, ...]]:
    def read(issue: Issue) -> tuple[str, ...]:
        value = BY_ID[id_].value_of(issue)
        parts = value if isinstance(value, tuple) else ()
        return tuple(one.id for one in parts if isinstance(one, Option))

    return read


_PRESENT: Final[dict[str, Callable[[Issue], tuple[str, ...]]]] = {
    "labels": lambda issue: issue.labels,
    "components": lambda issue: tuple(one.id for one in issue.components),
    "fixVersions": lambda issue: tuple(one.id for one in issue.fix_versions),
    "versions": lambda issue: tuple(one.id for one in issue.affected_versions),
    "customfield_10108": _options_of("customfield_10108"),
}
