"""What the kinds of one resync share."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import cast

from port_ocean.core.handlers.port_app_config.models import ResourceConfig

from client import JiraServerClient, Json
from integration import IssueSelector, Kind, UserSelector
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
