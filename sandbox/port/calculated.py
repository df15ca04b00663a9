"""Properties that Port works out on reading: calculation, mirror, aggregation. Stores nothing.

A calculation that fails gives null, as in Port.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator

from sandbox.port.catalog import Catalog, Entity, lookup
from sandbox.port.jq_expressions import first
from sandbox.port.replies import Json, RefusedError
from sandbox.port.search_query import compiled


def calculated_properties(catalog: Catalog, entity: Entity) -> Json:
    """The worked out properties of an entity by name; null where there is nothing to show."""
    definition = catalog.blueprints[entity.blueprint]
    mirrored = {
        name: mirror(catalog, entity, str(one.get("path", "")))
        for name, one in definition["mirrorProperties"].items()
    }
    aggregated = {
        name: aggregation(catalog, entity, one)
        for name, one in definition["aggregationProperties"].items()
    }
    subject = _subject(entity, {**mirrored, **aggregated})
    computed = {
        name: calculation(one["calculation"], subject)
        for name, one in definition["calculationProperties"].items()
    }
    return {**mirrored, **aggregated, **computed}


def calculation(expression: str, subject: Json) -> object:
    """The first result of a jq expression over an entity, None when there is none or it fails."""
    return first(expression, subject)


def mirror(catalog: Catalog, entity: Entity, path: str) -> object:
    """What a path such as `project.$title` leads to; a list when a relation on it has many targets."""
    *steps, last = path.split(".")
    reached, many = [entity], False
    for step in steps:
        reached, several = _followed(catalog, reached, step)
        many = many or several
    values = [lookup(one)(last) for one in reached]
    return values if many else (values[0] if values else None)


def _followed(catalog: Catalog, entities: list[Entity], name: str) -> tuple[list[Entity], bool]:
    found: list[Entity] = []
    many = False
    for entity in entities:
        relation = catalog.blueprints[entity.blueprint]["relations"].get(name)
        if relation is None:
            continue
        many = many or relation["many"]
        value = entity.relations.get(name)
        for identifier in value if isinstance(value, list) else [value]:
            target = catalog.find(relation["target"], identifier) if identifier else None
            found += [target] if target else []
    return found, many


def aggregation(catalog: Catalog, entity: Entity, definition: Json) -> float | None:
    """How many entities of the target are related to this one (in either direction), or what a
    property of them comes to (sum, min, max, average, median)."""
    try:
        related = list(_matching(_related(catalog, entity, definition["target"]), definition))
    except RefusedError:
        return None
    spec = definition.get("calculationSpec") or {}
    if spec.get("calculationBy", "entities") == "entities":
        return len(related)
    combine = _FUNCTIONS.get(str(spec.get("func")))
    numbers = [
        value
        for one in related
        if isinstance(value := one.properties.get(str(spec.get("property"))), int | float)
    ]
    return combine(numbers) if combine and numbers else None


_FUNCTIONS: dict[str, Callable[[list[float]], float]] = {
    "sum": sum,
    "min": min,
    "max": max,
    "average": statistics.fmean,
    "median": statistics.median,
}


def _related(catalog: Catalog, entity: Entity, target: str) -> list[Entity]:
    incoming = [one for one in catalog.referrers(entity) if one.blueprint == target]
    outgoing = [
        found
        for name, relation in catalog.blueprints[entity.blueprint]["relations"].items()
        if relation["target"] == target
        for found in _followed(catalog, [entity], name)[0]
    ]
    return list({one.identifier: one for one in [*incoming, *outgoing]}.values())


def _matching(entities: list[Entity], definition: Json) -> Iterator[Entity]:
    if not definition.get("query"):
        yield from entities
        return
    query = compiled(definition["query"])
    yield from (one for one in entities if query.matches(lookup(one)))


def _subject(entity: Entity, worked_out: Json) -> Json:
    return {
        "identifier": entity.identifier,
        "title": entity.title,
        "blueprint": entity.blueprint,
        "team": entity.team,
        "properties": {**entity.properties, **worked_out},
        "relations": entity.relations,
    }
