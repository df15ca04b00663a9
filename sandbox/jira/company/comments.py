"""The comments of an issue: derived from its seed until somebody adds, edits or deletes one."""

from __future__ import annotations

from typing import Final

from sandbox.jira.company import texts
from sandbox.jira.company.model import Comment, Issue, User

_EVERY_MS: Final = 5_400_000


def comments_of(issue: Issue) -> list[Comment]:
    """All of them, oldest first."""
    return _derived(issue) if issue.comments is None else issue.comments


def kept_comments(issue: Issue) -> list[Comment]:
    """The same, as a list of the issue's own that may be changed."""
    issue.comments = comments_of(issue)
    return issue.comments


def _derived(issue: Issue) -> list[Comment]:
    count = 0 if issue.bare else (texts.mix(issue.seed, 40) % 10) // 2
    return [_comment(issue, index) for index in range(count)]


def _comment(issue: Issue, index: int) -> Comment:
    author = _author(issue, index)
    written = min(issue.created_ms + (index + 1) * _EVERY_MS, issue.updated_ms)
    body = texts.comment(issue.seed, index)
    return Comment(issue.id * 10 + index, body, author, author, written, written)


def _author(issue: Issue, index: int) -> User:
    people = [issue.assignee, issue.reporter, issue.creator, issue.project.lead]
    present = [one for one in people if one is not None]
    return present[texts.mix(issue.seed, 41 + index) % len(present)]
