"""All resources of the site in one table."""

from __future__ import annotations

from sandbox.jira.asks import Routes
from sandbox.jira.resources import issues, lists, projects, server, users, webhooks

ALL = Routes(
    (
        *server.ROUTES,
        *lists.ROUTES,
        *projects.ROUTES,
        *users.ROUTES,
        *issues.ROUTES,
        *webhooks.ROUTES,
    )
)
