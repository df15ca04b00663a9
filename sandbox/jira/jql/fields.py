"""The fields that a search knows: their names, operators and order. It reads no issue and no value."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import Enum, auto

from sandbox.jira.jql.clauses import Operator
from sandbox.jira.jql.errors import JqlError


@dataclass(frozen=True, slots=True)
class SearchContext:
    """Who asks, when, and what exists for the asker.

    `known(field, value)` is asked for project, status, issuetype, priority and resolution by
    their names, for people as "user" and for issues as "issuekey". `custom_fields` maps a
    casefolded display name to an id such as customfield_10101.
    `rank(field, value)` is the position of a priority, status, issue type or resolution in the
    site's order, 0 being the topmost; without it, ids give the order. `key_of_id` finds the key
    behind an issue id, which `id > 10100` needs.
    """

    now: datetime
    time_zone: tzinfo
    user_key: str | None
    known: Callable[[str, str], bool]
    custom_fields: Mapping[str, str]
    accepts_epoch_millis: bool = True
    rank: Callable[[str, str], int | None] | None = None
    key_of_id: Callable[[int], str | None] | None = None


class FieldKind(Enum):
    """How values of a field are compared."""

    KEY = auto()
    INSTANT = auto()
    DAY = auto()
    TEXT = auto()
    CHOICE = auto()
    CATEGORY = auto()
    CUSTOM = auto()


_EMPTINESS = frozenset({Operator.IS, Operator.IS_NOT})
_EQUALITY = frozenset({Operator.EQUALS, Operator.NOT_EQUALS, Operator.IN, Operator.NOT_IN})
RANGE = frozenset(
    {Operator.LESS, Operator.LESS_OR_EQUAL, Operator.GREATER, Operator.GREATER_OR_EQUAL}
)
_LIKENESS = frozenset({Operator.LIKE, Operator.NOT_LIKE})

_CHOICE = _EQUALITY | _EMPTINESS
_ORDERED = _CHOICE | RANGE
_TEXT = _LIKENESS | _EMPTINESS


@dataclass(frozen=True, slots=True)
class Field:
    """`id` is what IssueView.values is asked for; `known_as` what SearchContext.known is asked for."""

    id: str
    kind: FieldKind
    operators: frozenset[Operator]
    known_as: str | None = None
    descending: bool = False
    sortable: bool = True


def _choice(field_id: str, known_as: str | None = None) -> Field:
    return Field(field_id, FieldKind.CHOICE, _CHOICE, known_as)


def _instant(field_id: str) -> Field:
    return Field(field_id, FieldKind.INSTANT, _ORDERED, descending=True)


_KEY = Field("key", FieldKind.KEY, _ORDERED)
_TYPE = _choice("issuetype", "issuetype")
_CREATED, _UPDATED, _RESOLVED = map(_instant, ("created", "updated", "resolved"))
_DUE = Field("due", FieldKind.DAY, _ORDERED)

# Orders and operators: "Advanced searching", reference of fields. The newest and the most urgent
# come first where no direction is written.
_FIELDS: dict[str, Field] = {
    "key": _KEY,
    "issuekey": _KEY,
    "issue": _KEY,
    "id": _KEY,
    "project": _choice("project", "project"),
    "type": _TYPE,
    "issuetype": _TYPE,
    "status": _choice("status", "status"),
    "statuscategory": Field("statusCategory", FieldKind.CATEGORY, _CHOICE),
    "priority": Field("priority", FieldKind.CHOICE, _ORDERED, "priority", descending=True),
    "resolution": _choice("resolution", "resolution"),
    "assignee": _choice("assignee", "user"),
    "reporter": _choice("reporter", "user"),
    "creator": _choice("creator", "user"),
    "component": _choice("component"),
    "fixversion": _choice("fixVersion"),
    "affectedversion": _choice("affectedVersion"),
    "labels": _choice("labels"),
    "parent": Field("parent", FieldKind.CHOICE, _EQUALITY, "issuekey", sortable=False),
    "created": _CREATED,
    "createddate": _CREATED,
    "updated": _UPDATED,
    "updateddate": _UPDATED,
    "resolved": _RESOLVED,
    "resolutiondate": _RESOLVED,
    "due": _DUE,
    "duedate": _DUE,
    "summary": Field("summary", FieldKind.TEXT, _TEXT),
    "description": Field("description", FieldKind.TEXT, _TEXT),
    "environment": Field("environment", FieldKind.TEXT, _TEXT),
    "comment": Field("comment", FieldKind.TEXT, _LIKENESS, sortable=False),
    "text": Field("text", FieldKind.TEXT, frozenset({Operator.LIKE}), sortable=False),
}


def find_field(name: str, custom_fields: Mapping[str, str]) -> Field:
    """The field of that name, alias, display name or `cf[…]`. Raises JqlError for an unknown one."""
    folded = name.strip().casefold()
    if folded in _FIELDS:
        return _FIELDS[folded]
    custom_id = custom_fields.get(folded) or _custom_id(folded)
    if custom_id not in custom_fields.values():
        message = f"Field '{name}' does not exist or you do not have permission to view it."
        raise JqlError(message)
    return Field(custom_id, FieldKind.CUSTOM, _ORDERED | _LIKENESS)


def _custom_id(folded: str) -> str:
    if folded.startswith("cf[") and folded.endswith("]"):
        return f"customfield_{folded[3:-1]}"
    return folded
