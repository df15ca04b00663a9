"""Reads the JSON value of one field into what a change takes, or refuses it in Jira's words.

Who is meant by a name is looked up in the place where the issue is to be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sandbox.jira.company.catalogue import EPIC, PRIORITIES
from sandbox.jira.company.custom_fields import CustomField
from sandbox.jira.company.lookup import Named
from sandbox.jira.company.model import Issue, IssueType, Project
from sandbox.jira.company.store import Company

_LONGEST: Final = 255


class FieldError(Exception):
    """The value is not accepted; the message is Jira's text for the field."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field is set: the issue's project and type, and the issue once there is one."""

    company: Company
    project: Project
    type: IssueType
    issue: Issue | None = None


Value = Any  # JSON in, a value of a change out
Reader = Callable[[Place, Value], Value]


def text(_place: Place, value: Value) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        message = "Operation value must be a string"
        raise FieldError(message)
    return value


def summary(place: Place, value: Value) -> str:
    given = text(place, value)
    if not given.strip():
        message = "You must specify a summary of the issue."
        raise FieldError(message)
    if "\n" in given or "\r" in given:
        message = "The summary is invalid because it contains newline characters."
        raise FieldError(message)
    if len(given) > _LONGEST:
        message = "Summary must be less than 255 characters."
        raise FieldError(message)
    return given


def priority(_place: Place, value: Value) -> str:
    return _named(PRIORITIES, value, "Priority").id if value is not None else ""


def resolution(things: Sequence[Named]) -> Reader:
    return lambda _, value: _named(things, value, "Resolution").name


def assignee(place: Place, value: Value) -> str:
    """An unknown or inactive person is refused; null and -1 are nobody here."""
    name = _member(value, "name")
    if name in (None, "", "-1"):
        return ""
    user = place.company.user_by_name(name)
    if user is None or user.deleted:
        message = f"User '{name}' does not exist."
        raise FieldError(message)
    if not user.active:
        message = f"User '{name}' cannot be assigned issues."
        raise FieldError(message)
    return user.key


def reporter(place: Place, value: Value) -> str:
    name = _member(value, "name")
    user = None if name is None else place.company.user_by_name(name)
    if name in (None, ""):
        message = "Reporter is required."
        raise FieldError(message)
    if user is None or user.deleted or not user.active:
        message = "The reporter specified is not a user."
        raise FieldError(message)
    return user.key


def labels(_place: Place, value: Value) -> tuple[str, ...]:
    for label in (given := _array(value)):
        label_text(label)
    return tuple(sorted(set(given)))


def label_text(label: Value) -> str:
    if not isinstance(label, str):
        message = "string expected at index 0"
        raise FieldError(message)
    if any(character.isspace() for character in label):
        message = f"The label '{label}' contains spaces which is invalid."
        raise FieldError(message)
    if len(label) > _LONGEST:
        message = (
            f"The label '{label}' exceeds the maximum length for a single label of 255 characters."
        )
        raise FieldError(message)
    return label


def components(place: Place, value: Value) -> tuple[str, ...]:
    return tuple(_named(place.project.components, one, "Component").id for one in _array(value))


def versions(place: Place, value: Value) -> tuple[str, ...]:
    return tuple(_named(place.project.versions, one, "Version").id for one in _array(value))


def day(_place: Place, value: Value) -> str:
    if value in (None, ""):
        return ""
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        message = f"Error parsing date string: {value}"
        raise FieldError(message) from None


def parent(place: Place, value: Value) -> str:
    found = _issue(place, value)
    if found is None:
        message = "Could not find issue by id or key."
        raise FieldError(message)
    if found.project is not place.project:
        message = "Issue's parent must be in the same project."
        raise FieldError(message)
    if found.type.subtask:
        message = "A sub-task cannot be the parent of another sub-task."
        raise FieldError(message)
    return found.key


def epic(place: Place, value: Value) -> str:
    if value in (None, ""):
        return ""
    found = place.company.issue(value) if isinstance(value, str) else None
    if found is None or found.type is not EPIC:
        message = f"Issue '{value}' must be of type 'Epic'."
        raise FieldError(message)
    return found.key


def custom(field: CustomField) -> Reader:
    """By the field's type; an empty value clears it."""
    readers: dict[str, Callable[[CustomField, Value], Value]] = {
        "option": _option,
        "array": lambda one, value: tuple(_option(one, part) for part in _array(value)),
        "number": _number,
    }
    plain = day if field.type == "date" else text
    special = readers.get(field.type)

    def read(place: Place, value: Value) -> Value:
        if value is None:
            return None
        return plain(place, value) if special is None else special(field, value)

    return read


def _option(field: CustomField, value: Value) -> str:
    for key, what in (("id", "id"), ("value", "value")):
        given = _member(value, key)
        if given is not None:
            wanted = (one.id for one in field.options if given == getattr(one, key))
            found = next(wanted, None)
            if found is None:
                message = f"Option {what} '{given}' is not valid"
                raise FieldError(message)
            return found
    message = "Could not find valid 'id' or 'value' in the Parent Option object."
    raise FieldError(message)


def _number(_field: CustomField, value: Value) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        message = "Operation value must be a number"
        raise FieldError(message)
    return float(value)


def _named[Thing: Named](things: Sequence[Thing], value: Value, what: str) -> Thing:
    """`{"id": …}` goes before `{"name": …}`."""
    for key, place in (("id", 0), ("name", 1)):
        given = _member(value, key)
        if given is not None:
            found = next((one for one in things if one.names[place] == given), None)
            if found is None:
                message = f"{what} {key} '{given}' is not valid"
                raise FieldError(message)
            return found
    message = f"Could not find valid 'id' or 'name' in {what.lower()} object."
    raise FieldError(message)


def _issue(place: Place, value: Value) -> Issue | None:
    given = _member(value, "key") or _member(value, "id")
    return None if given is None else place.company.issue(given)


def _member(value: Value, name: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        message = "data was not an object"
        raise FieldError(message)
    given = value.get(name)
    return None if given is None else str(given)


def _array(value: Value) -> list[Value]:
    if value is None:
        return []
    if not isinstance(value, list):
        message = "data was not an array"
        raise FieldError(message)
    return value
