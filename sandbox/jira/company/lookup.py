"""Finds what a change names, or refuses the change with a text that says what there is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from sandbox.jira.company.catalogue import (
    EPIC,
    ISSUE_TYPES,
    LINK_TYPES,
    PRIORITIES,
    RESOLUTIONS,
    STATUSES,
)
from sandbox.jira.company.changes import ChangeRefusedError
from sandbox.jira.company.custom_fields import BY_ID, CustomField
from sandbox.jira.company.model import (
    Issue,
    IssueType,
    LinkType,
    Priority,
    Project,
    Resolution,
    Status,
    User,
)
from sandbox.jira.company.store import Company


class Named(Protocol):
    """A thing that answers to an id and a name."""

    @property
    def name(self) -> str: ...
    @property
    def names(self) -> tuple[str, ...]: ...


def named[Thing: Named](things: Sequence[Thing], text: str, what: str) -> Thing:
    for thing in things:
        if text in thing.names:
            return thing
    message = f"There is no {what} {text!r}: {', '.join(thing.name for thing in things)}"
    raise ChangeRefusedError(message)


def issue_type(text: str) -> IssueType:
    return named(ISSUE_TYPES, text, "issue type")


def status(text: str) -> Status:
    return named(STATUSES, text, "status")


def priority(text: str) -> Priority:
    return named(PRIORITIES, text, "priority")


def priority_or_none(text: str) -> Priority | None:
    return priority(text) if text else None


def resolution(text: str) -> Resolution:
    return named(RESOLUTIONS, text, "resolution")


def custom_field(id_: str) -> CustomField:
    """One that people may set; the others are Jira's own, or have a name of their own."""
    field = found(BY_ID.get(id_), f"There is no custom field {id_!r}.")
    if field.automatic or (field.type == "array" and not field.options):
        message = f"{field.name} cannot be set here."
        raise ChangeRefusedError(message)
    return field


def epic_or_none(company: Company, text: str) -> Issue | None:
    if not text:
        return None
    epic = issue(company, text)
    if epic.type is not EPIC:
        message = f"{epic.key} is no epic."
        raise ChangeRefusedError(message)
    return epic


def link_type(text: str) -> LinkType:
    """By id or name, or by what it says in either direction."""
    for one in LINK_TYPES:
        if text in (one.id, one.name, one.outward):
            return one
    message = f"There is no link type {text!r}: {', '.join(one.name for one in LINK_TYPES)}"
    raise ChangeRefusedError(message)


def issue(company: Company, text: str) -> Issue:
    return found(company.issue(text), f"There is no issue {text!r}.")


def project(company: Company, text: str) -> Project:
    return found(company.project(text), f"There is no project {text!r}.")


def user(company: Company, text: str) -> User:
    return found(company.user(text), f"There is no user {text!r}.")


def user_or_nobody(company: Company, text: str) -> User | None:
    return user(company, text) if text else None


def part[Thing](
    parts: Sequence[Thing], id_of: Callable[[Thing], int], id_: int | None, what: str
) -> Thing:
    """The one with this id, or the latest where no id is given."""
    if id_ is None and parts:
        return parts[-1]
    wanted = next((one for one in parts if id_of(one) == id_), None)
    return found(wanted, f"There is no {what} {'at all' if id_ is None else id_}.")


def found[Thing](thing: Thing | None, otherwise: str) -> Thing:
    if thing is None:
        raise ChangeRefusedError(otherwise)
    return thing
