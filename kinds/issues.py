"""The issue kind: the issues that a resource's JQL selects, with their links checked."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from port_ocean.core.integrations.mixins.sync_raw import SEND_RAW_DATA_EXAMPLES_AMOUNT

from client import JiraServerClient, Json
from jira_server.jql import any_of, criteria_of
from kinds.batches import in_batches
from kinds.issue_links import IssueLinks
from kinds.pruning import Pruner
from kinds.users import Directory, mark_unlisted

PEOPLE = ("assignee", "reporter", "creator")


@dataclass(frozen=True, slots=True)
class IssueQuery:
    """What one issue resource asks for: its JQL, and Jira's `fields` and `expand`.

    `all_jql`: the JQL of every issue resource of the mapping. `pruner` takes out of an issue what
    the mapping does not look at. `examples`: the first few issues come as they are and with
    `example_fields`, since they become the examples in Port's playground.
    """

    jql: str
    all_jql: tuple[str, ...]
    fields: str | None = None
    expand: str | None = None
    examples: bool = False
    example_fields: str | None = None
    pruner: Pruner | None = None

    @property
    def criteria(self) -> str:
        """The JQL without its ORDER BY. Raises: RejectedQuery when it is unbalanced."""
        return criteria_of(self.jql)

    @property
    def scope(self) -> str:
        """What any issue resource lists. Raises: RejectedQuery."""
        return any_of(*(criteria_of(jql) for jql in self.all_jql))


async def issue_batches(
    client: JiraServerClient, query: IssueQuery, directory: Directory
) -> AsyncGenerator[list[Json], None]:
    """Every issue that the query's criteria match. Raises: JiraError.

    As Jira sends it, but for `"listed": false` on parents and sub-tasks that no issue resource of
    the mapping lists, and on people who are not among the listed users.
    """
    async for batch in in_batches(_linked(client, query)):
        for issue in batch:
            fields = issue.get("fields") or {}
            await mark_unlisted([fields.get(role) for role in PEOPLE], directory)
        yield batch


async def _linked(client: JiraServerClient, query: IssueQuery) -> AsyncGenerator[list[Json], None]:
    links = IssueLinks()
    examples_due = SEND_RAW_DATA_EXAMPLES_AMOUNT if query.examples else 0
    pages = client.issues(
        query.criteria,
        query.fields,
        query.expand,
        examples=query.examples,
        example_fields=query.example_fields,
        shape=query.pruner.prune if query.pruner else None,
    )
    came = False
    async for page in pages:
        came = True
        ready = links.add(page)
        yield ready
        if links.must_ask or (links.open_questions and len(ready) < examples_due):
            yield links.answer(await client.keys_in_scope(query.scope, links.open_questions))
        examples_due = 0
    if links.open_questions:
        yield links.answer(await client.keys_in_scope(query.scope, links.open_questions))
    if not came:
        # Nothing matches, or nothing may be seen any more: the list of projects knows.
        await client.projects("", include_archived=False)
