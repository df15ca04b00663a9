"""Estimates and logged work of an issue, derived from its seed until somebody logs work; seconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sandbox.jira.company.model import Issue, Worklog
from sandbox.jira.company.texts import mix

HOUR: Final = 3600


@dataclass(frozen=True, slots=True)
class Tracked:
    """What was planned, what is left and what was spent; None where nobody said."""

    original: int | None = None
    remaining: int | None = None
    spent: int | None = None


def tracked(issue: Issue) -> Tracked:
    """One issue in five has an estimate; on half of those, work was logged."""
    if issue.worklogs is not None:
        return _summed(_estimate(issue), issue.worklogs)
    bits, original = mix(issue.seed, 30), _estimate(issue)
    if original is None or bits >> 4 & 1:
        return Tracked(original, original)
    spent = HOUR * (1 + (bits >> 16) % 30)
    return Tracked(original, max(0, original - spent), spent)


def worklogs_of(issue: Issue) -> list[Worklog]:
    """All of them, oldest first; what is derived is one entry."""
    if issue.worklogs is not None:
        return issue.worklogs
    spent, at = tracked(issue).spent, issue.updated_ms
    if spent is None:
        return []
    author = issue.assignee or issue.creator or issue.project.lead
    return [Worklog(issue.id * 10, "", author, author, spent, at, at, at)]


def kept_worklogs(issue: Issue) -> list[Worklog]:
    """The same, as a list of the issue's own that may be changed."""
    issue.worklogs = worklogs_of(issue)
    return issue.worklogs


def _estimate(issue: Issue) -> int | None:
    bits = mix(issue.seed, 30)
    return None if issue.bare or bits % 5 else HOUR * (1 + (bits >> 8) % 40)


def _summed(original: int | None, worklogs: list[Worklog]) -> Tracked:
    if not worklogs:
        return Tracked(original, original)
    spent = sum(one.seconds for one in worklogs)
    return Tracked(original, max(0, (original or 0) - spent), spent)
