"""Follows events of users: their own entities.

A user counts as deleted only when the event says so and Jira agrees.
"""

from collections.abc import Sequence
from typing import cast

from port_ocean.core.handlers.port_app_config.models import ResourceConfig

from catalog import Catalog, Changes, blueprint_of
from client import JiraServerClient, Json
from integration import Kind, UserSelector
from kinds.identifiers import key_of
from live_events.events import UserConcern

_NAME = ".name"


async def follow_user(
    client: JiraServerClient,
    concern: UserConcern,
    resources: Sequence[ResourceConfig],
    catalog: Catalog,
) -> Changes:
    """Ask Jira about the user. Raises: JiraError.

    The event of a deletion may carry the name only; which key that was is then asked of the
    catalog, by a property that the mapping fills with `.name`.
    """
    changes = Changes()
    places = [i for i, one in enumerate(resources) if one.kind == Kind.USER]
    user = await _user(client, concern)
    if user is not None:
        for place in places:
            write_user(changes, place, resources[place], user)
    elif concern.is_deletion:
        # A gateway can say 404, too; only Jira knows who is logged in.
        await client.session.get("/rest/api/2/myself")
        for place in places:
            for key in await _keys(client, concern, resources[place], catalog):
                changes.remove(place, {"key": key, "name": concern.name, "self": ""})
    return changes


async def _keys(
    client: JiraServerClient, concern: UserConcern, resource: ResourceConfig, catalog: Catalog
) -> list[str]:
    """The keys that the deleted user had; Jira was asked about each."""
    if concern.key:
        return [concern.key]
    properties = resource.port.entity.mappings.properties
    blueprint = blueprint_of(resource)
    found = {concern.name}
    for name, expression in properties.items():
        if blueprint and str(expression).strip() == _NAME:
            some = await catalog.identifiers_with(blueprint, name, concern.name)
            found.update(key_of(identifier) for identifier in some)
    return [key for key in sorted(found) if await client.user(key) is None]


def write_user(changes: Changes, place: int, resource: ResourceConfig, user: Json) -> None:
    """Write the user, or remove one who is inactive where only active ones are listed."""
    selector = cast(UserSelector, resource.selector)
    if selector.include_inactive or user.get("active", True):
        changes.update(place, user)
    else:
        changes.remove(place, user)


async def _user(client: JiraServerClient, concern: UserConcern) -> Json | None:
    if concern.key:
        return await client.user(concern.key)
    return await client.user(concern.name) or await client.user_named(concern.name)
