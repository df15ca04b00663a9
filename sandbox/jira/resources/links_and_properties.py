"""Links between issues, and what programs keep with an issue as its properties."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from sandbox.jira.asks import Ask, RefusedError, Route
from sandbox.jira.company.catalogue import LINK_TYPES
from sandbox.jira.company.model import Issue, Link, LinkType
from sandbox.jira.replies import Reply, json_reply, json_text, refusal
from sandbox.jira.resources.change_asks import (
    NO_ISSUE,
    change,
    editable_issue,
    readable_issue,
    require,
)

_LONGEST: Final = 32_768


def link(ask: Ask) -> Reply:
    """`inwardIssue` blocks `outwardIssue`, for instance; 201 without a body."""
    document = ask.document()
    if not isinstance(document, dict):
        return refusal(400, "Can not deserialize the request body.")
    type_ = _type(document.get("type"))
    source, target = (_end(ask, document, name) for name in ("inwardIssue", "outwardIssue"))
    _require_linking(ask, source)
    values = {"issue": source.key, "to": target.key, "type": type_.id}
    change(ask, {"kind": "link", **values})
    _comment(ask, source, document.get("comment"))
    return Reply(b"", 201)


def _type(value: object) -> LinkType:
    given = value if isinstance(value, dict) else {}
    for one in LINK_TYPES:
        if given.get("id") == one.id or given.get("name") == one.name:
            return one
    name = given.get("name") or given.get("id")
    raise RefusedError(refusal(404, f"No issue link type with name '{name}' found."))


def _end(ask: Ask, document: dict[str, Any], name: str) -> Issue:
    value = document.get(name)
    text = (value.get("key") or value.get("id")) if isinstance(value, dict) else None
    if text is None:
        raise RefusedError(refusal(404, NO_ISSUE))
    return readable_issue(ask, str(text))


def _require_linking(ask: Ask, issue: Issue) -> None:
    text = f"No Link Issue Permission for issue '{issue.key}'"
    require(ask, "LINK_ISSUES", issue.project, text)


def _comment(ask: Ask, issue: Issue, value: object) -> None:
    body = value.get("body") if isinstance(value, dict) else None
    if body:
        change(ask, {"kind": "comment", "issue": issue.key, "body": body})


def one_link(ask: Ask) -> Reply:
    found, shared = _link(ask), ask.jira.fragments
    parts = ask.issue_parts
    return json_text(
        f'{{"id":"{found.id}","self":"{shared.api}/issueLink/{found.id}",'
        f'"type":{shared.link_type(found.type)},"inwardIssue":{parts.short(found.source)},'
        f'"outwardIssue":{parts.short(found.target)}}}'
    )


def unlink(ask: Ask) -> Reply:
    found = _link(ask)
    _require_linking(ask, found.source)
    change(ask, {"kind": "unlink", "issue": found.source.key, "to": found.target.key})
    return Reply(b"", 204)


def _link(ask: Ask) -> Link:
    for issue in ask.jira.company.issues.values():
        for one in issue.links or ():
            if str(one.id) == ask.parts["id"]:
                readable_issue(ask, one.source.key)
                readable_issue(ask, one.target.key)
                return one
    raise RefusedError(refusal(404, f"No issue link with id '{ask.parts['id']}' exists."))


def property_keys(ask: Ask) -> Reply:
    found = readable_issue(ask)
    place = f"{ask.jira.fragments.api}/issue/{found.id}/properties"
    keys = sorted(found.properties or ())
    return json_reply(
        {"keys": [{"self": f"{place}/{quote(key, safe='')}", "key": key} for key in keys]}
    )


def one_property(ask: Ask) -> Reply:
    found, key = readable_issue(ask), ask.parts["property"]
    _require_property(found, key)
    return json_reply({"key": key, "value": (found.properties or {})[key]})


def set_property(ask: Ask) -> Reply:
    """Any JSON; 201 for a new one, 200 for one that was there."""
    found, key = editable_issue(ask), ask.parts["property"]
    value = ask.document()
    if len(ask.body) > _LONGEST:
        return refusal(400, f"The property value is too long: at most {_LONGEST} characters.")
    is_new = key not in (found.properties or {})
    change(ask, {"kind": "set_property", "issue": found.key, "key": key, "value": value})
    return Reply(b"", 201 if is_new else 200)


def delete_property(ask: Ask) -> Reply:
    found, key = editable_issue(ask), ask.parts["property"]
    _require_property(found, key)
    change(ask, {"kind": "delete_property", "issue": found.key, "key": key})
    return Reply(b"", 204)


def _require_property(issue: Issue, key: str) -> None:
    if key not in (issue.properties or {}):
        text = f"The property with key '{key}' does not exist."
        raise RefusedError(refusal(404, text))


_PROPERTY: Final = "/rest/api/2/issue/{key}/properties/{property}"
ROUTES = (
    Route("POST", "/rest/api/2/issueLink", link),
    Route("GET", "/rest/api/2/issueLink/{id}", one_link),
    Route("DELETE", "/rest/api/2/issueLink/{id}", unlink),
    Route("GET", "/rest/api/2/issue/{key}/properties", property_keys),
    Route("GET", _PROPERTY, one_property),
    Route("PUT", _PROPERTY, set_property),
    Route("DELETE", _PROPERTY, delete_property),
)
