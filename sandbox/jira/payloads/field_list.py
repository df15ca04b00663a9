"""The fields of an issue as `/field` lists them, and which of them a `fields` parameter means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sandbox.jira.company.custom_fields import CUSTOM_FIELDS, CustomField

ALL: Final = "*all"
NAVIGABLE: Final = "*navigable"


@dataclass(frozen=True, slots=True)
class SystemField:
    id: str
    name: str
    type: str
    items: str | None = None
    navigable: bool = True
    orderable: bool = True
    searchable: bool = True
    clauses: tuple[str, ...] = ()


_S = SystemField
SYSTEM_FIELDS: Final = (
    _S("issuetype", "Issue Type", "issuetype", clauses=("issuetype", "type")),
    _S("components", "Component/s", "array", "component", clauses=("component",)),
    _S("timespent", "Time Spent", "number", orderable=False, searchable=False),
    _S("timeoriginalestimate", "Original Estimate", "number", orderable=False, searchable=False),
    _S("description", "Description", "string", clauses=("description",)),
    _S("project", "Project", "project", orderable=False, clauses=("project",)),
    _S("fixVersions", "Fix Version/s", "array", "version", clauses=("fixVersion",)),
    _S("aggregatetimespent", "Σ Time Spent", "number", orderable=False, searchable=False),
    _S("resolution", "Resolution", "resolution", clauses=("resolution",)),
    _S("timetracking", "Time Tracking", "timetracking", navigable=False, searchable=True),
    _S("attachment", "Attachment", "array", "attachment", navigable=False, clauses=("attachments",)),
    _S("aggregatetimeestimate", "Σ Remaining Estimate", "number", orderable=False, searchable=False),
    _S("resolutiondate", "Resolved", "datetime", orderable=False, clauses=("resolutiondate", "resolved")),
    _S("workratio", "Work Ratio", "number", orderable=False, clauses=("workratio",)),
    _S("summary", "Summary", "string", clauses=("summary",)),
    _S("lastViewed", "Last Viewed", "datetime", orderable=False, searchable=False, clauses=("lastViewed",)),
    _S("watches", "Watchers", "watches", orderable=False, clauses=("watchers",)),
    _S("creator", "Creator", "user", orderable=False, clauses=("creator",)),
    _S("subtasks", "Sub-Tasks", "array", "issuelinks", orderable=False, searchable=False, clauses=("subtasks",)),
    _S("created", "Created", "datetime", orderable=False, clauses=("created", "createdDate")),
    _S("reporter", "Reporter", "user", clauses=("reporter",)),
    _S("aggregateprogress", "Σ Progress", "progress", orderable=False, searchable=False),
    _S("priority", "Priority", "priority", clauses=("priority",)),
    _S("labels", "Labels", "array", "string", clauses=("labels",)),
    _S("environment", "Environment", "string", clauses=("environment",)),
    _S("timeestimate", "Remaining Estimate", "number", orderable=False, searchable=False),
    _S("aggregatetimeoriginalestimate", "Σ Original Estimate", "number", orderable=False, searchable=False),
    _S("versions", "Affects Version/s", "array", "version", clauses=("affectedVersion",)),
    _S("duedate", "Due Date", "date", clauses=("due", "duedate")),
    _S("progress", "Progress", "progress", orderable=False, searchable=False, clauses=("progress",)),
    _S("comment", "Comment", "comments-page", navigable=False, clauses=("comment",)),
    _S("issuelinks", "Linked Issues", "array", "issuelinks", searchable=True),
    _S("votes", "Votes", "votes", orderable=False, searchable=False, clauses=("votes",)),
    _S("worklog", "Log Work", "array", "worklog", navigable=False, searchable=False),
    _S("assignee", "Assignee", "user", clauses=("assignee",)),
    _S("updated", "Updated", "datetime", orderable=False, clauses=("updated", "updatedDate")),
    _S("status", "Status", "status", orderable=False, clauses=("status",)),
    _S("parent", "Parent", "issuelink", orderable=False, searchable=False, clauses=("parent",)),
)  # fmt: skip
_EVERY: Final = (*(one.id for one in SYSTEM_FIELDS), *(one.id for one in CUSTOM_FIELDS))
_HIDDEN: Final = frozenset(one.id for one in SYSTEM_FIELDS if not one.navigable)
_SEEN: Final = tuple(id_ for id_ in _EVERY if id_ not in _HIDDEN)


def split_fields(values: Iterable[str]) -> tuple[str, ...]:
    """The `fields` parameter may be repeated and each may hold a list with commas."""
    return tuple(name.strip() for value in values for name in value.split(",") if name.strip())


@lru_cache(maxsize=256)
def chosen_fields(asked: Sequence[str], default: str) -> tuple[str, ...]:
    """The ids of the fields to give, in Jira's order; unknown names are passed over.

    Nothing asked, or only fields with a minus, means `default` (`*navigable` or `*all`).
    """
    removed = {name[1:] for name in asked if name.startswith("-")}
    wanted = {name for name in asked if not name.startswith("-")} or {default}
    if ALL in wanted:
        wanted |= set(_EVERY)
    if NAVIGABLE in wanted:
        wanted |= set(_SEEN)
    return tuple(id_ for id_ in _EVERY if id_ in wanted and id_ not in removed)


def field_documents() -> list[dict[str, Any]]:
    """The body of `/field`: issue key and thumbnail, which have no schema, come first."""
    bare = [
        _bare("issuekey", "Key", ["id", "issue", "issuekey", "key"]),
        _bare("thumbnail", "Images", []),
    ]
    return bare + [_system(one) for one in SYSTEM_FIELDS] + [_custom(one) for one in CUSTOM_FIELDS]


@lru_cache(maxsize=1)
def _known() -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in field_documents()}


def field_name(id_: str) -> str:
    """What people call the field."""
    return str(_known()[id_]["name"])


def field_schema(id_: str) -> dict[str, Any]:
    schema: dict[str, Any] = _known()[id_]["schema"]
    return schema


def names_and_schema(ids: Iterable[str]) -> tuple[dict[str, str], dict[str, Any]]:
    """What `expand=names,schema` adds to a search reply."""
    present = [_known()[id_] for id_ in ids]
    return {one["id"]: one["name"] for one in present}, {
        one["id"]: one["schema"] for one in present
    }


def _bare(id_: str, name: str, clauses: list[str]) -> dict[str, Any]:
    return {
        "id": id_,
        "name": name,
        "custom": False,
        "orderable": False,
        "navigable": True,
        "searchable": False,
        "clauseNames": clauses,
    }


def _system(one: SystemField) -> dict[str, Any]:
    items = {} if one.items is None else {"items": one.items}
    return {
        "id": one.id,
        "name": one.name,
        "custom": False,
        "orderable": one.orderable,
        "navigable": one.navigable,
        "searchable": one.searchable,
        "clauseNames": list(one.clauses),
        "schema": {"type": one.type, **items, "system": one.id},
    }


def _custom(one: CustomField) -> dict[str, Any]:
    items = {} if one.items is None else {"items": one.items}
    return {
        "id": one.id,
        "name": one.name,
        "custom": True,
        "orderable": True,
        "navigable": True,
        "searchable": True,
        "clauseNames": [f"cf[{one.number}]", one.name],
        "schema": {"type": one.type, **items, "custom": one.custom, "customId": one.number},
    }
