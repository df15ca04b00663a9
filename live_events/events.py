"""Reads from an event's payload which things of Jira it names. Pure.

Nothing else of a payload is used: what has become of the thing is asked of Jira. Keys and ids that
cannot be ones are left out here, before they get near a URL or a query.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from kinds.identifiers import key_of

_ISSUE_KEY = re.compile(r"\w{1,255}-[0-9]{1,18}")
_PROJECT_KEY = re.compile(r"\w{1,255}")
_ID = re.compile(r"[0-9]{1,18}")
_COMMENT_LINK = re.compile(r"/rest/api/[^/?#]+/issue/([0-9]{1,18})/comment/")
_LONGEST_NAME = 255

Subject = tuple[str, str]


@dataclass(frozen=True, slots=True)
class IssueConcern:
    """An issue: by its id, by keys that it has or has had, or both.

    `looks`: how often Jira was asked about it in vain. `is_relative`: it was not named by an event
    but is the parent or a sub-task of one that was. `seen_outside`: at the last look, and since the
    last event, some resource did not list it.
    """

    id: str = ""
    keys: frozenset[str] = frozenset()
    looks: int = 0
    is_relative: bool = False
    seen_outside: bool = False

    @property
    def subject(self) -> Subject:
        """Concerns with the same subject are one."""
        return "issue", self.id or min(self.keys)

    @property
    def names(self) -> tuple[str, ...]:
        """What to ask Jira for, best first."""
        return tuple(name for name in (self.id, *sorted(self.keys)) if name)


@dataclass(frozen=True, slots=True)
class ProjectConcern:
    """A project; `is_deletion`: the event says that it was deleted."""

    id: str = ""
    key: str = ""
    is_deletion: bool = False
    looks: int = 0

    @property
    def subject(self) -> Subject:
        return "project", self.id or self.key


@dataclass(frozen=True, slots=True)
class UserConcern:
    """A user; `is_deletion`: the event says that it was deleted."""

    key: str = ""
    name: str = ""
    is_deletion: bool = False
    looks: int = 0

    @property
    def subject(self) -> Subject:
        return "user", self.key or self.name


Concern = IssueConcern | ProjectConcern | UserConcern


def read_json(body: bytes) -> object:
    """The JSON value of a body, None for what is none or is nested too deeply."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def read_event(payload: object) -> tuple[Concern, ...]:
    """The things that an event names, none for an event that does not concern us.

    `payload` may be any JSON value; nothing is raised.
    """
    if not isinstance(payload, dict):
        return ()
    event = payload.get("webhookEvent")
    reader = _READERS.get(event) if isinstance(event, str) else None
    return tuple(reader(payload)) if reader else ()


def read_issue_keys(identifiers: Iterable[str]) -> list[str]:
    """The issue keys among what the entities' identifiers stand for."""
    keys = (key_of(identifier) for identifier in identifiers)
    return sorted(key for key in keys if _ISSUE_KEY.fullmatch(key))


def merged(one: Concern, other: Concern) -> Concern:
    """Both in one; they must have the same subject. What was asked in vain counts no more."""
    if isinstance(one, IssueConcern) and isinstance(other, IssueConcern):
        return IssueConcern(
            one.id or other.id,
            one.keys | other.keys,
            min(one.looks, other.looks),
            one.is_relative and other.is_relative,
            one.seen_outside and other.seen_outside,
        )
    if isinstance(one, ProjectConcern) and isinstance(other, ProjectConcern):
        deletion = one.is_deletion or other.is_deletion
        looks = min(one.looks, other.looks)
        return ProjectConcern(one.id or other.id, other.key or one.key, deletion, looks)
    if isinstance(one, UserConcern) and isinstance(other, UserConcern):
        deletion = one.is_deletion or other.is_deletion
        looks = min(one.looks, other.looks)
        return UserConcern(one.key or other.key, other.name or one.name, deletion, looks)
    return other


def looked_at(concern: Concern) -> Concern:
    """The same concern, asked about once more in vain."""
    return replace(concern, looks=concern.looks + 1)


def _issue(payload: dict[str, object]) -> Iterator[Concern]:
    issue = _object(payload.get("issue"))
    keys = {_matching(_ISSUE_KEY, issue.get("key")), *_old_keys(payload.get("changelog"))} - {""}
    identifier = _matching(_ID, issue.get("id"))
    if identifier or keys:
        yield IssueConcern(identifier, frozenset(keys))


def _old_keys(changelog: object) -> set[str]:
    """A move is told by a changelog item named Key (Atlassian, issue_updated after a move)."""
    items = _object(changelog).get("items")
    moves = [
        item
        for item in (items if isinstance(items, list) else [])
        if isinstance(item, dict) and item.get("field") == "Key"
    ]
    return {_matching(_ISSUE_KEY, move.get("fromString")) for move in moves}


def _comment(payload: dict[str, object]) -> Iterator[Concern]:
    """Server sends no issue with a comment; its id stands in the comment's own address."""
    issue = list(_issue(payload))
    link = _object(payload.get("comment")).get("self")
    found = _COMMENT_LINK.search(link) if isinstance(link, str) else None
    if issue:
        yield from issue
    elif found:
        yield IssueConcern(found.group(1))


def _worklog(payload: dict[str, object]) -> Iterator[Concern]:
    identifier = _matching(_ID, _object(payload.get("worklog")).get("issueId"))
    if identifier:
        yield IssueConcern(identifier)


def _issue_link(payload: dict[str, object]) -> Iterator[Concern]:
    link = _object(payload.get("issueLink"))
    for end in ("sourceIssueId", "destinationIssueId"):
        if identifier := _matching(_ID, link.get(end)):
            yield IssueConcern(identifier)


def _project(payload: dict[str, object]) -> Iterator[Concern]:
    project = _object(payload.get("project"))
    identifier = _matching(_ID, project.get("id"))
    key = _matching(_PROJECT_KEY, project.get("key"))
    if identifier or key:
        yield ProjectConcern(identifier, key, payload.get("webhookEvent") == "project_deleted")


def _user(payload: dict[str, object]) -> Iterator[Concern]:
    user = _object(payload.get("user"))
    key, name = _name(user.get("key")), _name(user.get("name"))
    if key or name:
        yield UserConcern(key, name, payload.get("webhookEvent") == "user_deleted")


_Reader = Callable[[dict[str, object]], Iterator[Concern]]
_READERS: dict[str, _Reader] = {
    **{f"jira:issue_{what}": _issue for what in ("created", "updated", "deleted")},
    **{f"comment_{what}": _comment for what in ("created", "updated", "deleted")},
    **{f"worklog_{what}": _worklog for what in ("created", "updated", "deleted")},
    **{f"issuelink_{what}": _issue_link for what in ("created", "deleted")},
    **{f"project_{what}": _project for what in ("created", "updated", "deleted")},
    **{f"user_{what}": _user for what in ("created", "updated", "deleted")},
}
EVENTS = tuple(_READERS)


def _object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _matching(pattern: re.Pattern[str], value: object) -> str:
    """The text, or the whole number as text, if it can be such a key or id; else empty."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**18:
        value = str(value)
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""


def _name(value: object) -> str:
    fits = isinstance(value, str) and value.isprintable() and len(value) <= _LONGEST_NAME
    return value.strip() if fits and isinstance(value, str) else ""
