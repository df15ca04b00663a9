"""What can be done with an issue in its workflow, and doing it."""

from __future__ import annotations

from typing import Any

from sandbox.jira.asks import Ask, RefusedError, Route
from sandbox.jira.company.model import Issue
from sandbox.jira.replies import Reply, json_reply, refusal
from sandbox.jira.resources.change_asks import change, fields_refused, may, readable_issue
from sandbox.jira.resources.issue_writes import add_comments
from sandbox.jira.writing.metadata import screen_documents
from sandbox.jira.writing.screens import transition_screen
from sandbox.jira.writing.updates import Reading, Request, add_missing, read_request, read_values
from sandbox.jira.writing.values import Place
from sandbox.jira.writing.workflow import Transition, transitions_of


def transitions(ask: Ask) -> Reply:
    """Those that are possible now for the caller; their fields with `expand=transitions.fields`."""
    found = readable_issue(ask)
    wanted = ask.text("transitionId")
    with_fields = "transitions.fields" in ask.words("expand")
    documents = [
        _document(ask, found, one, with_fields=with_fields)
        for one in _possible(ask, found)
        if wanted in (None, one.id)
    ]
    return json_reply({"expand": "transitions", "transitions": documents})


def _possible(ask: Ask, issue: Issue) -> list[Transition]:
    return transitions_of(issue) if may(ask, "TRANSITION_ISSUES", issue.project) else []


def _document(ask: Ask, issue: Issue, one: Transition, *, with_fields: bool) -> dict[str, Any]:
    shared = ask.jira.fragments
    document = {"id": one.id, "name": one.name, "to": shared.status_document(one.to)}
    if with_fields:
        place = Place(ask.jira.company, issue.project, issue.type, issue)
        screen = transition_screen(asks_resolution=one.asks_resolution)
        document["fields"] = screen_documents(screen, place, shared)
    return document


def transit(ask: Ask) -> Reply:
    """`{"transition": {"id": …}}` with fields and operations of its screen; 204."""
    found = readable_issue(ask)
    document = ask.document()
    request = read_request(document)
    if request is None:
        return refusal(400, "Can not deserialize the request body.")
    transition = _chosen(ask, found, document)
    reading = _read(ask, found, transition, request)
    _carry_out(ask, found, transition, reading)
    return Reply(b"", 204)


def _chosen(ask: Ask, issue: Issue, document: dict[str, Any]) -> Transition:
    given = document.get("transition")
    id_ = given.get("id") if isinstance(given, dict) else None
    if id_ is None:
        raise RefusedError(refusal(400, "Missing 'transition' identifier"))
    for one in _possible(ask, issue):
        if one.id == str(id_):
            return one
    raise RefusedError(refusal(400, f"Transition id '{id_}' is not valid for this issue."))


def _read(ask: Ask, issue: Issue, transition: Transition, request: Request) -> Reading:
    screen = transition_screen(asks_resolution=transition.asks_resolution)
    place = Place(ask.jira.company, issue.project, issue.type, issue)
    reading = read_values(screen, place, request)
    add_missing(reading, screen, {*request.fields, *request.update})
    if reading.errors:
        raise fields_refused(reading.errors)
    return reading


def _carry_out(ask: Ask, issue: Issue, transition: Transition, reading: Reading) -> None:
    values = reading.change_values()
    if "assignee" in values:
        change(ask, {"kind": "assign", "issue": issue.key, "assignee": values["assignee"]})
    document = {"kind": "transition", "issue": issue.key, "status": transition.to.id}
    if "resolution" in values:
        document["resolution"] = values["resolution"]
    change(ask, document)
    add_comments(ask, issue.key, reading)


ROUTES = (
    Route("GET", "/rest/api/2/issue/{key}/transitions", transitions),
    Route("POST", "/rest/api/2/issue/{key}/transitions", transit),
)
