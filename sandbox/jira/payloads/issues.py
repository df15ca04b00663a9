"""An issue as JSON text, field by field; only the fields that are asked for are rendered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from sandbox.jira.company.custom_fields import CUSTOM_FIELDS, DEVSUMMARY, CustomField
from sandbox.jira.company.model import Issue
from sandbox.jira.company.texts import mix
from sandbox.jira.payloads.encoding import array, encode, encode_optional
from sandbox.jira.payloads.history import changelog, rendered_fields
from sandbox.jira.payloads.issue_parts import IssueParts, development
from sandbox.jira.payloads.time_tracking import (
    original_text,
    progress,
    remaining_text,
    spent_text,
    time_tracking,
    work_log,
    work_ratio,
)

EXPANDABLE: Final = "operations,versionedRepresentations,editmeta,changelog,renderedFields"


def render_issue(
    parts: IssueParts, issue: Issue, fields: Iterable[str], expand: Iterable[str] = ()
) -> str:
    """The issue's JSON with the fields of these ids; `parent` is there for sub-tasks only."""
    extra = "".join(f',"{name}":{_EXPANSIONS[name](parts, issue)}' for name in expand)
    return f'{{"expand":"{EXPANDABLE}",{_members(parts, issue, fields)}{extra}}}'


def render_bare_issue(parts: IssueParts, issue: Issue) -> str:
    """All fields and nothing that could be expanded, as webhooks send it."""
    return f"{{{_members(parts, issue, _FIELDS)}}}"


def _members(parts: IssueParts, issue: Issue, fields: Iterable[str]) -> str:
    rendered = [(name, _FIELDS[name](parts, issue)) for name in fields]
    inner = ",".join([f'"{name}":{text}' for name, text in rendered if text is not None])
    return (
        f'"id":"{issue.id}","self":"{parts.shared.api}/issue/{issue.id}","key":"{issue.key}",'
        f'"fields":{{{inner}}}'
    )


def known_expansions(asked: Iterable[str]) -> tuple[str, ...]:
    """The expansions among `asked` that the sandbox renders."""
    return tuple(sorted(set(asked) & _EXPANSIONS.keys()))


def _watches(parts: IssueParts, issue: Issue) -> str:
    count = mix(issue.seed, 31) % 6
    place = f"{parts.shared.api}/issue/{issue.key}/watchers"
    return f'{{"self":"{place}","watchCount":{count},"isWatching":false}}'


def _votes(parts: IssueParts, issue: Issue) -> str:
    place = f"{parts.shared.api}/issue/{issue.key}/votes"
    return f'{{"self":"{place}","votes":{mix(issue.seed, 32) % 3},"hasVoted":false}}'


def _parent(parts: IssueParts, issue: Issue) -> str | None:
    return None if issue.parent is None else parts.short(issue.parent)


def _due(_parts: IssueParts, issue: Issue) -> str:
    return "null" if issue.due is None else f'"{issue.due.isoformat()}"'


def _null(_parts: IssueParts, _issue: Issue) -> str:
    return "null"


def _custom(field: CustomField) -> _Renderer:
    if field.custom == DEVSUMMARY:
        return lambda _, issue: development(issue.seed % 64, int(str(field.value_of(issue))))
    return lambda parts, issue: parts.custom_value(field.value_of(issue))


_Renderer = Callable[[IssueParts, Issue], str | None]
_FIELDS: Final[Mapping[str, _Renderer]] = {
    "issuetype": lambda parts, issue: parts.shared.issue_type(issue.type),
    "components": lambda parts, issue: array(map(parts.shared.component, issue.components)),
    "timespent": spent_text,
    "timeoriginalestimate": original_text,
    "description": lambda _, issue: encode_optional(issue.description),
    "project": lambda parts, issue: parts.shared.project(issue.project),
    "fixVersions": lambda parts, issue: array(map(parts.shared.version, issue.fix_versions)),
    "aggregatetimespent": spent_text,
    "resolution": lambda parts, issue: parts.shared.resolution(issue.resolution),
    "timetracking": time_tracking,
    "attachment": lambda _, __: "[]",
    "aggregatetimeestimate": remaining_text,
    "resolutiondate": lambda parts, issue: parts.time(issue.resolved_ms),
    "workratio": work_ratio,
    "summary": lambda _, issue: encode(issue.summary),
    "lastViewed": _null,
    "watches": _watches,
    "creator": lambda parts, issue: parts.shared.user_in_issue(issue.creator),
    "subtasks": lambda parts, issue: array(map(parts.short, issue.subtasks or ())),
    "created": lambda parts, issue: parts.time(issue.created_ms),
    "reporter": lambda parts, issue: parts.shared.user_in_issue(issue.reporter),
    "aggregateprogress": progress,
    "priority": lambda parts, issue: parts.shared.priority(issue.priority),
    "labels": lambda _, issue: encode(issue.labels),
    "environment": lambda _, issue: encode_optional(issue.environment),
    "timeestimate": remaining_text,
    "aggregatetimeoriginalestimate": original_text,
    "versions": lambda parts, issue: array(map(parts.shared.version, issue.affected_versions)),
    "duedate": _due,
    "progress": progress,
    "comment": lambda parts, issue: parts.comments(issue),
    "issuelinks": lambda parts, issue: array(parts.link(issue, one) for one in issue.links or ()),
    "votes": _votes,
    "worklog": work_log,
    "assignee": lambda parts, issue: parts.shared.user_in_issue(issue.assignee),
    "updated": lambda parts, issue: parts.time(issue.updated_ms),
    "status": lambda parts, issue: parts.shared.status(issue.status),
    "parent": _parent,
} | {field.id: _custom(field) for field in CUSTOM_FIELDS}
_EXPANSIONS: Final[Mapping[str, Callable[[IssueParts, Issue], str]]] = {
    "changelog": changelog,
    "renderedFields": rendered_fields,
}
