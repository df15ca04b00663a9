"""What an administrator has set up: fields, priorities, statuses, types, resolutions."""

from __future__ import annotations

from sandbox.jira.asks import Ask, Route
from sandbox.jira.company.catalogue import (
    ISSUE_TYPES,
    LINK_TYPES,
    PRIORITIES,
    RESOLUTIONS,
    STATUS_CATEGORIES,
    STATUSES,
)
from sandbox.jira.payloads.field_list import field_documents
from sandbox.jira.replies import Reply, json_reply


def fields(_ask: Ask) -> Reply:
    return json_reply(field_documents())


def priorities(ask: Ask) -> Reply:
    """A priority of the list tells its colour and description; one in an issue does not."""
    shared = ask.jira.fragments
    return json_reply(
        [
            shared.priority_document(one)
            | {"statusColor": one.color, "description": one.description}
            for one in PRIORITIES
        ]
    )


def statuses(ask: Ask) -> Reply:
    return json_reply([ask.jira.fragments.status_document(one) for one in STATUSES])


def status_categories(ask: Ask) -> Reply:
    shared = ask.jira.fragments
    return json_reply([shared.status_category_document(one) for one in STATUS_CATEGORIES])


def issue_types(ask: Ask) -> Reply:
    return json_reply([ask.jira.fragments.issue_type_document(one) for one in ISSUE_TYPES])


def resolutions(ask: Ask) -> Reply:
    return json_reply([ask.jira.fragments.resolution_document(one) for one in RESOLUTIONS])


def link_types(ask: Ask) -> Reply:
    api = ask.jira.fragments.api
    documents = [
        {
            "id": one.id,
            "name": one.name,
            "inward": one.inward,
            "outward": one.outward,
            "self": f"{api}/issueLinkType/{one.id}",
        }
        for one in LINK_TYPES
    ]
    return json_reply({"issueLinkTypes": documents})


ROUTES = (
    Route("GET", "/rest/api/2/field", fields),
    Route("GET", "/rest/api/2/priority", priorities),
    Route("GET", "/rest/api/2/status", statuses),
    Route("GET", "/rest/api/2/statuscategory", status_categories),
    Route("GET", "/rest/api/2/issuetype", issue_types),
    Route("GET", "/rest/api/2/resolution", resolutions),
    Route("GET", "/rest/api/2/issueLinkType", link_types),
)
