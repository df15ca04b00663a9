"""The project kind: each project as Jira sends it, with how many issues it has."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from itertools import batched

from loguru import logger

from client import JiraServerClient, Json
from integration import ProjectSelector
from jira_server.errors import RejectedQuery
from jira_server.jql import quoted
from kinds.batches import BATCH_SIZE
from kinds.users import UserDirectory, mark_unlisted


async def project_batches(
    client: JiraServerClient, selector: ProjectSelector, directory: UserDirectory
) -> AsyncGenerator[list[Json], None]:
    """Every project as Jira sends it. Raises: JiraError.

    Added: `insight.totalIssueCount`, named as Jira Cloud names it, where it was counted, and
    `"listed": false` on a lead who is not among the listed users.
    """
    projects = await client.projects(selector.expand, selector.include_archived)
    counting = len(projects) <= selector.max_counted_projects
    if not counting and selector.max_counted_projects:
        logger.warning(
            f"Jira: {len(projects)} projects are more than maxCountedProjects "
            f"({selector.max_counted_projects}): totalIssues is left out. Raise the selector to count."
        )
    for some in batched(projects, BATCH_SIZE):
        batch = list(some)
        if counting:
            await count_all_issues(client, batch)
        await mark_unlisted([project.get("lead") for project in batch], directory)
        yield batch


async def count_all_issues(client: JiraServerClient, projects: Iterable[Json]) -> None:
    """Count for each; when one count fails, none goes on behind the caller's back."""
    counts = [asyncio.ensure_future(_count_issues(client, project)) for project in projects]
    try:
        await asyncio.gather(*counts)
    finally:
        for count in counts:
            count.cancel()


async def _count_issues(client: JiraServerClient, project: Json) -> None:
    """Add `insight.totalIssueCount`; an archived project's issues cannot be counted."""
    if project.get("archived"):
        return
    try:
        total = await client.count_issues(f"project = {quoted(project['key'])}")
    except RejectedQuery as error:
        logger.warning(f"Jira: the issues of {project['key']} cannot be counted: {error.words}")
        return
    project["insight"] = {"totalIssueCount": total}
