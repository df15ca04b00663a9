"""Carries out what concerns an issue's comments, logged work and links, and tells of it."""

from __future__ import annotations

from operator import attrgetter

from sandbox.jira.company import lookup
from sandbox.jira.company.change_log import Part, Recorded
from sandbox.jira.company.changes import (
    AddComment,
    ChangeRefusedError,
    CommentChange,
    DeleteComment,
    DeleteWork,
    EditComment,
    EditWork,
    LinkChange,
    LinkIssues,
    LogWork,
    PartChange,
    PropertyChange,
    SetProperty,
    UnlinkIssues,
    WorkChange,
)
from sandbox.jira.company.comments import comments_of, kept_comments
from sandbox.jira.company.issue_history import freshen, remember, touch
from sandbox.jira.company.model import Comment, Edit, FieldChange, Issue, Link, User, Worklog
from sandbox.jira.company.store import Company
from sandbox.jira.company.time_spent import kept_worklogs, tracked, worklogs_of


def change_part(company: Company, change: PartChange, author: User | None) -> Recorded:
    """Carry it out; a comment or work is told twice: as itself, and as a change of its issue."""
    issue = lookup.issue(company, change.issue)
    match change:
        case AddComment() | EditComment() | DeleteComment():
            return _change_comment(company, issue, change, author)
        case LogWork() | EditWork() | DeleteWork():
            return _change_work(company, issue, change, author)
        case LinkIssues() | UnlinkIssues():
            return _change_links(company, issue, change, author)
        case _:
            return _change_property(company, issue, change, author)


def _change_property(
    company: Company, issue: Issue, change: PropertyChange, author: User | None
) -> Recorded:
    others = {key: one for key, one in (issue.properties or {}).items() if key != change.key}
    event = "issue_property_set"
    if isinstance(change, SetProperty):
        others[change.key] = change.value
    elif change.key not in (issue.properties or {}):
        message = f"{issue.key} has no property {change.key!r}."
        raise ChangeRefusedError(message)
    else:
        event = "issue_property_deleted"
    issue.properties = others
    return company.log.record(company.clock(), event, change.kind, issue, author)


def _change_comment(
    company: Company, issue: Issue, change: CommentChange, author: User | None
) -> Recorded:
    now = company.clock()
    match change:
        case AddComment():
            part = Comment(company.next_part_id(), change.body, author, author, now, now)
            issue.comments = [*comments_of(issue), part]
            event = "comment_created"
        case EditComment():
            part = _comment(kept_comments(issue), change.comment)
            part.body, part.update_author, part.updated_ms = change.body, author, now
            event = "comment_updated"
        case DeleteComment():
            part = _comment(comments_of(issue), change.comment)
            issue.comments = [one for one in comments_of(issue) if one.id != part.id]
            event = "comment_deleted"
    return _told(company, issue, event, change.kind, author, (), part)


def _comment(comments: list[Comment], id_: int | None) -> Comment:
    return lookup.part(comments, attrgetter("id"), id_, "comment")


def _change_work(
    company: Company, issue: Issue, change: WorkChange, author: User | None
) -> Recorded:
    before, now = tracked(issue).spent, company.clock()
    match change:
        case LogWork():
            id_, comment = company.next_part_id(), change.comment
            part = Worklog(id_, comment, author, author, change.seconds, now, now, now)
            issue.worklogs = [*worklogs_of(issue), part]
            event = "worklog_created"
        case EditWork():
            part = _worklog(kept_worklogs(issue), change.worklog)
            part.seconds, part.update_author, part.updated_ms = change.seconds, author, now
            event = "worklog_updated"
        case DeleteWork():
            part = _worklog(worklogs_of(issue), change.worklog)
            issue.worklogs = [one for one in worklogs_of(issue) if one.id != part.id]
            event = "worklog_deleted"
    changes = (_time_spent(before, tracked(issue).spent),)
    return _told(company, issue, event, change.kind, author, changes, part)


def _worklog(worklogs: list[Worklog], id_: int | None) -> Worklog:
    return lookup.part(worklogs, attrgetter("id"), id_, "worklog")


def _time_spent(before: int | None, after: int | None) -> FieldChange:
    was, is_ = (None if seconds is None else str(seconds) for seconds in (before, after))
    return FieldChange("timespent", was, was, is_, is_)


def _told(
    company: Company,
    issue: Issue,
    event: str,
    kind: str,
    author: User | None,
    changes: tuple[FieldChange, ...],
    part: Part,
) -> Recorded:
    company.log.record(company.clock(), event, kind, issue, author, part=part)
    return touch(company, issue, kind, author, changes, part)


def _change_links(
    company: Company, issue: Issue, change: LinkChange, author: User | None
) -> Recorded:
    """Both issues note it, but Jira tells of the link alone."""
    other = lookup.issue(company, change.to)
    if isinstance(change, LinkIssues):
        return _link(company, issue, other, change, author)
    found = [one for one in issue.links or () if other in (one.source, one.target)]
    if not found:
        message = f"{issue.key} and {other.key} are not linked."
        raise ChangeRefusedError(message)
    return [remove_link(company, link, change.kind, author) for link in found][-1]


def _link(
    company: Company, issue: Issue, other: Issue, change: LinkIssues, author: User | None
) -> Recorded:
    type_ = lookup.link_type(change.type)
    if issue is other:
        message = f"{issue.key} cannot be linked to itself."
        raise ChangeRefusedError(message)
    link = Link(company.next_part_id(), type_, issue, other)
    for one in (issue, other):
        one.links = [*(one.links or ()), link]
    return _link_told(company, link, "issuelink_created", change.kind, author)


def remove_link(company: Company, link: Link, kind: str, author: User | None) -> Recorded:
    """Take the link off both its ends."""
    for one in (link.source, link.target):
        one.links = [kept for kept in one.links or () if kept is not link]
    return _link_told(company, link, "issuelink_deleted", kind, author)


def _link_told(
    company: Company, link: Link, event: str, kind: str, author: User | None
) -> Recorded:
    for issue, other, text in (
        (link.source, link.target, link.type.outward),
        (link.target, link.source, link.type.inward),
    ):
        now, says = freshen(company, issue), f"This issue {text} {other.key}"
        made = event == "issuelink_created"
        change = FieldChange(
            "Link",
            None if made else other.key,
            None if made else says,
            other.key if made else None,
            says if made else None,
        )
        remember(issue, Edit(company.next_part_id(), now, author, (change,)))
    return company.log.record(company.clock(), event, kind, link.source, author, part=link)
