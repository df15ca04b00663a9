"""Which fields can be set where: by project and issue type, and by what the caller may do. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sandbox.jira.company.catalogue import EPIC, ISSUE_TYPES, PRIORITIES, RESOLUTIONS
from sandbox.jira.company.custom_fields import BY_ID, Option
from sandbox.jira.company.model import IssueType, Project
from sandbox.jira.payloads.fragments import Fragments
from sandbox.jira.writing import values
from sandbox.jira.writing.values import Place, Reader

EPIC_LINK: Final = "customfield_10101"
EPIC_NAME: Final = "customfield_10103"
SEVERITY: Final = "customfield_10111"
SEVERE_PROJECT: Final = 10001
"""The id of OPS_2, in which nothing but a sub-task is created without a severity."""
_BUSINESS: Final = ("customfield_10109", "customfield_10112", "customfield_10113")
_SOFTWARE: Final = ("customfield_10106", "customfield_10107", "customfield_10108", *_BUSINESS)
_SET: Final = ("set",)
_LIST: Final = ("add", "set", "remove")

Documents = list[dict[str, Any]]
Allowed = Callable[[Place, Fragments], Documents]


@dataclass(frozen=True, slots=True)
class ScreenField:
    """A field that can be set: `change` is its name in a change, or its own id for custom ones."""

    id: str
    change: str
    read: Reader
    required: bool = False
    operations: tuple[str, ...] = _SET
    has_default: bool = False
    allowed: Allowed | None = None


Screen = Mapping[str, ScreenField]


def create_screen(project: Project, type_: IssueType, *, sets_reporter: bool) -> Screen:
    """The fields of the create dialog, project and type included."""
    fields = [_project(), _issue_type(type_), *_common(sets_reporter=sets_reporter)]
    if type_.subtask:
        fields.append(ScreenField("parent", "parent", values.parent, required=True))
    return {one.id: one for one in (*fields, *_custom(project, type_))}


def edit_screen(project: Project, type_: IssueType, *, sets_reporter: bool) -> Screen:
    """The fields of the edit dialog, where a comment can be left as well."""
    fields = (*_common(sets_reporter=sets_reporter), *_custom(project, type_), COMMENT)
    return {one.id: one for one in fields}


def transition_screen(*, asks_resolution: bool) -> Screen:
    """A comment fits on every screen; the resolution is on some."""
    fields = (RESOLUTION, ASSIGNEE, COMMENT) if asks_resolution else (COMMENT,)
    return {one.id: one for one in fields}


def issue_types(project: Project) -> tuple[IssueType, ...]:
    """Business projects know no epics."""
    if project.type_key == "business":
        return tuple(one for one in ISSUE_TYPES if one is not EPIC)
    return ISSUE_TYPES


def _unused(_place: Place, value: object) -> object:
    return value


COMMENT: Final = ScreenField("comment", "comment", _unused, operations=("add",))
RESOLUTION: Final = ScreenField(
    "resolution",
    "resolution",
    values.resolution(RESOLUTIONS),
    required=True,
    allowed=lambda _, shared: [shared.resolution_document(one) for one in RESOLUTIONS],
)
ASSIGNEE: Final = ScreenField("assignee", "assignee", values.assignee)


def _project() -> ScreenField:
    return ScreenField(
        "project",
        "project",
        _unused,
        required=True,
        allowed=lambda place, shared: [shared.project_document(place.project)],
    )


def _issue_type(type_: IssueType) -> ScreenField:
    return ScreenField(
        "issuetype",
        "type",
        _unused,
        required=True,
        operations=(),
        allowed=lambda _, shared: [shared.issue_type_document(type_)],
    )


def _common(*, sets_reporter: bool) -> Iterator[ScreenField]:
    yield ScreenField("summary", "summary", values.summary, required=True)
    if sets_reporter:
        yield ScreenField("reporter", "reporter", values.reporter, required=True)
    yield ASSIGNEE
    yield ScreenField(
        "priority",
        "priority",
        values.priority,
        has_default=True,
        allowed=lambda _, shared: [shared.priority_document(one) for one in PRIORITIES],
    )
    yield ScreenField("description", "description", values.text)
    yield ScreenField("environment", "environment", values.text)
    yield ScreenField("duedate", "due", values.day)
    yield ScreenField("labels", "labels", values.labels, operations=_LIST)
    yield _of_project("components", "components", values.components, _components)
    yield _of_project("fixVersions", "fix_versions", values.versions, _versions)
    yield _of_project("versions", "affected_versions", values.versions, _versions)


def _of_project(id_: str, change: str, read: Reader, allowed: Allowed) -> ScreenField:
    return ScreenField(id_, change, read, operations=_LIST, allowed=allowed)


def _components(place: Place, shared: Fragments) -> Documents:
    return [shared.component_document(one) for one in place.project.components]


def _versions(place: Place, shared: Fragments) -> Documents:
    return [shared.version_document(one) for one in place.project.versions]


def _custom(project: Project, type_: IssueType) -> Iterator[ScreenField]:
    severe = project.id == SEVERE_PROJECT and not type_.subtask
    yield _custom_field(SEVERITY, required=severe)
    for id_ in _BUSINESS if project.type_key == "business" else _SOFTWARE:
        yield _custom_field(id_)
    if type_ is EPIC:
        yield _custom_field(EPIC_NAME, required=True)
    elif not type_.subtask and project.type_key != "business":
        yield ScreenField(EPIC_LINK, "epic", values.epic)


def _custom_field(id_: str, *, required: bool = False) -> ScreenField:
    field = BY_ID[id_]
    operations = _LIST if field.type == "array" else _SET
    allowed = _options(field.options) if field.options else None
    return ScreenField(id_, id_, values.custom(field), required, operations, allowed=allowed)


def _options(options: Sequence[Option]) -> Allowed:
    return lambda _, shared: [shared.option_document(one) for one in options]
