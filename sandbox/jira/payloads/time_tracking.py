"""Estimates and logged work of an issue as JSON."""

from __future__ import annotations

from sandbox.jira.company.model import Issue, Worklog
from sandbox.jira.company.time_spent import tracked, worklogs_of
from sandbox.jira.payloads.encoding import array, encode, encode_optional
from sandbox.jira.payloads.issue_parts import IssueParts


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
    texts = {name: _spent(seconds) for name, seconds in present.items()}
    return encode(texts | {f"{name}Seconds": seconds for name, seconds in present.items()})


def work_log(parts: IssueParts, issue: Issue) -> str:
    """All logged work as one page."""
    found = worklogs_of(issue)
    entries = array(worklog(parts, issue, one) for one in found)
    return f'{{"startAt":0,"maxResults":20,"total":{len(found)},"worklogs":{entries}}}'


def worklog(parts: IssueParts, issue: Issue, one: Worklog) -> str:
    shared = parts.shared
    return (
        f'{{"self":"{shared.api}/issue/{issue.id}/worklog/{one.id}",'
        f'"author":{shared.user_in_issue(one.author)},'
        f'"updateAuthor":{shared.user_in_issue(one.update_author)},'
        f'"comment":{encode(one.comment)},"created":{parts.time(one.created_ms)},'
        f'"updated":{parts.time(one.updated_ms)},"started":{parts.time(one.started_ms)},'
        f'"timeSpent":"{_spent(one.seconds)}","timeSpentSeconds":{one.seconds},'
        f'"id":"{one.id}","issueId":"{issue.id}"}}'
    )


def _spent(seconds: int) -> str:
    hours, minutes = divmod(seconds // 60, 60)
    return (
        " ".join(
            part for part in (f"{hours}h" * bool(hours), f"{minutes}m" * bool(minutes)) if part
        )
        or "0m"
    )
