"""The changes that can be asked for, as typed documents; `apply` carries them out."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from sandbox.jira.company.model import Audience


class ChangeRefusedError(ValueError):
    """The change makes no sense for this company; the message says why."""


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Create(_Asked):
    """A new issue, created now; what is not given is drawn from the issue's own seed."""

    kind: Literal["create"]
    project: str
    summary: str | None = None
    description: str | None = None
    type: str | None = None
    priority: str | None = None
    assignee: str | None = None
    reporter: str | None = None
    parent: str | None = None
    labels: tuple[str, ...] = ()


class EditIssue(_Asked):
    """New values for an issue; a field that is not given stays, an empty text clears it."""

    kind: Literal["edit"]
    issue: str
    summary: str | None = None
    description: str | None = None
    priority: str | None = None
    assignee: str | None = None
    reporter: str | None = None
    labels: tuple[str, ...] | None = None
    due: date | None = None


class Transition(_Asked):
    kind: Literal["transition"]
    issue: str
    status: str


class Close(_Asked):
    kind: Literal["close"]
    issue: str


class Reopen(_Asked):
    kind: Literal["reopen"]
    issue: str


class Move(_Asked):
    """To another project: the issue gets a new key and keeps its id."""

    kind: Literal["move"]
    issue: str
    project: str


class Delete(_Asked):
    """The issue and its sub-tasks."""

    kind: Literal["delete"]
    issue: str


class CreateProject(_Asked):
    kind: Literal["create_project"]
    key: str = Field(pattern=r"^[A-Z][A-Z0-9_]{1,9}$")
    name: str
    lead: str = "admin"
    audience: Audience = Audience.USERS


class RenameProject(_Asked):
    kind: Literal["rename_project"]
    project: str
    name: str


class RekeyProject(_Asked):
    """All issues of the project get new keys; the old ones still lead to them."""

    kind: Literal["rekey_project"]
    project: str
    key: str = Field(pattern=r"^[A-Z][A-Z0-9_]{1,9}$")


class ArchiveProject(_Asked):
    kind: Literal["archive_project"]
    project: str


class RestoreProject(_Asked):
    kind: Literal["restore_project"]
    project: str


class SetAudience(_Asked):
    """Who may browse the project: everybody, every user, or administrators alone."""

    kind: Literal["set_audience"]
    project: str
    audience: Audience


class CreateUser(_Asked):
    kind: Literal["create_user"]
    name: str
    display_name: str
    email: str | None = None


class DeactivateUser(_Asked):
    kind: Literal["deactivate_user"]
    user: str


class ActivateUser(_Asked):
    kind: Literal["activate_user"]
    user: str


class RenameUser(_Asked):
    """A new user name, display name or both; the key stays."""

    kind: Literal["rename_user"]
    user: str
    name: str | None = None
    display_name: str | None = None


class DeleteUser(_Asked):
    """Gone from user listings, still named in issues."""

    kind: Literal["delete_user"]
    user: str


IssueChange = EditIssue | Transition | Close | Reopen | Move | Delete
ProjectChange = RenameProject | RekeyProject | ArchiveProject | RestoreProject | SetAudience
UserChange = DeactivateUser | ActivateUser | RenameUser | DeleteUser
Change = Create | IssueChange | CreateProject | ProjectChange | CreateUser | UserChange
_CHANGE: TypeAdapter[Change] = TypeAdapter(Annotated[Change, Field(discriminator="kind")])


def parse_change(document: object) -> Change:
    """Read a change from a JSON document; raises `ChangeRefusedError` that says what is wrong."""
    try:
        return _CHANGE.validate_python(document)
    except ValidationError as error:
        problems = (f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise ChangeRefusedError("; ".join(problems)) from error
