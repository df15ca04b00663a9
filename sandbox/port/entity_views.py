"""How an entity is shown: Port's JSON of it, whole or cut down to what was asked for."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.port.calculated import calculated_properties
from sandbox.port.catalog import Catalog, Entity
from sandbox.port.clock import iso
from sandbox.port.replies import Json


def presented(
    catalog: Catalog, entity: Entity, include: Sequence[str] = (), calculated: bool = True
) -> Json:
    """An entity as Port answers it: null for properties and relations without a value.

    `include` names the fields to keep (`identifier`, `properties`, `properties.url`...), none
    means all. `calculated` says whether properties that are worked out on reading are wanted.
    """
    if include:
        return _picked(_whole(catalog, entity, calculated and _needs_calculated(include)), include)
    return _whole(catalog, entity, calculated)


def stored(catalog: Catalog, entity: Entity, calculated: bool = True) -> Json:
    """An entity with its writer, and without the properties and relations that have no value."""
    whole = _whole(catalog, entity, calculated)
    return {
        **whole,
        "properties": _with_values(whole["properties"]),
        "relations": _with_values(whole["relations"]),
        "datasource": entity.datasource,
    }


def _whole(catalog: Catalog, entity: Entity, calculated: bool) -> Json:
    definition = catalog.blueprints[entity.blueprint]
    worked_out = calculated_properties(catalog, entity) if calculated else {}
    return {
        "identifier": entity.identifier,
        "title": entity.title,
        "icon": entity.icon,
        "blueprint": entity.blueprint,
        "team": entity.team,
        "properties": {
            **dict.fromkeys(definition["schema"]["properties"]),
            **entity.properties,
            **worked_out,
        },
        "relations": {**dict.fromkeys(definition["relations"]), **entity.relations},
        "createdAt": iso(entity.created_at),
        "updatedAt": iso(entity.updated_at),
    }


def _needs_calculated(include: Sequence[str]) -> bool:
    return any(name.partition(".")[0] == "properties" for name in include)


def _picked(whole: Json, include: Sequence[str]) -> Json:
    picked: Json = {}
    for name in include:
        field, _, inner = name.partition(".")
        if field not in whole:
            continue
        if not inner:
            picked[field] = whole[field]
        elif inner in whole[field]:
            picked.setdefault(field, {})[inner] = whole[field][inner]
    return picked


def _with_values(values: Json) -> Json:
    return {name: value for name, value in values.items() if value is not None}
