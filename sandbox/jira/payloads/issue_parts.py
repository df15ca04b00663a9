"""Pieces that an issue's JSON is made of: other issues in short, links, comments, times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from functools import lru_cache

from sandbox.jira.company.comments import comments_of
from sandbox.jira.company.custom_fields import Option, Sprint, Value
from sandbox.jira.company.model import Comment, Issue, Link
from sandbox.jira.company.texts import mix
from sandbox.jira.payloads.development import development_text
from sandbox.jira.payloads.encoding import array, encode, encode_optional, timestamp
from sandbox.jira.payloads.fragments import Fragments


@dataclass(frozen=True, slots=True)
class IssueParts:
    """Renders for one caller, on the clock of `zone`."""

    shared: Fragments
    zone: tzinfo

    def time(self, milliseconds: int | None) -> str:
        return "null" if milliseconds is None else f'"{timestamp(milliseconds, self.zone)}"'

    def short(self, issue: Issue) -> str:
        """As a parent, a sub-task or the other end of a link shows it."""
        shared = self.shared
        return (
            f'{{"id":"{issue.id}","key":"{issue.key}","self":"{shared.api}/issue/{issue.id}",'
            f'"fields":{{"summary":{encode(issue.summary)},'
            f'"status":{shared.status(issue.status)},'
            f'"priority":{shared.priority(issue.priority)},'
            f'"issuetype":{shared.issue_type(issue.type)}}}}}'
        )

    def link(self, issue: Issue, link: Link) -> str:
        outward = link.source is issue
        side = "outwardIssue" if outward else "inwardIssue"
        return (
            f'{{"id":"{link.id}","self":"{self.shared.api}/issueLink/{link.id}",'
            f'"type":{self.shared.link_type(link.type)},'
            f'"{side}":{self.short(link.target if outward else link.source)}}}'
        )

    def comments(self, issue: Issue) -> str:
        """All comments as one page, as the field and the resource give them."""
        found = comments_of(issue)
        some, count = array(self.comment(issue, one) for one in found), len(found)
        return f'{{"comments":{some},"maxResults":{count},"total":{count},"startAt":0}}'

    def comment(self, issue: Issue, one: Comment) -> str:
        shared = self.shared
        return (
            f'{{"self":"{shared.api}/issue/{issue.id}/comment/{one.id}","id":"{one.id}",'
            f'"author":{shared.user_in_issue(one.author)},"body":{encode(one.body)},'
            f'"updateAuthor":{shared.user_in_issue(one.update_author)},'
            f'"created":{self.time(one.created_ms)},"updated":{self.time(one.updated_ms)}}}'
        )

    def custom_value(self, value: Value) -> str:
        match value:
            case Option():
                return self.shared.option(value)
            case tuple():
                return array(self._custom_part(one) for one in value)
            case _:
                return encode_optional(value)

    def _custom_part(self, one: Option | Sprint) -> str:
        return self.shared.option(one) if isinstance(one, Option) else encode(_sprint_text(one))


@lru_cache(maxsize=512)
def development(variant: int, pull_requests: int) -> str:
    """The Development field as JSON; there are few variants, for it is long."""
    return encode(development_text(variant, pull_requests))


def _sprint_text(sprint: Sprint) -> str:
    """What the Java object prints; Jira Server gives sprints no other way."""
    dates = "startDate=<null>,endDate=<null>,completeDate=<null>,activatedDate=<null>"
    return (
        f"com.atlassian.greenhopper.service.sprint.Sprint@{mix(sprint.id, 5) & 0x7FFFFFFF:x}"
        f"[id={sprint.id},rapidViewId={sprint.board},state={sprint.state},name={sprint.name},"
        f"{dates},sequence={sprint.id},goal=,synced=false,autoStartStop=false]"
    )
