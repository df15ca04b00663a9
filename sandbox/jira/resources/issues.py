"""Searching issues and reading one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, ValidationError

from sandbox.jira.asks import Ask, RefusedError, Route
from sandbox.jira.company.model import Issue
from sandbox.jira.jql import JqlError
from sandbox.jira.payloads.encoding import array, encode
from sandbox.jira.payloads.field_list import (
    ALL,
    NAVIGABLE,
    chosen_fields,
    names_and_schema,
    split_fields,
)
from sandbox.jira.payloads.issues import known_expansions, render_issue
from sandbox.jira.replies import Reply, json_text, refusal
from sandbox.jira.resources.change_asks import readable_issue
from sandbox.jira.search import Search

_LENIENT = frozenset({"false", "none", "warn"})


class _Body(BaseModel):
    """The body of a search by POST; what Jira ignores is ignored."""

    model_config = ConfigDict(extra="ignore")

    jql: str | None = None
    startAt: int = 0  # noqa: N815 - Jira's own name
    maxResults: int = 50  # noqa: N815
    fields: list[str] | None = None
    expand: list[str] | str | None = None
    validateQuery: bool | str = True  # noqa: N815


@dataclass(frozen=True, slots=True)
class _Wanted:
    jql: str
    start: int
    count: int
    fields: tuple[str, ...]
    expand: tuple[str, ...]
    lenient: bool


def search_by_get(ask: Ask) -> Reply:
    return _search(
        ask,
        _Wanted(
            ask.text("jql") or "",
            ask.number("startAt", 0),
            ask.number("maxResults", 50),
            split_fields(ask.query.get("fields", ())),
            tuple(sorted(ask.words("expand"))),
            (ask.text("validateQuery") or "true").lower() in _LENIENT,
        ),
    )


def search_by_post(ask: Ask) -> Reply:
    try:
        body = _Body.model_validate(ask.document())
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(map(str, problem["loc"]))
        return refusal(400, f"Can not deserialize '{where}': {problem['msg']}")
    expand = [body.expand] if isinstance(body.expand, str) else body.expand or ()
    return _search(
        ask,
        _Wanted(
            body.jql or "",
            body.startAt,
            body.maxResults,
            split_fields(body.fields or ()),
            split_fields(expand),
            str(body.validateQuery).lower() in _LENIENT,
        ),
    )


def _search(ask: Ask, wanted: _Wanted) -> Reply:
    """One page: a clipped page is told by `maxResults` and by fewer issues alone."""
    settings = ask.jira.settings
    start, count = max(0, wanted.start), wanted.count
    count = settings.page_cap if count < 0 else min(count, settings.page_cap)
    if settings.result_window is not None and start + count > settings.result_window:
        return refusal(500, f"Search limit exceeded: startAt + maxResults is more than {settings.result_window}.")  # fmt: skip
    found = _find(ask, wanted)
    page = found[start : start + count]
    return json_text(_page_text(ask, wanted, page, start, count, len(found)), items=len(page))


def _find(ask: Ask, wanted: _Wanted) -> list[Issue]:
    search = Search(wanted.jql, ask.caller.user, ask.zone, wanted.lenient)
    try:
        return ask.jira.searches.find(search)
    except JqlError as error:
        raise RefusedError(refusal(400, *error.messages)) from error


def _page_text(
    ask: Ask, wanted: _Wanted, page: Sequence[Issue], start: int, count: int, total: int
) -> str:
    fields = chosen_fields(wanted.fields, NAVIGABLE)
    parts, expand = ask.issue_parts, known_expansions(wanted.expand)
    issues = array(render_issue(parts, one, fields, expand) for one in page)
    return (
        f'{{"expand":"schema,names","startAt":{start},"maxResults":{count},"total":{total},'
        f'"issues":{issues}{_named_fields(wanted.expand, fields)}}}'
    )


def _named_fields(expand: Sequence[str], fields: Sequence[str]) -> str:
    names, schema = names_and_schema(fields)
    extra = {"names": names, "schema": schema}
    return "".join(f',"{name}":{encode(extra[name])}' for name in extra if name in expand)


def issue(ask: Ask) -> Reply:
    """By id or key; keys from before a move still lead to the issue."""
    found = readable_issue(ask)
    fields = chosen_fields(split_fields(ask.query.get("fields", ())), ALL)
    expand = known_expansions(ask.words("expand"))
    return json_text(render_issue(ask.issue_parts, found, fields, expand), items=1)


def comments(ask: Ask) -> Reply:
    return json_text(ask.issue_parts.comments(readable_issue(ask)))


ROUTES = (
    Route("GET", "/rest/api/2/search", search_by_get),
    Route("POST", "/rest/api/2/search", search_by_post),
    Route("GET", "/rest/api/2/issue/{key}", issue),
    Route("GET", "/rest/api/2/issue/{key}/comment", comments),
)
