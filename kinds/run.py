"""What the kinds of one resync share."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import cast

from port_ocean.core.handlers.port_app_config.models import ResourceConfig

from client import JiraServerClient, Json
from integration import IssueSelector, Kind, UserSelector
from kinds.issues import IssueQuery
from kinds.needed_fields import mapping_needs, needed_fields
from kinds.pruning import Pruner
from kinds.users import UserDirectory


@dataclass(frozen=True, slots=True)
class Run:
    """One resync: who is listed as a user, and which JQL makes an issue a listed one."""

    client: JiraServerClient
    directory: UserDirectory
    all_jql: tuple[str, ...]


def begin_run(
    client: JiraServerClient,
    resources: Sequence[ResourceConfig],
    add_user: Callable[[Json], Awaitable[object]],
) -> Run:
    """A run over the mapping's resources; nobody has been asked anything yet.

    `add_user` puts a user into the catalog outside of the user kind.
    """
    users = [cast(UserSelector, r.selector) for r in resources if r.kind == Kind.USER]
    issues = [cast(IssueSelector, r.selector) for r in resources if r.kind == Kind.ISSUE]
    jql = tuple(selector.jql or "" for selector in issues)
    return Run(client, UserDirectory(client, users, add_user), jql)


def issue_query(
    run: Run, resource: ResourceConfig, *, examples: bool, mapped_here: bool
) -> IssueQuery:
    """What an issue resource asks for.

    `examples`: whether the first issues become examples in Port. `mapped_here`: False in DSP mode,
    where Port maps the raw items itself, and may map them again later with another mapping; then
    they carry everything.
    """
    selector = cast(IssueSelector, resource.selector)
    query = IssueQuery(
        jql=selector.jql or "",
        all_jql=run.all_jql,
        fields=selector.fields,
        expand=selector.expand,
        examples=examples,
        example_fields=selector.fields,
    )
    if not mapped_here:
        return query
    needs = None if selector.expand else mapping_needs(resource)
    pruner = None if needs is None else Pruner(needs)
    return replace(query, fields=needed_fields(resource), pruner=pruner)
