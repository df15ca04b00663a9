"""The things a Jira keeps. Rows are compact; what can be derived from a row's seed is not stored.

Knows nothing of HTTP, JSON or who is asking.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum

from sandbox.jira.company import texts


class Audience(StrEnum):
    """Who may browse a project."""

    PUBLIC = "public"
    USERS = "users"
    ADMINS = "admins"


@dataclass(frozen=True, slots=True)
class StatusCategory:
    id: int
    key: str
    name: str
    color: str


@dataclass(frozen=True, slots=True)
class Status:
    id: str
    name: str
    description: str
    category: StatusCategory
    icon: str

    @property
    def names(self) -> tuple[str, ...]:
        return self.id, self.name


@dataclass(frozen=True, slots=True)
class IssueType:
    id: str
    name: str
    description: str
    avatar_id: int
    subtask: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return self.id, self.name


@dataclass(frozen=True, slots=True)
class Priority:
    id: str
    name: str
    description: str
    icon: str
    color: str

    @property
    def names(self) -> tuple[str, ...]:
        return self.id, self.name


@dataclass(frozen=True, slots=True)
class Resolution:
    id: str
    name: str
    description: str

    @property
    def names(self) -> tuple[str, ...]:
        return self.id, self.name


@dataclass(frozen=True, slots=True)
class ProjectCategory:
    id: str
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Component:
    id: str
    name: str
    description: str | None

    @property
    def names(self) -> tuple[str, ...]:
        return self.id, self.name


@dataclass(frozen=True, slots=True)
class ProjectVersion:
    id: str
    name: str
    description: str | None
    released: bool
    archived: bool
    release_date: date | None

    @property
    def names(self) -> tuple[str, ...]:
        return self.id, self.name


@dataclass(slots=True, eq=False)
class User:
    """A person or service account. `key` never changes; `name` may; a deleted one stays known."""

    id: int
    key: str
    name: str
    display_name: str
    email: str | None
    time_zone: str = "Etc/UTC"
    locale: str = "en_US"
    active: bool = True
    deleted: bool = False
    avatar_id: int = 10122

    @property
    def names(self) -> tuple[str, ...]:
        return self.key, self.name


@dataclass(slots=True, eq=False)
class Project:
    """A project; `old_keys` still lead to it, as they do in Jira."""

    id: int
    key: str
    name: str
    type_key: str
    description: str
    lead: User
    url: str | None
    category: ProjectCategory | None
    audience: Audience
    archived: bool = False
    avatar_id: int = 10324
    old_keys: list[str] = field(default_factory=list)
    components: tuple[Component, ...] = ()
    versions: tuple[ProjectVersion, ...] = ()
    last_number: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        return str(self.id), self.key, self.name, *self.old_keys


@dataclass(frozen=True, slots=True)
class LinkType:
    id: str
    name: str
    inward: str
    outward: str


@dataclass(slots=True, eq=False)
class Link:
    """A link from one issue to another; both ends show it."""

    id: int
    type: LinkType
    source: Issue
    target: Issue


@dataclass(slots=True, eq=False)
class Comment:
    """What somebody said about an issue; times are epoch milliseconds."""

    id: int
    body: str
    author: User | None
    update_author: User | None
    created_ms: int
    updated_ms: int


@dataclass(slots=True, eq=False)
class Worklog:
    """Work that somebody did on an issue: `seconds` of it, from `started_ms` on."""

    id: int
    comment: str
    author: User | None
    update_author: User | None
    seconds: int
    started_ms: int
    created_ms: int
    updated_ms: int


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One line of an issue's history, as a changelog shows it."""

    field: str
    from_id: str | None
    from_text: str | None
    to_id: str | None
    to_text: str | None


@dataclass(frozen=True, slots=True)
class Edit:
    """What one person changed at one moment (epoch milliseconds)."""

    id: int
    at: int
    author: User | None
    changes: tuple[FieldChange, ...]


@dataclass(slots=True, eq=False)
class Issue:
    """One issue: times are epoch milliseconds, text is derived from `seed` until it is edited.

    `comments`, `worklogs` and single `custom` values are derived likewise while they are None or
    absent, unless the issue is `bare`: then nothing is.
    """

    id: int
    number: int
    project: Project
    type: IssueType
    status: Status
    priority: Priority | None
    resolution: Resolution | None
    assignee: User | None
    reporter: User | None
    creator: User | None
    created_ms: int
    updated_ms: int
    resolved_ms: int | None
    due: date | None
    seed: int
    labels: tuple[str, ...]
    components: tuple[Component, ...]
    fix_versions: tuple[ProjectVersion, ...]
    affected_versions: tuple[ProjectVersion, ...]
    index_position: int
    parent: Issue | None = None
    epic: Issue | None = None
    subtasks: list[Issue] | None = None
    links: list[Link] | None = None
    history: list[Edit] | None = None
    old_keys: list[str] | None = None
    edited_summary: str | None = None
    edited_description: str | None = None
    edited_environment: str | None = None
    comments: list[Comment] | None = None
    worklogs: list[Worklog] | None = None
    custom: dict[str, object] | None = None
    properties: dict[str, object] | None = None
    bare: bool = False

    @property
    def key(self) -> str:
        return f"{self.project.key}-{self.number}"

    @property
    def project_key(self) -> str:
        return self.project.key

    @property
    def created(self) -> int:
        """Whole epoch seconds, as the search index keeps them."""
        return self.created_ms // 1000

    @property
    def updated(self) -> int:
        return self.updated_ms // 1000

    @property
    def resolved(self) -> int | None:
        return None if self.resolved_ms is None else self.resolved_ms // 1000

    @property
    def summary(self) -> str:
        if self.edited_summary is not None or self.bare:
            return self.edited_summary or ""
        return texts.summary(self.seed)

    @property
    def description(self) -> str | None:
        if self.edited_description is not None or self.bare:
            return self.edited_description or None
        return texts.description(self.seed)

    @property
    def environment(self) -> str | None:
        if self.edited_environment is not None or self.bare:
            return self.edited_environment or None
        return texts.environment(self.seed)

    def values(self, field_name: str) -> Sequence[str]:
        """Every text by which the field's present values may be named in JQL."""
        reader = _VALUES.get(field_name)
        if reader is not None:
            return reader(self)
        custom = _CUSTOM_VALUES.get(field_name)
        return () if custom is None else custom(self)


def names_of(one: _Nameable | None) -> tuple[str, ...]:
    """The names of something that may be absent."""
    return () if one is None else one.names


_Nameable = Status | IssueType | Priority | Resolution | User | Project


def _names_of_all(some: Sequence[Component | ProjectVersion]) -> tuple[str, ...]:
    return tuple(name for one in some for name in (one.id, one.name))


def _category_names(issue: Issue) -> tuple[str, ...]:
    category = issue.status.category
    return str(category.id), category.key, category.name


def _parent_names(issue: Issue) -> tuple[str, ...]:
    parent = issue.parent
    return () if parent is None else (str(parent.id), parent.key)


_VALUES: Mapping[str, Callable[[Issue], Sequence[str]]] = {
    "status": lambda issue: issue.status.names,
    "statusCategory": _category_names,
    "issuetype": lambda issue: issue.type.names,
    "priority": lambda issue: names_of(issue.priority),
    "resolution": lambda issue: names_of(issue.resolution),
    "component": lambda issue: _names_of_all(issue.components),
    "fixVersion": lambda issue: _names_of_all(issue.fix_versions),
    "affectedVersion": lambda issue: _names_of_all(issue.affected_versions),
    "assignee": lambda issue: names_of(issue.assignee),
    "reporter": lambda issue: names_of(issue.reporter),
    "creator": lambda issue: names_of(issue.creator),
    "parent": _parent_names,
    "project": lambda issue: issue.project.names,
    "labels": lambda issue: issue.labels,
}
_CUSTOM_VALUES: dict[str, Callable[[Issue], Sequence[str]]] = {}


def register_custom_values(field_id: str, reader: Callable[[Issue], Sequence[str]]) -> None:
    """Make `Issue.values` answer for a custom field."""
    _CUSTOM_VALUES[field_id] = reader


def moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
