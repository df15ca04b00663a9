"""What `expand=changelog` and `expand=renderedFields` add to an issue."""

from __future__ import annotations

from html import escape

from sandbox.jira.company.model import Edit, FieldChange, Issue
from sandbox.jira.payloads.encoding import array, encode
from sandbox.jira.payloads.issue_parts import IssueParts


def changelog(parts: IssueParts, issue: Issue) -> str:
    """Every edit since the sandbox started, oldest first, as one page."""
    edits = [_edit(parts, edit) for edit in issue.history or ()]
    count = len(edits)
    return f'{{"startAt":0,"maxResults":{count},"total":{count},"histories":{array(edits)}}}'


def _edit(parts: IssueParts, edit: Edit) -> str:
    items = encode([change_item(change) for change in edit.changes])
    author = parts.shared.user_in_issue(edit.author)
    return f'{{"id":"{edit.id}","author":{author},"created":{parts.time(edit.at)},"items":{items}}}'


def change_item(change: FieldChange) -> dict[str, str | None]:
    """One changed field, as changelogs and webhooks show it."""
    return {
        "field": change.field,
        "fieldtype": "jira",
        "from": change.from_id,
        "fromString": change.from_text,
        "to": change.to_id,
        "toString": change.to_text,
    }


def rendered_fields(_parts: IssueParts, issue: Issue) -> str:
    """The texts as HTML, wiki markup left as it is."""
    text = issue.description
    html = None if text is None else f"<p>{escape(text)}</p>"
    return encode({"description": html, "environment": issue.environment})
