"""The changes that can be asked for, as typed documents; `apply` carries them out."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from sandbox.jira.company.model import Audience

# Of any script: Jira takes what its administrator's pattern for project keys lets through.
_PROJECT_KEY = r"^\p{Lu}[\p{Lu}0-9_]{1,9}$"


class ChangeRefusedError(ValueError):
    """The change makes no sense for this company; the message says why."""


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


CustomGiven = str | float | tuple[str, ...] | None


class _Values(_Asked):
    """New values for an issue; a field that is not given stays, an empty text clears it.

    Components, versions, options and priorities go by id or name. `custom` maps the id of a
    custom field to its value, where None clears it; `epic` is the key of an epic.
    """

    summary: str | None = None
    description: str | None = None
    environment: str | None = None
    priority: str | None = None
    assignee: str | None = None
    reporter: str | None = None
    labels: tuple[str, ...] | None = None
    due: date | Literal[""] | None = None
    components: tuple[str, ...] | None = None
    fix_versions: tuple[str, ...] | None = None
    affected_versions: tuple[str, ...] | None = None
    epic: str | None = None
    custom: dict[str, CustomGiven] = {}


class Create(_Values):
    """A new issue, created now.

    What is not given is drawn from the issue's own seed, or left empty where it is `bare`.
    """

    kind: Literal["create"]
    project: str
    type: str | None = None
    parent: str | None = None
    bare: bool = False
    properties: dict[str, Any] = {}


class EditIssue(_Values):
    kind: Literal["edit"]
    issue: str


class BulkEdit(_Values):
    """The same values for many issues, each of which tells of it."""

    kind: Literal["bulk_edit"]
    issues: tuple[str, ...]


class AddComment(_Asked):
    kind: Literal["comment"]
    issue: str
    body: str = Field(min_length=1)


class EditComment(_Asked):
    """Without an id, the latest one; likewise below."""

    kind: Literal["edit_comment"]
    issue: str
    comment: int | None = None
    body: str = Field(min_length=1)


class DeleteComment(_Asked):
    kind: Literal["delete_comment"]
    issue: str
    comment: int | None = None


class LogWork(_Asked):
    kind: Literal["log_work"]
    issue: str
    seconds: int = Field(ge=60)
    comment: str = ""


class EditWork(_Asked):
    kind: Literal["edit_work"]
    issue: str
    worklog: int | None = None
    seconds: int = Field(ge=60)


class DeleteWork(_Asked):
    kind: Literal["delete_work"]
    issue: str
    worklog: int | None = None


class LinkIssues(_Asked):
    """`issue` blocks, clones, … `to`; `type` is a link type's id, name or outward text."""

    kind: Literal["link"]
    issue: str
    to: str
    type: str = "Relates"


class UnlinkIssues(_Asked):
    """Every link between the two goes, in either direction."""

    kind: Literal["unlink"]
    issue: str
    to: str


class Transition(_Asked):
    """`resolution` counts where the new status is a done one."""

    kind: Literal["transition"]
    issue: str
    status: str
    resolution: str | None = None


class Assign(_Asked):
    """An empty name assigns the issue to nobody."""

    kind: Literal["assign"]
    issue: str
    assignee: str


class SetProperty(_Asked):
    """Properties are no fields: the issue counts as unchanged."""

    kind: Literal["set_property"]
    issue: str
    key: str = Field(min_length=1, max_length=255)
    value: Any


class DeleteProperty(_Asked):
    kind: Literal["delete_property"]
    issue: str
    key: str


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
    key: str = Field(pattern=_PROJECT_KEY)
    name: str
    lead: str = "admin"
    audience: Audience = Audience.USERS


class RenameProject(_Asked):
    kind: Literal["rename_project"]
    project: str
    name: str


class UpdateProject(_Asked):
    """New name, key, lead or description at once."""

    kind: Literal["update_project"]
    project: str
    name: str | None = None
    key: str | None = Field(default=None, pattern=_PROJECT_KEY)
    lead: str | None = None
    description: str | None = None


class DeleteProject(_Asked):
    """With all its issues, of which Jira then tells nothing."""

    kind: Literal["delete_project"]
    project: str


class RekeyProject(_Asked):
    """All issues of the project get new keys; the old ones still lead to them."""

    kind: Literal["rekey_project"]
    project: str
    key: str = Field(pattern=_PROJECT_KEY)


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


class UpdateUser(_Asked):
    """A new display name, address or both; an empty address takes it away."""

    kind: Literal["update_user"]
    user: str
    display_name: str | None = None
    email: str | None = None


class DeleteUser(_Asked):
    """Gone from user listings, still named in issues."""

    kind: Literal["delete_user"]
    user: str


CommentChange = AddComment | EditComment | DeleteComment
WorkChange = LogWork | EditWork | DeleteWork
LinkChange = LinkIssues | UnlinkIssues
PropertyChange = SetProperty | DeleteProperty
PartChange = CommentChange | WorkChange | LinkChange | PropertyChange
IssueChange = EditIssue | Assign | Transition | Close | Reopen | Move | Delete
ProjectChange = (
    RenameProject
    | RekeyProject
    | UpdateProject
    | ArchiveProject
    | RestoreProject
    | SetAudience
    | DeleteProject
)
UserChange = DeactivateUser | ActivateUser | RenameUser | UpdateUser | DeleteUser
Change = (
    Create
    | IssueChange
    | BulkEdit
    | PartChange
    | CreateProject
    | ProjectChange
    | CreateUser
    | UserChange
)
_CHANGE: TypeAdapter[Change] = TypeAdapter(Annotated[Change, Field(discriminator="kind")])


def parse_change(document: object) -> Change:
    """Read a change from a JSON document; raises `ChangeRefusedError` that says what is wrong."""
    try:
        return _CHANGE.validate_python(document)
    except ValidationError as error:
        problems = (f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise ChangeRefusedError("; ".join(problems)) from error
