"""Estimates and logged work of an issue, derived from its seed; seconds throughout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sandbox.jira.company.model import Issue
from sandbox.jira.company.texts import mix
from sandbox.jira.payloads.encoding import array, encode, encode_optional
from sandbox.jira.payloads.issue_parts import IssueParts

_HOUR: Final = 3600


@dataclass(frozen=True, slots=True)
class Tracked:
    """What was planned, what is left and what was spent; None where nobody said."""

    original: int | None = None
    remaining: int | None = None
    spent: int | None = None


def tracked(issue: Issue) -> Tracked:
    """One issue in five has an estimate; on half of those, work was logged."""
    bits = mix(issue.seed, 30)
    if bits % 5:
        return Tracked()
    original = _HOUR * (1 + (bits >> 8) % 40)
    if bits >> 4 & 1:
        return Tracked(original, original)
    spent = _HOUR * (1 + (bits >> 16) % 30)
    return Tracked(original, max(0, original - spent), spent)


def original_text(_parts: IssueParts, issue: Issue) -> str:
    return encode_optional(tracked(issue).original)


def remaining_text(_parts: IssueParts, issue: Issue) -> str:
    return encode_optional(tracked(issue).remaining)


def spent_text(_parts: IssueParts, issue: Issue) -> str:
    return encode_optional(tracked(issue).spent)


def work_ratio(_parts: IssueParts, issue: Issue) -> str:
    """Percent of the estimate that was spent, -1 without an estimate."""
    found = tracked(issue)
    return "-1" if not found.original else str((found.spent or 0) * 100 // found.original)


def progress(_parts: IssueParts, issue: Issue) -> str:
    found = tracked(issue)
    spent, total = found.spent or 0, (found.spent or 0) + (found.remaining or 0)
    if not total:
        return '{"progress":0,"total":0}'
    return f'{{"progress":{spent},"total":{total},"percent":{spent * 100 // total}}}'


def time_tracking(_parts: IssueParts, issue: Issue) -> str:
    """The same three as texts and seconds; what is not set is left out."""
    found = tracked(issue)
    named = {
        "originalEstimate": found.original,
        "remainingEstimate": found.remaining,
        "timeSpent": found.spent,
    }
    present = {name: seconds for name, seconds in named.items() if seconds is not None}
    texts = {name: _hours(seconds) for name, seconds in present.items()}
    return encode(texts | {f"{name}Seconds": seconds for name, seconds in present.items()})


def work_log(parts: IssueParts, issue: Issue) -> str:
    """All that was spent, as one entry."""
    spent = tracked(issue).spent
    logs = [] if spent is None else [_entry(parts, issue, spent)]
    return f'{{"startAt":0,"maxResults":20,"total":{len(logs)},"worklogs":{array(logs)}}}'


def _entry(parts: IssueParts, issue: Issue, spent: int) -> str:
    author = parts.shared.user_in_issue(issue.assignee or issue.creator or issue.project.lead)
    time, id_ = parts.time(issue.updated_ms), issue.id * 10
    return (
        f'{{"self":"{parts.shared.api}/issue/{issue.id}/worklog/{id_}","author":{author},'
        f'"updateAuthor":{author},"comment":"","created":{time},"updated":{time},'
        f'"started":{time},"timeSpent":"{_hours(spent)}","timeSpentSeconds":{spent},'
        f'"id":"{id_}","issueId":"{issue.id}"}}'
    )


def _hours(seconds: int) -> str:
    return f"{seconds // _HOUR}h" if seconds else "0m"
