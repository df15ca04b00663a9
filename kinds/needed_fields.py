"""Decides what Jira is asked for of each issue, and what of it goes on to Ocean. Pure.

Fifteen named fields are a tenth of what Jira sends by default, and cost it a fraction of the time.
"""

from collections.abc import Iterator, Mapping
from typing import cast

from port_ocean.core.handlers.port_app_config.models import ResourceConfig

from integration import IssueSelector
from kinds.jq_paths import Needs, needs_of


def mapping_needs(resource: ResourceConfig) -> list[Needs] | None:
    """What each JQ expression of an issue resource looks at.

    None as soon as one of them cannot be read with certainty, or the mapping goes through the
    elements of a list (`itemsToParse`).
    """
    if resource.port.items_to_parse:
        return None
    needs = [needs_of(expression) for expression in expressions(resource)]
    known = [one for one in needs if one is not None]
    return known if len(known) == len(needs) else None


def needed_fields(resource: ResourceConfig) -> str | None:
    """The `fields` for the searches of an issue resource, None for Jira's default (`*navigable`).

    What the selector says is what is asked for. Without it: the fields that the mapping's and the
    selector's JQ can look at, or everything where that cannot be told.
    """
    selector = cast(IssueSelector, resource.selector)
    if selector.fields:
        return selector.fields
    needs = mapping_needs(resource)
    if needs is None or selector.expand:
        return None
    return ",".join(sorted({"created"}.union(*(one.fields for one in needs))))


def expressions(resource: ResourceConfig) -> Iterator[str]:
    """Every JQ expression of a resource: the selector's query and all of the mapping's."""
    yield resource.selector.query
    yield from _strings(resource.port.entity.mappings.dict(exclude_unset=True))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
