"""All resources of the site in one table."""

from __future__ import annotations

from sandbox.jira.asks import Routes
from sandbox.jira.resources import (
    issue_meta,
    issue_writes,
    issues,
    links_and_properties,
    lists,
    projects,
    server,
    transitions,
    users,
    webhooks,
)

ALL = Routes(
    (
        *server.ROUTES,
        *lists.ROUTES,
        *projects.ROUTES,
        *users.ROUTES,
        *issue_meta.ROUTES,  # before the issues, as createmeta is no issue's key
        *issues.ROUTES,
        *issue_writes.ROUTES,
        *transitions.ROUTES,
        *links_and_properties.ROUTES,
        *webhooks.ROUTES,
    )
)
