"""Follows events of projects: the entities of the project, and those of its issues.

A project counts as deleted only when the event says so and Jira agrees: to a user who has lost the
permission to browse it, Jira answers as if it did not exist.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from loguru import logger
from port_ocean.core.handlers.port_app_config.models import ResourceConfig

from catalog import Catalog, Changes, blueprint_of
from client import JiraServerClient, Json
from integration import IssueSelector, Kind, ProjectSelector
from jira_server.errors import PermissionMissing
from jira_server.jql import all_of, criteria_of, quoted
from kinds.identifiers import identifier_of
from kinds.needed_fields import mapping_needs
from kinds.people import People
from kinds.projects import count_all_issues
from live_events.events import IssueConcern, ProjectConcern, read_issue_keys

_MOST_ISSUES = 5_000
_EXPAND = "projectKeys"
_PROJECT = ("fields", "project")


@dataclass(frozen=True, slots=True)
class ProjectOutcome:
    """What to write, new people among it, and issues that are to be asked about because of it."""

    changes: Changes
    people: Sequence[Json]
    issues: Sequence[IssueConcern]


async def follow_project(
    client: JiraServerClient,
    concern: ProjectConcern,
    resources: Sequence[ResourceConfig],
    people: People,
    catalog: Catalog,
) -> ProjectOutcome:
    """Ask Jira about the project. Raises: JiraError."""
    places = [i for i, one in enumerate(resources) if one.kind == Kind.PROJECT]
    changes = Changes()
    try:
        project = await _project(client, concern, _expansions(resources, places))
    except PermissionMissing:
        _say_unseen(concern)
        return ProjectOutcome(changes, (), ())
    if project is None:
        issues = await _deleted(client, concern, resources, places, changes, catalog)
        return ProjectOutcome(changes, (), issues)
    old_keys = await _old_keys(client, project)
    new_people = await people.mark_unlisted([project.get("lead")], resources)
    for place in places:
        selector = cast(ProjectSelector, resources[place].selector)
        if project.get("archived") and not selector.include_archived:
            changes.remove(place, project)
        else:
            if selector.max_counted_projects:
                await count_all_issues(client, [project])
            changes.update(place, project)
        for key in old_keys:
            changes.remove(place, {**project, "key": key})
    issues = [
        *(await _issues_shown_with(client, project, resources, old_keys)),
        *(await _issues_under(catalog, resources, old_keys)),
    ]
    return ProjectOutcome(changes, new_people, issues[:_MOST_ISSUES])


async def _project(client: JiraServerClient, concern: ProjectConcern, expand: str) -> Json | None:
    for name in (concern.id, concern.key):
        if name and (project := await client.project(name, expand)):
            return project
    return None


def _expansions(resources: Sequence[ResourceConfig], places: Sequence[int]) -> str:
    selectors = [cast(ProjectSelector, resources[place].selector) for place in places]
    given = [name.strip() for one in selectors for name in one.expand.split(",")]
    return ",".join(dict.fromkeys([*filter(None, given), _EXPAND]))


async def _deleted(
    client: JiraServerClient,
    concern: ProjectConcern,
    resources: Sequence[ResourceConfig],
    places: Sequence[int],
    changes: Changes,
    catalog: Catalog,
) -> list[IssueConcern]:
    if not concern.is_deletion or not concern.key:
        _say_unseen(concern)
        return []
    # A gateway can say 404, too; only Jira knows who is logged in.
    await client.session.get("/rest/api/2/myself")
    for place in places:
        changes.remove(place, {"id": concern.id, "key": concern.key, "self": ""})
    return await _issues_under(catalog, resources, [concern.key])


def _say_unseen(concern: ProjectConcern) -> None:
    logger.info(f"Jira: an event of project {concern.key}, which this user may not see")


async def _old_keys(client: JiraServerClient, project: Json) -> list[str]:
    """Keys that the project has had and that still lead to it."""
    given = project.get("projectKeys")
    keys = [str(k) for k in given if k != project["key"]] if isinstance(given, list) else []
    found = []
    for key in keys:
        other = await client.project(key)
        if other is None or str(other.get("id")) == str(project.get("id")):
            found.append(key)
    return found


async def _issues_shown_with(
    client: JiraServerClient,
    project: Json,
    resources: Sequence[ResourceConfig],
    old_keys: Sequence[str],
) -> list[IssueConcern]:
    """The listed issues whose entities show more of the project than its key, or an old key."""
    keys: set[str] = set()
    for resource in resources:
        if resource.kind != Kind.ISSUE or not (old_keys or shows_more_than_key(resource)):
            continue
        selector = cast(IssueSelector, resource.selector)
        criteria = all_of(criteria_of(selector.jql or ""), f"project = {quoted(project['key'])}")
        async for page in client.issues(criteria, "created"):
            keys.update(issue["key"] for issue in page)
            if len(keys) > _MOST_ISSUES:
                logger.warning(
                    f"Jira: {project['key']} has changed; only {_MOST_ISSUES:,} of its issues are "
                    "followed at once, the rest with the next resync"
                )
                break
    return [IssueConcern(keys=frozenset([key]), is_relative=True) for key in sorted(keys)]


def shows_more_than_key(resource: ResourceConfig) -> bool:
    """Whether entities of an issue resource may show more of an issue's project than its key."""
    needs = mapping_needs(resource)
    if needs is None:
        return True
    read = {place for one in needs for place in one.whole if place[: len(_PROJECT)] == _PROJECT}
    return bool(read - {(*_PROJECT, "key")})


async def _issues_under(
    catalog: Catalog, resources: Sequence[ResourceConfig], project_keys: Sequence[str]
) -> list[IssueConcern]:
    """The issues that the catalog has under these project keys, each to be asked about."""
    blueprints = {blueprint_of(one) for one in resources if one.kind == Kind.ISSUE} - {None}
    found: set[str] = set()
    for blueprint in blueprints:
        for key in project_keys:
            prefix = f"{identifier_of(key)}-"
            found.update(await catalog.identifiers_beginning_with(str(blueprint), prefix))
    return [IssueConcern(keys=frozenset([key]), is_relative=True) for key in read_issue_keys(found)]
